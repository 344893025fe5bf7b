// "Did you mean ...?" for names that nobody knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprise {

// "; did you mean 'x'?" with the known name that is nearest to `found`, or "" where none is near.
// Near: at most a third of the letters (and at least one) inserted, left out, changed or swapped
// with the next (the restricted Damerau-Levenshtein distance), whatever their case.
std::string did_you_mean(std::string_view found, const std::vector<std::string>& known);

// "found 'x', expected one of: a, b" with did_you_mean: the line about a name that nobody knows.
std::string unknown_name(std::string_view found, const std::vector<std::string>& known);

}  // namespace reprise
