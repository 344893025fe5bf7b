// The words of a certificate, for the terminal and the page alike.
#pragma once

#include <string>
#include <vector>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

std::string p_text(double p);          // "0.0244"; from 10 % on "0.46"
std::string effect_text(double shift);  // "3.4", ">6", "-"
std::string percent(double share);

// "imdb, edition 1, notebook, keras-2.0.8"
std::string name_of(const LogVerdict& row);

// What a family of rows comes to, with Holm's correction and the runs that it needs.
std::string headline(const Family& family);

// What is behind a verdict, a sentence each: the figures that lie outside ours and how many of one
// of ours do, why nothing can be said, two groups of seeds, what results/book notes.
std::vector<std::string> reasons(const LogVerdict& row);

}  // namespace reprise::book
