#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "bench/suite/speed.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/isa.hpp"

namespace reprise::suite {

namespace {

using compare::Contender;

// Rows of --quick: three that take less than a millisecond.
constexpr const char* kQuickRows = "dense_step/(boston|imdb_3)";

struct Program {
  const char *name, *file, *rows;
  bool has_libraries;  // whether libraries compute something in it
};
constexpr Program kPrograms[] = {
    {"dense", "bench_dense", "(dense|csr)_[a-z_]+/(mnist|imdb|reuters|boston|sweep)_", true},
    {"crossentropy", "bench_crossentropy", "", false},
    {"optimizer", "bench_optimizer", "", false},
};

Contender contender_of(const SpeedOptions& options, const std::string& file,
                       const std::string& name, const std::string& question,
                       const std::vector<std::string>& flags) {
  Contender contender;
  contender.name = name;
  if (!question.empty()) contender.configuration["question"] = question;
  auto& arguments = contender.command.arguments;
  arguments = {file, "--threads=1", "--unverified"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.insert(arguments.end(), options.data_flags.begin(), options.data_flags.end());
  contender.text = std::filesystem::path(file).filename().string();
  for (const std::string& flag : flags) contender.text += " " + flag;
  return contender;
}

// Each library runs in a process of its own, whose loader finds it before the system's.
Contender with_library(Contender contender, const SpeedLibrary& library) {
  const auto file = library.folder / "libblas.so.3";
  if (!std::filesystem::exists(file)) {
    throw Error(
        fmt::format("{}: not found, expected the library '{}' (./tools/check_speed --install "
                    "installs those that it compares)",
                    file.string(), library.name),
        ExitCode::missing);
  }
  const char* before = std::getenv("LD_LIBRARY_PATH");
  std::string path = std::filesystem::absolute(library.folder).string();
  if (before != nullptr && *before != 0) path += std::string(":") + before;
  contender.command.environment = {{"LD_LIBRARY_PATH", path},
                                   {"MKL_NUM_THREADS", "1"},
                                   {"OPENBLAS_NUM_THREADS", "1"},
                                   {"OMP_NUM_THREADS", "1"}};
  return contender;
}

std::vector<Contender> contenders_of(const SpeedOptions& options, const Program& program,
                                     const std::string& file) {
  const auto openmp = [&](std::string_view isa, const char* question) {
    return contender_of(options, file, fmt::format("openmp, {}", isa), question,
                        {"--backend=openmp", fmt::format("--isa={}", isa)});
  };
  const std::string isa(find_isa(options.isa).name);
  std::vector<Contender> all{openmp(isa, "")};
  bool lower = false;
  for (const IsaInfo& info : isas()) {
    if (lower && info.available) all.push_back(openmp(info.name, "isa"));
    lower = lower || info.name == isa;
  }
  if (!program.has_libraries) return all;
  if (options.onednn) {
    all.push_back(contender_of(options, file, "onednn", "library", {"--backend=onednn"}));
  }
  for (const SpeedLibrary& library : options.libraries) {
    all.push_back(with_library(
        contender_of(options, file, library.name, "library", {"--backend=blas"}), library));
  }
  return all;
}

// Whether the program has a benchmark that matches both expressions; the second one may be "".
bool has_rows(const Contender& contender, const std::string& first, const std::string& second) {
  Command command = contender.command;
  command.arguments.push_back("--benchmark_list_tests");
  command.environment.emplace_back("REPRISE_PEAKS", "none");
  const ProcessResult done = run_process(command, 60, kWholeOutput);
  if (!done.succeeded()) throw Error(fmt::format("{}: {}", contender.text, done.problem()));
  std::istringstream lines(done.standard_output);
  for (std::string line; std::getline(lines, line);) {
    if (compare::is_control(line) || !std::regex_search(line, std::regex(first))) continue;
    if (std::regex_search(line, std::regex(second))) return true;
  }
  return false;
}

}  // namespace

std::vector<SpeedPart> speed_parts(const SpeedOptions& options) {
  std::vector<SpeedPart> parts;
  const std::string wanted = !options.rows.empty() ? options.rows : options.quick ? kQuickRows : "";
  try {
    const std::regex check(wanted);
  } catch (const std::regex_error&) {
    throw Error(
        fmt::format("--rows: found '{}', expected a regular expression", printable(wanted)));
  }
  for (const Program& program : kPrograms) {
    const auto file = options.programs / program.file;
    if (find_program(file.string()).empty()) {
      throw Error(fmt::format("{}: not found, expected it in the directory of reprise (building it "
                              "needs the package libbenchmark-dev)",
                              file.string()),
                  ExitCode::missing);
    }
    SpeedPart part{program.name, {}};
    auto& plan = part.plan;
    plan.contenders = contenders_of(options, program, file.string());
    if (plan.contenders.size() < 2) continue;  // the lowest instruction set, and no library
    if (!has_rows(plan.contenders.front(), program.rows, wanted)) continue;
    const std::string all = *program.rows == 0 ? "-control/" : program.rows;
    plan.invocation = {600, 0.006, 3, wanted.empty() ? all : wanted, {"backend"}};
    plan.min_time_given = true;
    plan.rounds = options.rounds.value_or(options.quick ? 6 : 21);
    plan.rounds_given = options.rounds.has_value();
    plan.all_rounds = true;
    plan.judging.clock = options.clock;
    plan.state = options.state / (part.name + ".json");
    plan.resume = options.resume && std::filesystem::exists(*plan.state);
    parts.push_back(std::move(part));
  }
  if (parts.empty()) {
    throw Error(fmt::format("--rows: found '{}', which matches no row that can be compared",
                            printable(wanted)));
  }
  return parts;
}

}  // namespace reprise::suite
