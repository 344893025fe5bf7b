#include "tools/reprise/suite_backends.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/blas/library.hpp"
#include "reprise/kernels/list.hpp"
#include "tools/reprise/blas_facts.hpp"

namespace reprise::tool {

namespace {

using suite::SuiteBackend;

// With what its library says of itself. A child process asks a BLAS.
SuiteBackend described(const BackendInfo& backend) {
  SuiteBackend entry{backend.name, backend.threaded() ? default_threads() : 1, "",
                     backend.unavailable_reason()};
  if (!entry.left_out.empty()) return entry;
  if (!backend.is_blas) {
    entry.library = library_of(backend);
    return entry;
  }
  const nlohmann::json facts = asked_facts(backend);
  if (facts.contains("problem")) {
    entry.left_out = facts["problem"].get<std::string>();
  } else {
    entry.library = short_description(facts);
    entry.threads = facts["usable_threads"];
  }
  return entry;
}

bool is_slow(const BackendInfo& backend) {
  const BlasFamily* const family = backend.is_blas ? place_of_blas(backend.name).family : nullptr;
  return family != nullptr && family->slow;
}

}  // namespace

std::vector<SuiteBackend> suite_backends(const std::vector<std::string>& names) {
  std::vector<SuiteBackend> all;
  for (const std::string& name : names) {
    if (std::ranges::find(all, name, &SuiteBackend::name) != all.end()) continue;
    all.push_back(described(usable_backend(name)));
    if (!all.back().left_out.empty()) {
      throw Error("backend '" + printable(name) + "': " + all.back().left_out, ExitCode::missing);
    }
  }
  if (!names.empty()) return all;
  for (const BackendInfo& backend : backends()) {
    if (backend.name == "reference") continue;
    SuiteBackend entry = described(backend);
    // Debian's alternatives are other files than the libraries themselves, so what they say counts
    const bool is_known = backend.is_blas && std::ranges::find(all, entry.library,
                                                               &SuiteBackend::library) != all.end();
    if (entry.left_out.empty() && is_slow(backend)) {
      entry.left_out = "it is the slow reference BLAS";
    } else if (entry.left_out.empty() && is_known) {
      entry.left_out = "it is " + entry.library + ", which is measured under its own name";
    }
    all.push_back(entry);
  }
  return all;
}

}  // namespace reprise::tool
