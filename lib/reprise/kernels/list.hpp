// The list of backends: flags, help, tests and benchmarks iterate it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"

namespace reprise {

// Version of the arithmetic: whoever changes a bit of any backend's results raises it, so that a
// sweep does not go on with runs that would come out otherwise now (tests/nn/arithmetic_test.cpp
// notices).
inline constexpr int kArithmetic = 1;

struct BackendInfo {
  std::string_view name;
  std::string_view about;
  bool float64;   // computes in double as well
  bool threaded;  // uses more than one thread
};

// The default first, the reference last.
const std::vector<BackendInfo>& backends();

// Throws Error (exit code 2) with the known names if there is no such backend.
const BackendInfo& find_backend(std::string_view name);

// `team` must outlive the backend. `summation` concerns the reference alone. Throws Error if the
// backend does not compute in T.
template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         Summation summation = Summation::ascending);

}  // namespace reprise
