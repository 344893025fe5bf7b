// A progress bar for downloads.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "reprise/data/download.hpp"

namespace reprise {

// A DownloadObserver. On a terminal it redraws one line with a bar and the time left, at most 20
// times a second; otherwise it prints one line when a file begins. Notes are separate lines.
class DownloadBar {
 public:
  DownloadBar(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}
  // Ends an unfinished bar's line, so that an error message starts on its own line.
  ~DownloadBar() { end_line(); }
  DownloadBar(const DownloadBar&) = delete;
  DownloadBar& operator=(const DownloadBar&) = delete;

  void show(const DownloadStatus& status);

 private:
  using Clock = std::chrono::steady_clock;

  void end_line();

  std::ostream& out_;
  bool terminal_;
  bool line_open_ = false;
  std::string name_;
  Clock::time_point drawn_ = {};
};

}  // namespace reprise
