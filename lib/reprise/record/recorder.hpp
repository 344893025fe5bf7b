// Watches the models of a Runtime and fills a RunRecord.
#pragma once

#include <span>

#include "reprise/core/stopwatch.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise {

// What a record keeps of a network's variables before and after a fit.
void record_initial_kernels(RunResults& run, std::span<const Variable> variables);
void record_trained_weights(RunResults& run, std::span<const Variable> variables);

class Recorder final : public Callback {
 public:
  // `run` must outlive the recorder. The caller fills its settings, except for `isa`. The time
  // until the first fit counts as loading.
  explicit Recorder(RunRecord& run) : run_(run) {}

  void on_permutation(std::span<const std::int32_t> order) override;
  bool wants_batches() const override { return false; }
  void on_train_begin(const FitInfo& fit) override;
  void on_train_end(const Sequential& model, const History& history) override;
  void on_test_begin() override;
  void on_test_end(const Logs& logs) override;

 private:
  RunRecord& run_;
  std::uint64_t reorders_before_ = 0;  // count at the start of the running fit
  Stopwatch since_start_, since_fit_, since_test_;
};

}  // namespace reprise
