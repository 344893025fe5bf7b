// Running means of loss and metrics, computed as Keras's metric trackers do.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "reprise/kernels/plan.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/training.hpp"

namespace reprise {

// keras.metrics.Mean: sums and counts have the type of the weights (reduction_metrics.py).
template <class T>
struct Mean {
  T total = 0;
  T count = 0;
  void update(T sum, std::size_t n) {
    total += sum;
    count += static_cast<T>(n);
  }
  // NaN is returned without a sign: Python prints "nan", where C++ would print "-nan".
  double result() const {
    const double mean = count == T(0) ? 0.0 : static_cast<double>(total / count);
    return std::isnan(mean) ? std::numeric_limits<double>::quiet_NaN() : mean;
  }
};

// The means of loss and metrics over the batches so far of an epoch or an evaluation.
template <class T>
class Means {
 public:
  explicit Means(const std::vector<NamedMetric>& metrics)
      : metrics_(metrics), metric_means_(metrics.size()) {}

  void update(const BatchResult<T>& batch) {
    const std::size_t n = batch.rows.size();
    loss_.update(batch.loss * static_cast<T>(n), n);
    for (std::size_t m = 0; m < metric_means_.size(); ++m) {
      metric_means_[m].update(batch.metric_sums[m], n);
    }
  }
  Logs logs() const {
    Logs logs{{"loss", loss_.result()}};
    for (std::size_t m = 0; m < metric_means_.size(); ++m) {
      logs[metrics_[m].name] = metric_means_[m].result();
    }
    return logs;
  }

 private:
  const std::vector<NamedMetric>& metrics_;
  Mean<T> loss_;
  std::vector<Mean<T>> metric_means_;
};

}  // namespace reprise
