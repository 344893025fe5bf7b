#include "program.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "control.hpp"
#include "measure.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::bench {

namespace {

void register_control() {
  add("control/frozen_1", Cache::warm, [](benchmark::State& state) {
    if (control_frozen_1(1) != kControlFrozen1) {
      state.SkipWithError("wrong answer of the control kernel");
      return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(control_frozen_1(1));
    state.SetLabel("frozen_1");
    state.counters["digest"] = static_cast<double>(kControlFrozen1 & 0xffffffffu);
  });
}

// --row NAME: the settings that the name holds, and a filter for just it.
void restrict_to_row(const std::string& name, std::vector<std::string>& arguments) {
  std::map<std::string, std::string> parts;
  for (std::size_t at = 0; at != std::string::npos;) {
    const auto end = name.find('/', at);
    const std::string part = name.substr(at, end == std::string::npos ? end : end - at);
    if (const auto colon = part.find(':'); colon != std::string::npos) {
      parts[part.substr(0, colon)] = part.substr(colon + 1);
    }
    at = end == std::string::npos ? end : end + 1;
  }
  for (const char* flag : {"backend", "threads", "dtype", "cache", "data"}) {
    const auto found = parts.find(flag);
    if (found == parts.end() || found->second == "random" || found->second == "none") continue;
    arguments.push_back(fmt::format("--{}={}", flag, found->second));
  }
  std::string pattern;
  for (const char c : name) {
    if (std::string_view(".+*?()[]{}|^$\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  arguments.push_back("--benchmark_filter=^" + pattern +
                      "(/process_time)?(/real_time|/manual_time)?$");
}

// Takes --row out of the arguments, wherever it stands.
void take_row(std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string name;
    std::size_t taken = 1;
    if (arguments[i].starts_with("--row=")) {
      name = arguments[i].substr(6);
    } else if (arguments[i] == "--row") {
      if (i + 1 == arguments.size()) throw Error("--row: found nothing, expected a row's name");
      name = arguments[i + 1];
      taken = 2;
    } else {
      continue;
    }
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                    arguments.begin() + static_cast<std::ptrdiff_t>(i + taken));
    restrict_to_row(name, arguments);
    return;
  }
}

void add_context(const Options& options) {
  benchmark::AddCustomContext("reprise", version_line());
  benchmark::AddCustomContext("build_type", environment().at("build_type").get<std::string>());
  benchmark::AddCustomContext("available_cpus", std::to_string(available_cpus()));
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  benchmark::AddCustomContext("OMP_WAIT_POLICY", policy == nullptr ? "default" : policy);
  if (options.peaks) {
    benchmark::AddCustomContext("peak_gflops", fmt::format("{}", options.peaks->gflops));
    benchmark::AddCustomContext("peak_gbytes", fmt::format("{}", options.peaks->gbytes));
  }
}

// Google Benchmark's own report, of the format that its flags ask for, and how many rows failed.
class Counting final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override { return report_->ReportContext(context); }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) failed_ += run.error_occurred ? 1 : 0;
    report_->ReportRuns(runs);
  }
  void Finalize() override { report_->Finalize(); }
  int failed() const { return failed_; }

 private:
  std::unique_ptr<benchmark::BenchmarkReporter> report_{benchmark::CreateDefaultDisplayReporter()};
  int failed_ = 0;
};

}  // namespace

void register_plain(Context& context, const std::string& operation, const std::string& case_name,
                    std::string_view data, const Setting& setting,
                    std::function<PlainBody()> prepare) {
  const auto& cases = context.options.cases;
  if (!cases.empty() && std::ranges::find(cases, case_name) == cases.end()) return;
  const Row row{operation, case_name, "", data, {}, {}};
  const std::string name = row_name(row, setting);
  add(name, setting.cache, [&context, name, setting, prepare](benchmark::State& state) {
    try {
      const auto& body =
          kept<PlainBody>(name, [&] { return std::make_unique<PlainBody>(prepare()); });
      const double seconds = measure(state, setting.cache, body.run);
      state.SetLabel(body.label);
      count(state, context.options, setting.threads, body.work, body.digest, seconds);
    } catch (const Error& error) {
      state.SkipWithError(
          fmt::format("{}; repeat: {}", error.what(), reproducer(context, name)).c_str());
    }
  });
}

int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_rows, const BackendFactory& factory) {
  book::prepare_process(argv);
  const std::string program = std::filesystem::path(argv[0]).filename().string();
  return book::run_main(program, [&] {
    std::vector<std::string> arguments(argv, argv + argc);
    take_row(arguments);
    Options options = parse_options(arguments, program, about);
    SampleStore samples(options);
    Context context{std::move(options), std::move(samples), argv[0], &factory};
    std::vector<char*> rest;
    for (std::string& argument : arguments) rest.push_back(argument.data());
    int count = static_cast<int>(rest.size());
    rest.push_back(nullptr);
    benchmark::Initialize(&count, rest.data());
    add_context(context.options);
    register_control();
    register_rows(context);
    Counting report;
    benchmark::RunSpecifiedBenchmarks(&report);
    return report.failed() == 0 ? ExitCode::done : ExitCode::no;
  });
}

}  // namespace reprise::bench
