#include "repro/own_result/answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/stats/ranks.hpp"
#include "repro/catalogue.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/editions.hpp"
#include "repro/own_result/explain.hpp"
#include "repro/own_result/sample.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

namespace {

bool has(const StoredRuns& stored, int edition, const std::string& semantics) {
  // a network that is written by hand uses no formula of Keras
  return std::ranges::count(stored.editions, edition) &&
         (std::ranges::count(stored.semantics, semantics) ||
          find_anywhere(stored.experiment)->listing.by_hand);
}

// The stored runs that are wanted, in the edition's own number of epochs.
struct Choice {
  StoredRuns stored;
  int edition;
  std::string semantics;
};

int edition_of(const Experiment& experiment, const Wanted& wanted) {
  return wanted.edition.value_or(first_edition_with(experiment));
}

// The first of these that something is stored for is taken.
std::vector<std::string> semantics_of(const Experiment& experiment, const Wanted& wanted) {
  if (wanted.semantics) return {*wanted.semantics};
  const auto number = static_cast<std::size_t>(edition_of(experiment, wanted));
  const std::string of_its_time(editions()[number - 1].semantics);
  const std::string today(all_semantics().front().name);
  if (wanted.edition || of_its_time == today) return {of_its_time};
  return {today, of_its_time};
}

std::optional<Choice> choose(const Experiment& experiment, const Wanted& wanted,
                             const std::vector<StoredRuns>& all) {
  const int edition = edition_of(experiment, wanted);
  const auto epochs = static_cast<std::size_t>(settings_in(edition, experiment).epochs);
  for (const std::string& name : semantics_of(experiment, wanted)) {
    for (const StoredRuns& stored : all) {
      if (has(stored, edition, name) && stored.epochs == epochs) return {{stored, edition, name}};
    }
  }
  return {};
}

// "1 under keras-2.0.8, keras-3.15; 3 under keras-3.15"
std::string what_is_stored(const std::vector<StoredRuns>& all) {
  std::map<int, std::set<std::string>> found;
  for (const StoredRuns& stored : all) {
    for (const int edition : stored.editions) {
      found[edition].insert(stored.semantics.begin(), stored.semantics.end());
    }
  }
  std::vector<std::string> texts;
  for (const auto& [edition, semantics] : found) {
    texts.push_back(fmt::format("{} under {}", edition, fmt::join(semantics, ", ")));
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

Choice choose_or_fail(const Experiment& experiment, const Wanted& wanted,
                      const std::filesystem::path& results) {
  const auto all = stored_runs_of(experiment.id, results);
  if (all.empty()) {
    throw Error(
        fmt::format("--mine: found no stored runs of {} in {}/seeds, expected an experiment "
                    "that has some; make your own with --seeds and certify them",
                    experiment.id, printable(results.string())));
  }
  if (auto choice = choose(experiment, wanted, all)) return *choice;
  throw Error(
      fmt::format("--mine: found no stored runs of {} for edition {} under {}, expected an "
                  "edition that has some: {}",
                  experiment.id, edition_of(experiment, wanted),
                  fmt::join(semantics_of(experiment, wanted), " or "), what_is_stored(all)));
}

// The numbers that the stored runs have as well.
std::vector<OwnNumber> comparable(const OwnResult& own, const StoredRuns& stored,
                                  std::vector<std::string>& others) {
  std::vector<OwnNumber> numbers;
  for (const OwnNumber& number : own.numbers) {
    if (number_of(stored.runs.front(), stored.experiment, number.name)) {
      numbers.push_back(number);
      continue;
    }
    // of a log the name of the curve says enough
    const std::size_t end = own.epochs == 0 ? number.name.npos : number.name.find('@');
    const std::string name = number.name.substr(0, end);
    if (!std::ranges::count(others, name)) others.push_back(name);
  }
  return numbers;
}

// Throws Error unless a log has one value for each epoch of the stored runs.
void require_length(const OwnResult& own, const StoredRuns& stored) {
  if (own.epochs == 0) return;
  if (stored.runs.front().history.empty()) {
    throw Error(
        fmt::format("{}: found the history of a fit, expected single numbers such as "
                    "{}, because {} trains several networks",
                    own.source, names_of_numbers(stored.runs.front(), stored.experiment).back(),
                    stored.experiment));
  }
  if (own.epochs != stored.epochs) {
    throw Error(fmt::format("{}: found {} epochs, expected {} as {} has", own.source, own.epochs,
                            stored.epochs, stored.experiment));
  }
  if (own.announced_epochs > own.epochs) {
    throw Error(fmt::format("{}: found {} of {} epochs, expected all", own.source, own.epochs,
                            own.announced_epochs));
  }
}

// Throws Error if a number is rounded so far that all runs are equal to it, although they differ.
void require_digits(const OwnResult& own, const OwnSample& sample,
                    const std::vector<OwnNumber>& numbers) {
  for (std::size_t j = 0; j < numbers.size(); ++j) {
    const Place place = place_in(sample, j, numbers[j]);
    if (place.equal < sample.runs() || place.least == place.most) continue;
    throw Error(
        fmt::format("{}: found {} {} with {} decimals, which all runs have from {:.5g} to "
                    "{:.5g}; expected more digits",
                    own.source, numbers[j].name, numbers[j].value(), numbers[j].printed.decimals,
                    place.least, place.most));
  }
}

// The experiment whose runs a log that names none is nearest to.
Choice nearest(const OwnResult& own, const Wanted& wanted, const std::filesystem::path& results,
               std::size_t& candidates) {
  std::optional<Choice> best;
  std::pair<std::size_t, double> least;
  std::set<std::size_t> lengths;
  for (const Experiment& experiment : all_experiments()) {
    if (wanted.edition && !edition_has(*wanted.edition, experiment)) continue;
    auto choice = choose(experiment, wanted, stored_runs_of(experiment.id, results));
    if (!choice || choice->stored.runs.front().history.empty()) continue;
    lengths.insert(choice->stored.epochs);
    if (own.epochs != 0 && own.epochs != choice->stored.epochs) continue;
    std::vector<std::string> others;
    const auto numbers = comparable(own, choice->stored, others);
    if (numbers.empty()) continue;
    const auto sample = sample_of(choice->stored, numbers);
    if (!sample) continue;
    ++candidates;
    // those that have the most of its numbers first
    const std::pair rank(own.numbers.size() - numbers.size(), sample->unlikeliness());
    if (best && rank >= least) continue;
    least = rank;
    best = std::move(choice);
  }
  if (best) return *best;
  if (own.epochs != 0 && !lengths.contains(own.epochs)) {
    throw Error(fmt::format("{}: found {} epochs, expected those of an experiment: {}", own.source,
                            own.epochs, fmt::join(lengths, ", ")));
  }
  throw Error(
      fmt::format("{}: found no experiment with these numbers, expected its name: "
                  "--experiment imdb",
                  own.source));
}

Choice choice_for(const OwnResult& own, const Wanted& wanted, const std::filesystem::path& results,
                  std::size_t& candidates) {
  if (wanted.experiment && !own.experiment.empty() && *wanted.experiment != own.experiment) {
    throw Error(fmt::format("--experiment: found {}, expected {} as {} says",
                            printable(*wanted.experiment), own.experiment, own.source));
  }
  const std::string id = wanted.experiment.value_or(own.experiment);
  if (id.empty()) return nearest(own, wanted, results, candidates);
  const Experiment& experiment =
      known_experiment(id, wanted.experiment ? "--experiment" : own.source);
  if (wanted.edition) settings_in(*wanted.edition, experiment);  // refuses other editions
  return choose_or_fail(experiment, wanted, results);
}

// The name of a printed number, not of a curve, as number_of takes it.
std::string name_in_log(const PrintedQuantity& quantity, const StoredRuns& stored) {
  if (!quantity.result.empty()) return quantity.result;
  if (stored.runs.front().evaluate.size() > 1) {
    return fmt::format("fold_{}_{}", quantity.index + 1, quantity.column == 0 ? "loss" : "mae");
  }
  if (quantity.column == 0) return "test_loss";
  return is_regression(stored.experiment) ? "test_mae" : "test_accuracy";
}

// The numbers of the book that the reader has as well, except for those of single epochs.
std::vector<PrintedPlace> printed_places(const Choice& choice,
                                         const std::vector<OwnNumber>& numbers,
                                         const std::filesystem::path& results) {
  std::vector<PrintedPlace> places;
  const auto book = book_file_of(*find_anywhere(choice.stored.experiment), results);
  if (!book) return places;
  for (const PrintedLog& log : printed_logs(*book, choice.edition)) {
    for (const PrintedQuantity& quantity : log.quantities) {
      if (!quantity.curve.empty()) continue;
      const auto found = std::ranges::find_if(numbers, [&](const OwnNumber& number) {
        return number.name == name_in_log(quantity, choice.stored);
      });
      if (found == numbers.end()) continue;
      OwnNumber printed = *found;
      printed.printed = {quantity.value,
                         quantity.rounding.progress_bar ? 4 : quantity.rounding.decimals};
      const auto sample = sample_of(choice.stored, {printed});
      if (!sample) continue;
      const auto ours = sample->column(0);
      const double difference = std::abs(quantity.value - found->value());
      std::size_t as_far = 0, pairs = 0;
      for (std::size_t i = 0; i < ours.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j, ++pairs) {
          as_far += std::abs(ours[i] - ours[j]) >= difference * (1 - 1e-9);
        }
      }
      places.push_back({log.source, place_in(*sample, 0, printed),
                        static_cast<double>(as_far) / static_cast<double>(pairs)});
    }
  }
  return places;
}

}  // namespace

bool Answer::is_ordinary() const { return p > kAlpha; }

Answer answer(const OwnResult& own, const Wanted& wanted, const std::filesystem::path& results) {
  if (wanted.semantics) find_semantics(*wanted.semantics);  // refuses unknown names
  Answer answer;
  const Choice choice = choice_for(own, wanted, results, answer.candidates);
  const StoredRuns& stored = choice.stored;
  require_length(own, stored);
  const auto numbers = comparable(own, stored, answer.not_compared);
  if (numbers.empty() || (own.epochs == 0 && !answer.not_compared.empty())) {
    throw Error(
        fmt::format("{}: found {}, expected numbers of {}: {}", own.source,
                    printable(answer.not_compared.front()), stored.experiment,
                    fmt::join(names_of_numbers(stored.runs.front(), stored.experiment), ", ")));
  }
  const auto sample = sample_of(stored, numbers);
  if (!sample) {
    throw Error(
        fmt::format("{}: found less than two runs of {} under {} that did not diverge, "
                    "expected more",
                    own.source, stored.experiment, choice.semantics));
  }
  require_digits(own, *sample, numbers);
  answer.experiment = stored.experiment;
  answer.edition = choice.edition;
  if (!find_anywhere(stored.experiment)->listing.by_hand) answer.semantics = choice.semantics;
  answer.epochs = stored.epochs;
  answer.runs = sample->runs();
  answer.diverged = sample->diverged;
  answer.verified = stored.verified;
  answer.data = stored.data;
  answer.p = sample->p();
  for (std::size_t j = 0; j < numbers.size(); ++j) {
    answer.places.push_back(place_in(*sample, j, numbers[j]));
  }
  answer.printed = printed_places(choice, numbers, results);
  if (!answer.is_ordinary()) {
    const Setting asked{stored.experiment, choice.edition, choice.semantics, stored.epochs};
    answer.explanations = explain(asked, numbers, results, answer.others);
  }
  return answer;
}

}  // namespace reprise::book
