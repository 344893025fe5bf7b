#include "reprise/record/environment.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "reprise/build_info.hpp"
#include "reprise/core/caches.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/machine.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"

extern char** environ;

namespace reprise {

using nlohmann::json;

namespace {

// Read once: it is long where there are many processors, and what is asked for here never changes.
const std::string& cpuinfo() {
  static const std::string text = cpuinfo_text();
  return text;
}

json caches() {
  return {
      {"l1d_bytes", cache_bytes(1)}, {"l2_bytes", cache_bytes(2)}, {"l3_bytes", cache_bytes(3)}};
}

json machine_json() {
  const Machine machine = machine_from(cpuinfo());
  const std::string_view isa = find_isa("").name;
  return {{"id", id_of(machine, isa)},      {"vendor", machine.vendor},
          {"family", machine.family},       {"model", machine.model},
          {"stepping", machine.stepping},   {"processors", machine.processors},
          {"l1d_bytes", machine.l1d_bytes}, {"l2_bytes", machine.l2_bytes},
          {"l3_bytes", machine.l3_bytes},   {"isa", isa}};
}

// All OMP_* and GOMP_* variables that are set. They change times by up to a factor of 90.
json openmp_variables() {
  json set = json::object();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const auto equals = variable.find('=');
    if (variable.starts_with("OMP_") || variable.starts_with("GOMP_")) {
      set[std::string(variable.substr(0, equals))] = variable.substr(equals + 1);
    }
  }
  return set;
}

std::string kernel_release() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {}", name.sysname, name.release) : "unknown";
}

// Library versions: those loaded at run time where a library reports them, else those built with.
json libraries() {
  json versions{
      {"fmt",
       fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                    NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
      {"libcurl", curl_version_info(CURLVERSION_NOW)->version},
      {"libzip", zip_libzip_version()},
      {"libdeflate", LIBDEFLATE_VERSION_STRING},
      {"zlib", zlibVersion()},
      {"openssl", OpenSSL_version(OPENSSL_VERSION)},
      {"glibc", gnu_get_libc_version()}};
  for (const auto& [name, version] : backend_libraries()) versions[std::string(name)] = version;
  return versions;
}

}  // namespace

json environment(std::string_view isa) {
  return {{"version", build_info::kVersion},
          {"commit", build_info::kCommit},
          {"dirty", build_info::kDirty},
          {"cpu", cpuinfo_value(cpuinfo(), "model name")},
          {"cpu_flags", cpuinfo_value(cpuinfo(), "flags")},
          {"machine", machine_json()},
          {"available_cpus", available_cpus()},
          {"isa", isa.empty() ? find_isa("").name : isa},
          {"caches", caches()},
          {"system", kernel_release()},
          {"compiler", build_info::kCompiler},
          {"compiler_flags", build_info::kCompilerFlags},
          {"build_type", build_info::kBuildType},
          {"libraries", libraries()},
          {"openmp", {{"version", openmp_version()}, {"variables", openmp_variables()}}}};
}

std::string machine_id() { return id_of(machine_from(cpuinfo()), find_isa("").name); }

std::string version_line() {
  return fmt::format("{} (commit {}{})", build_info::kVersion, build_info::kCommit,
                     build_info::kDirty ? ", modified" : "");
}

}  // namespace reprise
