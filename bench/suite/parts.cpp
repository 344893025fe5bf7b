#include "bench/suite/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::suite {

namespace {

struct Configuration {
  std::string backend;  // "": the program uses no backend
  int threads;
  ThreadSetting waiting = {"", {{"OMP_WAIT_POLICY", "passive"}}};
  int cpus = 0;  // that the program may use; 0 where the part does not compare with it

  std::string wait_policy() const {
    for (const auto& [name, value] : waiting.environment) {
      if (name == "OMP_WAIT_POLICY") return value;
    }
    return "passive";
  }
};

// What the processes of a part have in common, and the configurations in which they differ.
struct PartPlan {
  std::string name, program, filter;
  std::vector<Configuration> configurations;
  double weight = 1;
  double min_time = 0.01;  // of each benchmark, seconds
  int repetitions = 5;
  int rounds = 16;
  std::vector<std::string> flags = {};
};

// "openmp, 2 threads, spinning"
std::string display_name(const Configuration& c) {
  return fmt::format("{}, {} thread{}{}", c.backend, c.threads, c.threads == 1 ? "" : "s",
                     c.waiting.name.empty() ? "" : ", " + c.waiting.name);
}

// "OMP_WAIT_POLICY=passive bench_dense"
std::string command_text(const Configuration& c, const std::string& program) {
  std::string text;
  for (const auto& [name, value] : c.waiting.environment) text += name + "=" + value + " ";
  return text + program;
}

class PartMaker {
 public:
  explicit PartMaker(const SuiteOptions& options) : options_(options) {}

  Part make(const PartPlan& plan) const {
    const auto file = options_.programs / plan.program;
    if (find_program(file.string()).empty()) {
      throw Error(fmt::format("{}: not found, expected it in the directory of reprise (building it "
                              "needs the package libbenchmark-dev)",
                              file.string()),
                  ExitCode::missing);
    }
    Part part{plan.name,
              about_part(plan.name),
              kind_of(plan.name, plan.configurations.size()),
              {},
              plan.weight};
    for (const Configuration& c : plan.configurations) {
      compare::Contender contender;
      contender.name = c.backend.empty() ? plan.program : display_name(c);
      contender.configuration["wait_policy"] = c.wait_policy();
      if (!c.waiting.name.empty()) contender.configuration["waiting"] = c.waiting.name;
      auto& arguments = contender.command.arguments;
      arguments = {file.string(), peaks_flag(c.threads)};
      contender.text = command_text(c, plan.program);
      const auto add = [&](const std::string& flag) {
        arguments.push_back(flag);
        contender.text += " " + flag;
      };
      if (!c.backend.empty()) {
        contender.configuration["backend"] = c.backend;
        contender.configuration["threads"] = std::to_string(c.threads);
        add("--backend=" + c.backend);
        add(fmt::format("--threads={}", c.threads));
      }
      if (c.cpus > 0) contender.configuration["cpus"] = std::to_string(c.cpus);
      for (const std::string& flag : plan.flags) add(flag);
      if (options_.state) {
        arguments.push_back("--kept=" + options_.state->string());
      }
      arguments.insert(arguments.end(), options_.data_flags.begin(), options_.data_flags.end());
      contender.command.environment = c.waiting.environment;
      part.plan.contenders.push_back(contender);
    }
    part.plan.invocation = {
        120, plan.min_time, plan.repetitions, plan.filter, {"backend", "threads"}};
    part.plan.min_time_given = true;
    part.plan.rounds = options_.rounds.value_or(plan.rounds);
    part.plan.rounds_given = options_.rounds.has_value();
    // An interim look compares the contenders only with the first one. The answers also compare the
    // others with each other, so they need all rounds.
    part.plan.all_rounds = true;
    part.plan.at_least_one_round = true;
    part.plan.prepares = options_.state.has_value();  // --kept
    part.plan.budget_is_final = true;
    if (options_.state) {
      part.plan.state = *options_.state / (plan.name + ".json");
      part.plan.resume = options_.resume && std::filesystem::exists(*part.plan.state);
    }
    return part;
  }

 private:
  // The peaks measured with `threads` threads, else those of the next smaller number.
  std::string peaks_flag(int threads) const {
    const auto found = options_.peaks.upper_bound(threads);
    return "--peaks=" + (found == options_.peaks.begin() ? "1,1" : std::prev(found)->second);
  }

  const SuiteOptions& options_;
};

// 1, 2, 4, ... below `cpus`, and `cpus`.
std::vector<int> thread_counts(int cpus) {
  std::vector<int> counts;
  for (int t = 1; t < cpus; t *= 2) counts.push_back(t);
  counts.push_back(cpus);
  return counts;
}

// Every backend that is measured, with one thread and with all CPUs.
std::vector<Configuration> all_backends(const SuiteOptions& options, int cpus,
                                        bool float64 = false) {
  std::vector<Configuration> all;
  for (const SuiteBackend& backend : options.backends) {
    if (!backend.left_out.empty()) continue;
    if (float64 && !find_backend(backend.name).float64) continue;
    all.push_back({backend.name, 1});
    const int threads = std::min(cpus, backend.threads);
    if (threads == 1) continue;
    const auto chosen = options.chosen.find(backend.name);
    all.push_back({backend.name, threads});
    if (chosen != options.chosen.end()) all.back().waiting = chosen->second;
  }
  return all;
}

// bench_epoch has no benchmarks of the reference, an epoch of which takes minutes.
std::vector<Configuration> without_reference(std::vector<Configuration> all) {
  std::erase_if(all, [](const Configuration& c) { return c.backend == "reference"; });
  return all;
}

// The layers of the user's shapes and network, and an epoch of the network.
std::vector<Part> own_parts(const SuiteOptions& options, const PartMaker& maker,
                            const std::vector<Configuration>& all) {
  PartPlan layers{"layers", "bench_dense", "_step/", all, 1, 0.01, 5, 20};
  layers.flags = arguments_of(options.own, true);
  std::vector<Part> parts{maker.make(layers)};
  if (!options.own.network || without_reference(all).empty()) return parts;
  PartPlan epochs{"epochs", "bench_epoch", "epoch/", without_reference(all), 1, 0.02, 3, 16};
  epochs.flags = arguments_of(options.own, false);
  parts.push_back(maker.make(epochs));
  return parts;
}

// Each backend with its largest number of threads.
std::vector<Configuration> with_most_threads(const std::vector<Configuration>& all) {
  std::vector<Configuration> kept;
  for (const Configuration& configuration : all) {
    if (!kept.empty() && kept.back().backend == configuration.backend) kept.pop_back();
    kept.push_back(configuration);
  }
  return kept;
}

// The default backend with more and more threads; if `full` also with all CPUs and active waiting,
// and with twice as many threads as CPUs.
std::vector<Configuration> thread_configurations(int cpus, bool full) {
  const std::string backend(backends().front().name);
  std::vector<Configuration> all;
  for (const int threads : thread_counts(cpus)) all.push_back({backend, threads});
  if (full && cpus > 1) {
    all.push_back({backend, cpus, {"active", {{"OMP_WAIT_POLICY", "active"}}}});
  }
  if (full) all.push_back({backend, 2 * cpus});
  for (Configuration& configuration : all) configuration.cpus = cpus;
  return all;
}

}  // namespace

std::optional<Part> first_look(const SuiteOptions& options) {
  const int cpus = default_threads();
  if (cpus == 1) return std::nullopt;
  // two hidden layers, for which no data are read
  PartPlan plan{"first_look", "bench_dense", "dense_step/(mnist_2|reuters_2)/", {}, 1, 0.005, 3, 4};
  for (const SuiteBackend& backend : options.backends) {
    const int threads = std::min(cpus, backend.threads);
    if (!backend.left_out.empty() || threads == 1) continue;
    for (const ThreadSetting& setting : thread_settings(backend)) {
      plan.configurations.push_back({backend.name, threads, setting});
    }
  }
  if (plan.configurations.empty()) return std::nullopt;
  return PartMaker(options).make(plan);
}

std::string_view name_of(Mode mode) {
  return mode == Mode::quick ? "quick" : mode == Mode::full ? "full" : "own";
}

std::string_view name_of(PartKind kind) {
  switch (kind) {
    case PartKind::winners: return "winners";
    case PartKind::threads: return "threads";
    case PartKind::settings: return "settings";
    case PartKind::times: break;
  }
  return "times";
}

std::string about_part(const std::string& name) {
  static const std::map<std::string, std::string> texts{
      {"first_look", "how the threads of each backend wait best, on two layers"},
      {"layers", "a training step of each of the book's layers, by backend"},
      {"threads", "an epoch of each network, by number of threads"},
      {"operations", "the forward and backward passes of each layer, by backend"},
      {"sweeps", "a training step of layers with other sizes and batch sizes, by backend"},
      {"cold", "training steps of layers whose data are in memory and in no cache, by backend"},
      {"float64", "the layers again, in double precision"},
      {"crossentropy", "the losses of a batch, by number of threads"},
      {"optimizer", "a step of every optimizer, by number of threads"},
      {"epochs", "an epoch of a network, by backend"},
      {"time_to", "training from new weights to the book's accuracy, by backend"},
      {"data", "loading and preparing the data sets"},
      {"growth", "work of growing size, by number of threads"}};
  const auto found = texts.find(name);
  return found == texts.end() ? "" : found->second;
}

PartKind kind_of(const std::string& name, std::size_t configurations) {
  if (name == "threads") return PartKind::threads;
  if (name == "first_look") return PartKind::settings;
  return configurations == 1 ? PartKind::times : PartKind::winners;
}

PartKind part_kind(const std::string& name, const std::string& origin) {
  for (const PartKind kind :
       {PartKind::winners, PartKind::threads, PartKind::settings, PartKind::times}) {
    if (name == name_of(kind)) return kind;
  }
  throw Error(fmt::format("{}: {}", origin,
                          unknown_name(name, {"winners", "threads", "settings", "times"})));
}

std::vector<Part> suite_parts(const SuiteOptions& options) {
  const PartMaker maker(options);
  const int cpus = default_threads();
  const auto all = all_backends(options, cpus);
  if (options.mode == Mode::own) return own_parts(options, maker, all);
  const bool full = options.mode == Mode::full;
  std::vector<Configuration> default_threads;
  const std::string first(backends().front().name);
  for (const int t : thread_counts(cpus)) default_threads.push_back({first, t});
  // the first layers of imdb and reuters get sparse samples; `operations` times dense ones as well
  const std::string layers = "_step/(mnist|boston)|dense_step/(imdb|reuters)_[23]|csr_step/";
  // Number of rounds: the sign test of n rounds that all agree has p = 2 / 2^n. Under Holm it takes
  // log2(40 pairs) of them to call a pair different, and some more if a round disagrees
  // (tests/bench/suite/suite_test.cpp checks the numbers below).
  PartPlan of_layers{"layers", "bench_dense", layers, all, 4, 0.004, 2, 18};
  PartPlan of_threads{"threads",
                      "bench_epoch",
                      "epoch/(imdb|reuters|boston)",
                      thread_configurations(cpus, full),
                      1,
                      0.02,
                      3,
                      14};
  // Quick has one layer whose data the caches could hold and one whose data they cannot. It
  // compares the backends there, and in an epoch, only with all CPUs: that halves the time of a
  // round.
  const auto widest = with_most_threads(all);
  PartPlan cold{
      "cold", "bench_dense",   "dense_step/(reuters_2/|beyond_cache_)", widest, 1.4, 0.002, 1,
      14,     {"--cache=cold"}};
  PartPlan epochs{"epochs", "bench_epoch", "epoch/imdb/", without_reference(widest), 1.9, 0.02, 3,
                  13};
  if (!full) {
    std::vector<Part> parts{maker.make(of_layers)};
    if (of_threads.configurations.size() > 1) parts.push_back(maker.make(of_threads));
    parts.push_back(maker.make(cold));
    if (!epochs.configurations.empty()) parts.push_back(maker.make(epochs));
    return parts;
  }
  cold.configurations = all;
  epochs.configurations = without_reference(all);
  of_layers.min_time = 0.02;
  of_layers.repetitions = 10;
  of_layers.rounds = of_threads.rounds = 24;
  cold.filter = layers + "|dense_step/beyond_cache_";
  cold.min_time = 0.005;
  cold.repetitions = 3;
  cold.rounds = 18;
  cold.weight = 2;
  epochs.filter = "epoch/";
  epochs.rounds = 16;
  epochs.weight = 4;
  std::vector<Part> parts{maker.make(of_layers), maker.make(of_threads)};
  const std::vector<Configuration> no_backend{{"", 1}}, doubles = all_backends(options, cpus, true);
  for (const PartPlan& plan : std::vector<PartPlan>{
           {"operations", "bench_dense",
            "_(forward|forward_activation|backward_data|backward_weights)/"
            "(mnist|imdb|reuters|boston)",
            all, 4, 0.01, 5, 20},
           {"sweeps", "bench_dense", "dense_step/sweep", all, 2, 0.01, 5, 18},
           cold,
           {"float64", "bench_dense", layers, doubles, 2, 0.01, 5, 18, {"--dtype=float64"}},
           {"crossentropy", "bench_crossentropy", "-control/", default_threads, 1, 0.01, 5, 18},
           {"optimizer", "bench_optimizer", "-control/", default_threads, 2, 0.01, 5, 18},
           epochs,
           {"time_to", "bench_epoch", "time_to/(imdb|reuters|boston)", without_reference(all), 2,
            0.001, 1, 12},
           {"data", "bench_data", "-control/", no_backend, 1, 0.01, 3, 8},
           {"growth",
            "bench_growth",
            "-control/",
            default_threads,
            2,
            0.01,
            3,
            16,
            {"--unverified"}}}) {
    // oneDNN alone has no float64, for example
    if (!plan.configurations.empty()) parts.push_back(maker.make(plan));
  }
  return parts;
}

std::string setting_of(const compare::Measurements& m, std::size_t contender,
                       const std::string& key) {
  const auto& configuration = m.contenders[contender].configuration;
  const auto found = configuration.find(key);
  return found == configuration.end() ? "" : found->second;
}

std::vector<std::size_t> benchmarks_of(const compare::Measurements& m) {
  std::vector<std::size_t> all;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (!compare::is_control(m.benchmarks[b])) all.push_back(b);
  }
  return all;
}

const PartResult* SuiteResult::find(const std::string& part) const {
  const auto found = std::ranges::find(parts, part, &PartResult::name);
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace reprise::suite
