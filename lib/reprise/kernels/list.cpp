// The only file that names the backends. To add one, create its directory and add a line to each
// list here.
#include "reprise/kernels/list.hpp"

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"
#if REPRISE_HAS_ONEDNN
#include "reprise/kernels/onednn/backend.hpp"
#endif
#if REPRISE_HAS_BLAS
#include "reprise/kernels/blas/backend.hpp"
#endif

namespace reprise {

namespace {

// All operations except the products of dense matrices.
const std::vector<std::string_view> kNotDense{kOperations.begin() + 3, kOperations.end()};

// Why onednn cannot run here, or "".
std::string onednn_missing() {
#if REPRISE_HAS_ONEDNN
  // the least that oneDNN 2.6 and 3.x require of an x86-64 processor
  return __builtin_cpu_supports("sse4.1") > 0 ? "" : "this processor lacks SSE4.1";
#else
  return "not in this build; install libdnnl-dev and rebuild";
#endif
}

std::string blas_missing() {
#if REPRISE_HAS_BLAS
  return "";
#else
  return "not in this build; install libblas-dev and rebuild";
#endif
}

bool blas_has_threads() {
#if REPRISE_HAS_BLAS
  return blas_library().set_threads != nullptr;
#else
  return false;
#endif
}

}  // namespace

bool BackendInfo::implements(std::string_view operation) const {
  return std::ranges::find(borrowed_operations, operation) == borrowed_operations.end();
}

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> list{
      {.name = "openmp",
       .about = "our own SIMD kernels on a team of threads, float32 and float64",
       .float64 = true,
       .threaded = true,
       .has_isas = true,
       .same_bits_on_any_threads = true,
       .reference_bits = true},
      {.name = "onednn",
       .about = "dense layers with oneDNN's matmul, float32",
       .float64 = false,
       .threaded = true,
       .has_isas = false,
       .same_bits_on_any_threads = false,
       .reference_bits = false,
       .borrowed_operations = kNotDense,
       .borrowed_from = "openmp",
       .unavailable_reason = onednn_missing()},
      {.name = "blas",
       .about = "dense layers with the gemm of the system's BLAS, float32 and float64",
       .float64 = true,
       .threaded = blas_has_threads(),
       .has_isas = false,
       .same_bits_on_any_threads = false,
       .reference_bits = false,
       .borrowed_operations = kNotDense,
       .borrowed_from = "openmp",
       .unavailable_reason = blas_missing()},
      {.name = "reference",
       .about = "plain loops on one thread, float32 and float64",
       .float64 = true,
       .threaded = false,
       .has_isas = false,
       .same_bits_on_any_threads = true,
       .reference_bits = true},
  };
  return list;
}

const BackendInfo& find_backend(std::string_view name) {
  std::vector<std::string> known;
  for (const BackendInfo& backend : backends()) {
    if (backend.name == name) return backend;
    known.emplace_back(backend.name);
  }
  throw Error("backend: " + unknown_name(name, known));
}

const BackendInfo& usable_backend(std::string_view name) {
  const BackendInfo& backend = find_backend(name);
  if (!backend.unavailable_reason.empty()) {
    throw Error("backend '" + std::string(name) + "': " + backend.unavailable_reason,
                ExitCode::missing);
  }
  return backend;
}

std::vector<BackendLibrary> backend_libraries() {
  std::vector<BackendLibrary> libraries;
#if REPRISE_HAS_ONEDNN
  libraries.push_back({"onednn", onednn_version()});
#endif
#if REPRISE_HAS_BLAS
  const auto& [file, version, set_threads] = blas_library();
  libraries.push_back({"blas", version.empty() ? file : file + " (" + version + ")"});
#endif
  return libraries;
}

template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         const BackendOptions& options) {
  const BackendInfo& info = usable_backend(name);
  if (std::is_same_v<T, double> && !info.float64) {
    throw Error("dtype float64: backend '" + std::string(name) + "' computes in float32 only");
  }
  if (info.name == "openmp") {
    return std::make_unique<OpenmpBackend<T>>(team, find_isa(options.isa).name, options.fuse);
  }
#if REPRISE_HAS_ONEDNN
  if constexpr (std::is_same_v<T, float>) {
    if (info.name == "onednn")
      return std::make_unique<OnednnBackend>(team, find_isa(options.isa).name);
  }
#endif
#if REPRISE_HAS_BLAS
  if (info.name == "blas") {
    return std::make_unique<BlasBackend<T>>(team, find_isa(options.isa).name);
  }
#endif
  return std::make_unique<ReferenceBackend<T>>(options.summation);
}

template std::unique_ptr<Backend<float>> make_backend(std::string_view, Team&,
                                                      const BackendOptions&);
template std::unique_ptr<Backend<double>> make_backend(std::string_view, Team&,
                                                       const BackendOptions&);

}  // namespace reprise
