// One call of Sequential::fit: its samples, their order and its epochs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reprise/core/error.hpp"
#include "reprise/nn/network.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/random/streams.hpp"

namespace reprise {

namespace {

void check(const FitOptions& options) {
  if (options.epochs < 1) {
    throw Error(fmt::format("epochs: found {}, expected at least 1", options.epochs));
  }
  if (options.batch_size < 1) throw Error("batch_size: found 0, expected at least 1");
  if (options.validation_batch_size && *options.validation_batch_size < 1) {
    throw Error("validation_batch_size: found 0, expected at least 1");
  }
  if (!(options.validation_split >= 0 && options.validation_split < 1)) {
    throw Error(fmt::format("validation_split: found {}, expected at least 0 and below 1",
                            options.validation_split));
  }
  if (options.validation_split > 0 && options.validation_data) {
    throw Error("validation_split and validation_data cannot be combined");
  }
  if (!options.class_weight.empty() && !options.sample_weight.empty()) {
    throw Error("class_weight and sample_weight cannot be combined");
  }
}

// keras/src/trainers/data_adapters/data_adapter_utils.py (class_weight_to_sample_weights)
std::vector<double> weights_of_classes(const TargetArray& y, const std::map<int, double>& weights) {
  std::vector<double> of_samples;
  std::visit(
      [&](const auto& view) {
        for (std::size_t i = 0; i < view.rows; ++i) {
          const auto row = view.row(i);
          const int label =
              row.size() == 1
                  ? static_cast<int>(std::nearbyint(row[0]))  // rounds halves to even, as np.round
                  : static_cast<int>(std::ranges::max_element(row) - row.begin());
          const auto found = weights.find(label);
          of_samples.push_back(found == weights.end() ? 1.0 : found->second);
        }
      },
      y);
  return of_samples;
}

}  // namespace

class Sequential::Fit {
 public:
  Fit(Sequential& model, const InputArray& x, const TargetArray& y, const FitOptions& options)
      : model_(model), options_(options), data_{x, y}, callbacks_(model.runtime_.callbacks()) {
    callbacks_.insert(callbacks_.end(), options.callbacks.begin(), options.callbacks.end());
    model.refuse_within_fit("fit");
    check(options);
    take_sample_weights();
    model.check_samples(x, y);  // before the split, which could hide a difference in rows
    split();
    weigh_classes();
    model.prepare(data_.x, data_.y);
    if (validation_) model.prepare(validation_->x, validation_->y);
  }

  History run() {
    begin();
    // ends the fit even if a callback throws: the network must not keep views of the caller's
    // arrays
    const auto end_fit = [](Sequential* model) {
      model->network_->end_fit();
      model->fitting_ = false;
    };
    std::unique_ptr<Sequential, decltype(end_fit)> fitting(&model_, end_fit);
    model_.fitting_ = true;
    model_.network_->begin_fit(data_, options_.batch_size);
    History history;
    for (int epoch = 0; epoch < options_.epochs && !model_.stop_training_; ++epoch) {
      for (const auto& [name, value] : run_epoch(epoch)) history[name].push_back(value);
    }
    model_.network_->finalize_variables();
    fitting.reset();
    for (Callback* callback : callbacks_) callback->on_train_end(model_, history);
    return history;
  }

 private:
  void take_sample_weights() {
    const std::size_t weights = options_.sample_weight.size(), samples = rows_of(data_.x);
    if (weights != 0 && weights != samples) {
      throw Error(
          fmt::format("sample_weight: found {} weights, expected one for each of {} samples",
                      weights, samples));
    }
    data_.sample_weight = options_.sample_weight;
  }

  // Called after split(), because validation samples are not weighted by class.
  void weigh_classes() {
    if (options_.class_weight.empty()) return;
    class_weights_ = weights_of_classes(data_.y, options_.class_weight);
    data_.sample_weight = class_weights_;
  }

  // keras/src/trainers/data_adapters/array_slicing.py (train_validation_split):
  // the last samples validate.
  void split() {
    if (options_.validation_data) {
      validation_ = Dataset{options_.validation_data->x, options_.validation_data->y};
    }
    if (options_.validation_split == 0) return;
    const std::size_t rows = rows_of(data_.x);
    const auto at = static_cast<std::size_t>(
        std::floor(static_cast<double>(rows) * (1.0 - options_.validation_split)));
    if (at == 0 || at == rows) {
      throw Error(fmt::format("validation_split: {} of {} samples leaves an empty part",
                              options_.validation_split, rows));
    }
    validation_ = Dataset{slice_rows(data_.x, at, rows), slice_rows(data_.y, at, rows)};
    data_.x = slice_rows(data_.x, 0, at);
    data_.y = slice_rows(data_.y, 0, at);
    if (data_.sample_weight.empty()) return;
    // sample weights stay with their samples, so val_loss is weighted as well
    validation_->sample_weight = data_.sample_weight.subspan(at);
    data_.sample_weight = data_.sample_weight.first(at);
  }

  void begin() {
    model_.stop_training_ = false;
    const std::size_t steps = (rows_of(data_.x) + options_.batch_size - 1) / options_.batch_size;
    const FitInfo info{model_,
                       data_.x,
                       data_.y,
                       options_.epochs,
                       steps,
                       options_.batch_size,
                       data_.sample_weight,
                       options_.verbose};
    for (Callback* callback : callbacks_) callback->on_train_begin(info);
    if (model_.symbolic_build_pending_) order_of(-1);
    model_.symbolic_build_pending_ = false;
  }

  // The order of the samples in `epoch` (from 0). -1 draws the permutation that is discarded after
  // compile.
  std::vector<std::int32_t> order_of(int epoch) {
    std::vector<std::int32_t> order;
    if (options_.sample_order) {
      if (epoch < 0) return order;
      order = options_.sample_order(epoch);
      check_order(order);
    } else if (options_.shuffle) {
      order = model_.runtime_.streams().numpy.permutation(rows_of(data_.x));
      for (Callback* callback : callbacks_) callback->on_permutation(order);
    } else {
      order.resize(rows_of(data_.x));
      std::iota(order.begin(), order.end(), 0);
    }
    return order;
  }

  void check_order(const std::vector<std::int32_t>& order) const {
    if (order.empty()) throw Error("sample_order: found no samples, expected at least 1");
    for (const std::int32_t sample : order) {
      if (sample >= 0 && static_cast<std::size_t>(sample) < rows_of(data_.x)) continue;
      throw Error(
          fmt::format("sample_order: found {}, expected 0 to {}", sample, rows_of(data_.x) - 1));
    }
  }

  Logs run_epoch(int epoch) {
    for (Callback* callback : callbacks_) callback->on_epoch_begin(epoch);
    std::size_t step = 0;
    Network::OnBatch on_batch;
    const auto wants = [](const Callback* callback) { return callback->wants_batches(); };
    if (std::ranges::any_of(callbacks_, wants)) {
      on_batch = [&](std::span<const std::int32_t> batch, const Logs& logs) {
        for (Callback* callback : callbacks_) {
          if (callback->wants_batches()) callback->on_train_batch_end({step, batch, logs});
        }
        ++step;
      };
    }
    Logs logs = model_.network_->train_epoch(order_of(epoch), on_batch);
    if (validation_) {
      const std::size_t batch_size = options_.validation_batch_size.value_or(options_.batch_size);
      for (const auto& [name, value] : model_.network_->evaluate(*validation_, batch_size)) {
        logs["val_" + name] = value;
      }
    }
    for (Callback* callback : callbacks_) callback->on_epoch_end(epoch, logs);
    return logs;
  }

  Sequential& model_;
  const FitOptions& options_;
  Dataset data_;
  std::optional<Dataset> validation_;
  std::vector<double> class_weights_;
  std::vector<Callback*> callbacks_;
};

History Sequential::fit(const InputArray& x, const TargetArray& y, const FitOptions& options) {
  return Fit(*this, x, y, options).run();
}

}  // namespace reprise
