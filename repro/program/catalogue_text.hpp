// The catalogue as text: where each experiment stands in the editions of the book.
#pragma once

#include <ostream>
#include <string>

#include "repro/catalogue.hpp"

namespace reprise::book {

// "edition 1: 3.4 (notebook 3.5), 2: 4.1, 3: 4.1; 《Python深度学习》3.4 电影评论分类：二分类问题"
std::string describe_editions(const Section& section);
// "edition 1: listing 3.11, 2: 4.10, 3: 4.10; 代码清单 3-11"
std::string describe_editions(const Experiment& experiment);

// --list: the section's experiments with settings and places.
void print_section(std::ostream& out, const Section& section);

}  // namespace reprise::book
