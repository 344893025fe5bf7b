// Runs a session script in two steps. Planning goes through the cells with one NumPy stream; it is
// cheap, because a fit only advances the stream. After that the state of the stream at the start of
// each fit is known, so that the models can be trained in parallel and unwanted fits skipped.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "repro/replay/arithmetic.hpp"
#include "repro/replay/data.hpp"
#include "repro/replay/script.hpp"
#include "repro/replay/training.hpp"

namespace reprise::replay {

struct FitStep {
  const FitCell* cell;
  int line;
  FitOptions options;
  NumpyRandom stream;  // its state before the fit
};
struct EvaluateStep {
  const EvaluateCell* cell;
  Selection on;
};
// A model and the steps that the script takes with it, in order.
struct ModelSteps {
  const ModelCell* cell;
  std::vector<std::uint32_t> op_seeds;  // one per layer
  std::vector<std::variant<FitStep, EvaluateStep>> steps;
};
struct BaselineResult {
  std::string name;
  int line;
  std::size_t same, of;  // labels that equal the shuffled copy at their index, of all labels
  double value() const { return static_cast<double>(same) / static_cast<double>(of); }
};

struct ScriptPlan {
  std::vector<ModelSteps> models;
  std::vector<BaselineResult> baselines;
};

// Plans a script. `script` and `data` must outlive the plan. Throws Error with file and line for
// rows that the data set does not have.
ScriptPlan plan_script(const Script& script, DataSets& data);

struct FitResult {
  std::string name;
  int line = 0;
  History history;               // as returned by fit() of training.hpp
  std::vector<Scores> evaluate;  // one per evaluate cell of this fit
  double seconds = 0;
};

// Computes the fits for which wanted(name) is true and returns them in the order of the script.
// Earlier fits of the same model are computed as well, all others are skipped. Trains up to
// `threads` models at a time; the results do not depend on that number.
std::vector<FitResult> run_plan(const ScriptPlan& plan, const Script& script,
                                const std::function<bool(const std::string&)>& wanted,
                                const Arithmetic& arithmetic, int threads);

}  // namespace reprise::replay
