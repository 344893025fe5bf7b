// What a training log holds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

// A printed value and its number of decimals in the log; empty if nothing was printed. A printed
// "nan" is NaN.
struct PrintedValue {
  std::optional<double> value;
  int decimals = 0;
};

// A number as it is printed; empty for a text that is none.
std::optional<PrintedValue> printed_value(std::string_view text);

struct TrainingLog {
  std::string experiment;  // its id if the log names it, otherwise ""
  // One value per epoch, by the name in the log: "loss", "acc", "val_loss", "lr".
  std::map<std::string, std::vector<PrintedValue>> history;
  // The 20 of "Epoch 3/20"; 0 in other forms of logs
  std::size_t announced_epochs = 0;
  // The values of each evaluation by their names, for logs that have some.
  std::vector<std::map<std::string, PrintedValue>> evaluations;
};

}  // namespace reprise
