#include "reprise/record/recorder.hpp"

#include <cmath>

#include "reprise/data/checksum.hpp"
#include "reprise/nn/internal_access.hpp"

namespace reprise {

namespace {

KernelRecord describe_kernel(const Variable& kernel) {
  std::vector<float> rounded;  // float64 kernels are rounded first, as in the stored Keras runs
  for (const double value : kernel.values.view().flat()) {
    rounded.push_back(static_cast<float>(value));
  }
  return {kernel.shape, crc32_hex(crc32(std::as_bytes(std::span(rounded))))};
}

SumRecord describe_sums(const Variable& variable) {
  SumRecord sums;
  for (const double value : variable.values.view().flat()) {
    sums.sum_abs += std::abs(value);
    sums.sum_sq += value * value;
  }
  return sums;
}

}  // namespace

void record_initial_kernels(RunResults& run, std::span<const Variable> variables) {
  auto& kernels = run.initial_kernels.emplace_back();
  for (const Variable& variable : variables) {
    if (variable.shape.size() == 2) kernels.push_back(describe_kernel(variable));
  }
}

void record_trained_weights(RunResults& run, std::span<const Variable> variables) {
  auto& sums = run.final_sums.emplace_back();
  std::uint32_t crc = 0;
  for (const Variable& variable : variables) {
    sums.push_back(describe_sums(variable));
    crc = crc32(variable.bytes, crc);
  }
  run.weights_crc32.push_back(crc32_hex(crc));
}

void Recorder::on_permutation(std::span<const std::int32_t> order) {
  run_.permutations.push_back(crc32_hex(crc32(std::as_bytes(order))));
}

void Recorder::on_train_begin(const FitInfo& fit) {
  if (run_.initial_kernels.empty()) run_.load_seconds = since_start_.seconds();
  run_.isa = fit.model.runtime().isa();
  record_initial_kernels(run_, fit.model.variables());
  reorders_before_ = InternalAccess::network(fit.model)->reorders().value_or(0);
  since_fit_ = {};
}

void Recorder::on_train_end(const Sequential& model, const History& history) {
  run_.fit_seconds += since_fit_.seconds();
  if (const auto reorders = InternalAccess::network(model)->reorders()) {
    run_.reorders = run_.reorders.value_or(0) + *reorders - reorders_before_;
  }
  run_.history.push_back(history);
  record_trained_weights(run_, model.variables());
}

void Recorder::on_test_begin() { since_test_ = {}; }

void Recorder::on_test_end(const Logs& logs) {
  run_.evaluate_seconds += since_test_.seconds();
  auto& results = run_.evaluate.emplace_back();
  results.push_back(logs.at("loss"));
  for (const auto& [name, value] : logs) {
    if (name != "loss") results.push_back(value);
  }
}

}  // namespace reprise
