#include "repro/replay/script_run.hpp"

#include <algorithm>
#include <map>

#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "repro/run_in_threads.hpp"

namespace reprise::replay {

namespace {

// Draws the seed of a random op: np.random.randint(10e6) (keras/backend/tensorflow_backend.py).
std::uint32_t draw_op_seed(NumpyRandom& numpy) { return numpy.interval(9999999); }

class Planner {
 public:
  Planner(const Script& script, DataSets& data) : script_(script), data_(data) {}

  ScriptPlan plan() {
    for (const Cell& cell : script_.cells) {
      line_ = cell.line;
      std::visit([this](const auto& action) { go(action); }, cell.action);
    }
    return std::move(plan_);
  }

 private:
  void go(const LoadDataCell& cell) {
    loaded_ = &data_.load(cell, script_.keras);
    numpy_ = loaded_->stream;
  }
  void go(const ModelCell& cell) {
    ModelSteps model{&cell, {}, {}};
    for (std::size_t i = 0; i < cell.layers.size(); ++i) {
      model.op_seeds.push_back(draw_op_seed(numpy_));
    }
    plan_.models.push_back(std::move(model));
  }
  void go(const FitCell& cell) {
    FitOptions options{cell.epochs, cell.batch, cell.shuffle, select(cell.on), {}};
    if (cell.validation) options.validation = select(*cell.validation);
    ModelSteps& model = *std::ranges::find(plan_.models, cell.model,
                                           [](const ModelSteps& m) { return m.cell->name; });
    const std::size_t n = options.train.size();
    model.steps.emplace_back(FitStep{&cell, line_, std::move(options), numpy_});
    model_of_[cell.name] = &model - plan_.models.data();
    if (cell.shuffle) skip_shuffles(numpy_, cell.epochs, n);
  }
  void go(const EvaluateCell& cell) {
    plan_.models[static_cast<std::size_t>(model_of_.at(cell.fit))].steps.emplace_back(
        EvaluateStep{&cell, select(cell.on)});
  }
  void go(const BaselineCell& cell) {
    const Selection selection = select(cell.on);
    if (selection.of->labels.empty()) {
      throw Error(script_.at(line_) + ": baseline: found prices, expected class labels");
    }
    std::vector<std::int64_t> labels;
    for (const std::int32_t row : selection.rows) {
      labels.push_back(selection.of->labels[static_cast<std::size_t>(row)]);
    }
    std::vector<std::int64_t> shuffled = labels;
    numpy_.shuffle(std::span(shuffled));
    std::size_t same = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) same += labels[i] == shuffled[i];
    plan_.baselines.push_back({cell.name, line_, same, labels.size()});
  }
  void go(const HiddenCell& cell) {
    skip_shuffles(numpy_, cell.shuffles, cell.size);
    for (int k = 0; k < cell.randint; ++k) draw_op_seed(numpy_);
  }
  void go(const RandomCell& cell) {
    if (cell.kind == RandomCell::Kind::permutation) return skip_shuffles(numpy_, 1, cell.count);
    for (std::size_t i = 0; i < cell.count; ++i) {
      if (cell.kind == RandomCell::Kind::rand) {
        numpy_.random();
      } else {
        numpy_.interval(cell.range);
      }
    }
  }
  void go(const SeedCell& cell) { numpy_ = NumpyRandom(cell.seed); }

  Selection select(const Rows& rows) const {
    return replay::select(rows, *loaded_, script_.at(line_));
  }

  const Script& script_;
  DataSets& data_;
  const Loaded* loaded_ = nullptr;
  NumpyRandom numpy_;
  int line_ = 0;
  ScriptPlan plan_;
  std::map<std::string, std::ptrdiff_t> model_of_;  // index in plan_.models by the name of a fit
};

using Wanted = std::function<bool(const std::string&)>;

const std::string& name_of(const std::variant<FitStep, EvaluateStep>& step) {
  if (const auto* fit = std::get_if<FitStep>(&step)) return fit->cell->name;
  return std::get<EvaluateStep>(step).cell->fit;
}

// Trains a model up to the last wanted step.
std::vector<FitResult> run_model(const ModelSteps& model, const Script& script,
                                 const Wanted& wanted, const Arithmetic& arithmetic) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < model.steps.size(); ++i) {
    if (wanted(name_of(model.steps[i]))) end = i + 1;
  }
  std::vector<FitResult> results;
  if (end == 0) return results;
  Network network = build(model.cell->layers, model.cell->inputs, model.cell->compiled,
                          model.op_seeds, {script.gpu_threads, model.cell->races});
  for (std::size_t i = 0; i < end; ++i) {
    const std::string& name = name_of(model.steps[i]);
    const Stopwatch watch;
    if (const auto* step = std::get_if<FitStep>(&model.steps[i])) {
      NumpyRandom numpy = step->stream;
      FitResult fit_result{name, step->line, fit(network, step->options, numpy, arithmetic), {}, 0};
      fit_result.seconds = watch.seconds();
      if (wanted(name)) results.push_back(std::move(fit_result));
    } else if (wanted(name)) {
      const auto& evaluation = std::get<EvaluateStep>(model.steps[i]);
      FitResult& fit_result = *std::ranges::find(results, name, &FitResult::name);
      fit_result.evaluate.push_back(
          evaluate(network, evaluation.on, evaluation.cell->batch, arithmetic));
      fit_result.seconds += watch.seconds();
    }
  }
  return results;
}

}  // namespace

ScriptPlan plan_script(const Script& script, DataSets& data) {
  return Planner(script, data).plan();
}

std::vector<FitResult> run_plan(const ScriptPlan& plan, const Script& script, const Wanted& wanted,
                                const Arithmetic& arithmetic, int threads) {
  std::vector<FitResult> results;
  book::run_in_threads(plan.models.size(), threads, [&](std::size_t model, std::mutex& mutex) {
    auto some = run_model(plan.models[model], script, wanted, arithmetic);
    const std::lock_guard lock(mutex);
    std::ranges::move(some, std::back_inserter(results));
  });
  std::ranges::sort(results, {}, &FitResult::line);
  return results;
}

}  // namespace reprise::replay
