// reprise list: the catalogue of the book's experiments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/install_paths.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/program/runner.hpp"
#include "repro/references/reference_runs.hpp"
#include "repro/references/table.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using nlohmann::json;

// What the first edition prints or its notebook stores of the experiment: "test accuracy 0.9785
// (print), 0.9777 (notebook)".
std::vector<std::string> printed(const book::Section& section, const book::Experiment& experiment,
                                 const std::filesystem::path& results) {
  const book::Task task{
      &section, &experiment, book::first_edition_with(experiment), experiment.settings, {}};
  return book::printed_quantities(to_json(book::blank_record(task)), results);
}

json catalogue_json(const std::filesystem::path& results) {
  json rows = json::array();
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const auto place = [](const book::EditionNumbers& p) {
        return json{{"1", p.first}, {"2", p.second}, {"3", p.third}};
      };
      json row{{"id", experiment.id},
               {"program", section.program},
               {"section", place(section.section_numbers)},
               {"notebook", section.notebook},
               {"listings", place(experiment.listings)},
               {"chinese_title", section.chinese_title},
               {"about", experiment.about},
               {"data", section.data},
               {"settings", book::words_of(experiment.settings)},
               {"printed", printed(section, experiment, results)}};
      for (const book::Edition& edition : book::editions()) {
        row["editions"][std::to_string(edition.number)] =
            book::edition_has(edition.number, experiment);
      }
      rows.push_back(row);
    }
  }
  return rows;
}

void print_table(std::ostream& out, const std::filesystem::path& results) {
  constexpr const char* kRow = "{:<18} {:<11} {:<7} {:<18} {:<34} {:>14}  {}\n";
  out << fmt::format(kRow, "experiment", "program", "section", "data", "hidden layers",
                     "epochs x batch", "printed or in the author's notebook");
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const book::Settings& settings = experiment.settings;
      const auto figures = printed(section, experiment, results);
      out << fmt::format(
          kRow, experiment.id, section.program, section.section_numbers.first, section.data,
          book::model_line(settings),
          settings.epochs == 0 ? "-" : fmt::format("{} x {}", settings.epochs, settings.batch_size),
          figures.empty() ? "-" : fmt::format("{}", fmt::join(figures, "; ")));
    }
  }
}

}  // namespace

CLI::App* add_list(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "the book's experiments, with their settings");
  const auto as_json = std::make_shared<bool>(false);
  command->option_defaults()->group("What is shown and kept");
  command->add_flag("--json", *as_json, "as JSON: an array with an object an experiment");
  command->footer(
      "\nExamples:\n  reprise list\n  imdb --experiment imdb_final     runs one of them\n"
      "  imdb --list                      with its places in the editions of the book\n");
  command->callback([as_json] {
    const auto results = cli::install_results().value_or("");
    if (*as_json) {
      std::cout << catalogue_json(results).dump(1) << '\n';
    } else {
      print_table(std::cout, results);
    }
  });
  return command;
}

}  // namespace reprise::tool
