// The exit codes of every program of the suite. lib/cli/run_main.hpp holds their text for --help.
#pragma once

namespace reprise {

enum class ExitCode : int {
  done = 0,
  no = 1,         // the answer is no: a check failed, values differ, a regression is confirmed
  usage = 2,      // wrong usage, bad input, unwritable output
  missing = 3,    // something is missing: packages, data, a backend, threads
  undecided = 4,  // the measurements are too noisy or the seeds too few
  interrupted = 130,
};

}  // namespace reprise
