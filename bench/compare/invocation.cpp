#include "bench/compare/invocation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "bench/compare/benchmark_name.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/core/temporary_file.hpp"

namespace reprise::compare {

namespace {

// What a program wrote before it ended, or "" if that is nothing or too much to look at.
std::string text_of(const std::filesystem::path& file) {
  constexpr std::uintmax_t kMostBytes = 64u << 20;
  try {
    return read_file(file, kMostBytes);
  } catch (const Error&) {
    return "";
  }
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

ResultFile invoke_shell(const Contender& contender, const InvocationOptions& options) {
  const ProcessResult done = run_process(contender.command, options.timeout);
  if (!done.succeeded()) throw Error(fmt::format("{}: {}", contender.text, done.problem()));
  BenchmarkResult result{.name = "wall_time", .family_name = "wall_time", .own_name = "wall_time"};
  result.real_ns = done.seconds * 1e9;
  result.cpu_ns = done.cpu_seconds * 1e9;
  result.repetitions = {result.real_ns};
  result.cpu_repetitions = {result.cpu_ns};
  ResultFile file;
  file.benchmarks = {result};
  file.update_index();
  return file;
}

constexpr std::string_view kRunName = "\"run_name\": \"", kName = "\"name\": \"";

// The value of the last field of this name that the text has as a whole, or "".
std::string last_value(const std::string& text, std::string_view field) {
  for (std::size_t at = text.rfind(field); at != std::string::npos;
       at = at == 0 ? std::string::npos : text.rfind(field, at - 1)) {
    const auto begin = at + field.size(), end = text.find('"', begin);
    if (end != std::string::npos) return text.substr(begin, end - begin);
  }
  return "";
}

// The name of the last benchmark in a result that may be cut off, or "".
std::string last_name(const std::string& text, const std::vector<std::string>& known_benchmarks) {
  if (text.find(kRunName) != std::string::npos) return last_value(text, kRunName);
  std::string name = last_value(text, kName);
  if (std::ranges::find(known_benchmarks, name) != known_benchmarks.end()) return name;
  for (const std::string_view statistic : {"_mean", "_median", "_stddev", "_BigO", "_RMS"}) {
    if (name.ends_with(statistic)) name.resize(name.size() - statistic.size());
  }
  return name;
}

// Bytes of the file; 0 if there is none.
std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

}  // namespace

std::string describe_end(const std::string& text, const std::vector<std::string>& known_benchmarks,
                         const std::set<std::string>& varied) {
  // Google Benchmark writes a benchmark when it is done: the last complete name is the last one's
  const std::string last = common_name(last_name(text, known_benchmarks), varied);
  // the first one has been written in part
  if (last.empty() && text.find(kName) != std::string::npos) return "";
  if (last.empty()) {
    return known_benchmarks.empty()
               ? ""
               : fmt::format(" in benchmark '{}'", printable(known_benchmarks.front()));
  }
  if (std::ranges::count_if(known_benchmarks, [&](const std::string& name) {
        return name == last || name == numbered_name(last, 2);
      }) > 1) {
    return fmt::format(" after a benchmark '{}'", printable(last));
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
  const char* folder = std::getenv("TMPDIR");
  const TemporaryFile out(
      std::filesystem::path(folder == nullptr || *folder == 0 ? "/tmp" : folder) / "reprise-result",
      "a temporary file for results", 0600);
  Command command = contender.command;
  command.arguments.push_back("--benchmark_out=" + out.path().string());
  command.arguments.push_back("--benchmark_out_format=json");
  command.arguments.push_back(
      fmt::format("--benchmark_min_time={}", options.min_time / options.repetitions));
  command.arguments.push_back(fmt::format("--benchmark_repetitions={}", options.repetitions));
  const std::string& filter = options.filter.empty() ? contender.group : options.filter;
  if (!filter.empty()) command.arguments.push_back("--benchmark_filter=" + filter);
  command.environment.emplace_back("REPRISE_PEAKS", "none");  // our programs then measure no peaks
  forget_pages(contender.command.arguments);
  const ProcessResult done = run_process(command, options.timeout);
  // exit code 1 with a result file: some of its benchmarks failed, and the file says which
  const bool some_failed = done.exit_code == 1 && size_of(out.path()) > 0;
  if (!done.succeeded() && !some_failed) {
    // a program that rejects its flags has not reached any benchmark: only its output counts then
    const bool within = done.timed_out || done.wrote_too_much || done.signal != 0;
    const auto& known = within ? known_benchmarks : std::vector<std::string>();
    throw Error(fmt::format("{}: {}{}", contender.text, done.problem(),
                            describe_end(text_of(out.path()), known, options.varied)));
  }
  if (size_of(out.path()) == 0) {
    throw Error(
        fmt::format("{}: found nothing in the file of --benchmark_out, expected the results of a "
                    "Google Benchmark program (--command times any command as a whole)",
                    contender.text));
  }
  const ReadOptions reading{options.varied, options.repetitions, options.clock, contender.group};
  ResultFile file = read_result(out.path(), contender.text, reading);
  const auto failed = [](const BenchmarkResult& result) { return !result.error.empty(); };
  if (some_failed && std::ranges::none_of(file.benchmarks, failed)) {
    throw Error(fmt::format("{}: {}, although none of its benchmarks failed", contender.text,
                            done.problem()));
  }
  return file;
}

}  // namespace reprise::compare
