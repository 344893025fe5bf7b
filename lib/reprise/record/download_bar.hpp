// How far a download is, as a bar with the time left.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "reprise/data/download.hpp"

namespace reprise {

// Observes downloads. With `terminal` a line is redrawn, at most 20 times a second; otherwise a
// line says when a file begins. Notes are lines of their own.
class DownloadBar {
 public:
  DownloadBar(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}
  // An error message does not begin behind a bar that ended early.
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
