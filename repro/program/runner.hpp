// One run of one experiment, settled to the last flag.
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
  RuntimeOptions process;
};

// The task's record before it has run: the settings, on these data.
RunRecord blank_record(const Task& task, const DataRecord& data = {});

// Does it, in a process of its own.
RunRecord run_task(const Task& task, DatasetCache& datasets, const Output& output);

// --parting: the same run on the reference backend beside its twin (nn/divergence.hpp), in a line.
std::string describe_divergence(const Task& task, DatasetCache& datasets);

}  // namespace reprise::book
