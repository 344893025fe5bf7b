// Shows the progress of a fit as Keras does: the epoch, a bar with the time left, the metrics.
#pragma once

#include <ostream>
#include <string>

#include "reprise/core/stopwatch.hpp"
#include "reprise/nn/callback.hpp"

namespace reprise {

class Progress final : public Callback {
 public:
  // On a terminal the line of the running epoch is redrawn, at most 20 times a second; otherwise
  // each epoch prints one plain line.
  Progress(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}

  void on_warning(std::string_view text) override;
  void on_train_begin(const FitInfo& fit) override;
  void on_epoch_begin(int epoch) override;
  bool wants_batches() const override { return shown_ && terminal_; }
  void on_train_batch_end(const BatchInfo& batch) override;
  void on_epoch_end(int epoch, const Logs& logs) override;

 private:
  void draw_bar(std::size_t steps_done, const std::string& time, const Logs& logs);

  std::ostream& out_;
  bool terminal_;
  bool shown_ = true;  // false for a fit with verbose 0
  int epochs_ = 0;
  std::size_t steps_ = 0;
  Stopwatch since_epoch_, since_drawn_;
};

}  // namespace reprise
