#include "tools/reprise/blas_facts.hpp"

#include <fmt/format.h>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/process.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/blas/library.hpp"

namespace reprise::tool {

namespace {

constexpr double kSeconds = 30;  // to load a library

}  // namespace

nlohmann::json facts_of_blas(const std::string& backend) {
  if (!usable_backend(backend).is_blas) {
    throw Error("--library: found '" + printable(backend) +
                "', expected a backend that loads a BLAS");
  }
  const BlasLibrary& library = BlasLibrary::of(backend);
  const BlasFacts& facts = library.facts();
  nlohmann::json json{{"title", facts.title},
                      {"file", facts.file},
                      {"core", facts.core},
                      {"core_forced", facts.core_forced},
                      {"threading", facts.threading},
                      {"integer_bits", facts.integer_bits},
                      {"other_files", place_of_blas(backend).others}};
  const auto threads = library.threads();
  json["threads"] = threads ? nlohmann::json(*threads) : nlohmann::json();
  json["usable_threads"] = usable_threads(usable_backend(backend), default_threads());
  return json;
}

nlohmann::json asked_facts(const BackendInfo& backend) {
  const ProcessResult done =
      run_process({{"/proc/self/exe", "backends", "--library", backend.name}}, kSeconds);
  if (!done.succeeded()) return {{"problem", done.problem()}};
  try {
    return parse_json(done.standard_output, "its facts");
  } catch (const Error& error) {  // the library may have written something, too
    return {{"problem", error.what()}};
  }
}

std::string short_description(const nlohmann::json& facts) {
  const auto text = [&](const char* key) { return facts[key].get<std::string>(); };
  std::string line = text("title");
  if (!text("core").empty()) line += ", kernels for " + text("core");
  if (!text("core_forced").empty()) line += " (forced by " + text("core_forced") + ")";
  return line + ", threads: " + text("threading");
}

std::string line_about(const BackendInfo& backend, const nlohmann::json& facts) {
  if (facts.contains("problem")) {
    return fmt::format("{}: {}", backend.name, facts["problem"].get<std::string>());
  }
  std::string line =
      fmt::format("{}: {}, {}-bit integers, {}", backend.name, short_description(facts),
                  facts["integer_bits"].get<int>(), facts["file"].get<std::string>());
  const BlasFamily* family = place_of_blas(backend.name).family;
  if (family == nullptr) line += "; its threads cannot be set, because we do not know this library";
  if (family != nullptr && family->slow) {
    line += "; this is the slow reference BLAS, not one to compare speed with";
  }
  const std::size_t others = facts["other_files"].size();
  if (others > 0) {
    line += fmt::format("; {} more not used, the first is {}", others,
                        facts["other_files"][0].get<std::string>());
  }
  return line;
}

}  // namespace reprise::tool
