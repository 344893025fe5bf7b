#include "repro/certificate/run_groups.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ranges>
#include <tuple>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/read_runs.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;
using std::filesystem::path;

namespace {

[[noreturn]] void refuse(const path& file, std::size_t number, const RunRecord& run,
                         const std::string& what) {
  throw Error(fmt::format("{}: {}", name_in(printable(file.string()), number, run), what));
}

std::string text_of(const json& value) { return printable(json_text(value)); }

// Returns why the run says nothing, or "".
std::string flaw_of(const RunRecord& run, Purpose purpose, Unverified unverified) {
  if (run.data.standin) return "found STAND-IN data, expected the data of Keras: no verdict";
  if (!run.data.verified && unverified == Unverified::refused) {
    return "found UNVERIFIED DATA, expected the file that Keras accepts: no verdict";
  }
  if (const auto epoch = diverged_in_epoch(run)) {
    return fmt::format("the run diverged in epoch {}: no verdict", *epoch);
  }
  if (purpose == Purpose::other_runs) return "";
  const Experiment& experiment = *find_anywhere(run.experiment);  // read_runs knows it
  const auto expected = to_json(settings_in(run.edition, experiment));
  for (const auto& [name, value] : expected.items()) {
    const json found = run.settings->value(name, json());
    if (found != value) {
      return fmt::format("{}: found {}, expected {}, the setting of edition {}: no verdict", name,
                         text_of(found), text_of(value), run.edition);
    }
  }
  if (!has_book_settings(run))
    return "found settings that differ from those of its edition: no verdict";
  return "";
}

// Returns how two runs of one group differ apart from their seeds, or "".
std::string difference(const RunRecord& found, const RunRecord& expected) {
  if (const auto changes = differing_settings(*found.settings, *expected.settings);
      !changes.empty()) {
    return fmt::format("found {}, expected the settings of the other runs",
                       printable(changes.front()));
  }
  for (const auto& [label, a, b] :
       {std::tuple<const char*, json, json>("data file", found.data.file, expected.data.file),
        {"data sha256", found.data.sha256, expected.data.sha256},
        {"dtype", found.dtype, expected.dtype},
        {"backend", found.backend, expected.backend},
        {"library", found.library, expected.library},
        {"arithmetic", found.arithmetic, expected.arithmetic}}) {
    if (a == b) continue;
    return fmt::format("{}: found {}, expected {} as in the other runs", label, text_of(a),
                       text_of(b));
  }
  return "";
}

}  // namespace

std::ptrdiff_t catalogue_index(const std::string& id) {
  auto all = all_experiments();
  return std::ranges::distance(all.begin(), std::ranges::find(all, id, &Experiment::id));
}

std::string name_of(const RunGroup& group) {
  return fmt::format("{}, edition {}, {}", group.experiment, group.edition, group.semantics);
}

std::vector<RunGroup> read_groups(const std::vector<path>& records, Purpose purpose,
                                  Unverified unverified) {
  using Kind = std::tuple<std::ptrdiff_t, int, std::string>;  // catalogue index, edition, semantics
  std::map<Kind, RunGroup> groups;
  std::vector<Kind> order;
  for (const path& file : records) {
    std::map<std::pair<std::string, int>, std::string> semantics;  // in this record
    std::size_t number = 0;
    for (RunRecord& run : read_runs(file)) {
      if (const std::string flaw = flaw_of(run, purpose, unverified); !flaw.empty())
        refuse(file, number, run, flaw);
      const std::string experiment = run.experiment, set = run.semantics;
      const int edition = run.edition;
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
      if (std::ranges::any_of(runs, [&](const RunRecord& r) { return r.seed == run.seed; })) {
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
    std::ranges::sort(group.runs, {}, &RunRecord::seed);
    sorted.push_back(std::move(group));
  }
  return sorted;
}

}  // namespace reprise::book
