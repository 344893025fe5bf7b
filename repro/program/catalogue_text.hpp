// Describes the experiments of the catalogue as text.
#pragma once

#include <ostream>
#include <string>

#include "repro/catalogue.hpp"

namespace reprise::book {

// "edition 1: 3.4 (notebook 3.5), 2: 4.1, 3: 4.1; 《Python深度学习》3.4 电影评论分类：二分类问题"
std::string describe_editions(const Section& section);
// "edition 1: 3.11, 2: 4.10, 3: 4.10; 代码清单 3-11"
std::string describe_editions(const Experiment& experiment);

// Prints the section's experiments with their settings and their listings in each edition (--list).
void print_section(std::ostream& out, const Section& section);

// Prints all sections, experiments and changes in the editions as Markdown tables
// (docs/editions.md).
void print_editions(std::ostream& out);

}  // namespace reprise::book
