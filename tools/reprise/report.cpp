// reprise report: what records say beside the book and real Keras, as a table or a page.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/install_paths.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/run_file.hpp"
#include "repro/catalogue.hpp"
#include "repro/provenance.hpp"
#include "repro/references/check.hpp"
#include "repro/references/table.hpp"
#include "repro/references/times.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using nlohmann::json;

struct Flags {
  std::vector<std::filesystem::path> records;
  std::optional<std::filesystem::path> results, markdown;
  bool times = false, as_json = false;
};

const char* dash(const std::string& text) { return text.empty() ? "–" : text.c_str(); }

std::string verdict_line(const json& run, const std::filesystem::path& results) {
  const book::Verdict verdict = book::check_run(run, results);
  return fmt::format("{}{}: {}", verdict.held ? "" : "FAILED ",
                     run.at("experiment").get<std::string>(), verdict.line);
}

// The pictures of the page's folder, in the order of the catalogue: an experiment's own, then those
// of its section.
std::vector<std::string> pictures_in(const std::filesystem::path& folder,
                                     const book::Section& section) {
  std::vector<std::string> starts;
  for (const auto& experiment : section.experiments) starts.emplace_back(experiment.id);
  starts.emplace_back(section.program);
  std::vector<std::string> names;
  for (const std::string& start : starts) {
    for (const char* what :
         {"loss", "accuracy", "mae", "smoothed", "truncated", "val_loss", "train_loss"}) {
      const std::string name = fmt::format("{}_{}.svg", start, what);
      if (std::filesystem::exists(folder / name)) names.push_back(name);
    }
  }
  return names;
}

// The page shows the pictures in `folder`, its own.
void write_page(std::ostream& out, const std::filesystem::path& folder,
                const std::vector<json>& runs, const std::filesystem::path& results) {
  out << "# The book's experiments, run again\n\n";
  const auto foreign = std::ranges::find_if(
      runs, [](const json& run) { return !book::provenance_prefix(run).empty(); });
  if (foreign != runs.end()) {
    out << "**"
        << (foreign->at("data").at("standin").get<bool>()
                ? book::kStandinNote
                : "UNVERIFIED DATA: a file is not the one that Keras accepts")
        << "**\n\n";
  }
  out << "`reprise report` made this page from the records beside it.\n\n";
  for (const book::Section& section : book::catalogue()) {
    std::vector<json> own;
    for (const json& run : runs) {
      if (std::ranges::any_of(section.experiments,
                              [&](const auto& e) { return run.at("experiment") == e.id; })) {
        own.push_back(run);
      }
    }
    if (own.empty()) continue;
    out << fmt::format("## {} {}\n\n", section.book(), section.title);
    out << "| experiment | figure | book | Keras, same seed | ours |\n|---|---|---|---|---|\n";
    for (const book::Row& row : book::rows_of(own, results)) {
      out << fmt::format("| {} | {} | {} | {} | {} |\n", row.experiment, row.figure, dash(row.book),
                         dash(row.keras), row.ours);
    }
    out << '\n';
    for (const json& run : own) out << "- " << verdict_line(run, results) << '\n';
    out << '\n';
    for (const std::string& picture : pictures_in(folder, section)) {
      out << fmt::format("![{0}]({0})\n", picture);
    }
    out << '\n';
  }
}

// null where there is no text
json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json report_json(const std::vector<json>& runs, const std::filesystem::path& results) {
  json quantities = json::array(), checks = json::array();
  for (const book::Row& row : book::rows_of(runs, results)) {
    quantities.push_back({{"experiment", row.experiment},
                          {"quantity", row.figure},
                          {"book", text_or_null(row.book)},
                          {"keras", text_or_null(row.keras)},
                          {"ours", row.ours}});
  }
  for (const json& run : runs) {
    const book::Verdict verdict = book::check_run(run, results);
    checks.push_back({{"experiment", run.at("experiment")},
                      {"compared", verdict.compared},
                      {"held", verdict.held}});
  }
  return {{"quantities", quantities}, {"checks", checks}};
}

}  // namespace

CLI::App* add_report(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "the table \"book / Keras, same seed / ours\" of records");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is shown and kept");
  command->add_option("RECORD", flags->records, "what programs wrote with --record")->required();
  command
      ->add_option("--results", flags->results,
                   "the folder with keras/ and book/ (default: the one of this installation)")
      ->type_name("DIR");
  command
      ->add_option("--markdown", flags->markdown,
                   "also a page with the table and the pictures that lie beside it")
      ->type_name("FILE");
  command->add_flag("--json", flags->as_json,
                    "print the table and whether each check held as JSON instead");
  command->add_flag("--times", flags->times, "also where the time of each run went");
  command->footer(
      "\nExamples:\n  reprise report imdb.json boston.json\n"
      "  reprise report build/reproduce/*.json --markdown build/reproduce/README.md\n");
  command->callback([flags] {
    const auto results = cli::results_with("keras", flags->results);
    std::vector<json> runs;
    for (const auto& record : flags->records) {
      for (json& run : read_runs(record)) runs.push_back(std::move(run));
    }
    if (flags->as_json) {
      std::cout << report_json(runs, results).dump(1) << '\n';
    } else {
      book::print_table(std::cout, runs, results);
      std::cout << '\n';
      for (const json& run : runs) std::cout << verdict_line(run, results) << '\n';
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
