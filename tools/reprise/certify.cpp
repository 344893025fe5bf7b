// reprise certify: judges from many of our runs whether they reproduce what the book prints.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/flag_types.hpp"
#include "cli/install_paths.hpp"
#include "cli/output_files.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "repro/certificate/against.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/certificate/json.hpp"
#include "repro/certificate/pictures.hpp"
#include "repro/certificate/table.hpp"
#include "tools/reprise/certify_mine.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using std::filesystem::path;

struct Flags {
  std::vector<path> records;
  std::optional<path> against, results, json, markdown, expect, plot_dir, render;
  MineFlags mine;
  double margin = 0.5;
  std::optional<path> extend;
  std::vector<std::string> missing;
  bool quantities = false, list = false, unverified = false;
  book::Unverified accepted() const {
    return unverified ? book::Unverified::accepted : book::Unverified::refused;
  }
};

void list(const path& results, bool as_json) {
  if (as_json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const auto& entry : book::certifiable(results)) {
      all.push_back({{"experiment", entry.experiment},
                     {"program", entry.program},
                     {"edition", entry.edition},
                     {"semantics", entry.semantics},
                     {"numbers", entry.quantities}});
    }
    std::cout << json_text(all, 1) << '\n';
    return;
  }
  constexpr const char* kRow = "{:<20} {:<12} {:>7}  {:<14} {:>7}\n";
  std::cout << fmt::format(kRow, "experiment", "program", "edition", "semantics", "numbers");
  for (const auto& entry : book::certifiable(results)) {
    std::cout << fmt::format(kRow, entry.experiment, entry.program, entry.edition, entry.semantics,
                             entry.quantities);
  }
}

ExitCode against(const Flags& flags) {
  const auto comparisons = book::compare_groups(
      book::read_groups(flags.records, book::Purpose::other_runs, flags.accepted()),
      book::read_groups({*flags.against}, book::Purpose::other_runs, flags.accepted()),
      flags.margin);
  book::print_comparisons(std::cout, comparisons, flags.margin);
  ExitCode worst = ExitCode::done;
  for (const auto& comparison : comparisons) {
    const ExitCode code = comparison.code();
    // a confirmed difference outweighs an undecided one
    if (code == ExitCode::no || worst == ExitCode::done) worst = code;
  }
  return worst;
}

// Checks before any work is done that all output files can be written.
void require_outputs(const Flags& flags) {
  std::vector<path> inputs = flags.records;
  for (const auto& input : {flags.against, flags.expect, flags.extend}) {
    if (input) inputs.push_back(*input);
  }
  cli::require_own_files({{"--json", flags.json}, {"--markdown", flags.markdown}}, inputs);
  if (flags.plot_dir) require_writable_folder(*flags.plot_dir);
  for (const auto* file : {&flags.json, &flags.markdown}) {
    if (*file) AtomicFile probe(**file);
  }
}

ExitCode certify(const Flags& flags) {
  const path results = cli::results_with("book", flags.results);
  require_outputs(flags);
  std::optional<book::Expected> expected;
  if (flags.expect) expected.emplace(*flags.expect);
  std::optional<book::Certificate> earlier;
  if (flags.extend) earlier = book::read_certificate(*flags.extend);
  auto certificate = book::certify(
      book::read_groups(flags.records, book::Purpose::book, flags.accepted()), results);
  if (earlier) book::add_verdicts(certificate, *earlier);
  for (const std::string& id : flags.missing) {
    for (const auto& log : book::missing_logs(id, results)) certificate.missing.push_back(log);
  }
  book::print_certificate(std::cout, certificate);
  if (flags.quantities) book::print_quantities(std::cout, certificate);
  if (flags.plot_dir) book::write_pictures(certificate, *flags.plot_dir);
  if (flags.json) {
    write_file(*flags.json, [&](std::ostream& out) { book::write_json(out, certificate); });
  }
  if (flags.markdown) {
    write_file(*flags.markdown, [&](std::ostream& out) {
      book::write_page(out, certificate, flags.markdown->parent_path());
    });
  }
  if (!expected) return ExitCode::done;
  const auto differences = expected->differences(certificate);
  std::cout << '\n';
  for (const std::string& line : differences) std::cout << "DIFFERENT " << line << '\n';
  std::cout << fmt::format("{}: {}\n", flags.expect->string(),
                           differences.empty() ? "the same certificate"
                                               : fmt::format("{} differences", differences.size()));
  return differences.empty() ? ExitCode::done : ExitCode::no;
}

double parse_margin(const std::string& text, const std::string& flag) {
  if (const auto margin = cli::parse_positive(text, 10)) return *margin;
  throw Error(
      fmt::format("{}: found '{}', expected a number above 0, at most 10", flag, printable(text)));
}

}  // namespace

CLI::App* add_certify(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "certify", "judge from many runs whether they reproduce what the book prints");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is judged");
  cli::add_value(*command, "RECORD", flags->records, "",
                 "records written by imdb and the other programs with --seeds A..B --record; "
                 "all runs of a record must have the same semantics");
  cli::add_value(*command, "--results", flags->results, "DIR",
                 "directory that contains book/ (default: that of this installation)");
  CLI::Option* against_option =
      cli::add_value(*command, "--against", flags->against, "RECORD",
                     "compare the runs with those in RECORD instead of the book: bit-identical, or "
                     "statistically equivalent in every quantity; runs with other settings are "
                     "compared in what they reach, and the settings that differ are named");
  command->add_flag("--unverified-data", flags->unverified,
                    "accept runs on data files with a wrong checksum; their verdicts say so");
  cli::add_value(*command, "--extend", flags->extend, "FILE",
                 "add the verdicts of a certificate that --json wrote, except on logs that RECORD "
                 "judges anew");
  cli::add_value(*command, "--data-missing", flags->missing, "ID",
                 "list the printed logs of this experiment as missing their data; may be repeated")
      ->check(cli::one_of(experiment_ids()));
  cli::add_parsed(*command, "--margin", flags->margin, parse_margin, "X",
                  "with --against: largest difference that counts as equivalent, in standard "
                  "deviations of a run, above 0 to 10 (default: 0.5)");
  command->add_flag("--list", flags->list,
                    "list the experiments of which the book prints numbers, and exit; with --json "
                    "(no FILE) as JSON");
  cli::add_value(*command, "--render", flags->render, "FILE",
                 "print the page of --markdown for a certificate that --json wrote, with the "
                 "pictures beside it, and exit");
  add_mine_flags(*command, flags->mine);
  command->option_defaults()->group("What is shown and kept");
  command->add_flag("--quantities,--figures", flags->quantities,
                    "also print every printed number beside the same number of our runs");
  cli::add_value(*command, "--json", flags->json, "FILE",
                 "write the certificate to FILE (results/schema/certificate-2.json)")
      ->expected(0, 1);
  cli::add_value(*command, "--markdown", flags->markdown, "FILE",
                 "write a page to FILE: the table, the reasons, the pictures in its directory");
  cli::add_value(*command, "--plot-dir", flags->plot_dir, "DIR",
                 "write SVG pictures to DIR: the book's curves over the band of our runs, single "
                 "numbers in the distribution of our runs");
  cli::add_value(
      *command, "--expect", flags->expect, "FILE",
      "compare with a certificate that --json wrote earlier; exit code 1 if they differ");
  command->footer(
      "\nVerdicts do not change the exit code, which is 0 except if --expect or --against finds a\n"
      "difference (1), --mine finds no ordinary result (1) or --against cannot decide (4).\n"
      "docs/certificate.md explains the verdicts.\n\n"
      "Examples:\n"
      "  reprise certify old.json new.json --quantities\n"
      "  reprise certify new.json --against other_machine.json\n"
      "These programs write such records:\n"
      "  imdb --edition 1 --experiment imdb_final --seeds 0..199 --record old.json\n"
      "  imdb --experiment imdb_final --seeds 0..199 --record new.json\n"
      "Is tanh better than relu?\n"
      "  imdb --experiment imdb --seeds 0..39 --record relu.json\n"
      "  imdb --experiment imdb --activation tanh --seeds 0..39 --record tanh.json\n"
      "  reprise certify tanh.json --against relu.json\n"
      "My number is .8731, the book says .8833: did I do something wrong?\n"
      "  reprise certify --mine 'imdb_final test_accuracy=.8731'\n");
  command->callback([=, &code] {
    for (const std::string mode : {"--against", "--render", "--list", "--mine"}) {
      for (const std::string other :
           {"--results", "--list", "--quantities", "--json", "--markdown", "--plot-dir", "--expect",
            "--render", "--against", "--extend", "--data-missing", "--unverified-data"}) {
        const bool fits = mode == other ||
                          (mode == "--list" && (other == "--results" || other == "--json")) ||
                          (mode == "--mine" && other == "--results") ||
                          (mode == "--against" && other == "--unverified-data");
        if (!fits && command->count(mode) > 0 && command->count(other) > 0) {
          throw Error(fmt::format("{} and {} cannot be combined", mode, other));
        }
      }
    }
    if (command->count("--margin") > 0 && !flags->against) {
      throw Error("--margin needs --against RECORD");
    }
    if (against_option->results().size() > 1) {
      throw Error(fmt::format("--against: found {} records, expected one",
                              against_option->results().size()));
    }
    if ((flags->list || flags->render || flags->mine.mine) && !flags->records.empty()) {
      throw Error(fmt::format("{}: found '{}', expected no record",
                              flags->list     ? "--list"
                              : flags->render ? "--render"
                                              : "--mine",
                              printable(flags->records.front().string())));
    }
    const bool has_json = command->count("--json") > 0;
    if (flags->list && flags->json && !flags->json->empty()) {
      throw Error(fmt::format("--list: found --json {}, expected --json without a file",
                              flags->json->string()));
    }
    for (const char* flag : {"--experiment", "--edition", "--semantics"}) {
      if (command->count(flag) > 0 && !flags->mine.mine) {
        throw Error(fmt::format("{} needs --mine", flag));
      }
    }
    if (flags->list) return list(cli::results_with("book", flags->results), has_json);
    if (has_json && (!flags->json || flags->json->empty())) throw Error("--json needs FILE");
    if (flags->render) {
      return book::write_page(std::cout, book::read_certificate(*flags->render),
                              flags->render->parent_path());
    }
    if (flags->mine.mine) {
      code = answer_mine(flags->mine, flags->results);
      return;
    }
    if (flags->records.empty()) throw Error("RECORD is missing: give one record or more");
    code = flags->against ? against(*flags) : certify(*flags);
  });
  return command;
}

}  // namespace reprise::tool
