// A script, gone through cell by cell on one NumPy stream, and its fits computed.
//
// Going through costs little: a fit nobody asks about only moves the streams on. What a model's
// training begins with is known then, so that models can be trained at the same time.
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
  NumpyRandom stream;  // as it stood before the fit
};
struct EvaluateStep {
  const EvaluateCell* cell;
  Selection on;
};
// A model and what the script does with it, in its order.
struct ModelSteps {
  const ModelCell* cell;
  std::vector<std::uint32_t> op_seeds;  // one a layer
  std::vector<std::variant<FitStep, EvaluateStep>> steps;
};
struct BaselineFigure {
  std::string name;
  int line;
  std::size_t same, of;  // labels that a shuffled copy has in their place
  double value() const { return static_cast<double>(same) / static_cast<double>(of); }
};

struct ProcessPlan {
  std::vector<ModelSteps> models;
  std::vector<BaselineFigure> baselines;
};

// `script` and `data` outlive the plan. Throws Error with file and line for rows that are not
// there.
ProcessPlan plan_process(const Script& script, DataSets& data);

struct Outcome {
  std::string name;
  int line = 0;
  History history;               // training.hpp
  std::vector<Scores> evaluate;  // one an evaluate cell of this fit
  double seconds = 0;
};

// The outcomes of the fits for which wanted(name) holds, in the script's order. Fits before them
// that they go on from are computed as well, all others skipped. Up to `threads` models at once;
// no number depends on how many.
std::vector<Outcome> run_plan(const ProcessPlan& plan, const Script& script,
                              const std::function<bool(const std::string&)>& wanted,
                              const Arithmetic& arithmetic, int threads);

}  // namespace reprise::replay
