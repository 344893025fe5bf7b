// The list of backends, over which flags, help texts, tests and benchmarks iterate.
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

// Version of the arithmetic. A change to any bit of any backend's results must increase it, so that
// no sweep continues with runs that would differ now. tests/nn/arithmetic_test.cpp checks this.
inline constexpr int kArithmetic = 2;

// The primitives of a backend, by function name.
inline constexpr std::array<std::string_view, 9> kOperations{
    "dense_forward",        "dense_backward_data", "dense_backward_weights", "csr_forward",
    "csr_backward_weights", "activation_forward",  "activation_backward",    "loss",
    "optimizer_pass"};

// What a backend is on this machine.
struct BackendState {
  bool threaded;  // uses more than one thread
  // Why the backend cannot run here, to follow its name in a message; "" if it can.
  std::string unavailable_reason = "";
};

// The guarantees of a backend. Tests check each of them.
struct BackendInfo {
  std::string name;
  std::string about;
  bool float64;                   // supports double as well as float
  bool has_isas;                  // has kernels for every instruction set of isas()
  bool same_bits_on_any_threads;  // results do not depend on the number of threads
  bool reference_bits;            // all results are bit-identical to the reference's
  // Operations that call the kernels of the backend `borrowed_from` and share its guarantees. This
  // backend implements all other operations of kOperations itself.
  std::vector<std::string_view> borrowed_operations = {};
  std::string_view borrowed_from = "";
  bool is_blas = false;  // loads a BLAS, of which a process can have one
  // Looks for the backend's library, without loading it. Called once, when it is first needed,
  // because that reads files.
  BackendState (*look)(const std::string& name) = nullptr;

  bool implements(std::string_view operation) const;
  const BackendState& state() const;
  bool threaded() const { return state().threaded; }
  const std::string& unavailable_reason() const { return state().unavailable_reason; }
};

// The default backend first, the reference last.
const std::vector<BackendInfo>& backends();

// The backends that can run here and share a process: of those that load a BLAS only "blas".
std::vector<BackendInfo> default_backends();

// The names that find_backend takes, with "blas:FILE" for the form that names a file.
std::vector<std::string> backend_names();
bool is_backend_name(std::string_view name);

// A backend of the list, or "blas:FILE" for a BLAS in a file. Throws Error (exit code 2) with the
// known names if there is no such backend.
const BackendInfo& find_backend(std::string_view name);

// As find_backend, but also throws Error (exit code 3) if this build or processor cannot run it.
const BackendInfo& usable_backend(std::string_view name);

// The library that a backend calls: for example "onednn" and "2.6.3". A BLAS is listed if this
// process has loaded it.
struct BackendLibrary {
  std::string name;
  std::string version;
};
std::vector<BackendLibrary> backend_libraries();

// What decides the bits of a backend besides its own code: library, version and kernels, for
// example "OpenBLAS 0.3.21, kernels for Haswell, threads: pthreads", or "" if it calls no library.
// `isa` as in BackendOptions, for Eigen. Loads a BLAS, and throws Error as make_backend does.
std::string library_of(const BackendInfo& backend, std::string_view isa = "");

// How many of `wanted` threads the backend uses. Loads a BLAS, which may be built for one thread.
int usable_threads(const BackendInfo& backend, int wanted);

struct BackendOptions {
  Summation summation = Summation::ascending;  // order of the reference backend's sums
  std::string_view isa = "";  // for openmp's kernels: a name in isas(), or "" for the fastest
  bool fuse = true;           // whether openmp may use fused plans (openmp/backend.hpp)
};

// `team` must outlive the backend. Throws Error if the backend does not support T or the
// instruction set is unknown, and Error with exit code 3 if this build or processor cannot run the
// backend or this processor lacks the instruction set.
template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         const BackendOptions& options = {});

}  // namespace reprise
