#include "reprise/record/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reprise {

namespace {

std::string describe(const Logs& logs) {
  std::string text;
  for (const auto& [name, value] : logs) text += fmt::format(" - {}: {:.4f}", name, value);
  return text;
}

// "850us", "12ms", "3s", "2:05"
std::string duration(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.0f}us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.0f}ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.0f}s", seconds);
  return fmt::format("{}:{:02}", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
}

}  // namespace

void Progress::on_warning(std::string_view text) { out_ << "warning: " << text << '\n'; }

void Progress::on_train_begin(const FitInfo& fit) {
  shown_ = fit.verbose > 0;
  epochs_ = fit.epochs;
  steps_ = fit.steps;
}

void Progress::on_epoch_begin(int epoch) {
  since_epoch_ = since_drawn_ = {};
  if (shown_ && terminal_) out_ << fmt::format("Epoch {}/{}\n", epoch + 1, epochs_);
}

void Progress::draw_bar(std::size_t steps_done, const std::string& time, const Logs& logs) {
  constexpr std::size_t kWidth = 20;
  const std::size_t filled = kWidth * steps_done / steps_;
  std::string bar;
  for (std::size_t i = 0; i < kWidth; ++i) bar += i < filled ? "━" : "─";
  out_ << fmt::format("\r\033[K{}/{} {} {}{}", steps_done, steps_, bar, time, describe(logs))
       << std::flush;
}

void Progress::on_train_batch_end(const BatchInfo& batch) {
  if (!shown_ || !terminal_ || since_drawn_.seconds() < 0.05) return;
  since_drawn_ = {};
  const std::size_t done = batch.step + 1;
  const double per_step = since_epoch_.seconds() / static_cast<double>(done);
  // FitOptions::sample_order may name more samples than there are
  const double left = per_step * static_cast<double>(steps_ - std::min(done, steps_));
  draw_bar(done, fmt::format("{} {}/step", duration(left), duration(per_step)), batch.logs);
}

void Progress::on_epoch_end(int epoch, const Logs& logs) {
  if (!shown_) return;
  const double seconds = since_epoch_.seconds();
  const std::string time =
      fmt::format("{} {}/step", duration(seconds), duration(seconds / static_cast<double>(steps_)));
  if (terminal_) {
    draw_bar(steps_, time, logs);
    out_ << '\n';
  } else {
    out_ << fmt::format("Epoch {}/{} - {}{}\n", epoch + 1, epochs_, time, describe(logs));
  }
}

}  // namespace reprise
