#include "repro/certificate/run_groups.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>
#include <tuple>

#include "reprise/core/error.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/record/run_file.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;
using std::filesystem::path;

namespace {

// Returns the index of an experiment in the catalogue.
std::ptrdiff_t catalogue_index(const std::string& id) {
  auto all = all_experiments();
  return std::ranges::distance(all.begin(), std::ranges::find(all, id, &Experiment::id));
}

[[noreturn]] void refuse(const path& file, std::size_t number, const json& run,
                         const std::string& what) {
  throw Error(fmt::format("{}: run {} ({}, seed {}): {}", file.string(), number,
                          printable(run.at("experiment").get<std::string>()), run.at("seed").dump(),
                          what));
}

// Returns what is wrong with the curves of a run, or "".
std::string flaw_of_history(const json& run) {
  const auto epochs = run.at("epochs").get<std::size_t>();
  if (epochs > 0 && run.at("history").empty()) return "found no epochs: the run is incomplete";
  for (const json& fit : run.at("history")) {
    if (!fit.contains("loss")) return "found no losses: the run is incomplete";
    for (const auto& [curve, values] : fit.items()) {
      if (values.size() != epochs) {
        return fmt::format("{}: found {} epochs, expected {}: the run is incomplete",
                           printable(curve), values.size(), epochs);
      }
      for (const json& value : values) {
        if (value.is_number() && std::isfinite(value.get<double>())) continue;
        return fmt::format("{}: found {}, expected numbers: the run has diverged: no verdict",
                           printable(curve), printable(value.dump()));
      }
    }
  }
  return "";
}

// Returns why the run says nothing about its edition of the book, or "".
std::string flaw_of(const json& run) {
  if (run.at("data").at("standin").get<bool>()) {
    return "found STAND-IN data, expected the data of Keras: no verdict";
  }
  if (!run.at("data").value("verified", false)) {
    return "found UNVERIFIED DATA, expected the file that Keras accepts: no verdict";
  }
  const Experiment* experiment = find_anywhere(run.at("experiment").get<std::string>());
  if (experiment == nullptr) return "found an unknown experiment, expected one of reprise list";
  const int edition = run.at("edition");
  if (edition < 1 || edition > static_cast<int>(editions().size()) ||
      !edition_has(edition, *experiment)) {
    return fmt::format("found edition {}, which lacks this experiment", edition);
  }
  const auto expected = to_json(settings_in(edition, *experiment));
  for (const auto& [name, value] : expected.items()) {
    const json found = run.at("settings").value(name, json());
    if (found != value) {
      return fmt::format("{}: found {}, expected {}, the setting of edition {}: no verdict", name,
                         printable(found.dump()), value.dump(), edition);
    }
  }
  if (!has_book_settings(run))
    return "found settings that differ from those of its edition: no verdict";
  const auto semantics = run.at("semantics").get<std::string>();
  if (std::ranges::find(all_semantics(), semantics, &Semantics::name) == all_semantics().end()) {
    return fmt::format("semantics: found {}, expected one of {}", printable(semantics),
                       fmt::join(all_semantics() | std::views::transform(&Semantics::name), ", "));
  }
  return flaw_of_history(run);
}

// Returns how two runs of one group differ apart from their seeds, or "".
std::string difference(const json& found, const json& expected) {
  const auto differ = [](const std::string& label, const json& a, const json& b) {
    return a == b ? ""
                  : fmt::format("{}: found {}, expected {} as in the other runs", label,
                                printable(a.dump()), printable(b.dump()));
  };
  for (const char* name : {"file", "sha256"}) {
    const auto text = differ(fmt::format("data {}", name), found.at("data").value(name, json()),
                             expected.at("data").value(name, json()));
    if (!text.empty()) return text;
  }
  for (const char* name : {"dtype", "backend", "arithmetic"}) {
    const auto text = differ(name, found.value(name, json()), expected.value(name, json()));
    if (!text.empty()) return text;
  }
  for (const char* name : {"history", "evaluate"}) {
    const std::size_t a = found.at(name).size(), b = expected.at(name).size();
    if (a != b) {
      return fmt::format("{}: found {} fits, expected {} as in the other runs", name, a, b);
    }
  }
  return "";
}

}  // namespace

std::string name_of(const RunGroup& group) {
  return fmt::format("{}, edition {}, {}", group.experiment, group.edition, group.semantics);
}

std::vector<RunGroup> read_groups(const std::vector<path>& records) {
  using Kind = std::tuple<std::ptrdiff_t, int, std::string>;  // catalogue index, edition, semantics
  std::map<Kind, RunGroup> groups;
  std::vector<Kind> order;
  for (const path& file : records) {
    std::map<std::pair<std::string, int>, std::string> semantics;  // in this record
    std::size_t number = 0;
    for (json& run : read_runs(file)) {
      if (const std::string flaw = flaw_of(run); !flaw.empty()) refuse(file, number, run, flaw);
      const std::string experiment = run.at("experiment"), set = run.at("semantics");
      const int edition = run.at("edition");
      const auto [known, inserted] = semantics.try_emplace({experiment, edition}, set);
      if (known->second != set) {
        refuse(file, number, run,
               fmt::format("semantics: found {}, expected {} as in the other runs of the record",
                           printable(set), printable(known->second)));
      }
      const Kind kind{catalogue_index(experiment), edition, set};
      const auto [group, first] = groups.try_emplace(kind, RunGroup{experiment, edition, set, {}});
      if (first) order.push_back(kind);
      auto& runs = group->second.runs;
      if (!runs.empty()) {
        if (const auto what = difference(run, runs.front()); !what.empty()) {
          refuse(file, number, run, what);
        }
      }
      if (std::ranges::any_of(runs, [&](const json& r) { return r["seed"] == run["seed"]; })) {
        refuse(file, number, run, "found this seed twice, expected each seed once");
      }
      runs.push_back(std::move(run));
      ++number;
    }
  }
  std::ranges::stable_sort(
      order, {}, [](const Kind& kind) { return std::pair(std::get<0>(kind), std::get<1>(kind)); });
  std::vector<RunGroup> sorted;
  for (const Kind& kind : order) {
    RunGroup& group = groups.at(kind);
    if (group.runs.size() < 2) {
      throw Error(
          fmt::format("{}: found 1 run, expected at least 2 with different seeds", name_of(group)));
    }
    std::ranges::sort(group.runs, {}, [](const json& r) { return r["seed"].get<std::uint64_t>(); });
    sorted.push_back(std::move(group));
  }
  return sorted;
}

}  // namespace reprise::book
