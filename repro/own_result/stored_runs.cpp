#include "repro/own_result/stored_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "repro/catalogue.hpp"
#include "repro/references/quantities.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

constexpr std::size_t kMostSeeds = 100'000;

// A number of each seed; null is a run that diverged.
std::vector<double> column_of(const json& values, std::size_t seeds) {
  if (!values.is_array() || values.size() != seeds) {
    throw Error(
        fmt::format("found {} numbers, expected {}, one for each seed", values.size(), seeds));
  }
  std::vector<double> column;
  for (const json& value : values) {
    column.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                     : value.get<double>());
  }
  return column;
}

StoredRuns group_of(const json& entry, std::string_view experiment) {
  StoredRuns group{std::string(experiment),
                   entry.at("editions"),
                   entry.at("semantics"),
                   entry.at("epochs"),
                   entry.at("data").is_null() ? "" : entry.at("data").get<std::string>(),
                   entry.at("verified"),
                   {}};
  const std::size_t seeds = entry.at("seeds");
  if (group.editions.empty() || group.semantics.empty() || seeds < 2 || seeds > kMostSeeds) {
    throw Error(fmt::format("found no editions, no semantics or {} seeds, expected 2 to {}", seeds,
                            kMostSeeds));
  }
  group.runs.resize(seeds);
  for (const auto& [name, epochs] : entry.at("history").items()) {
    const std::string curve = common_name(name);
    if (epochs.size() != group.epochs || group.epochs == 0) {
      throw Error(fmt::format("found {} values of {}, expected one for each of {} epochs",
                              epochs.size(), name, group.epochs));
    }
    for (const json& values : epochs) {
      const auto column = column_of(values, seeds);
      for (std::size_t i = 0; i < column.size(); ++i) {
        group.runs[i].history.resize(1);
        group.runs[i].history[0][curve].push_back(column[i]);
      }
    }
  }
  for (std::size_t fold = 0; fold < entry.at("evaluate").size(); ++fold) {
    for (const json& values : entry["evaluate"][fold]) {
      const auto column = column_of(values, seeds);
      for (std::size_t i = 0; i < column.size(); ++i) {
        group.runs[i].evaluate.resize(fold + 1);
        group.runs[i].evaluate[fold].push_back(column[i]);
      }
    }
  }
  for (const auto& [name, values] : entry.at("results").items()) {
    const auto column = column_of(values, seeds);
    for (std::size_t i = 0; i < column.size(); ++i) group.runs[i].results[name] = column[i];
  }
  return group;
}

// The number in "val_loss@3" behind the curve's name, or nothing.
std::optional<std::size_t> epoch_in(std::string_view text) {
  std::size_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc{} || end != text.data() + text.size() ||
      !text.starts_with(fmt::format("{}", epoch)) || epoch == 0)
    return {};
  return epoch;
}

std::string fold_name(std::size_t fold, bool loss) {
  return fmt::format("fold_{}_{}", fold + 1, loss ? "loss" : "mae");
}

}  // namespace

std::string common_name(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> names{
      {"acc", "accuracy"},
      {"binary_accuracy", "accuracy"},
      {"categorical_accuracy", "accuracy"},
      {"sparse_categorical_accuracy", "accuracy"},
      {"mean_absolute_error", "mae"}};
  for (const char* prefix : {"val_", "test_", "max_val_", "min_val_", "last_val_", "first_val_",
                             "last_", "first_", ""}) {
    if (!name.starts_with(prefix)) continue;
    const std::string rest = name.substr(std::string_view(prefix).size());
    const std::size_t at = std::min(rest.find('@'), rest.size());
    const auto found = names.find(rest.substr(0, at));
    if (found != names.end()) return prefix + found->second + rest.substr(at);
  }
  return name;
}

const Experiment& known_experiment(const std::string& id, const std::string& where,
                                   const std::string& alternative) {
  if (const Experiment* experiment = find_anywhere(id)) return *experiment;
  throw Error(fmt::format("{}: found '{}', expected an experiment that reprise list shows{}", where,
                          printable(id), alternative));
}

std::vector<StoredRuns> stored_runs_of(std::string_view experiment,
                                       const std::filesystem::path& results) {
  const auto file = results / "seeds" / (std::string(experiment) + ".json");
  if (!std::filesystem::exists(file)) return {};
  const json document = read_json(file, "runs of many seeds");
  std::vector<StoredRuns> groups;
  try {
    if (document.at("schema") != "reprise/seeds/1") throw Error("found another schema");
    for (const json& entry : document.at("groups")) {
      groups.push_back(group_of(entry, experiment));
    }
  } catch (const std::exception& error) {
    throw Error(fmt::format("{}: expected the form of reprise/seeds/1: {}",
                            printable(file.string()), printable(error.what())));
  }
  return groups;
}

StoredRuns first_epochs(const StoredRuns& whole, std::size_t epochs) {
  StoredRuns shorter = whole;
  shorter.epochs = epochs;
  for (RunResults& run : shorter.runs) {
    for (auto& [curve, values] : run.history.at(0)) values.resize(epochs);
    run.evaluate.clear();
    run.results.clear();
  }
  return shorter;
}

std::optional<double> number_of(const RunResults& run, std::string_view experiment,
                                const std::string& name) {
  if (run.history.size() == 1) {
    const History& history = run.history[0];
    if (const auto curve = history.find(name); curve != history.end()) return curve->second.back();
    if (const std::size_t at = name.find('@'); at != name.npos) {
      const auto curve = history.find(name.substr(0, at));
      const auto epoch = epoch_in(std::string_view(name).substr(at + 1));
      if (curve == history.end() || !epoch || *epoch > curve->second.size()) return {};
      return curve->second[*epoch - 1];
    }
    for (const bool first : {true, false}) {
      const std::string_view prefix = first ? "first_" : "last_";
      if (!name.starts_with(prefix)) continue;
      const auto curve = history.find(name.substr(prefix.size()));
      if (curve == history.end()) return {};
      return first ? curve->second.front() : curve->second.back();
    }
    if (name == "best_epoch" && history.contains("val_loss") && !run.results.contains(name)) {
      const auto& losses = history.at("val_loss");
      return static_cast<double>(std::ranges::min_element(losses, is_lower) - losses.begin() + 1);
    }
  }
  if (run.evaluate.size() > 1) {
    for (std::size_t fold = 0; fold < run.evaluate.size(); ++fold) {
      for (std::size_t j = 0; j < run.evaluate[fold].size(); ++j) {
        if (name == fold_name(fold, j == 0)) return run.evaluate[fold][j];
      }
    }
  }
  const auto found = find_quantity(quantities_of(run, experiment), name);
  return found ? std::optional(found->value) : std::nullopt;
}

std::vector<std::string> names_of_numbers(const RunResults& run, std::string_view experiment) {
  std::vector<std::string> names;
  if (run.history.size() == 1) {
    for (const auto& [curve, values] : run.history[0]) names.push_back(curve);
    if (run.history[0].contains("val_loss")) names.emplace_back("best_epoch");
  }
  for (std::size_t fold = 0; run.evaluate.size() > 1 && fold < run.evaluate.size(); ++fold) {
    for (std::size_t j = 0; j < run.evaluate[fold].size(); ++j) {
      names.push_back(fold_name(fold, j == 0));
    }
  }
  for (const Quantity& quantity : quantities_of(run, experiment)) {
    if (!std::ranges::count(names, quantity.key)) names.push_back(quantity.key);
  }
  return names;
}

}  // namespace reprise::book
