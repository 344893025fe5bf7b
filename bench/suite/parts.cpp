#include "bench/suite/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::compare {

namespace {

// How a program is called in a part.
struct Configuration {
  std::string backend;  // "": the program's own way, on one thread
  int threads;
  std::string wait = "passive";  // OMP_WAIT_POLICY
};

// What a part's processes are given.
struct PartPlan {
  std::string name, about, program, filter;
  std::vector<Configuration> configurations;
  double weight = 1;       // of the time budget
  double min_time = 0.01;  // of each row
  int repetitions = 5;
  int rounds = 16;
  std::vector<std::string> flags = {};
};

std::string words_of(const Configuration& c, bool with_wait) {
  return fmt::format("{}, {} thread{}{}", c.backend, c.threads, c.threads == 1 ? "" : "s",
                     with_wait ? ", " + c.wait : "");
}

class PartMaker {
 public:
  explicit PartMaker(const SuiteOptions& options) : options_(options) {}

  Part make(const PartPlan& plan) const {
    const auto file = options_.programs / plan.program;
    if (find_program(file.string()).empty()) {
      throw Error(fmt::format("{}: found no such program, expected it beside reprise (it is built "
                              "where the package libbenchmark-dev is)",
                              file.string()),
                  ExitCode::missing);
    }
    Part part{plan.name, plan.about, {}, plan.weight};
    const bool waits = std::ranges::any_of(
        plan.configurations, [](const Configuration& c) { return c.wait != "passive"; });
    for (const Configuration& c : plan.configurations) {
      Contender contender;
      contender.name = c.backend.empty() ? plan.program : words_of(c, waits);
      auto& arguments = contender.command.arguments;
      arguments = {file.string(), peaks_flag(c.threads)};
      contender.text = fmt::format("OMP_WAIT_POLICY={} {}", c.wait, plan.program);
      const auto add = [&](const std::string& flag) {
        arguments.push_back(flag);
        contender.text += " " + flag;
      };
      if (!c.backend.empty()) {
        add("--backend=" + c.backend);
        add(fmt::format("--threads={}", c.threads));
      }
      for (const std::string& flag : plan.flags) add(flag);
      arguments.insert(arguments.end(), options_.data_flags.begin(), options_.data_flags.end());
      contender.command.environment = {{"OMP_WAIT_POLICY", c.wait}};
      part.plan.contenders.push_back(contender);
    }
    part.plan.invocation = {
        120, plan.min_time, plan.repetitions, plan.filter, {"backend", "threads"}};
    part.plan.rounds = options_.rounds.value_or(plan.rounds);
    part.plan.rounds_given = options_.rounds.has_value();
    // answers set each contender beside each other one, while a look asks only about the first
    part.plan.all_rounds = true;
    part.plan.one_round_at_least = true;
    part.plan.budget_is_final = true;
    if (options_.state) {
      part.plan.state = *options_.state / (plan.name + ".json");
      part.plan.resume = options_.resume && std::filesystem::exists(*part.plan.state);
    }
    return part;
  }

 private:
  // Of so many threads, or of as many as there are processors.
  std::string peaks_flag(int threads) const {
    const auto found = options_.peaks.upper_bound(threads);
    return "--peaks=" + (found == options_.peaks.begin() ? "1,1" : std::prev(found)->second);
  }

  const SuiteOptions& options_;
};

// 1, 2, 4, ... up to what there is, and that.
std::vector<int> thread_counts(int cpus) {
  std::vector<int> counts;
  for (int t = 1; t < cpus; t *= 2) counts.push_back(t);
  counts.push_back(cpus);
  return counts;
}

// Every backend that is not the plain reference, on one thread and on all.
std::vector<Configuration> all_backends(int cpus, bool float64 = false) {
  std::vector<Configuration> all;
  for (const BackendInfo& backend : backends()) {
    if (!backend.unavailable_reason.empty() || backend.name == "reference") continue;
    if (float64 && !backend.float64) continue;
    all.push_back({std::string(backend.name), 1});
    if (cpus > 1 && backend.threaded) all.push_back({std::string(backend.name), cpus});
  }
  return all;
}

// The default backend on more and more threads, then with threads that spin while they wait, then
// on twice as many threads as processors.
std::vector<Configuration> thread_configurations(int cpus) {
  const std::string backend(backends().front().name);
  std::vector<Configuration> all;
  for (const int threads : thread_counts(cpus)) all.push_back({backend, threads});
  all.push_back({backend, std::max(cpus, 2), "active"});
  all.push_back({backend, 2 * cpus});
  return all;
}

}  // namespace

std::vector<Part> suite_parts(const SuiteOptions& options) {
  const PartMaker maker(options);
  const int cpus = available_cpus();
  const auto here = all_backends(cpus);
  std::vector<Configuration> default_threads;
  for (const int t : thread_counts(cpus)) default_threads.push_back({here.front().backend, t});
  // first layers of the texts as sparse rows: dense ones are in the part `operations`
  const std::string layers = "_step/(mnist|boston)|dense_step/(imdb|reuters)_[23]|csr_step/";
  PartPlan of_layers{"layers", "what a training step asks of each layer of the book, by backend",
                     "bench_dense", layers, here};
  PartPlan of_threads{"threads", "an epoch of each network on more and more threads", "bench_epoch",
                      "epoch/(imdb|reuters|boston)", thread_configurations(cpus)};
  // Rounds: with p at most 2 / 2^n a pair needs log2(40 pairs) of them under Holm if all agree, and
  // some more if some do not (tests/bench/suite/suite_test.cpp counts).
  of_layers.weight = 2.5;
  of_layers.rounds = 20;
  of_threads.min_time = 0.02;
  of_threads.repetitions = 3;
  of_threads.rounds = 20;
  if (options.full) {
    of_layers.min_time = 0.02;
    of_layers.repetitions = 10;
    of_layers.rounds = of_threads.rounds = 24;
  }
  std::vector<Part> parts{maker.make(of_layers), maker.make(of_threads)};
  if (!options.full) return parts;
  const std::vector<Configuration> own{{"", 1}};
  for (const PartPlan& plan :
       std::vector<PartPlan>{{"operations", "forward and backward passes one by one", "bench_dense",
                              "_(forward|forward_activation|backward_data|backward_weights)/"
                              "(mnist|imdb|reuters|boston)",
                              here, 4, 0.01, 5, 20},
                             {"sweeps", "batches and sizes beyond the book", "bench_dense",
                              "dense_step/sweep", here, 2, 0.01, 5, 18},
                             {"cold",
                              "the layers when nothing of them is in a cache",
                              "bench_dense",
                              layers,
                              here,
                              2,
                              0.005,
                              3,
                              18,
                              {"--cache=cold"}},
                             {"float64",
                              "the layers in double precision",
                              "bench_dense",
                              layers,
                              all_backends(cpus, true),
                              2,
                              0.01,
                              5,
                              18,
                              {"--dtype=float64"}},
                             {"crossentropy", "losses, with and without sigmoid or softmax in them",
                              "bench_crossentropy", "-control/", default_threads, 1, 0.01, 5, 18},
                             {"optimizer", "every optimizer, arena and tensors", "bench_optimizer",
                              "-control/", default_threads, 2, 0.01, 5, 18},
                             {"epochs", "an epoch of each network, by backend", "bench_epoch",
                              "epoch/", here, 4, 0.02, 3, 15},
                             {"time_to", "from new weights to the book's accuracy", "bench_epoch",
                              "time_to/(imdb|reuters|boston)", here, 2, 0.001, 1, 12},
                             {"data", "from Keras's files to what a network takes", "bench_data",
                              "-control/", own, 1, 0.01, 3, 8}}) {
    parts.push_back(maker.make(plan));
  }
  return parts;
}

const PartResult* SuiteResult::find(const std::string& part) const {
  for (const PartResult& result : parts) {
    if (result.name == part) return &result;
  }
  return nullptr;
}

}  // namespace reprise::compare
