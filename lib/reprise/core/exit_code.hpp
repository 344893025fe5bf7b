// What every program of the suite tells the shell. The one table; README and --help repeat it.
#pragma once

namespace reprise {

enum class ExitCode : int {
  done = 0,
  no = 1,         // the answer is no: a check failed
  usage = 2,      // wrong use, bad input, unwritable output
  missing = 3,    // something is missing: packages, data, a backend, threads
  undecided = 4,  // too noisy, too few seeds
  interrupted = 130,
};

}  // namespace reprise
