// Shows the progress of a comparison.
#pragma once

#include <ostream>

#include "bench/compare/comparison.hpp"

namespace reprise::compare {

class ProgressLine {
 public:
  // On a terminal one line is redrawn; otherwise the first round and every sixth one print a
  // line.
  ProgressLine(std::ostream& out, bool terminal, bool quiet)
      : out_(out), terminal_(terminal), quiet_(quiet) {}
  void show(const Progress& progress);
  void end();

 private:
  std::ostream& out_;
  bool terminal_, quiet_;
  bool open_ = false;
};

}  // namespace reprise::compare
