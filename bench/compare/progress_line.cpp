#include "bench/compare/progress_line.hpp"

#include <fmt/format.h>

#include "bench/compare/duration.hpp"

namespace reprise::compare {

void ProgressLine::show(const Progress& progress) {
  if (quiet_) return;
  const std::string open = progress.judged ? fmt::format(", {} of {} benchmarks undecided",
                                                         progress.undecided, progress.benchmarks)
                                           : "";
  const std::string line = fmt::format("round {} of {}{}, {} left", progress.round, progress.rounds,
                                       open, clock_time(progress.seconds_left));
  if (terminal_) {
    out_ << "\r\033[K" << line << std::flush;
    open_ = true;
  } else if (progress.round == 1 || progress.round % 6 == 0) {
    out_ << line << '\n' << std::flush;
  }
}

void ProgressLine::end() {
  if (open_) out_ << "\r\033[K" << std::flush;
  open_ = false;
}

}  // namespace reprise::compare
