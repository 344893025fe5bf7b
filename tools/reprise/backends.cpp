// reprise backends: who can compute, the default first.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::tool {

namespace {

nlohmann::json backends_json() {
  auto rows = nlohmann::json::array();
  for (const BackendInfo& backend : backends()) {
    auto dtypes = nlohmann::json::array({"float32"});
    if (backend.float64) dtypes.push_back("float64");
    rows.push_back({{"name", backend.name},
                    {"about", backend.about},
                    {"dtypes", dtypes},
                    {"default_threads", backend.threaded ? available_cpus() : 1},
                    {"threaded", backend.threaded}});
  }
  return rows;
}

void print_table(std::ostream& out) {
  constexpr const char* kRow = "{:<12} {:<18} {:>7}  {}\n";
  out << fmt::format(kRow, "backend", "dtypes", "threads", "about");
  for (const BackendInfo& backend : backends()) {
    out << fmt::format(kRow, backend.name, backend.float64 ? "float32, float64" : "float32",
                       backend.threaded ? available_cpus() : 1, backend.about);
  }
}

}  // namespace

CLI::App* add_backends(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("backends", "who can compute, the default first, with their threads");
  const auto as_json = std::make_shared<bool>(false);
  command->option_defaults()->group("What is shown and kept");
  command->add_flag("--json", *as_json, "as JSON: an array with an object a backend");
  command->footer(
      "\nExamples:\n  reprise backends\n  imdb --backend reference     computes with one of "
      "them\n");
  command->callback([as_json] {
    if (*as_json) {
      std::cout << backends_json().dump(1) << '\n';
    } else {
      print_table(std::cout);
    }
  });
  return command;
}

}  // namespace reprise::tool
