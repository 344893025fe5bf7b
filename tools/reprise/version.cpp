// reprise version: shows the version, the compiler and the libraries of this build, and the
// machine.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "reprise/record/environment.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

CLI::App* add_version(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "version", "show version and commit, compiler and its flags, the machine, and libraries");
  command->footer("\nExamples:\n  reprise version\n");
  command->callback([] {
    const nlohmann::json found = environment();
    std::cout << fmt::format("reprise {}\ncompiler: {}, {}\nflags: {}\nmachine: {}\n",
                             version_line(), found["compiler"].get<std::string>(),
                             found["build_type"].get<std::string>(),
                             found["compiler_flags"].get<std::string>(), machine_id());
    for (const auto& [name, version] : found["libraries"].items()) {
      std::cout << fmt::format("{}: {}\n", name, version.get<std::string>());
    }
  });
  return command;
}

}  // namespace reprise::tool
