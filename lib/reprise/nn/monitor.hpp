// What callbacks that wait for a quantity to improve have in common
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
  // `quantity`: a name in History. min_delta: by how much it must change to count.
  Monitor(std::string quantity, Mode mode, double min_delta);

  // The value in `logs`. The first call settles what `automatic` means from the model's metrics.
  // Throws Error if the logs have no such quantity, or it is not known which way is better.
  double value_in(const Logs& logs, const Sequential& model);
  // Whether `value` is better than `reference`; anything is better than nothing.
  bool improves(double value, const std::optional<double>& reference) const;

 private:
  std::string quantity_;
  Mode mode_;
  double min_delta_;
};

}  // namespace reprise
