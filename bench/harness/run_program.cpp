#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/harness/console.hpp"
#include "bench/harness/control.hpp"
#include "bench/harness/measure.hpp"
#include "bench/harness/requests.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::bench {

namespace {

void register_control(Context& context) {
  const std::string name = "control/frozen_1";
  context.names.push_back(name);
  register_timed(name, Cache::warm, [&context, name](benchmark::State& state) {
    if (control_frozen_1(1) != kControlFrozen1) {
      fail(state, context, name,
           "wrong answer: the control kernel's result differs from the frozen one");
      return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(control_frozen_1(1));
    const auto digest = static_cast<std::uint32_t>(kControlFrozen1 & 0xffffffffu);
    set_label(state, "frozen_1", digest);
    state.counters["digest"] = digest;
  });
}

void add_context(const Context& context) {
  const Options& options = context.options;
  benchmark::AddCustomContext("reprise", version_line());
  benchmark::AddCustomContext("build_type", environment().at("build_type").get<std::string>());
  benchmark::AddCustomContext("available_cpus", std::to_string(available_cpus()));
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  benchmark::AddCustomContext("OMP_WAIT_POLICY", policy == nullptr ? "default" : policy);
  if (options.peaks) {
    benchmark::AddCustomContext("peak_gflops", fmt::format("{}", options.peaks->gflops));
    benchmark::AddCustomContext("peak_gbytes", fmt::format("{}", options.peaks->gbytes));
  }
  // the reader replaces NAME by the name of a benchmark
  benchmark::AddCustomContext("repeat", reproducer(context, "NAME"));
}

// A library that was asked for and cannot be loaded, or has too few threads, is one line and exit
// code 3, and not an error of each benchmark. One float32 backend of each tells.
void require_backends(const Context& context) {
  const Options& options = context.options;
  if (!options.backends_given || options.threads.empty()) return;
  for (const std::string& backend : options.backends) {
    Team team(*std::ranges::max_element(options.threads));
    context.factory->make_float(backend, team, options.isa);
  }
}

}  // namespace

int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_benchmarks,
                const BackendFactory& factory) {
  cli::prepare_process();
  const std::string program = std::filesystem::path(argv[0]).filename().string();
  return cli::run_main(program, [&] {
    std::vector<std::string> arguments(argv, argv + argc);
    const auto name = take_benchmark_name(arguments);
    Options options = parse_options(arguments, program, about);
    SampleStore samples(options);
    Context context{std::move(options), std::move(samples), argv[0], &factory};
    register_control(context);
    register_benchmarks(context);
    check_requests(context, name);
    require_backends(context);
    check_filter(context, arguments);
    benchmark::SetDefaultTimeUnit(benchmark::kMicrosecond);
    std::vector<std::string> given = arguments;  // Initialize removes the flags that it knows
    std::vector<char*> rest;
    for (std::string& argument : given) rest.push_back(argument.data());
    int count = static_cast<int>(rest.size());
    rest.push_back(nullptr);
    benchmark::Initialize(&count, rest.data());
    if (count > 1) {
      throw Error(
          fmt::format("'{}': not accepted by this version of Google Benchmark (--help lists its "
                      "flags)",
                      printable(rest[1])));
    }
    add_context(context);
    const auto console = console_reporter(arguments);
    benchmark::RunSpecifiedBenchmarks(console.get());
    return context.failed == 0 ? ExitCode::done : ExitCode::no;
  });
}

}  // namespace reprise::bench
