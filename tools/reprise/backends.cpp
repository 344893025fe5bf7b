// reprise backends: lists the backends, the default first, with their guarantees and operations.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/flag_types.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/list.hpp"
#include "tools/reprise/blas_facts.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

struct Row {
  const BackendInfo& backend;
  nlohmann::json library;  // what its BLAS says of itself (blas_facts.hpp), null without one

  // How many threads a run takes by default.
  int threads() const {
    const int most = backend.threaded() ? default_threads() : 1;
    return library.is_object() ? library.value("usable_threads", most) : most;
  }
};

std::vector<Row> rows() {
  std::vector<Row> all;
  for (const BackendInfo& backend : backends()) {
    const bool asks = backend.is_blas && backend.unavailable_reason().empty();
    all.push_back({backend, asks ? asked_facts(backend) : nlohmann::json()});
  }
  return all;
}

// The name of the backend whose kernels compute the operation.
std::string_view implemented_by(const BackendInfo& backend, std::string_view operation) {
  return backend.implements(operation) ? backend.name : backend.borrowed_from;
}

nlohmann::json backends_json() {
  auto list = nlohmann::json::array();
  for (const Row& row : rows()) {
    const BackendInfo& backend = row.backend;
    auto dtypes = nlohmann::json::array({"float32"});
    if (backend.float64) dtypes.push_back("float64");
    auto operations = nlohmann::json::object();
    for (const std::string_view operation : kOperations) {
      operations[std::string(operation)] = implemented_by(backend, operation);
    }
    nlohmann::json entry{{"name", backend.name},
                         {"about", backend.about},
                         {"available", backend.unavailable_reason().empty()},
                         {"dtypes", dtypes},
                         {"default_threads", row.threads()},
                         {"threaded", backend.threaded()},
                         {"same_bits_on_any_threads", backend.same_bits_on_any_threads},
                         {"reference_bits", backend.reference_bits},
                         {"operations", operations}};
    if (!backend.unavailable_reason().empty()) {
      entry["unavailable_reason"] = backend.unavailable_reason();
    } else if (backend.is_blas) {
      entry["library"] = row.library;
    }
    list.push_back(entry);
  }
  return list;
}

void print_table(std::ostream& out) {
  constexpr const char* kRow = "{:<10} {:<17} {:>7}  {:<14} {:<14}  {}\n";
  const auto yes_or_no = [](bool holds) { return holds ? "yes" : "no"; };
  out << fmt::format("{:<10} {:<17} {:>7}  {:<14} {}\n", "", "", "", "same bits on", "bits of");
  out << fmt::format(kRow, "backend", "dtypes", "threads", "any threads", "the reference", "about");
  const std::vector<Row> all = rows();
  for (const Row& row : all) {
    const BackendInfo& backend = row.backend;
    out << fmt::format(kRow, backend.name, backend.float64 ? "float32, float64" : "float32",
                       row.threads(), yes_or_no(backend.same_bits_on_any_threads),
                       yes_or_no(backend.reference_bits), backend.about);
  }
  out << fmt::format("\n{:<22}", "implemented by");
  for (const BackendInfo& backend : backends()) out << fmt::format("  {:>9}", backend.name);
  for (const std::string_view operation : kOperations) {
    out << fmt::format("\n{:<22}", operation);
    for (const BackendInfo& backend : backends()) {
      out << fmt::format("  {:>9}", implemented_by(backend, operation));
    }
  }
  out << '\n';
  for (const auto& [name, version] : backend_libraries()) {
    out << fmt::format("\n{}: version {}", name, version);
  }
  for (const auto& [backend, library] : all) {
    if (!backend.unavailable_reason().empty()) {
      out << fmt::format("\n{}: {}", backend.name, backend.unavailable_reason());
    } else if (backend.is_blas) {
      out << '\n' << line_about(backend, library);
    }
  }
  out << '\n';
}

}  // namespace

CLI::App* add_backends(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "backends", "list the backends: number types, threads, reproducibility, operations");
  const auto as_json = std::make_shared<bool>(false);
  command->option_defaults()->group("What is shown and kept");
  command->add_flag("--json", *as_json, "print JSON: an array with one object per backend");
  const auto library = std::make_shared<std::string>();
  cli::add_value(*command, "--library", *library, "NAME",
                 "load the BLAS of one backend and print what it says of itself, as JSON");
  command->footer(
      "\nExamples:\n  reprise backends\n  imdb --backend reference     trains with the backend "
      "reference\n");
  command->callback([as_json, library] {
    if (!library->empty()) {
      std::cout << json_text(facts_of_blas(*library), 1) << '\n';
    } else if (*as_json) {
      std::cout << json_text(backends_json(), 1) << '\n';
    } else {
      print_table(std::cout);
    }
  });
  return command;
}

}  // namespace reprise::tool
