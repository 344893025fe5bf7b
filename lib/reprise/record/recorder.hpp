// Watches the models of a process and keeps what a RunRecord wants.
#pragma once

#include "reprise/core/stopwatch.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise {

class Recorder final : public Callback {
 public:
  // `run` must outlive the recorder; its settings but for `isa` are the caller's. The time until
  // the first fit counts as loading.
  explicit Recorder(RunRecord& run) : run_(run) {}

  void on_permutation(std::span<const std::int32_t> order) override;
  void on_train_begin(const FitInfo& fit) override;
  void on_train_end(const Sequential& model, const History& history) override;
  void on_test_begin() override;
  void on_test_end(const Logs& logs) override;

 private:
  RunRecord& run_;
  std::uint64_t reorders_before_ = 0;  // the fit that runs
  Stopwatch since_start_, since_fit_, since_test_;
};

}  // namespace reprise
