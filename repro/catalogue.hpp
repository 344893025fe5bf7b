// The catalogue of the book's experiments. Each section's file describes its own experiments in a
// table; to add an experiment, add an entry to that table. A new section is an entry in
// catalogue().
#pragma once

#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/record/plot.hpp"
#include "reprise/record/run_record.hpp"
#include "repro/settings.hpp"

namespace reprise::book {

class Run;

// The numbers of a section ("3.4") or of listings ("3.7-3.10") in the three editions of the book,
// "" in an edition that lacks it. The Chinese edition of 2018 translates the first edition and has
// its numbers.
struct EditionNumbers {
  std::string_view first, second, third;
};

// A listing of the book as a function, and what a whole run of it contains.
struct Listing {
  using Function = void (*)(Run& run, const Settings& settings);

  Function run;
  std::size_t fits = 1, evaluations = 0;
  bool predicts = false;  // it keeps the first predictions
  // The name of its single result, "" if it has none; the alternative is that of a later edition.
  std::string_view result = {}, alternative = {};
  int result_after = 0;  // a run of at most so many epochs has no result
  // It trains without Keras, so that most of the settings that a reader can change have no meaning.
  bool by_hand = false;
};

struct Experiment {
  std::string_view id;
  std::string_view about;
  Settings settings;
  Listing listing;
  EditionNumbers listings;
  // id of another experiment, if the runs of real Keras are stored as runs of that experiment with
  // changed settings; otherwise ""
  std::string_view variation_of = {};
  // It takes minutes on two cores: ./tools/reproduce runs it only with --full, or if it is named.
  bool takes_minutes = false;
};

struct Section {
  std::string_view program;
  EditionNumbers section_numbers;
  std::string_view notebook;  // number of the author's notebook of the first edition
  std::string_view title;
  std::string_view chinese_title;
  std::string_view data;  // name of Keras's file
  std::vector<Experiment> experiments;
  std::vector<std::string_view> flow;  // the experiments that run by default, in the book's order
  // --show-<sample> N shows one sample of the data as the book does; throws Error if N is too large
  std::string_view sample = {};
  void (*show_sample)(Run& run, std::size_t index) = nullptr;
  // returns the book's figures that compare several experiments, for those that ran
  std::vector<Figure> (*comparisons)(const std::vector<RunRecord>& runs) = nullptr;

  // "3.4 (notebook 3.5)", "4.1 of edition 2"; 0: of the first edition that has the section
  std::string book(int edition = 0) const;
};

const std::vector<Section>& catalogue();

// The experiments of all sections, in the order of the catalogue.
inline auto all_experiments() {
  return catalogue() | std::views::transform(&Section::experiments) | std::views::join;
}

// Both throw Error (exit code 2) that lists the known names.
const Section& find_section(std::string_view program);
const Experiment& find_experiment(const Section& section, std::string_view id);

// Returns the experiment with that id in any section, or nullptr.
const Experiment* find_anywhere(std::string_view id);
// Whether the experiment with that id predicts numbers, so that its metric is "mae".
bool is_regression(std::string_view id);

}  // namespace reprise::book
