// The part `growth` of `reprise bench --full`: time per element as the work grows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

// The largest ratio of the time per element at a size to that at the next smaller one.
inline constexpr double kLargestRise = 1.5;

struct GrowthPoint {
  std::string growth;     // "width"
  std::string contender;  // "openmp, 1 thread"
  std::size_t size = 0;
  double ns = 0, per_element_ns = 0;  // median time of a run, and divided by its elements
  double rise = 0;  // per_element_ns divided by that of the next smaller size; 0 for the smallest
};
// In the order of growths() (bench/cases.hpp), contenders and sizes; sizes without a time are left
// out.
std::vector<GrowthPoint> growth_points(const PartResult& part);

// One line for each point that rises by more than kLargestRise, or a single one that none does.
std::vector<std::string> growth_lines(const PartResult& part);

// The time per element by size, drawn by gnuplot; nothing without the part `growth`. Throws Error
// (exit code 3) if gnuplot is not installed.
void draw_growth(const SuiteResult& result, const std::filesystem::path& file);

}  // namespace reprise::suite
