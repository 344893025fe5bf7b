#include "reprise/data/download.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/data/part_file.hpp"
#include "reprise/data/transfer.hpp"

namespace reprise {

namespace {

namespace fs = std::filesystem;

class Download {
 public:
  Download(const DataFile& file, const fs::path& folder, const DownloadOptions& options)
      : file_(file),
        options_(options),
        target_(folder / file.name),
        part_(target_, [this] { note("waiting for another process that downloads it"); }) {}

  fs::path run() {
    if (fs::exists(target_)) {  // the other process has downloaded it meanwhile
      part_.clear();
      return target_;
    }
    if (options_.unverified || part_.size() > file_.bytes) part_.clear();
    bool in_pieces = part_.size() > 0;
    if (part_.size() < file_.bytes || options_.unverified) in_pieces |= fetch();
    std::string found = wrong_digest();
    if (!found.empty() && in_pieces) {
      // the existing part may belong to another file: start over once
      note("the resumed file has a wrong checksum, downloading it again");
      part_.clear();
      fetch();
      found = wrong_digest();
    }
    if (!found.empty()) {
      part_.clear();
      throw Error(fmt::format("{}: found {} {}, expected {}",
                              printable(url_of(options_.base_url, file_.name)), file_.algorithm,
                              found, file_.digest));
    }
    part_.finish();
    return target_;
  }

 private:
  // Downloads the rest of the file; returns whether it arrived in several pieces.
  bool fetch() {
    double wait = options_.first_wait;
    bool in_pieces = false;
    for (int attempt = 1;; ++attempt) {
      const TransferEnd end = transfer(file_, part_, options_);
      if (end.complete) return in_pieces;
      if (options_.unverified) part_.clear();
      if (attempt >= options_.attempts) {
        throw Error(fmt::format("{}: {} (attempt {} of {})",
                                printable(url_of(options_.base_url, file_.name)),
                                printable(end.reason), attempt, options_.attempts),
                    end.code);
      }
      in_pieces |= part_.size() > 0;
      note(fmt::format("{}; attempt {} of {} in {:.1f} s", printable(end.reason), attempt + 1,
                       options_.attempts, wait));
      std::this_thread::sleep_for(std::chrono::duration<double>(wait));
      wait *= 2;
    }
  }

  // The digest of the downloaded file if it is not the expected one, else "".
  std::string wrong_digest() const {
    if (options_.unverified) return "";
    std::string digest = file_digest(part_.path(), file_.algorithm);
    return digest == file_.digest ? "" : digest;
  }

  void note(std::string line) const {
    if (!options_.observer) return;
    options_.observer({file_.name, 0, file_.bytes, 0, std::move(line)});
  }

  const DataFile& file_;
  const DownloadOptions& options_;
  fs::path target_;
  PartFile part_;
};

}  // namespace

std::string default_data_url() {
  const char* set = std::getenv("REPRISE_DATA_URL");
  return set != nullptr && *set != '\0'
             ? set
             : "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";
}

fs::path download(const DataFile& file, const fs::path& folder, const DownloadOptions& options) {
  check_base_url(options.base_url);
  return Download(file, folder, options).run();
}

}  // namespace reprise
