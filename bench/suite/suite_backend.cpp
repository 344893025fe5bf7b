#include "bench/suite/suite_backend.hpp"

namespace reprise::suite {

std::vector<ThreadSetting> thread_settings(const SuiteBackend& backend) {
  const ThreadSetting sleeping{"sleeping", {{"OMP_WAIT_POLICY", "passive"}}};
  const ThreadSetting spinning{"spinning", {{"OMP_WAIT_POLICY", "active"}}};
  if (backend.name == "openmp") return {sleeping, spinning};  // it binds its threads itself
  const bool pthreads = backend.library.find("threads: pthreads") != std::string::npos;
  if (pthreads && backend.library.starts_with("OpenBLAS")) {
    // 2^4 cycles of spinning before a thread sleeps, and 2^28
    const auto timeout = [&](ThreadSetting setting, const char* cycles) {
      setting.environment = {{"OMP_WAIT_POLICY", "passive"}, {"OPENBLAS_THREAD_TIMEOUT", cycles}};
      return setting;
    };
    return {timeout(sleeping, "4"), timeout(spinning, "28")};
  }
  if (pthreads) return {{"", sleeping.environment}};  // BLIS starts its threads for each product
  const auto bound = [](ThreadSetting setting) {
    setting.name += ", bound";
    setting.environment.emplace_back("OMP_PROC_BIND", "close");
    setting.environment.emplace_back("OMP_PLACES", "threads");
    return setting;
  };
  return {sleeping, spinning, bound(sleeping), bound(spinning)};
}

}  // namespace reprise::suite
