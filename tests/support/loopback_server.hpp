// Runs tests/data/loopback_server.py as a child process.
#pragma once

#include <fmt/format.h>
#include <sys/types.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/real_data.hpp"

namespace reprise::testing {

class LoopbackServer {
 public:
  // Serves the content of `file` and writes one line per request to `log`. `tls` is
  // "CERTIFICATE KEY", or "" for http.
  LoopbackServer(const std::filesystem::path& file, const std::filesystem::path& log,
                 const std::string& tls = "")
      : scheme_(tls.empty() ? "http" : "https"), log_(log) {
    out_ = popen(fmt::format("exec python3 '{}' '{}' '{}' {}",
                             source_file("tests/data/loopback_server.py").string(), file.string(),
                             log.string(), tls)
                     .c_str(),
                 "r");
    if (out_ == nullptr || std::fscanf(out_, "%d %d", &port_, &process_) != 2) {
      throw std::runtime_error("the loopback server does not start");
    }
  }
  ~LoopbackServer() {
    kill(process_, SIGTERM);
    pclose(out_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // The address at which files are served with this behaviour, e.g. "cut+whole".
  std::string url(const std::string& behaviour) const {
    return fmt::format("{}://127.0.0.1:{}/{}/", scheme_, port_, behaviour);
  }
  // The Range header of each request so far, "" for a request without one.
  std::vector<std::string> ranges() const {
    std::ifstream in(log_);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line.substr(line.find(' ') + 1));
    return all;
  }

 private:
  std::string scheme_;
  std::filesystem::path log_;
  std::FILE* out_ = nullptr;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace reprise::testing
