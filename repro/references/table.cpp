#include "repro/references/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "reprise/record/run_reader.hpp"
#include "repro/provenance.hpp"
#include "repro/references/quantities.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// The quantities of a log in a document of results/book. Those that are not printed are NaN.
std::vector<Quantity> quantities_in(const json& book, const json& log) {
  const std::string experiment = book.at("experiment");
  return quantities_of(run_results_from(log, "results/book/" + experiment), experiment);
}

// The values of the quantity in the book's logs of that edition: "0.2930 (print), 0.2918
// (notebook)".
std::string printed(const json& book, int edition, const std::string& quantity) {
  std::string text;
  for (const json& log : book.value("logs", json::array())) {
    if (log.at("edition") != edition) continue;
    const auto found = find_quantity(quantities_in(book, log), quantity);
    if (found && std::isfinite(found->value)) {
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", found->text(),
                          log.at("name").get<std::string>());
    }
  }
  return text;
}

std::string text_of(double value) {
  if (!std::isfinite(value)) return "nan";
  return std::abs(value) >= 1e9 ? fmt::format("{:.4e}", value) : fmt::format("{:.4f}", value);
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

// Prints the line above a table of runs whose data are not Keras's own.
void print_provenance(std::ostream& out, const std::vector<RunRecord>& runs) {
  const auto foreign = std::ranges::find_if(
      runs, [](const RunRecord& run) { return !provenance_prefix(run.data).empty(); });
  if (foreign == runs.end()) return;
  const DataRecord& data = foreign->data;
  out << (data.standin ? std::string(kStandinNote)
                       : provenance_prefix(data) + one_line(data.file) +
                             " is not the file that Keras accepts")
      << '\n';
}

// Prints under a table what was changed of the book's settings, once for each experiment.
void print_changes(std::ostream& out, const std::vector<RunRecord>& runs) {
  std::vector<std::string> lines;
  for (const RunRecord& run : runs) {
    if (run.changed.empty()) continue;
    const std::string line =
        fmt::format("{} is not as in the book: {}", run.experiment,
                    printable(fmt::format("{}", fmt::join(run.changed, "; "))));
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
  }
  for (const std::string& line : lines) out << line << '\n';
}

// Times are optional in a record; NaN is a missing one.
std::string seconds_text(double seconds) {
  return std::isfinite(seconds) ? fmt::format("{:.3f}", seconds) : "-";
}

}  // namespace

std::vector<Row> rows_of(const std::vector<RunRecord>& runs, const std::filesystem::path& results) {
  std::vector<Row> rows;
  for (const RunRecord& run : runs) {
    std::optional<json> book;
    std::optional<KerasRun> keras;
    if (!run.data.standin) {
      if (has_book_settings(run)) book = book_of(run, results);
      keras = keras_run_of(run, results);
    }
    // a longer or shorter run has other quantities
    if (keras && keras->results.epochs_done() != run.epochs_done()) keras.reset();
    const auto keras_quantities =
        keras ? quantities_of(keras->results, run.experiment) : std::vector<Quantity>{};
    for (const Quantity& quantity : quantities_of(run, run.experiment)) {
      const auto same_seed = find_quantity(keras_quantities, quantity.key);
      rows.push_back({run.experiment, quantity.label,
                      book ? printed(*book, run.edition, quantity.key) : "",
                      same_seed ? same_seed->text() : "", quantity.text()});
    }
  }
  return rows;
}

std::vector<std::string> printed_quantities(const RunRecord& run,
                                            const std::filesystem::path& results) {
  const auto book = book_of(run, results);
  if (!book) return {};
  std::vector<std::string> keys, texts;
  for (const json& log : book->at("logs")) {
    for (const Quantity& quantity : quantities_in(*book, log)) {
      if (std::ranges::find(keys, quantity.key) != keys.end()) continue;
      keys.push_back(quantity.key);
      const std::string text = printed(*book, run.edition, quantity.key);
      if (!text.empty()) texts.push_back(quantity.label + " " + text);
    }
  }
  return texts;
}

void print_table(std::ostream& out, const std::vector<RunRecord>& runs,
                 const std::filesystem::path& results) {
  const std::vector<Row> rows = rows_of(runs, results);  // before anything is printed: it may throw
  print_provenance(out, runs);
  constexpr const char* kRow = "{:<18} {:<30} {:<34} {:>16} {:>12}\n";
  out << fmt::format(kRow, "experiment", "quantity", "book", "Keras, same seed", "ours");
  for (const Row& row : rows) {
    out << fmt::format(kRow, row.experiment, row.quantity, or_dash(row.book), or_dash(row.keras),
                       row.ours);
  }
  print_changes(out, runs);
}

void print_spread(std::ostream& out, const std::vector<RunRecord>& runs,
                  const std::filesystem::path& results) {
  struct Spread {
    std::string experiment, label, book;
    std::vector<double> values;
  };
  std::vector<Spread> spreads;  // in the order of the runs
  for (const RunRecord& run : runs) {
    const auto book = run.data.standin ? std::nullopt : book_of(run, results);
    for (const Quantity& quantity : quantities_of(run, run.experiment)) {
      auto spread = std::ranges::find_if(spreads, [&](const Spread& s) {
        return s.experiment == run.experiment && s.label == quantity.label;
      });
      if (spread == spreads.end()) {
        const std::string printed_value =
            book && has_book_settings(run) ? printed(*book, run.edition, quantity.key) : "";
        spread = spreads.insert(spreads.end(), {run.experiment, quantity.label, printed_value, {}});
      }
      spread->values.push_back(quantity.value);
    }
  }
  print_provenance(out, runs);
  constexpr const char* kRow = "{:<18} {:<30} {:>5} {:>9} {:>9} {:>9}  {}\n";
  out << fmt::format(kRow, "experiment", "quantity", "runs", "lowest", "median", "highest", "book");
  for (Spread& spread : spreads) {
    auto& values = spread.values;
    std::ranges::sort(values, is_lower);
    const std::size_t half = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    out << fmt::format(kRow, spread.experiment, spread.label, values.size(),
                       text_of(values.front()), text_of(median), text_of(values.back()),
                       or_dash(spread.book));
  }
  print_changes(out, runs);
}

void print_times(std::ostream& out, const std::vector<RunRecord>& runs) {
  constexpr const char* kRow = "{:<18} {:>10} {:>7} {:>8} {:>7} {:>8} {:>10} {:>8} {:>9} {:>8}\n";
  out << fmt::format(kRow, "seconds", "seed", "load:", "verify", "read", "arrange", "vectorize",
                     "fit", "evaluate", "run");
  for (const RunRecord& run : runs) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const auto [verify, read, arrange, vectorize] =
        run.load_steps.value_or(LoadRecord{kNone, kNone, kNone, kNone});
    out << fmt::format(kRow, run.experiment, run.seed, seconds_text(run.load_seconds),
                       seconds_text(verify), seconds_text(read), seconds_text(arrange),
                       seconds_text(vectorize), seconds_text(run.fit_seconds),
                       seconds_text(run.evaluate_seconds), seconds_text(run.run_seconds));
  }
}

}  // namespace reprise::book
