// Ends a fit between two batches when the user interrupts, so that temporary files are removed.
#pragma once

#include "reprise/nn/callback.hpp"

namespace reprise {

class StopOnSignal final : public Callback {
 public:
  // Catches SIGINT and SIGTERM, once: a second one ends the process as usual.
  StopOnSignal();
  // Throws Error (exit code 130) if a signal has come.
  void on_train_batch_end(const BatchInfo& batch) override;
};

}  // namespace reprise
