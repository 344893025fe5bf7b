#include "repro/own_result/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "repro/catalogue.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/editions.hpp"
#include "repro/settings.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kMost = 5;  // explanations that are shown

const Section& section_of(const std::string& experiment) {
  return *std::ranges::find_if(catalogue(), [&](const Section& section) {
    return std::ranges::count(section.experiments, experiment, &Experiment::id) > 0;
  });
}

// What a setting changes, except for the number of epochs.
std::vector<std::string> changes(const Setting& found, const Setting& asked) {
  std::vector<std::string> texts;
  const Experiment& experiment = *find_anywhere(found.experiment);
  if (found.experiment != asked.experiment) {
    texts.push_back(fmt::format("experiment {} instead of {}", found.experiment, asked.experiment));
  }
  if (found.edition != asked.edition) {
    texts.push_back(fmt::format("edition {} instead of {}", found.edition, asked.edition));
  }
  // the differences that make an experiment or an edition another one
  auto ours = to_json(settings_in(found.edition, experiment));
  auto other = to_json(settings_in(asked.edition, *find_anywhere(asked.experiment)));
  for (auto* settings : {&ours, &other}) settings->erase("epochs");
  if (const auto settings = differing_settings(ours, other); !settings.empty() && !texts.empty()) {
    texts.back() += fmt::format(" ({})", fmt::join(settings, ", "));
  }
  if (found.semantics != asked.semantics && !experiment.listing.by_hand) {
    texts.push_back(
        fmt::format("the formulas of {} instead of {}", found.semantics, asked.semantics));
  }
  return texts;
}

// The setting of stored runs that has the least changes.
Setting setting_of(const StoredRuns& stored, const Setting& asked) {
  const auto nearest = [](const auto& all, const auto& wanted) {
    return std::ranges::count(all, wanted) > 0 ? wanted : all.front();
  };
  return {stored.experiment, nearest(stored.editions, asked.edition),
          nearest(stored.semantics, asked.semantics), stored.epochs};
}

// Explanations that differ in their epochs only.
struct Candidate {
  std::vector<std::string> changes;
  bool is_other_experiment = false;
  std::vector<std::pair<std::size_t, Explanation>> by_epochs;
};

// "8 epochs instead of 9 (or 7, 10)"
std::string epochs_text(const Candidate& candidate, std::size_t shown, std::size_t asked) {
  std::vector<std::size_t> others;
  for (const auto& [epochs, explanation] : candidate.by_epochs) {
    if (epochs != shown) others.push_back(epochs);
  }
  std::ranges::sort(others);
  const char* unit = shown == 1 ? "epoch" : "epochs";
  std::string text = fmt::format("{} {} instead of {}", shown, unit, asked);
  if (others.empty()) return text;
  return text + (others.size() <= 4 ? fmt::format(" (or {})", fmt::join(others, ", "))
                                    : fmt::format(" (or one of {} other numbers from {} to {})",
                                                  others.size(), others.front(), others.back()));
}

// The best of a candidate's explanations: the book's own epochs, else the most ordinary place.
Explanation best_of(const Candidate& candidate, std::size_t asked) {
  const auto best = std::ranges::min_element(candidate.by_epochs, {}, [&](const auto& entry) {
    return std::tuple(entry.first != asked, -entry.second.p);
  });
  Explanation explanation = best->second;
  auto texts = candidate.changes;
  if (best->first != asked) texts.push_back(epochs_text(candidate, best->first, asked));
  explanation.what = fmt::format("{}", fmt::join(texts, "; "));
  explanation.changes = texts.size();
  explanation.is_other_experiment = candidate.is_other_experiment;
  return explanation;
}

}  // namespace

std::vector<Explanation> explain(const Setting& asked, const std::vector<OwnNumber>& numbers,
                                 const std::filesystem::path& results, std::size_t& tried) {
  std::map<std::tuple<std::string, int, std::string>, Candidate> candidates;
  const auto consider = [&](const StoredRuns& stored) {
    const auto sample = sample_of(stored, numbers);
    if (!sample) return;
    ++tried;
    const double p = sample->p();
    if (p <= kAlpha) return;
    const Setting setting = setting_of(stored, asked);
    auto& candidate = candidates[{setting.experiment, setting.edition, setting.semantics}];
    candidate.changes = changes(setting, asked);
    candidate.is_other_experiment = setting.experiment != asked.experiment;
    candidate.by_epochs.push_back({stored.epochs,
                                   {.what = "",
                                    .runs = sample->runs(),
                                    .p = p,
                                    .place = place_in(*sample, 0, numbers.front())}});
  };
  for (const Experiment& experiment : section_of(asked.experiment).experiments) {
    for (const StoredRuns& stored : stored_runs_of(experiment.id, results)) {
      consider(stored);
      if (stored.runs.front().history.empty()) continue;
      for (std::size_t epochs = 1; epochs < stored.epochs; ++epochs) {
        consider(first_epochs(stored, epochs));
      }
    }
  }
  std::vector<Explanation> explanations;
  for (const auto& [setting, candidate] : candidates) {
    explanations.push_back(best_of(candidate, asked.epochs));
  }
  std::ranges::stable_sort(explanations, {}, [](const Explanation& e) {
    return std::tuple(e.changes, e.is_other_experiment, -e.p);
  });
  // one change is more likely than two
  const std::size_t fewest = explanations.empty() ? 0 : explanations.front().changes;
  std::erase_if(explanations, [&](const Explanation& e) { return e.changes > fewest; });
  if (explanations.size() > kMost) explanations.resize(kMost);
  return explanations;
}

}  // namespace reprise::book
