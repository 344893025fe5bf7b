#include "reprise/nn/monitor.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {

Monitor::Monitor(std::string quantity, Mode mode, double min_delta)
    : quantity_(std::move(quantity)), mode_(mode), min_delta_(std::abs(min_delta)) {}

double Monitor::value_in(const Logs& logs, const Sequential& model) {
  const auto found = logs.find(quantity_);
  if (found == logs.end()) {
    std::vector<std::string> known;
    for (const auto& [name, value] : logs) known.push_back(name);
    throw Error("monitor: " + unknown_name(quantity_, known));
  }
  if (mode_ == Mode::automatic) {
    const auto higher = model.higher_is_better(quantity_);
    if (!higher)
      throw Error(
          fmt::format("monitor '{}': found mode automatic, expected min or max", quantity_));
    mode_ = *higher ? Mode::max : Mode::min;
  }
  return found->second;
}

bool Monitor::improves(double value, const std::optional<double>& reference) const {
  if (!reference) return true;
  return mode_ == Mode::max ? value - min_delta_ > *reference : value + min_delta_ < *reference;
}

}  // namespace reprise
