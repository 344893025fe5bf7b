// The result of checking one run.
#pragma once

#include <string>

namespace reprise::book {

struct Verdict {
  bool held = false;
  bool compared = true;      // false: no reference run or quantity exists, so nothing is claimed
  std::string line = {};     // what was compared and whether it agreed, in one sentence
  std::string details = {};  // the largest differences and the tolerances; "" if not compared
};

}  // namespace reprise::book
