// Progress writes one plain line per epoch to a file and redraws a bar on a terminal.
#include "reprise/record/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reprise/nn/sequential.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

std::string progress_of_a_fit(bool terminal) {
  const auto [x, y] = testing::learnable_reviews(100, 30, 1);
  std::stringstream out;
  Runtime keras;
  Progress progress(out, terminal);
  keras.watch(progress);
  Sequential model(keras, {Dense{1, sigmoid}});
  model.compile({.loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
  model.fit(x.slice(0, 80), y.slice(0, 80),
            {.epochs = 2, .validation_data = ValidationData{x.slice(80, 100), y.slice(80, 100)}});
  return out.str();
}

TEST(Progress, PlainLinesHoldEpochTimeAndMetrics) {
  EXPECT_THAT(progress_of_a_fit(false),
              ::testing::MatchesRegex(
                  "Epoch 1/2 - [0-9:]+m?u?s [0-9]+m?u?s/step - accuracy: 0\\.[0-9]+ - loss: "
                  "[0-9.]+ - val_accuracy: 0\\.[0-9]+ - val_loss: [0-9.]+\nEpoch 2/2 - [^\n]*\n"));
}

TEST(Progress, TerminalGetsAFullBarAtTheEndOfAnEpoch) {
  const std::string text = progress_of_a_fit(true);
  EXPECT_THAT(text, ::testing::HasSubstr("Epoch 1/2\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("\r\033[K3/3 ━━━━━━━━━━━━━━━━━━━━ "));
}

}  // namespace
}  // namespace reprise
