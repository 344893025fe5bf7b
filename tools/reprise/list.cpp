// reprise list: shows the catalogue of the book's experiments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/install_paths.hpp"
#include "reprise/data/json.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/program/catalogue_text.hpp"
#include "repro/program/runner.hpp"
#include "repro/references/reference_runs.hpp"
#include "repro/references/table.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using nlohmann::json;

// Returns the quantities that the book prints or the author's notebook stores, in the first edition
// that has the experiment: "test accuracy 0.9785 (print), 0.9777 (notebook)".
std::vector<std::string> printed(const book::Section& section, const book::Experiment& experiment,
                                 const std::filesystem::path& results) {
  const book::Task task{
      &section, &experiment, book::first_edition_with(experiment), experiment.settings, {}};
  return book::printed_quantities(book::blank_record(task), results);
}

json catalogue_json(const std::filesystem::path& results) {
  json experiments = json::array();
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const auto by_edition = [](const book::EditionNumbers& n) {
        return json{{"1", n.first}, {"2", n.second}, {"3", n.third}};
      };
      json entry{{"id", experiment.id},
                 {"program", section.program},
                 {"section", by_edition(section.section_numbers)},
                 {"notebook", section.notebook},
                 {"listings", by_edition(experiment.listings)},
                 {"chinese_title", section.chinese_title},
                 {"about", experiment.about},
                 {"data", section.data},
                 {"takes_minutes", experiment.takes_minutes},
                 {"settings", book::to_json(experiment.settings)},
                 {"printed", printed(section, experiment, results)}};
      for (const book::Edition& edition : book::editions()) {
        const bool has = book::edition_has(edition.number, experiment);
        const std::string number = std::to_string(edition.number);
        entry["editions"][number] = has;
        if (has) {
          entry["settings_in"][number] =
              book::to_json(book::settings_in(edition.number, experiment));
        }
      }
      experiments.push_back(entry);
    }
  }
  return experiments;
}

// "3.4", or "4.3 (ed. 3)" for a section that the first edition does not have.
std::string number_of(const book::Section& section) {
  const auto& [first, second, third] = section.section_numbers;
  if (!first.empty()) return std::string(first);
  return second.empty() ? fmt::format("{} (ed. 3)", third) : fmt::format("{} (ed. 2)", second);
}

void print_table(std::ostream& out, const std::filesystem::path& results) {
  constexpr const char* kRow = "{:<26} {:<14} {:<16} {:<22} {:<34} {:>14}  {}\n";
  out << fmt::format(kRow, "experiment", "program", "section", "data", "hidden layers",
                     "epochs x batch", "printed or in the author's notebook");
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const book::Settings& settings = experiment.settings;
      const auto quantities = printed(section, experiment, results);
      out << fmt::format(
          kRow, experiment.id, section.program, number_of(section),
          section.data.empty() ? "-" : section.data, book::model_line(settings),
          settings.epochs == 0 ? "-" : fmt::format("{} x {}", settings.epochs, settings.batch_size),
          quantities.empty() ? "-" : fmt::format("{}", fmt::join(quantities, "; ")));
    }
  }
}

}  // namespace

CLI::App* add_list(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "show the book's experiments with their settings");
  enum class Format { text, json, markdown };
  const auto format = std::make_shared<Format>(Format::text);
  command->option_defaults()->group("What is shown and kept");
  command->add_flag_callback(
      "--json", [format] { *format = Format::json; },
      "print a JSON array with one object for each experiment");
  command->add_flag_callback(
      "--markdown", [format] { *format = Format::markdown; },
      "print the experiments in the editions of the book as the Markdown tables of "
      "docs/editions.md");
  command->footer(
      "\nExamples:\n  reprise list\n  imdb --list                      one section, with its "
      "listings in each edition\n"
      "  imdb --experiment imdb_final     runs one experiment\n");
  command->callback([format] {
    const auto results = cli::install_results().value_or("");
    if (*format == Format::json) {
      std::cout << json_text(catalogue_json(results), 1) << '\n';
    } else if (*format == Format::markdown) {
      book::print_editions(std::cout);
    } else {
      print_table(std::cout, results);
    }
  });
  return command;
}

}  // namespace reprise::tool
