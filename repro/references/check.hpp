// Checks a run against real Keras's run of the same seed if one is stored (results/keras), and
// otherwise against the published re-runs of the experiment (results/book).
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "repro/references/verdict.hpp"

namespace reprise::book {

// `run` is a run of a record; `results` is the directory that contains keras/ and book/. Throws
// Error if a file there is not valid JSON or the experiment is unknown.
Verdict check_run(const nlohmann::json& run, const std::filesystem::path& results);

// "imdb, seed 42: agrees with Keras 3.15.1: ...".
std::string verdict_line(const nlohmann::json& run, const Verdict& verdict);

}  // namespace reprise::book
