// The only file that names a backend. Adding one: its folder, and a line in each list here.
#include "reprise/kernels/list.hpp"

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"

namespace reprise {

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> list{
      {"openmp", "own kernels on OpenMP threads, float32", false, true},
      {"reference", "plain loops on one thread, float32 and float64", true, false},
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
std::unique_ptr<Backend<T>> make_backend(std::string_view name, Team& team, Summation summation) {
  const BackendInfo& info = find_backend(name);
  if constexpr (std::is_same_v<T, float>) {
    if (info.name == "openmp") return std::make_unique<OpenmpBackend>(team);
  } else if (!info.float64) {
    throw Error("dtype float64: backend '" + std::string(name) +
                "' computes in float32 only, expected 'reference'");
  }
  return std::make_unique<ReferenceBackend<T>>(summation);
}

template std::unique_ptr<Backend<float>> make_backend(std::string_view, Team&, Summation);
template std::unique_ptr<Backend<double>> make_backend(std::string_view, Team&, Summation);

}  // namespace reprise
