// reprise report: shows recorded runs beside the book and real Keras, as a table or a page.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/flag_types.hpp"
#include "cli/install_paths.hpp"
#include "cli/output_files.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/data/json.hpp"
#include "repro/catalogue.hpp"
#include "repro/provenance.hpp"
#include "repro/read_runs.hpp"
#include "repro/references/check.hpp"
#include "repro/references/table.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using nlohmann::json;

struct Flags {
  std::vector<std::filesystem::path> records;
  std::optional<std::filesystem::path> results, markdown;
  bool times = false, as_json = false;
};

// An en dash for an empty cell.
const char* dash(const std::string& text) { return text.empty() ? "–" : text.c_str(); }

std::string verdict_line(const RunRecord& run, const std::filesystem::path& results) {
  const book::CheckResult verdict = book::check_run(run, results);
  return (verdict.held ? "" : "FAILED ") + book::verdict_line(run, verdict);
}

// Returns the figures in the page's directory: first those of each experiment, in the order of the
// catalogue, then those of the section.
std::vector<std::string> figures_in(const std::filesystem::path& directory,
                                    const book::Section& section) {
  std::vector<std::string> prefixes;
  for (const auto& experiment : section.experiments) prefixes.emplace_back(experiment.id);
  prefixes.emplace_back(section.program);
  std::vector<std::string> names;
  for (const std::string& prefix : prefixes) {
    for (const char* what :
         {"loss", "accuracy", "mae", "smoothed", "truncated", "val_loss", "train_loss"}) {
      const std::string name = fmt::format("{}_{}.svg", prefix, what);
      if (std::filesystem::exists(directory / name)) names.push_back(name);
    }
  }
  return names;
}

// Writes the page, which shows the figures in its own `directory`.
void write_page(std::ostream& out, const std::filesystem::path& directory,
                const std::vector<RunRecord>& runs, const std::filesystem::path& results) {
  out << "# The book's experiments, reproduced\n\n";
  const auto foreign = std::ranges::find_if(
      runs, [](const RunRecord& run) { return !book::provenance_prefix(run.data).empty(); });
  if (foreign != runs.end()) {
    out << "**"
        << (foreign->data.standin
                ? book::kStandinNote
                : "UNVERIFIED DATA: a data file is not the one that Keras accepts")
        << "**\n\n";
  }
  out << "`reprise report` generated this page from the records in this directory.\n\n";
  for (const book::Section& section : book::catalogue()) {
    std::vector<RunRecord> own;
    for (const RunRecord& run : runs) {
      if (std::ranges::any_of(section.experiments,
                              [&](const auto& e) { return run.experiment == e.id; })) {
        own.push_back(run);
      }
    }
    if (own.empty()) continue;
    out << fmt::format("## {} {}\n\n", section.book(), section.title);
    out << "| experiment | quantity | book | Keras, same seed | ours |\n|---|---|---|---|---|\n";
    for (const book::Row& row : book::rows_of(own, results)) {
      out << fmt::format("| {} | {} | {} | {} | {} |\n", row.experiment, row.quantity,
                         dash(row.book), dash(row.keras), row.ours);
    }
    out << '\n';
    for (const RunRecord& run : own) out << "- " << verdict_line(run, results) << '\n';
    out << '\n';
    for (const std::string& figure : figures_in(directory, section)) {
      out << fmt::format("![{0}]({0})\n", figure);
    }
    out << '\n';
  }
}

// null where there is no text
json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json report_json(const std::vector<RunRecord>& runs, const std::filesystem::path& results) {
  json quantities = json::array(), checks = json::array();
  for (const book::Row& row : book::rows_of(runs, results)) {
    quantities.push_back({{"experiment", row.experiment},
                          {"quantity", row.quantity},
                          {"book", text_or_null(row.book)},
                          {"keras", text_or_null(row.keras)},
                          {"ours", row.ours}});
  }
  for (const RunRecord& run : runs) {
    const book::CheckResult verdict = book::check_run(run, results);
    checks.push_back(
        {{"experiment", run.experiment}, {"compared", verdict.compared}, {"held", verdict.held}});
  }
  return {{"quantities", quantities}, {"checks", checks}};
}

}  // namespace

CLI::App* add_report(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "compare recorded runs with the book and with real Keras");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is shown and kept");
  cli::add_value(*command, "RECORD", flags->records, "",
                 "record that a section's program wrote with --record")
      ->required();
  cli::add_value(*command, "--results", flags->results, "DIR",
                 "directory with the reference runs, keras/ and book/ (default: results/ of this "
                 "installation)");
  cli::add_value(*command, "--markdown", flags->markdown, "FILE",
                 "also write a Markdown page with the table and the figures in its directory");
  command->add_flag("--json", flags->as_json,
                    "print the table and the results of the checks as JSON instead");
  command->add_flag("--times", flags->times,
                    "also print the times that the steps of each run took");
  command->footer(
      "\nExamples:\n  reprise report imdb.json boston.json\n"
      "  reprise report build/reproduce/*.json --markdown build/reproduce/README.md\n");
  command->callback([flags] {
    const auto results = cli::results_with("keras", flags->results);
    if (flags->as_json && flags->times) throw Error("--json and --times cannot be combined");
    cli::require_own_files({{"--markdown", flags->markdown}}, flags->records);
    std::vector<RunRecord> runs;
    std::set<std::string> keys;
    for (const auto& record : flags->records) {
      for (RunRecord& run : book::read_runs(record)) {
        if (!keys.insert(key_of(run)).second) {
          throw Error(fmt::format("{}: found {}, seed {}, which an earlier record has too",
                                  printable(record.string()), run.experiment, run.seed));
        }
        runs.push_back(std::move(run));
      }
    }
    if (flags->as_json) {
      std::cout << json_text(report_json(runs, results), 1) << '\n';
    } else {
      book::print_table(std::cout, runs, results);
      std::cout << '\n';
      for (const RunRecord& run : runs) std::cout << verdict_line(run, results) << '\n';
    }
    if (flags->times) {
      std::cout << '\n';
      book::print_times(std::cout, runs);
    }
    if (!flags->markdown) return;
    write_file(*flags->markdown, [&](std::ostream& out) {
      write_page(out, flags->markdown->parent_path(), runs, results);
    });
  });
  return command;
}

}  // namespace reprise::tool
