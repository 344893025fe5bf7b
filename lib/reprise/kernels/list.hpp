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
  bool has_isas;  // has kernels for each of isas()
};

// The default first, the reference last.
const std::vector<BackendInfo>& backends();

// Throws Error (exit code 2) with the known names if there is no such backend.
const BackendInfo& find_backend(std::string_view name);

struct BackendOptions {
  Summation summation = Summation::ascending;  // of the reference
  std::string_view isa = "";  // of the openmp backend: one of isas(), or "" for the fastest
};

// `team` must outlive the backend. Throws Error if the backend does not compute in T, for an
// unknown instruction set, and (exit code 3) for one that this processor lacks.
template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         const BackendOptions& options = {});

}  // namespace reprise
