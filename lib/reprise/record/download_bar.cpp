#include "reprise/record/download_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace reprise {

namespace {

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

// "0:07", "12:05"
std::string minutes(double seconds) {
  const auto whole = static_cast<long>(std::min(std::ceil(seconds), 359999.0));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

void DownloadBar::end_line() {
  if (line_open_) out_ << '\n';
  line_open_ = false;
}

void DownloadBar::show(const DownloadStatus& status) {
  if (!status.note.empty()) {
    end_line();
    out_ << fmt::format("{}: {}\n", status.name, status.note) << std::flush;
    return;
  }
  const bool finished = status.total > 0 && status.done == status.total;
  if (!terminal_) {
    if (name_ != status.name) {
      out_ << fmt::format("{}: downloading{}\n", status.name,
                          status.total > 0 ? " " + megabytes(status.total) : "")
           << std::flush;
    }
    name_ = status.name;
    return;
  }
  if (!finished && Clock::now() - drawn_ < std::chrono::milliseconds(50)) return;
  drawn_ = Clock::now();
  std::string bar;
  constexpr std::uint64_t kWidth = 20;
  const std::uint64_t filled = status.total > 0 ? kWidth * status.done / status.total : 0;
  for (std::uint64_t i = 0; i < kWidth; ++i) bar += i < filled ? "━" : "─";
  out_ << fmt::format("\r\033[K{} {} {}", status.name, bar, megabytes(status.done));
  if (status.total > 0) {
    const double left =
        static_cast<double>(status.total - status.done) / std::max(status.bytes_per_second, 1.0);
    out_ << fmt::format(" of {}, {:.1f} MB/s, {} left", megabytes(status.total),
                        status.bytes_per_second / 1e6, minutes(left));
  }
  out_ << std::flush;
  line_open_ = true;
  if (finished) end_line();
}

}  // namespace reprise
