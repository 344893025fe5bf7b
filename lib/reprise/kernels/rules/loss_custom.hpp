// Custom losses and metrics: the user's functions, which compute in double in every network.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace reprise {

struct CustomLoss {
  static constexpr bool is_custom = true;  // not selectable by name
  static constexpr bool averages = false;
  static constexpr bool sparse_targets = false;

  std::string name = "custom_loss";
  // The loss of one sample.
  std::function<double(std::span<const double> target, std::span<const double> prediction)>
      value_of;
  // Writes its derivative with respect to each prediction into `out`.
  std::function<void(std::span<const double> target, std::span<const double> prediction,
                     std::span<double> out)>
      gradient_of;

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    const std::vector<double> t(target.begin(), target.end());
    const std::vector<double> p(prediction.begin(), prediction.end());
    return static_cast<T>(value_of(t, p));
  }
  template <class T>
  void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                std::span<T> out) const {
    const std::vector<double> t(target.begin(), target.end());
    const std::vector<double> p(prediction.begin(), prediction.end());
    std::vector<double> g(p.size());
    gradient_of(t, p, g);
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = upstream * static_cast<T>(g[j]);
  }
};

// The value of the metric for one sample; fit and evaluate average it.
struct CustomMetric {
  static constexpr bool is_custom = true;

  std::string name = "custom_metric";
  std::function<double(std::span<const double> target, std::span<const double> prediction)>
      value_of;
  bool higher_is_better = false;

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    const std::vector<double> t(target.begin(), target.end());
    const std::vector<double> p(prediction.begin(), prediction.end());
    return static_cast<T>(value_of(t, p));
  }
};

}  // namespace reprise
