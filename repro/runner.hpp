// One run of one experiment, settled to the last flag.
#pragma once

#include <string>

#include "catalogue.hpp"
#include "reprise/nn/process.hpp"
#include "run.hpp"

namespace reprise::book {

struct Task {
  const Section* section;
  const Experiment* experiment;
  int edition;
  Settings settings;
  ProcessOptions process;
};

// The task's record before it has run: the settings, on these data.
RunRecord blank_record(const Task& task, const DataRecord& data = {});

// Does it, in a process of its own.
RunRecord run_task(const Task& task, Shelf& shelf, const Output& output);

// --parting: the same run on the reference backend beside its twin (nn/parting.hpp), in a line.
std::string describe_parting(const Task& task, Shelf& shelf);

}  // namespace reprise::book
