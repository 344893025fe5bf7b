// The value of a setting as a part of a benchmark's name, whose parts '/' separates: a backend may
// be "blas:/opt/lib.so", which becomes "blas:%2Fopt%2Flib.so".
#pragma once

#include <string>

namespace reprise::bench {

std::string name_part(const std::string& text);
std::string text_of_name_part(std::string part);

}  // namespace reprise::bench
