// Runs one experiment with all its settings chosen.
#pragma once

#include <string>

#include "reprise/nn/runtime.hpp"
#include "repro/catalogue.hpp"
#include "repro/run.hpp"

namespace reprise::book {

struct Task {
  const Section* section;
  const Experiment* experiment;
  int edition;
  Settings settings;
  RuntimeOptions runtime;
};

// Returns the task's record before the run: its settings and data.
RunRecord blank_record(const Task& task, const DataRecord& data = {});

// Runs the task in a Keras runtime of its own.
RunRecord run_task(const Task& task, DatasetCache& datasets, const Output& output);

// --first-divergence: repeats the run on the reference backend beside a twin that sums in another
// order (nn/divergence.hpp), and describes the first difference in one line.
std::string describe_divergence(const Task& task, DatasetCache& datasets);

}  // namespace reprise::book
