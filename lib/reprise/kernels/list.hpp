// The list of backends: flags, help, tests and benchmarks iterate it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/summation.hpp"

namespace reprise {

// Version of the arithmetic: whoever changes a bit of any backend's results raises it, so that a
// sweep does not go on with runs that would come out otherwise now (tests/nn/arithmetic_test.cpp
// notices).
inline constexpr int kArithmetic = 1;

// The primitives of a backend, by the names of their functions.
inline constexpr std::array<std::string_view, 9> kOperations{
    "dense_forward",        "dense_backward_data", "dense_backward_weights", "csr_forward",
    "csr_backward_weights", "activation_forward",  "activation_backward",    "loss",
    "optimizer_pass"};

// What a backend claims; tests hold it to that and to no more.
struct BackendInfo {
  std::string_view name;
  std::string_view about;
  bool float64;   // computes in double as well
  bool threaded;  // uses more than one thread
  bool has_isas;  // has kernels for each of isas()
  bool same_bits_on_any_threads;
  bool reference_bits;  // all results are the reference's to the bit
  // Of kOperations, those that are another backend's, with that one's claims. The others are its
  // own.
  std::vector<std::string_view> borrowed_operations = {};
  std::string_view borrowed_from = "";
  std::string unavailable_reason =
      "";  // why it cannot be used here, as words after its name; "" if it can

  bool implements(std::string_view operation) const;
};

// The default first, the reference last.
const std::vector<BackendInfo>& backends();

// Throws Error (exit code 2) with the known names if there is no such backend.
const BackendInfo& find_backend(std::string_view name);

// The same, and throws Error (exit code 3) if this build or this processor has none.
const BackendInfo& usable_backend(std::string_view name);

// A library that computes for one of the backends: e.g. onednn, "2.6.3".
struct BackendLibrary {
  std::string_view name;
  std::string version;
};
std::vector<BackendLibrary> backend_libraries();

struct BackendOptions {
  Summation summation = Summation::ascending;  // of the reference
  std::string_view isa = "";  // of openmp's kernels: one of isas(), or "" for the fastest
  bool fuse = true;           // of openmp: plans that do more than one primitive's work at a time
};

// `team` must outlive the backend. Throws Error if the backend does not compute in T, for an
// unknown instruction set, and (exit code 3) for a backend that this build or processor lacks and
// for an instruction set that this processor lacks.
template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         const BackendOptions& options = {});

}  // namespace reprise
