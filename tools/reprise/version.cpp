// reprise version: shows the version, the compiler and the libraries of this build.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "reprise/record/environment.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

CLI::App* add_version(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "version", "show version and commit, compiler and its flags, and libraries");
  command->footer("\nExamples:\n  reprise version\n");
  command->callback([] {
    const nlohmann::json machine = environment();
    std::cout << fmt::format("reprise {}\ncompiler: {}, {}\nflags: {}\n", version_line(),
                             machine["compiler"].get<std::string>(),
                             machine["build_type"].get<std::string>(),
                             machine["compiler_flags"].get<std::string>());
    for (const auto& [name, version] : machine["libraries"].items()) {
      std::cout << fmt::format("{}: {}\n", name, version.get<std::string>());
    }
  });
  return command;
}

}  // namespace reprise::tool
