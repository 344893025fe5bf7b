// "Did you mean ...?" suggestions for unknown names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprise {

// "; did you mean 'x'?" with the known name that is nearest to `found`, or "" if none is near. A
// name is near if its restricted Damerau-Levenshtein distance, ignoring case, is at most a third of
// the length of `found`, or 1.
std::string did_you_mean(std::string_view found, const std::vector<std::string>& known);

// The error message for an unknown name: "found 'x', expected one of: a, b" and did_you_mean.
std::string unknown_name(std::string_view found, const std::vector<std::string>& known);

}  // namespace reprise
