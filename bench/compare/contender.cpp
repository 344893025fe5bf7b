#include "bench/compare/contender.hpp"

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

std::vector<std::string> words_of(const std::string& text, const std::string& flag) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && i + 1 < text.size() &&
                 std::string_view("\"\\$`").find(text[i + 1]) != std::string_view::npos) {
        word += text[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      if (in_word) words.push_back(std::exchange(word, ""));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) {
    throw Error(fmt::format("{}: found an open quote in '{}', expected it to close", flag,
                            printable(text)));
  }
  if (in_word) words.push_back(word);
  return words;
}

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Lets the kernel forget the pages of the programs among the words, so that the process reads them
// into others. Where a file's pages lie stays the same from start to start: of six copies of one
// benchmark program two were 7 % slower in a kernel of 16 us in 24 rounds, and like the others
// where each process began with this. It is not for what is timed as a whole, reading included.
void forget_pages(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.find('/') == std::string::npos || find_program(word).empty()) continue;
    const int file = open(word.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    fdatasync(file);  // what was just built and is not on the disk yet cannot be forgotten
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

// A file that goes with its object.
class TemporaryFile {
 public:
  TemporaryFile() {
    const BlockedSignals held;  // until they remove it as well
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr || *folder == 0 ? "/tmp" : folder) + "/reprise-XXXXXX";
    const int file = mkstemp(path_.data());
    if (file < 0) throw Error(fmt::format("{}: a temporary file cannot be made", path_));
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

std::string describe_end(const std::string& text, const std::vector<std::string>& known_rows,
                         const std::set<std::string>& varied) {
  // Google Benchmark writes each row when it is done: the last whole name is the last row's
  constexpr std::string_view kField = "\"run_name\": \"";
  std::string last;
  if (const auto at = text.rfind(kField); at != std::string::npos) {
    const auto begin = at + kField.size(), end = text.find('"', begin);
    if (end != std::string::npos) last = common_name(text.substr(begin, end - begin), varied);
  }
  if (last.empty()) {
    return known_rows.empty() ? "" : fmt::format(" in row '{}'", printable(known_rows.front()));
  }
  const auto found = std::ranges::find(known_rows, last);
  const std::string after = fmt::format(" after row '{}'", printable(last));
  if (found == known_rows.end()) return after;
  if (found + 1 == known_rows.end()) return after + ", its last";
  return after + fmt::format(", in row '{}'", printable(*(found + 1)));
}

ResultFile invoke(const Contender& contender, const InvocationOptions& options,
                  const std::vector<std::string>& known_rows) {
  if (contender.kind == Kind::shell) {
    const ProcessResult done = run_process(contender.command, options.timeout);
    if (!done.succeeded()) throw Error(fmt::format("{}: {}", contender.text, done.problem()));
    BenchmarkResult row{.name = "wall_time"};
    row.real_ns = done.seconds * 1e9;
    row.cpu_ns = done.cpu_seconds * 1e9;
    row.repetitions = {row.real_ns};
    return {{}, {row}, {}};
  }
  const TemporaryFile out;
  Command command = contender.command;
  command.arguments.push_back("--benchmark_out=" + out.path());
  command.arguments.push_back("--benchmark_out_format=json");
  command.arguments.push_back(
      fmt::format("--benchmark_min_time={}", options.min_time / options.repetitions));
  command.arguments.push_back(fmt::format("--benchmark_repetitions={}", options.repetitions));
  if (!options.filter.empty()) command.arguments.push_back("--benchmark_filter=" + options.filter);
  forget_pages(contender.command.arguments);
  const ProcessResult done = run_process(command, options.timeout);
  // with exit code 1 and rows some of them have failed, and say so themselves
  const bool rows_failed = done.exit_code == 1 && std::filesystem::file_size(out.path()) > 0;
  if (!done.succeeded() && !rows_failed) {
    // one that refuses its flags has not come to any row: then only what it wrote tells
    const bool within = done.timed_out || done.wrote_too_much || done.signal != 0;
    const auto& known = within ? known_rows : std::vector<std::string>();
    throw Error(fmt::format("{}: {}{}", contender.text, done.problem(),
                            describe_end(text_of(out.path()), known, options.varied)));
  }
  ResultFile result;
  try {
    result = read_result(out.path());
  } catch (const Error& error) {
    const std::string line = error.what();
    throw Error(contender.text + line.substr(std::min(line.size(), out.path().size())));
  }
  const auto failed = [](const BenchmarkResult& row) { return !row.error.empty(); };
  if (rows_failed && std::ranges::none_of(result.benchmarks, failed)) {
    throw Error(fmt::format("{}: {}, although none of its rows has failed", contender.text,
                            done.problem()));
  }
  for (SkippedBenchmark& row : result.skipped) row.name = common_name(row.name, options.varied);
  for (BenchmarkResult& row : result.benchmarks) {
    row.name = common_name(row.name, options.varied);
    if (!row.repetitions.empty()) {
      // rates are those of the last repetition
      const double longer = row.repetitions.back() / *std::ranges::min_element(row.repetitions);
      for (auto& [counter, value] : row.counters) {
        if (counter.ends_with("/s") || counter.starts_with("%")) value *= longer;
      }
      row.real_ns = *std::ranges::min_element(row.repetitions);
      row.cpu_ns = *std::ranges::min_element(row.cpu_repetitions);
    }
  }
  return result;
}

Contender parse_contender(const std::string& text, const std::string& flag) {
  const auto words = words_of(text, flag);
  if (words.empty() || find_program(words.front()).empty()) {
    throw Error(
        fmt::format("{}: found '{}', expected a program that can be run, or two result "
                    "files",
                    flag, printable(words.empty() ? text : words.front())));
  }
  return {text, Kind::google_benchmark, {words, {}}, text};
}

void refuse_overruled_flags(const Contender& contender, bool with_filter) {
  for (const auto& [own, instead] :
       {std::pair("--benchmark_out", "--json, which keeps every round"),
        std::pair("--benchmark_min_time", "--min-time"),
        std::pair("--benchmark_repetitions", "--repetitions"),
        std::pair("--benchmark_filter", "either it or --filter")}) {
    if (!with_filter && std::string_view(own) == "--benchmark_filter") continue;
    for (const std::string& word : contender.command.arguments) {
      if (!word.starts_with(own)) continue;
      throw Error(fmt::format("compare: found {} in '{}', expected {}", printable(word),
                              printable(contender.text), instead));
    }
  }
}

Contender shell_contender(const std::string& text) {
  return {text, Kind::shell, {{"/bin/sh", "-c", text}, {}}, text};
}

}  // namespace reprise::compare
