// The result of fit: for each quantity one value per epoch (keras.callbacks.History.history).
#pragma once

#include <map>
#include <string>
#include <vector>

namespace reprise {

using History = std::map<std::string, std::vector<double>>;

// The quantities of one epoch or one evaluation, by name: "loss", "accuracy", "val_loss", ...
using Logs = std::map<std::string, double>;

}  // namespace reprise
