#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "figures.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// How far a float64 run may be from Keras's. Measured: 2e-15 over 20 epochs of IMDB; tanh is XLA's
// own and 2e-8 away.
constexpr double kFloat64Tolerance = 1e-9, kFloat64ToleranceTanh = 1e-6;
// How far a float32 run may be in its first epoch, before rounding can have turned a ReLU.
// Measured: 1.1e-7 at most over the stored seeds.
constexpr double kFirstEpochTolerance = 1e-5;
// And later. Keras with another XLA setting is up to 3 % from itself (imdb__seed1__algsimp_off).
constexpr double kChaosTolerance = 0.10;
// A seed without a stored run has to lie within so many standard deviations of published re-runs.
// Their 27 to 29 draws understate the tail: of seeds 100 to 200 the farthest figure lies 5.8 out.
constexpr double kBandWidth = 8.0;

std::optional<json> read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return {};
  json document = json::parse(in, nullptr, false);
  if (document.is_discarded()) throw Error(fmt::format("{}: expected JSON", file.string()));
  return document;
}

bool unchanged(const RunRecord& run, const Settings& book) {
  return run.optimizer == name_of(book.optimizer) && run.loss == name_of(book.loss) &&
         run.activation == name_of(book.activation) && run.epochs == book.epochs &&
         run.batch_size == book.batch_size;
}

// results/keras/<id>__seed<N>[__x64][__<what was changed>].json
std::optional<json> stored_keras_run(const RunRecord& run, const Settings& book,
                                     const std::filesystem::path& results) {
  if (run.batch_size != book.batch_size) return {};
  std::string name = fmt::format("{}__seed{}", run.experiment, run.seed);
  if (run.dtype == "float64") name += "__x64";
  if (run.optimizer != name_of(book.optimizer)) name += "__" + run.optimizer;
  if (run.loss != name_of(book.loss)) name += "__" + run.loss;
  if (run.activation != name_of(book.activation)) name += "__" + run.activation;
  return read_json(results / "keras" / (name + ".json"));
}

// The largest relative distance of loss and val_loss at epoch `e` over all fits.
double distance_at(const json& ours, const json& keras, std::size_t e) {
  double distance = 0;
  for (std::size_t fit = 0; fit < ours.size(); ++fit) {
    for (const char* name : {"loss", "val_loss"}) {
      if (!keras.at(fit).contains(name)) continue;
      const double ours_value = ours[fit].at(name).at(e), keras_value = keras[fit][name].at(e);
      distance = std::max(distance, std::abs(ours_value - keras_value) / std::abs(keras_value));
    }
  }
  return distance;
}

double tolerance_at(const RunRecord& run, std::size_t epoch) {
  if (run.dtype == "float64") {
    return run.activation == "tanh" ? kFloat64ToleranceTanh : kFloat64Tolerance;
  }
  return epoch == 0 ? kFirstEpochTolerance : kChaosTolerance;
}

Verdict against_keras(const RunRecord& run, const json& keras) {
  const json ours = to_json(run);
  if (ours["initial_kernels"] != keras.at("initial_kernels")) {
    return {false, "initial kernels differ from Keras's"};
  }
  // either run may be the longer one; what both did has to be equal
  const std::size_t draws = std::min(ours["permutations"].size(), keras.at("permutations").size());
  for (std::size_t i = 0; i < draws; ++i) {
    if (ours["permutations"][i] != keras["permutations"][i]) {
      return {false, fmt::format("permutation {} differs from Keras's", i)};
    }
  }
  const std::size_t keras_epochs = keras.at("history").at(0).at("loss").size();
  const std::size_t epochs = std::min<std::size_t>(run.epochs, keras_epochs);
  Verdict verdict{true, {}};
  std::size_t equal = 0;
  double largest = 0;
  for (std::size_t e = 0; e < epochs; ++e) {
    const double distance = distance_at(ours["history"], keras["history"], e);
    if (distance <= std::min(tolerance_at(run, e), kFirstEpochTolerance) && equal == e) ++equal;
    largest = std::max(largest, distance);
    verdict.held = verdict.held && distance <= tolerance_at(run, e);
  }
  if (static_cast<std::size_t>(run.epochs) == keras_epochs) {
    for (std::size_t i = 0; i < keras.at("evaluate").size(); ++i) {
      const double theirs = keras["evaluate"][i].at(0);
      const double distance = std::abs(run.evaluate.at(i).at(0) - theirs) / theirs;
      largest = std::max(largest, distance);
      verdict.held = verdict.held && distance <= tolerance_at(run, equal == epochs ? 0 : epochs);
    }
  }
  verdict.line = fmt::format(
      "kernels and permutations equal to Keras's; losses of {} of {} epochs to {:.0e}, largest "
      "distance {:.1e} (allowed {:.0e} in epoch 1, {:.0e} later)",
      equal, epochs, std::min(tolerance_at(run, 0), kFirstEpochTolerance), largest,
      tolerance_at(run, 0), tolerance_at(run, 1));
  return verdict;
}

Verdict against_band(const RunRecord& run, const json& reruns) {
  Verdict verdict{true, {}};
  const auto ours = figures_of(to_json(run));
  for (const auto& [name, spread] : reruns.at("figures").items()) {
    const double mean = spread.at("mean"), width = kBandWidth * spread.at("sd").get<double>();
    const auto figure = std::ranges::find_if(ours, [&](const Figured& f) { return f.key == name; });
    if (figure == ours.end()) throw Error(fmt::format("band of '{}': no such figure", name));
    const bool inside = std::abs(figure->value - mean) <= width;
    verdict.held = verdict.held && inside;
    verdict.line +=
        fmt::format("{}{} {:.4f} {} {:.4f}..{:.4f}", verdict.line.empty() ? "" : ", ", name,
                    figure->value, inside ? "within" : "OUTSIDE", mean - width, mean + width);
  }
  verdict.line = "no Keras run of this seed; band of published re-runs: " + verdict.line;
  return verdict;
}

}  // namespace

Verdict check_run(const RunRecord& run, const Experiment& experiment,
                  const std::filesystem::path& results) {
  try {
    if (const auto keras = stored_keras_run(run, experiment.settings, results)) {
      return against_keras(run, *keras);
    }
    const auto book = read_json(results / "book" / (run.experiment + ".json"));
    if (book && unchanged(run, experiment.settings)) return against_band(run, book->at("reruns"));
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: file of {} under {} has not the expected form: {}", "--check",
                            run.experiment, results.string(), error.what()));
  }
  return {true, "changed settings: nothing stored to compare with"};
}

void print_table(std::ostream& out, const std::vector<RunRecord>& runs,
                 const std::vector<const Experiment*>& experiments,
                 const std::filesystem::path& results) {
  constexpr const char* kRow = "{:<12} {:<30} {:<34} {:>16} {:>12}\n";
  out << fmt::format(kRow, "experiment", "figure", "book", "Keras, same seed", "ours");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunRecord& run = runs[i];
    const auto book = read_json(results / "book" / (run.experiment + ".json"));
    const auto keras = stored_keras_run(run, experiments[i]->settings, results);
    const auto keras_figures = keras ? figures_of(*keras) : std::vector<Figured>{};
    for (const Figured& figure : figures_of(to_json(run))) {
      std::string printed;
      for (const json& log : book ? book->at("logs") : json::array()) {
        if (const auto found = find_figure(figures_of(log), figure.key)) {
          printed += fmt::format("{}{} ({})", printed.empty() ? "" : ", ", found->text(),
                                 log.at("name").get<std::string>());
        }
      }
      const auto same_seed = find_figure(keras_figures, figure.key);
      out << fmt::format(kRow, run.experiment, figure.label, printed.empty() ? "-" : printed,
                         same_seed ? same_seed->text() : "-", figure.text());
    }
  }
}

}  // namespace reprise::book
