#include "reprise/nn/divergence.hpp"

#include <variant>

#include "reprise/core/error.hpp"
#include "reprise/nn/internal_access.hpp"

namespace reprise {

namespace {

const RuntimeOptions& checked(const RuntimeOptions& options) {
  if (options.backend != "reference") {
    throw Error("the first divergence can only be found with the backend reference, found '" +
                options.backend + "'");
  }
  return options;
}

InternalOptions reversed(InternalOptions options) {
  options.summation =
      options.summation == Summation::ascending ? Summation::descending : Summation::ascending;
  return options;
}

}  // namespace

FirstDivergence::FirstDivergence(const Runtime& runtime)
    : twin_runtime_(checked(runtime.options()), reversed(InternalAccess::options(runtime))) {}

FirstDivergence::~FirstDivergence() = default;

void FirstDivergence::on_train_begin(const FitInfo& fit) {
  model_ = &fit.model;
  twin_ = InternalAccess::make_twin(fit.model, twin_runtime_);
  twin_->begin_fit({fit.x, fit.y, fit.sample_weight}, fit.batch_size);
  divergence_.reset();
  step_ = 0;
}

void FirstDivergence::on_train_batch_end(const BatchInfo& batch) {
  if (divergence_) return;
  ++step_;
  twin_->train_epoch(batch.rows, {});  // the twin trains on the same batch
  for (std::size_t layer = 0; layer < model_->layers().size(); ++layer) {
    const auto* dense = std::get_if<Dense>(&model_->layers()[layer]);
    if (dense == nullptr) continue;
    const auto* rule = std::get_if<Relu>(&dense->activation);
    if (rule == nullptr) continue;
    const Matrix<double> inputs = InternalAccess::network(*model_)->pre_activations(layer);
    const Matrix<double> others = twin_->pre_activations(layer);
    for (std::size_t i = 0; i < inputs.rows(); ++i) {
      for (std::size_t unit = 0; unit < inputs.cols(); ++unit) {
        if ((inputs(i, unit) > rule->threshold) == (others(i, unit) > rule->threshold)) continue;
        divergence_ = {epoch_,        step_,           layer + 1,      unit,
                       batch.rows[i], inputs(i, unit), others(i, unit)};
        return;
      }
    }
  }
}

void FirstDivergence::on_train_end(const Sequential&, const History&) {
  twin_->end_fit();
  twin_.reset();
}

}  // namespace reprise
