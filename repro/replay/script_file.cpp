#include "repro/replay/script_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/install_paths.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/core/suggest.hpp"
#include "repro/replay/cells.hpp"
#include "repro/replay/line_parser.hpp"

namespace reprise::replay {

std::string KerasVersion::text() const { return fmt::format("2.{}.{}", minor, patch); }

std::string Script::at(int line) const { return fmt::format("{}:{}", file, line); }

namespace {

// Throws Error unless `text` is a released version.
KerasVersion version_of(const LineParser& line, const std::string& text) {
  constexpr KerasVersion kVersions[] = {{0, 8}, {0, 9}, {1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4},
                                        {1, 5}, {1, 6}, {2, 0}, {2, 1}, {2, 2}, {2, 3}, {2, 4}};
  for (const KerasVersion& version : kVersions) {
    if (version.text() == text) return version;
  }
  line.wrong("keras", text, "a release from 2.0.8 to 2.2.4");
}

void read_header(LineParser& line, Script& script) {
  script.keras = version_of(line, line.required("keras", "the version, 2.0.8 to 2.2.4"));
  const std::string device = line.setting("device").value_or("plain");
  if (device == "gpu") {
    script.gpu_threads = static_cast<std::uint32_t>(line.number("threads", 2, 1 << 24));
  } else if (device != "plain") {
    line.wrong("device", device,
               "plain (a CPU, or a GPU with TensorFlow 1.3 and later) or gpu with threads=");
  }
  script.log = line.setting("log").value_or("");
  line.done("keras=VERSION device=plain|gpu threads=T log=NAME");
}

}  // namespace

Script read_script(const std::filesystem::path& file) {
  constexpr std::uintmax_t kLargest = 1u << 20;  // the largest script of the collection has 3 kB
  std::istringstream in(read_file(file, kLargest));
  Script script;
  script.id = one_line(file.stem().string());
  script.file = printable(file.string());
  bool begun = false;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    if (text.ends_with('\r')) text.pop_back();  // line ends of Windows
    if (script.title.empty() && text.starts_with("# ")) script.title = one_line(text.substr(2));
    LineParser line(script.at(number), text);
    if (line.empty()) continue;
    const std::string kind = line.next("the kind of a cell before its settings");
    if (kind == "process") {
      if (begun) line.wrong("line", kind, "'process' only once, in the first line");
      read_header(line, script);
      begun = true;
      continue;
    }
    if (!begun) line.wrong("line", kind, "process keras=VERSION before all cells");
    script.cells.push_back({number, read_cell(kind, line, script)});
  }
  if (script.cells.empty()) {
    throw Error(fmt::format("{}: found no cells, expected a session script", script.file));
  }
  return script;
}

std::filesystem::path own_scripts() {
  if (const auto scripts = cli::install_folder({"share/reprise/replay", "repro/replay/scripts"})) {
    return *scripts;
  }
  throw Error("replay: found no directory of scripts in the installation", ExitCode::missing);
}

std::vector<Script> list_scripts() {
  std::vector<Script> scripts;
  for (const auto& entry : std::filesystem::directory_iterator(own_scripts())) {
    if (entry.path().extension() == ".script") scripts.push_back(read_script(entry.path()));
  }
  std::ranges::sort(scripts, {}, &Script::id);
  for (Script& script : scripts) script.file = script.id + ".script";
  return scripts;
}

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
