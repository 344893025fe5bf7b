// The fixture of the download tests: a file, a server that offers it, and a target directory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "reprise/data/checksum.hpp"
#include "reprise/data/download.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::testing {

namespace fs = std::filesystem;

constexpr std::size_t kBytes = 40000;

inline std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

class DownloadCase : public ::testing::Test {
 protected:
  DownloadCase() {
    setenv("no_proxy", "*", 1);
    fs::create_directory(folder_);
    std::mt19937 words(1);
    for (std::size_t i = 0; i < kBytes; ++i) content_ += static_cast<char>(words());
    std::ofstream(served_, std::ios::binary) << content_;
    file_ = {"some.npz", kBytes, "sha256", file_digest(served_, "sha256")};
    server_.emplace(served_, scratch_.path() / "log");
  }

  DownloadOptions options(const std::string& behaviour) const {
    DownloadOptions options;
    options.base_url = server_->url(behaviour);
    options.attempts = 3;
    options.first_wait = 0.01;
    options.stall_timeout = 1;
    return options;
  }
  // Expects the complete file and no other file.
  void expect_whole() const {
    EXPECT_TRUE(content_of(folder_ / file_.name) == content_);
    EXPECT_THAT(names_in(folder_), ::testing::ElementsAre(file_.name));
  }
  void expect_fetched(const std::string& behaviour) const {
    EXPECT_EQ(download(file_, folder_, options(behaviour)), folder_ / file_.name);
    expect_whole();
  }
  Error failure(const DownloadOptions& options) const {
    try {
      download(file_, folder_, options);
    } catch (const Error& error) {
      EXPECT_EQ(line_of([&] { throw error; }), error.what());
      return error;
    }
    return Error("no error", ExitCode::done);
  }
  // The error message of a failed download, which must not leave the file behind.
  std::string line(const std::string& behaviour, ExitCode code) const {
    const Error error = failure(options(behaviour));
    EXPECT_EQ(error.exit_code(), code) << error.what();
    EXPECT_THAT(error.what(), ::testing::HasSubstr(server_->url(behaviour) + "some.npz: "));
    EXPECT_FALSE(fs::exists(folder_ / file_.name));
    return error.what();
  }
  fs::path part() const { return folder_ / "some.npz.part"; }
  void write_part(const std::string& content) const {
    std::ofstream(part(), std::ios::binary) << content;
  }
  // Runs `body` in a child process.
  template <class Body>
  pid_t start(Body body) const {
    const pid_t child = fork();
    if (child == 0) {
      int code = 99;
      try {
        code = body();
      } catch (...) {
      }
      _exit(code);
    }
    return child;
  }
  static int exit_code_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void wait_for_part() const {
    std::error_code error;
    while (!fs::exists(part()) || fs::file_size(part(), error) < 1000) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  Scratch scratch_;
  fs::path folder_ = scratch_.path() / "datasets", served_ = scratch_.path() / "served";
  std::string content_;
  DataFile file_;
  std::optional<LoopbackServer> server_;
};

}  // namespace reprise::testing
