// Reads runs from JSON, with every check that does not need the catalogue of experiments.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reprise/record/run_record.hpp"

namespace reprise {

// Reads what a run computed, from a stored run of Keras or a log of the book as well. A list that
// is missing is empty, and null is NaN. Throws Error (exit code 2), a line that begins with `where`
// and names the field, if a field has another type.
RunResults run_results_from(const nlohmann::json& object, const std::string& where);

// Reads a run of a record of schema reprise/run/2. Throws Error (exit code 2), a line that begins
// with `where`, if a field is missing, has another type or lies outside its range, if two fields
// contradict each other, or if the run is cut: a curve with fewer epochs than were trained, a fit
// without its weights or batches, an evaluation without its metrics.
RunRecord run_record_from(const nlohmann::json& run, const std::string& where);

}  // namespace reprise
