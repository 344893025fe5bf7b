#include "tools/reprise/gate_accept.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "bench/gate/accepted.hpp"
#include "bench/gate/git.hpp"
#include "bench/gate/result.hpp"
#include "bench/harness/name_part.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/data/json.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::gate;

struct Flags {
  std::string commit, benchmark, why;
  std::optional<double> factor;
  std::optional<std::filesystem::path> from, accepted;
};

double parse_factor(const std::string& text, const std::string& flag) {
  const auto factor = cli::parse_positive(text, 1000);
  if (factor && *factor > 1) return *factor;
  throw Error(fmt::format("{}: found '{}', expected a number above 1, at most 1000, such as 1.12",
                          flag, printable(text)));
}

// The slowdown of the benchmark that `reprise gate --json` wrote.
double measured_factor(const std::filesystem::path& file, const std::string& benchmark) {
  const auto document = read_json(file, "a gate's result");
  try {
    if (document.at("schema") != "reprise/gate/1") {
      throw Error(fmt::format("{}: found another document, expected one of reprise gate --json",
                              file.string()));
    }
    for (const auto& verdict : document.at("verdicts")) {
      const std::string name = verdict.at("benchmark");
      if (name != benchmark && bench::without_clock(name) != benchmark) continue;
      const std::string found = verdict.at("verdict");
      const bool slower =
          (found == name_of(Label::regression) || found == name_of(Label::accepted)) &&
          verdict.at("ratio").is_number();
      if (slower) return verdict.at("ratio");
      throw Error(fmt::format("{}: found '{}' for {}, expected a regression: only that is accepted",
                              file.string(), printable(found), printable(benchmark)));
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        fmt::format("{}: found a field that is missing or of another type, expected a "
                    "gate's result ({})",
                    file.string(), printable(error.what())));
  }
  throw Error(fmt::format("{}: found no benchmark '{}', expected one of the gate's report",
                          file.string(), printable(benchmark)));
}

void run(const Flags& flags) {
  if (flags.factor.has_value() == flags.from.has_value()) {
    throw Error(
        fmt::format("gate accept: found {}, expected either --from, the gate's --json file, "
                    "or --factor",
                    flags.factor ? "--from and --factor" : "neither --from nor --factor"));
  }
  if (flags.why.empty()) throw Error("gate accept: found no --why, expected a reason in words");
  const Git git(".");
  const std::filesystem::path file = flags.accepted ? *flags.accepted : git.top() / kAcceptedFile;
  const double factor =
      flags.factor ? *flags.factor : measured_factor(*flags.from, flags.benchmark);
  const Accepted entry{git.commit(flags.commit), bench::without_clock(flags.benchmark), factor,
                       flags.why};
  std::vector<Accepted> entries = read_accepted(file);
  std::erase_if(entries, [&](const Accepted& other) {
    return other.commit == entry.commit && other.benchmark == entry.benchmark;
  });
  entries.push_back(entry);
  write_accepted(file, entries);
  std::cout << fmt::format(
      "{}: {} may be slower by a factor of {:.3g} while {} lies in BASE..HEAD; "
      "commit the file\n",
      one_line(file.string()), one_line(entry.benchmark), factor, entry.commit.substr(0, 12));
}

}  // namespace

CLI::App* add_gate_accept(CLI::App& gate) {
  CLI::App* accept = gate.add_subcommand(
      "accept", "note an intended slowdown in the file .reprise/accepted.json, to be committed");
  const auto flags = std::make_shared<Flags>();
  cli::add_value(*accept, "COMMIT", flags->commit, "", "the commit that makes the benchmark slower")
      ->required();
  cli::add_value(*accept, "BENCHMARK", flags->benchmark, "", "its name in the gate's report")
      ->required();
  accept->option_defaults()->group("What is accepted");
  cli::add_value(*accept, "--why", flags->why, "TEXT", "why the slowdown is intended");
  cli::add_value(*accept, "--from", flags->from, "FILE",
                 "take the factor from this file of reprise gate --json");
  cli::add_parsed(*accept, "--factor", flags->factor, parse_factor, "X",
                  "HEAD's time divided by BASE's: 1.12");
  cli::add_value(*accept, "--accepted", flags->accepted, "FILE",
                 "the file (default: .reprise/accepted.json at the top of the repository)");
  accept->footer(
      "\nExample:\n"
      "  reprise gate accept HEAD dense_forward/imdb_2 --from gate.json --why 'checks its "
      "input'\n");
  accept->callback([flags] { run(*flags); });
  return accept;
}

}  // namespace reprise::tool
