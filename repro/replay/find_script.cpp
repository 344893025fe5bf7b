#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "repro/replay/script_file.hpp"

namespace reprise::replay {

Script find_script(const std::string& name) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".script");
  if (is_path || std::filesystem::is_regular_file(name)) return read_script(name);
  std::vector<std::string> ids;
  for (Script& script : list_scripts()) {
    if (script.id == name) return std::move(script);
    ids.push_back(script.id);
  }
  throw Error("SCRIPT: " + unknown_name(printable(name), ids) + ", or the path of a script");
}

}  // namespace reprise::replay
