#include "suite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::compare {

namespace {

// How a program is called in a part.
struct Configuration {
  std::string backend;
  int threads;
  std::string wait = "passive";  // OMP_WAIT_POLICY
};

std::string words_of(const Configuration& c, bool with_wait) {
  return fmt::format("{}, {} thread{}{}", c.backend, c.threads, c.threads == 1 ? "" : "s",
                     with_wait ? ", " + c.wait : "");
}

class PartMaker {
 public:
  explicit PartMaker(const SuiteOptions& options) : options_(options) {}

  Part make(const std::string& name, const std::string& about, const std::string& program,
            const std::string& filter, const std::vector<Configuration>& configurations,
            double weight, double min_time, int repetitions, int rounds) const {
    const auto file = options_.programs / program;
    if (find_program(file.string()).empty()) {
      throw Error(fmt::format("{}: found no such program, expected it beside reprise (it is built "
                              "where the package libbenchmark-dev is)",
                              file.string()),
                  ExitCode::missing);
    }
    Part part{name, about, {}, weight};
    const bool waits = std::ranges::any_of(
        configurations, [](const Configuration& c) { return c.wait != "passive"; });
    for (const Configuration& c : configurations) {
      Contender contender;
      contender.name = words_of(c, waits);
      auto& arguments = contender.command.arguments;
      arguments = {file.string(), "--backend=" + c.backend, fmt::format("--threads={}", c.threads),
                   peaks_flag(c.threads)};
      arguments.insert(arguments.end(), options_.data_flags.begin(), options_.data_flags.end());
      contender.command.environment = {{"OMP_WAIT_POLICY", c.wait}};
      contender.text = fmt::format("OMP_WAIT_POLICY={} {} --backend={} --threads={}", c.wait,
                                   program, c.backend, c.threads);
      part.plan.contenders.push_back(contender);
    }
    part.plan.turns = {120, min_time, repetitions, filter, {"backend", "threads"}};
    part.plan.rounds = options_.rounds.value_or(rounds);
    part.plan.one_round_at_least = true;
    if (options_.state) {
      part.plan.state = *options_.state / (name + ".json");
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
std::vector<Configuration> all_backends(int cpus) {
  std::vector<Configuration> all;
  for (const BackendInfo& backend : backends()) {
    if (!backend.missing.empty() || backend.name == "reference") continue;
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
  const auto backends_here = all_backends(cpus);
  const auto default_threads = [&] {
    std::vector<Configuration> all;
    for (const int t : thread_counts(cpus)) all.push_back({backends_here.front().backend, t});
    return all;
  }();
  std::vector<Part> parts;
  const char* layers_about = "what a training step asks of each layer of the book, by backend";
  // first layers of the texts as sparse rows: dense ones are in the part `operations`
  const char* layers = "_step/(mnist|boston)|dense_step/(imdb|reuters)_[23]|csr_step/|control";
  const char* threads_about = "an epoch of each network on more and more threads";
  if (!options.full) {
    parts.push_back(
        maker.make("layers", layers_about, "bench_dense", layers, backends_here, 3, 0.01, 5, 16));
    parts.push_back(maker.make("threads", threads_about, "bench_epoch",
                               "epoch/(imdb|reuters|boston)|control", thread_configurations(cpus),
                               1, 0.02, 3, 16));
    return parts;
  }
  parts.push_back(
      maker.make("layers", layers_about, "bench_dense", layers, backends_here, 3, 0.02, 10, 24));
  parts.push_back(maker.make("threads", threads_about, "bench_epoch", "epoch/|control",
                             thread_configurations(cpus), 4, 0.02, 3, 24));
  parts.push_back(maker.make("operations", "forward and backward passes one by one", "bench_dense",
                             "_(forward|forward_activation|backward_data|backward_weights)/"
                             "(mnist|imdb|reuters|boston)|control",
                             backends_here, 4, 0.01, 5, 16));
  parts.push_back(maker.make("sweeps", "batches and sizes beyond the book", "bench_dense",
                             "dense_step/sweep|control", backends_here, 2, 0.01, 5, 16));
  parts.push_back(maker.make("crossentropy", "losses, with and without sigmoid or softmax in them",
                             "bench_crossentropy", "", default_threads, 1, 0.01, 5, 16));
  parts.push_back(maker.make("optimizer", "every optimizer, arena and tensors", "bench_optimizer",
                             "", default_threads, 2, 0.01, 5, 16));
  parts.push_back(maker.make("epochs", "an epoch of each network, by backend", "bench_epoch",
                             "epoch/|control", backends_here, 4, 0.02, 3, 16));
  return parts;
}

const Comparison* SuiteResult::find(const std::string& part) const {
  for (const PartResult& result : parts) {
    if (result.name == part) return &result.comparison;
  }
  return nullptr;
}

}  // namespace reprise::compare
