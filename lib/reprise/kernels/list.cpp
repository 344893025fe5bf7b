// The only file that names the backends. To add one, create its directory and add a line to each
// list here.
#include "reprise/kernels/list.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/blas/backend.hpp"
#include "reprise/kernels/eigen/backend.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"
#if REPRISE_HAS_ONEDNN
#include "reprise/kernels/onednn/backend.hpp"
#endif

namespace reprise {

namespace {

// All operations except the products of dense matrices, and of sparse ones too.
const std::vector<std::string_view> kNotDense{kOperations.begin() + 3, kOperations.end()};
const std::vector<std::string_view> kNoProducts{kOperations.begin() + 5, kOperations.end()};

constexpr std::string_view kBlasFile = "blas:";

BackendState always(const std::string&) { return {.threaded = true}; }
BackendState on_one_thread(const std::string&) { return {.threaded = false}; }

#if REPRISE_HAS_ONEDNN
// The least that oneDNN 2.6 and 3.x require of an x86-64 processor.
bool onednn_runs_here() { return __builtin_cpu_supports("sse4.1") > 0; }
#endif

BackendState look_for_onednn(const std::string&) {
#if REPRISE_HAS_ONEDNN
  return {true, onednn_runs_here() ? "" : "this processor lacks SSE4.1"};
#else
  return {true, "not in this build; install libdnnl-dev and rebuild"};
#endif
}

// Only some builds of oneDNN have products for sparse matrices (onednn/sparse.hpp).
bool onednn_is_sparse() {
#if REPRISE_HAS_ONEDNN
  return onednn_runs_here() && onednn_has_sparse();
#else
  return false;
#endif
}

BackendState look_for_blas(const std::string& name) {
  const BlasPlace place = place_of_blas(name);
  return {place.family != nullptr && place.family->threaded, place.missing};
}

// The backend of a BLAS: a family, the system's or a file.
BackendInfo blas(std::string_view name, std::string_view about, bool sparse = false) {
  return {.name = std::string(name),
          .about = std::string(about),
          .float64 = true,
          .has_isas = false,
          .same_bits_on_any_threads = false,
          .reference_bits = false,
          .borrowed_operations = sparse ? kNoProducts : kNotDense,
          .borrowed_from = "openmp",
          .is_blas = true,
          .look = look_for_blas};
}

std::vector<BackendInfo> all_backends() {
  std::vector<BackendInfo> list{
      {.name = "openmp",
       .about = "our own SIMD kernels on a team of threads, float32 and float64",
       .float64 = true,
       .has_isas = true,
       .same_bits_on_any_threads = true,
       .reference_bits = true,
       .look = always},
      {.name = "onednn",
       .about = onednn_is_sparse() ? "dense and sparse layers with oneDNN's matmul, float32"
                                   : "dense layers with oneDNN's matmul, float32",
       .float64 = false,
       .has_isas = false,
       .same_bits_on_any_threads = false,
       .reference_bits = false,
       .borrowed_operations = onednn_is_sparse() ? kNoProducts : kNotDense,
       .borrowed_from = "openmp",
       .look = look_for_onednn}};
  for (const BlasFamily& family : blas_families()) {
    list.push_back(blas(family.name, family.about, family.sparse));
  }
  list.push_back(
      blas("blas", "dense layers with the gemm of the system's BLAS, float32 and float64"));
  list.push_back({.name = "eigen",
                  .about = "dense and sparse layers with Eigen's products, float32 and float64",
                  .float64 = true,
                  .has_isas = true,
                  .same_bits_on_any_threads = false,
                  .reference_bits = false,
                  .borrowed_operations = kNoProducts,
                  .borrowed_from = "openmp",
                  .look = always});
  list.push_back({.name = "reference",
                  .about = "plain loops on one thread, float32 and float64",
                  .float64 = true,
                  .has_isas = false,
                  .same_bits_on_any_threads = true,
                  .reference_bits = true,
                  .look = on_one_thread});
  return list;
}

}  // namespace

bool BackendInfo::implements(std::string_view operation) const {
  return std::ranges::find(borrowed_operations, operation) == borrowed_operations.end();
}

const BackendState& BackendInfo::state() const {
  static std::mutex mutex;
  static std::map<std::string, BackendState> states;
  const std::scoped_lock lock(mutex);
  auto found = states.find(name);
  if (found == states.end()) found = states.emplace(name, look(name)).first;
  return found->second;
}

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> list = all_backends();
  return list;
}

std::vector<BackendInfo> default_backends() {
  std::vector<BackendInfo> all;
  for (const BackendInfo& backend : backends()) {
    if (backend.is_blas && backend.name != "blas") continue;
    if (backend.unavailable_reason().empty()) all.push_back(backend);
  }
  return all;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends()) {
    names.push_back(backend.name);
    if (backend.name == "blas") names.emplace_back("blas:FILE");
  }
  return names;
}

bool is_backend_name(std::string_view name) {
  return name.starts_with(kBlasFile) ||
         std::ranges::find(backends(), name, &BackendInfo::name) != backends().end();
}

const BackendInfo& find_backend(std::string_view name) {
  if (!is_backend_name(name)) throw Error("backend: " + unknown_name(name, backend_names()));
  const auto listed = std::ranges::find(backends(), name, &BackendInfo::name);
  if (listed != backends().end()) return *listed;
  static std::mutex mutex;
  static std::map<std::string, BackendInfo, std::less<>> files;
  const std::scoped_lock lock(mutex);
  auto found = files.find(name);
  if (found == files.end()) {
    const std::string about = "dense layers with the gemm of " + std::string(name.substr(5));
    found = files.emplace(std::string(name), blas(name, about)).first;
  }
  return found->second;
}

const BackendInfo& usable_backend(std::string_view name) {
  const BackendInfo& backend = find_backend(name);
  if (!backend.unavailable_reason().empty()) {
    throw Error("backend '" + printable(name) + "': " + backend.unavailable_reason(),
                ExitCode::missing);
  }
  return backend;
}

std::vector<BackendLibrary> backend_libraries() {
  std::vector<BackendLibrary> libraries;
#if REPRISE_HAS_ONEDNN
  libraries.push_back({"onednn", onednn_version()});
#endif
  libraries.push_back({"eigen", eigen_version()});
  if (const BlasLibrary* blas = BlasLibrary::loaded()) {
    libraries.push_back({blas->backend(), blas->facts().file + " (" + blas->description() + ")"});
  }
  return libraries;
}

std::string library_of(const BackendInfo& backend, std::string_view isa) {
  usable_backend(backend.name);
  if (backend.is_blas) return BlasLibrary::of(backend.name).description();
#if REPRISE_HAS_ONEDNN
  if (backend.name == "onednn")
    return "oneDNN " + onednn_version() + ", kernels for " + onednn_kernels();
#endif
  if (backend.name == "eigen") {
    return "Eigen " + eigen_version() + " " + std::string(find_isa(isa).name);
  }
  return "";
}

int usable_threads(const BackendInfo& backend, int wanted) {
  if (wanted == 1 || !backend.threaded()) return 1;
  return backend.is_blas ? BlasLibrary::of(backend.name).usable_threads(wanted) : wanted;
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
  if (info.name == "eigen")
    return std::make_unique<EigenBackend<T>>(team, find_isa(options.isa).name);
  if (info.is_blas) {
    return std::make_unique<BlasBackend<T>>(team, find_isa(options.isa).name, info.name,
                                            info.implements("csr_forward"));
  }
  return std::make_unique<ReferenceBackend<T>>(options.summation);
}

template std::unique_ptr<Backend<float>> make_backend(std::string_view, Team&,
                                                      const BackendOptions&);
template std::unique_ptr<Backend<double>> make_backend(std::string_view, Team&,
                                                       const BackendOptions&);

}  // namespace reprise
