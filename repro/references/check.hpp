// Did a run come out as it should? Against real Keras with the same seed where such a run is stored
// (results/keras), else against the band of published re-runs (results/book).
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace reprise::book {

struct Verdict {
  bool held = false;
  bool compared = true;   // false: there is nothing to compare with, and nothing is claimed
  std::string line = {};  // what was compared, how far it was, what is allowed
};

// `run` is one of a record; `results` is the folder that holds keras/ and book/. Throws Error for a
// file there that is no valid JSON, or an experiment that nobody knows.
Verdict check_run(const nlohmann::json& run, const std::filesystem::path& results);

}  // namespace reprise::book
