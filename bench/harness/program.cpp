#include "bench/harness/program.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/harness/control.hpp"
#include "bench/harness/measure.hpp"
#include "bench/harness/requests.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::bench {

namespace {

// Quotes `text` so that a shell takes it as one argument.
std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./:=,+@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

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

}  // namespace

std::string reproducer(const Context& context, const std::string& name) {
  std::string line = quoted(context.program);
  if (context.options.data_dir) {
    line += " --data-dir " + quoted(context.options.data_dir->string());
  }
  if (!context.options.isa.empty()) line += " --isa " + quoted(context.options.isa);
  return line + " --row " + quoted(name);
}

bool takes_case(Context& context, const std::string& name) {
  if (std::ranges::find(context.cases, name) == context.cases.end()) context.cases.push_back(name);
  const auto& wanted = context.options.cases;
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

void add_benchmark(Context& context, const std::string& name, const Setting& setting,
                   std::function<void(benchmark::State&)> body) {
  context.names.push_back(name);
  context.settings.push_back(setting);
  register_timed(name, setting.cache, std::move(body));
}

void fail(benchmark::State& state, Context& context, const std::string& name,
          const std::string& line) {
  ++context.failed;  // counted here, because Google Benchmark's reports differ between versions
  state.SkipWithError(fmt::format("{}; repeat: {}", line, reproducer(context, name)).c_str());
}

void register_plain(Context& context, const std::string& operation, const std::string& case_name,
                    std::string_view data, const Setting& setting,
                    std::function<PlainBenchmark()> prepare) {
  if (!takes_case(context, case_name)) return;
  const std::string name = benchmark_name(operation, case_name, data, setting);
  add_benchmark(
      context, name, setting, [&context, name, setting, prepare](benchmark::State& state) {
        try {
          const auto& plain = prepared_once<PlainBenchmark>(
              name, [&] { return std::make_unique<PlainBenchmark>(prepare()); });
          const double seconds = measure(state, setting.cache, {}, plain.run);
          const std::uint32_t digest = plain.last_digest ? *plain.last_digest : plain.digest;
          set_label(state, plain.label, digest);
          set_counters(state, context.options, setting.threads, plain.work, digest, seconds);
        } catch (const Error& error) {
          fail(state, context, name, error.what());
        }
      });
}

int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_benchmarks,
                const BackendFactory& factory) {
  cli::prepare_process(argv);
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
    benchmark::RunSpecifiedBenchmarks();
    return context.failed == 0 ? ExitCode::done : ExitCode::no;
  });
}

}  // namespace reprise::bench
