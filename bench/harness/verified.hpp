// Results that were held against the reference's before, for a comparison, in which many processes
// run the same benchmarks: a result with the same digest is not verified again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprise::bench {

class VerifiedResults {
 public:
  // The file verified.txt in `folder` has a line "DIGEST NAME" for each result, the digest in hex.
  // It may be missing. Without a folder nothing is known and nothing is kept.
  explicit VerifiedResults(const std::filesystem::path& folder)
      : file_(folder.empty() ? folder : folder / "verified.txt") {}

  bool contains(const std::string& benchmark, std::uint32_t digest) const;
  // Appends a line. A file that cannot be written is no error: the result is verified again then.
  void add(const std::string& benchmark, std::uint32_t digest) const;

 private:
  std::filesystem::path file_;
};

}  // namespace reprise::bench
