// Did a run come out as it should? Against real Keras with the same seed where such a run is stored
// (results/keras), else against the band of published re-runs (results/book).
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

struct Verdict {
  bool held = false;
  bool compared = true;   // false: there is nothing to compare with, and nothing is claimed
  std::string line = {};  // what was compared, how far it was, what is allowed
};

// `results` is the folder that holds keras/ and book/. Throws Error for a file there that is no
// valid JSON.
Verdict check_run(const RunRecord& run, const Experiment& experiment,
                  const std::filesystem::path& results);

// The table "book / Keras, same seed / ours" of all runs; "-" where there is no such figure. A line
// above says if the data are not Keras's own; stand-in data are compared with nothing.
void print_table(std::ostream& out, const std::vector<RunRecord>& runs,
                 const std::vector<const Experiment*>& experiments,
                 const std::filesystem::path& results);

}  // namespace reprise::book
