// The only file that names a backend. Adding one: its folder, and a line in each list here.
#include "reprise/kernels/list.hpp"

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"

namespace reprise {

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> list{
      {"openmp", "own kernels on OpenMP threads, float32 and float64", true, true, true},
      {"reference", "plain loops on one thread, float32 and float64", true, false, false},
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

template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team,
                                         const BackendOptions& options) {
  const BackendInfo& info = find_backend(name);
  if (std::is_same_v<T, double> && !info.float64) {
    throw Error("dtype float64: backend '" + std::string(name) + "' computes in float32 only");
  }
  if (info.name == "openmp") {
    return std::make_unique<OpenmpBackend<T>>(team, find_isa(options.isa).name);
  }
  return std::make_unique<ReferenceBackend<T>>(options.summation);
}

template std::unique_ptr<Backend<float>> make_backend(std::string_view, Team&,
                                                      const BackendOptions&);
template std::unique_ptr<Backend<double>> make_backend(std::string_view, Team&,
                                                       const BackendOptions&);

}  // namespace reprise
