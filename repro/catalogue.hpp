// The catalogue of the book's experiments: what a section's file says of itself, and the list of
// sections. Adding an experiment is a line in its section's table; a section, a line in the list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/record/plot.hpp"
#include "reprise/record/run_record.hpp"
#include "repro/settings.hpp"

namespace reprise::book {

class Run;

// Where it stands in the editions of the book, "" where an edition lacks it: sections ("3.4") or
// listings ("3.7-3.10"). The Chinese edition of 2018 is the first's translation, with its numbers.
struct EditionNumbers {
  std::string_view first, second, third;
};

struct Experiment {
  std::string_view id;
  std::string_view about;
  Settings settings;
  void (*listing)(Run& run, const Settings& settings);
  EditionNumbers listings;
  // where real Keras's runs of it are stored under another id, as a change of that one's settings
  std::string_view variation_of = {};
};

struct Section {
  std::string_view program;
  EditionNumbers section_numbers;
  std::string_view notebook;  // its number among the author's notebooks of the first edition
  std::string_view title;
  std::string_view chinese_title;
  std::string_view data;  // Keras's file
  std::vector<Experiment> experiments;
  std::vector<std::string_view> flow;  // what the program runs by itself, in the book's order
  // --show-<sample> N: shows one sample of the data as the book does; Error if there is no such one
  std::string_view sample = {};
  void (*show_sample)(Run& run, std::size_t index) = nullptr;
  // the book's figures that compare several experiments, from those that ran
  std::vector<Figure> (*comparisons)(const std::vector<RunRecord>& runs) = nullptr;

  std::string book(int edition = 1) const;  // "3.4 (notebook 3.5)", "4.1 of edition 2"
};

const std::vector<Section>& catalogue();

// Throw Error (exit code 2) that lists the known names.
const Section& find_section(std::string_view program);
const Experiment& find_experiment(const Section& section, std::string_view id);

// The experiment of that id in any section, or nothing.
const Experiment* find_anywhere(std::string_view id);

}  // namespace reprise::book
