#include "bench/harness/program.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "bench/harness/measure.hpp"
#include "reprise/core/error.hpp"

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
          if (plain.limit > 0 && seconds > 0)
            state.counters["%limit"] = 100 * plain.limit / seconds;
        } catch (const Error& error) {
          fail(state, context, name, error.what());
        }
      });
}

}  // namespace reprise::bench
