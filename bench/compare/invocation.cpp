#include "bench/compare/invocation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "bench/compare/kill_group_on_signal.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"

namespace reprise::compare {

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Asks the kernel to forget the cached pages of the programs among the arguments, so that the
// process reads them into other pages. Otherwise a program keeps the same pages from start to
// start: of six copies of one benchmark program two were 7 % slower in a kernel of 16 us in 24
// rounds, and equal to the others when each process began with this. Shell commands, which are
// timed as a whole, are left alone: reading the file is part of their time.
void forget_pages(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument.find('/') == std::string::npos || find_program(argument).empty()) continue;
    const int file = open(argument.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    fdatasync(file);  // pages that are not yet on the disk cannot be forgotten
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

// A file that is removed with its object, and when a signal ends this process.
class TemporaryFile {
 public:
  TemporaryFile() {
    const BlockedSignals blocked;  // until the signal handlers know the file
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr || *folder == 0 ? "/tmp" : folder) + "/reprise-XXXXXX";
    const int file = mkstemp(path_.data());
    if (file < 0) throw Error(fmt::format("{}: a temporary file cannot be created", path_));
    close(file);
    removed_on_signals_.emplace(path_);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::optional<RemovedOnSignals> removed_on_signals_;
};

ResultFile invoke_shell(const Contender& contender, const InvocationOptions& options) {
  const ProcessResult done = run_process(contender.command, options.timeout);
  if (!done.succeeded()) throw Error(fmt::format("{}: {}", contender.text, done.problem()));
  BenchmarkResult result{.name = "wall_time"};
  result.real_ns = done.seconds * 1e9;
  result.cpu_ns = done.cpu_seconds * 1e9;
  result.repetitions = {result.real_ns};
  return {{}, {result}, {}};
}

// Takes the shortest repetition as the benchmark's time.
void take_shortest(BenchmarkResult& result) {
  if (result.repetitions.empty()) return;
  const double shortest = *std::ranges::min_element(result.repetitions);
  // rates are those of the last repetition
  const double longer = result.repetitions.back() / shortest;
  for (auto& [counter, value] : result.counters) {
    if (counter.ends_with("/s") || counter.starts_with("%")) value *= longer;
  }
  result.real_ns = shortest;
  result.cpu_ns = *std::ranges::min_element(result.cpu_repetitions);
}

}  // namespace

std::string common_name(const std::string& name, const std::set<std::string>& varied) {
  if (varied.empty()) return name;
  std::string kept;
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    const auto colon = part.find(':');
    if (colon == std::string::npos || varied.count(part.substr(0, colon)) == 0) {
      kept += (kept.empty() ? "" : "/") + part;
    }
    at = end + 1;
  }
  return kept;
}

std::string describe_end(const std::string& text, const std::vector<std::string>& known_benchmarks,
                         const std::set<std::string>& varied) {
  // Google Benchmark writes a benchmark when it is done: the last complete name is the last one's
  constexpr std::string_view kField = "\"run_name\": \"";
  std::string last;
  if (const auto at = text.rfind(kField); at != std::string::npos) {
    const auto begin = at + kField.size(), end = text.find('"', begin);
    if (end != std::string::npos) last = common_name(text.substr(begin, end - begin), varied);
  }
  if (last.empty()) {
    return known_benchmarks.empty()
               ? ""
               : fmt::format(" in benchmark '{}'", printable(known_benchmarks.front()));
  }
  const auto found = std::ranges::find(known_benchmarks, last);
  const std::string after = fmt::format(" after benchmark '{}'", printable(last));
  if (found == known_benchmarks.end()) return after;
  if (found + 1 == known_benchmarks.end()) return after + ", its last";
  return after + fmt::format(", in benchmark '{}'", printable(*(found + 1)));
}

ResultFile invoke(const Contender& contender, const InvocationOptions& options,
                  const std::vector<std::string>& known_benchmarks) {
  if (contender.kind == Kind::shell) return invoke_shell(contender, options);
  const TemporaryFile out;
  Command command = contender.command;
  command.arguments.push_back("--benchmark_out=" + out.path());
  command.arguments.push_back("--benchmark_out_format=json");
  command.arguments.push_back(
      fmt::format("--benchmark_min_time={}", options.min_time / options.repetitions));
  command.arguments.push_back(fmt::format("--benchmark_repetitions={}", options.repetitions));
  if (!options.filter.empty()) command.arguments.push_back("--benchmark_filter=" + options.filter);
  command.environment.emplace_back("REPRISE_PEAKS", "none");  // our programs then measure no peaks
  forget_pages(contender.command.arguments);
  const ProcessResult done = run_process(command, options.timeout);
  // exit code 1 with a result file: some of its benchmarks failed, and the file says which
  const bool some_failed = done.exit_code == 1 && std::filesystem::file_size(out.path()) > 0;
  if (!done.succeeded() && !some_failed) {
    // a program that rejects its flags has not reached any benchmark: only its output counts then
    const bool within = done.timed_out || done.wrote_too_much || done.signal != 0;
    const auto& known = within ? known_benchmarks : std::vector<std::string>();
    throw Error(fmt::format("{}: {}{}", contender.text, done.problem(),
                            describe_end(text_of(out.path()), known, options.varied)));
  }
  ResultFile file = read_result(out.path(), contender.text);
  const auto failed = [](const BenchmarkResult& result) { return !result.error.empty(); };
  if (some_failed && std::ranges::none_of(file.benchmarks, failed)) {
    throw Error(fmt::format("{}: {}, although none of its benchmarks failed", contender.text,
                            done.problem()));
  }
  for (SkippedBenchmark& skipped : file.skipped) {
    skipped.name = common_name(skipped.name, options.varied);
  }
  for (BenchmarkResult& result : file.benchmarks) {
    result.name = common_name(result.name, options.varied);
    take_shortest(result);
  }
  return file;
}

}  // namespace reprise::compare
