#include "bench/harness/verified.hpp"

#include <fmt/format.h>

#include <fstream>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise::bench {

namespace {

std::string line_of(const std::string& benchmark, std::uint32_t digest) {
  return fmt::format("{:08x} {}", digest, benchmark);
}

}  // namespace

bool VerifiedResults::contains(const std::string& benchmark, std::uint32_t digest) const {
  if (file_.empty()) return false;
  try {
    constexpr std::uintmax_t kMostBytes = 16 << 20;
    return ("\n" + read_file(file_, kMostBytes)).find("\n" + line_of(benchmark, digest) + "\n") !=
           std::string::npos;
  } catch (const Error&) {
    return false;
  }
}

void VerifiedResults::add(const std::string& benchmark, std::uint32_t digest) const {
  if (file_.empty()) return;
  std::ofstream(file_, std::ios::app) << line_of(benchmark, digest) + "\n";
}

}  // namespace reprise::bench
