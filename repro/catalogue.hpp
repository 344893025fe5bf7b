// The catalogue of the book's experiments: what a section's file says of itself, and the list of
// sections. Adding an experiment is a line in its section's table; a section, a line in the list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/nn/layers.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise::book {

class Run;

// What of an experiment can be changed from the command line; the defaults are the book's.
struct Settings {
  Activation activation = relu;  // of the hidden layers
  Optimizer optimizer = RMSprop{};
  Loss loss;
  int epochs;
  std::size_t batch_size;
};

struct Experiment {
  std::string_view id;
  std::string_view about;
  Settings settings;
  void (*listing)(Run& run, const Settings& settings);
};

struct Section {
  std::string_view program;
  std::string_view book;  // "3.4 (notebook 3.5)"
  std::string_view title;
  std::vector<Experiment> experiments;
  std::vector<std::string_view> flow;  // what the program runs by itself, in the book's order
  // --show-<sample> N: shows one sample of the data as the book does; Error if there is no such one
  std::string_view sample = {};
  void (*show_sample)(Run& run, std::size_t index) = nullptr;
};

const std::vector<Section>& catalogue();

// Throw Error (exit code 2) that lists the known names.
const Section& find_section(std::string_view program);
const Experiment& find_experiment(const Section& section, std::string_view id);

}  // namespace reprise::book
