// Looks like a Google Benchmark program and behaves as its first argument says. It measures nothing
// and starts within a millisecond or two, so that a test can run many gates.
//
//   made_bench good [FACTOR] | fewer | skip | error | bits | crash | crash-late | hang | silent |
//              cut | foreign | renamed | others | depends [FACTOR]
//
// $FAKE_FOLDER has a file for each behaviour, in which every run leaves a byte.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

std::string value_of(int argc, char** argv, const std::string& flag) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with(flag)) return argument.substr(flag.size());
  }
  return "";
}

// Time that differs by one per cent from process to process.
std::string entry(const std::string& name, double factor, const std::string& more) {
  static std::mt19937 random(static_cast<unsigned>(
      std::chrono::steady_clock::now().time_since_epoch().count() ^ getpid()));
  const double time = 100 * factor * std::uniform_real_distribution<double>(0.99, 1.01)(random);
  return R"({"name": ")" + name + R"(", "run_name": ")" + name +
         R"(", "run_type": "iteration", "iterations": 1, "real_time": )" + std::to_string(time) +
         R"(, "cpu_time": 100, "time_unit": "ns")" + more + "}";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string behaviour = argc > 1 ? argv[1] : "good";
  const std::string file = value_of(argc, argv, "--benchmark_out=");
  const char* folder = std::getenv("FAKE_FOLDER");
  if (folder == nullptr) return 2;  // no test runs it
  const std::string counted = std::string(folder) + "/" + behaviour + ".count";
  std::ofstream(counted, std::ios::app) << '.';
  const bool late = std::filesystem::file_size(counted) > 3;
  const double factor = argc > 2 && argv[2][0] != '-' ? std::atof(argv[2]) : 1;

  std::string of_slow = R"(, "digest": 7.0)", of_same = R"(, "digest": 8.0)", name = "same";
  if (behaviour == "bits") of_slow = R"(, "digest": 9.0)";
  if (behaviour == "error")
    of_slow += R"(, "error_occurred": true, "error_message": "wrong answer")";
  if (behaviour == "skip") of_slow += R"(, "skipped": true, "skip_message": "no such unit here")";
  if (behaviour == "renamed" && late) name = "other";
  // the benchmark "slow" needs what "same" prepares
  const std::string filter = value_of(argc, argv, "--benchmark_filter=");
  if (behaviour == "depends" && !filter.empty() && filter.find("same") == std::string::npos) {
    of_slow += R"(, "error_occurred": true, "error_message": "nothing is prepared")";
  }
  const std::string slow = entry(behaviour == "others" ? "slow/2" : "slow", factor, of_slow),
                    same = entry(name, 1, of_same);
  const std::string start =
      R"x({"context": {"reprise": "1.0.0 (commit 0123456)"}, "benchmarks": [)x";
  std::string text = start +
                     (behaviour == "fewer"    ? same
                      : behaviour == "others" ? slow
                                              : slow + ", " + same) +
                     "]}\n";
  if (behaviour == "foreign") text = R"({"hello": "world"})";
  if (behaviour == "cut") text.resize(80);
  if (behaviour == "crash" || (behaviour == "crash-late" && late)) {
    if (behaviour == "crash-late") std::ofstream(file) << start << slow << ',';
    std::fputs("about to crash\n", stderr);
    std::raise(SIGSEGV);
  }
  if (behaviour == "hang") sleep(100);
  if (behaviour != "silent") std::ofstream(file) << text;
  return 0;
}
