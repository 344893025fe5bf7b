// Decides whether a monitored quantity has improved, for callbacks
// (keras/src/callbacks/monitor_callback.py, Keras 3.15.1).
#pragma once

#include <optional>
#include <string>

#include "reprise/nn/history.hpp"

namespace reprise {

class Sequential;

enum class Mode { automatic, min, max };

class Monitor {
 public:
  // `quantity` is a name in History. Smaller changes than `min_delta` do not count.
  Monitor(std::string quantity, Mode mode, double min_delta);

  // Returns the quantity's value in `logs`. The first call resolves Mode::automatic by the model's
  // metrics. Throws Error if the logs lack the quantity, or if its better direction is unknown.
  double value_in(const Logs& logs, const Sequential& model);
  // Whether `value` is better than `reference`. Any value is better than an empty reference.
  bool improves(double value, const std::optional<double>& reference) const;

 private:
  std::string quantity_;
  Mode mode_;
  double min_delta_;
};

}  // namespace reprise
