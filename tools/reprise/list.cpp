// reprise list: the catalogue of the book's experiments.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "catalogue.hpp"
#include "commands.hpp"
#include "reprise/core/named.hpp"

namespace reprise::tool {

namespace {

nlohmann::json catalogue_json() {
  auto rows = nlohmann::json::array();
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const book::Settings& settings = experiment.settings;
      rows.push_back({{"id", experiment.id},
                      {"program", section.program},
                      {"section", section.book},
                      {"about", experiment.about},
                      {"optimizer", name_of(settings.optimizer)},
                      {"loss", name_of(settings.loss)},
                      {"activation", name_of(settings.activation)},
                      {"epochs", settings.epochs},
                      {"batch_size", settings.batch_size}});
    }
  }
  return rows;
}

void print_table(std::ostream& out) {
  constexpr const char* kRow = "{:<14} {:<8} {:<20} {:<9} {:<24} {:>14}  {}\n";
  out << fmt::format(kRow, "experiment", "program", "section", "optimizer", "loss",
                     "epochs x batch", "about");
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& experiment : section.experiments) {
      const book::Settings& settings = experiment.settings;
      out << fmt::format(kRow, experiment.id, section.program, section.book,
                         name_of(settings.optimizer), name_of(settings.loss),
                         fmt::format("{} x {}", settings.epochs, settings.batch_size),
                         experiment.about);
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
      "\nExamples:\n  reprise list\n  imdb --experiment imdb_final     runs one of them\n");
  command->callback([as_json] {
    if (*as_json) {
      std::cout << catalogue_json().dump(1) << '\n';
    } else {
      print_table(std::cout);
    }
  });
  return command;
}

}  // namespace reprise::tool
