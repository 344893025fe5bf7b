#include "bench/harness/console.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <string_view>

namespace reprise::bench {

namespace {

// The value of the last "--NAME=VALUE", "true" for "--NAME", or `otherwise`.
std::string value_of(const std::vector<std::string>& arguments, const std::string& flag,
                     const std::string& otherwise) {
  std::string value = otherwise;
  for (const std::string& argument : arguments) {
    if (argument == flag) value = "true";
    if (argument.starts_with(flag + "=")) value = argument.substr(flag.size() + 1);
  }
  return value;
}

// As Google Benchmark reads the value of a flag.
bool is_true(const std::string& value) {
  return !value.empty() && std::string_view("nNfF0").find(value.front()) == std::string_view::npos;
}

class Console final : public benchmark::ConsoleReporter {
 public:
  using ConsoleReporter::ConsoleReporter;

  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown = runs;
    for (Run& run : shown) {
      run.run_name.time_type.clear();
      run.counters.erase("digest");
    }
    ConsoleReporter::ReportRuns(shown);
  }
};

}  // namespace

std::unique_ptr<benchmark::BenchmarkReporter> console_reporter(
    const std::vector<std::string>& arguments) {
  if (value_of(arguments, "--benchmark_format", "console") != "console") return nullptr;
  const std::string color = value_of(arguments, "--benchmark_color", "auto");
  const bool colored = color == "auto" ? isatty(STDOUT_FILENO) == 1 : is_true(color);
  int options = colored ? benchmark::ConsoleReporter::OO_Color : 0;
  if (is_true(value_of(arguments, "--benchmark_counters_tabular", "false")))
    options |= benchmark::ConsoleReporter::OO_Tabular;
  return std::make_unique<Console>(static_cast<benchmark::ConsoleReporter::OutputOptions>(options));
}

}  // namespace reprise::bench
