#include "repro/references/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "repro/provenance.hpp"
#include "repro/references/quantities.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// The values of the quantity in the book's logs of that edition: "0.2930 (print), 0.2918
// (notebook)".
std::string printed(const json& book, int edition, const std::string& quantity) {
  std::string text;
  for (json log : book.value("logs", json::array())) {
    if (log.at("edition") != edition) continue;
    log["experiment"] = book.at("experiment");
    if (const auto found = find_quantity(quantities_of(log), quantity)) {
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", found->text(),
                          log.at("name").get<std::string>());
    }
  }
  return text;
}

std::string text_of(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:.4f}", value);
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

// Prints the line above a table of runs whose data are not Keras's own.
void print_provenance(std::ostream& out, const std::vector<json>& runs) {
  const auto foreign =
      std::ranges::find_if(runs, [](const json& run) { return !provenance_prefix(run).empty(); });
  if (foreign == runs.end()) return;
  const json& data = foreign->at("data");
  out << (data.at("standin").get<bool>()
              ? std::string(kStandinNote)
              : provenance_prefix(*foreign) + data.at("file").get<std::string>() +
                    " is not the file that Keras accepts")
      << '\n';
}

// Times are optional in a record, so a missing or malformed one is not an error.
json object_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : json::object();
}

std::string seconds_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? fmt::format("{:.3f}", found->get<double>())
                                                     : "-";
}

}  // namespace

std::vector<Row> rows_of(const std::vector<json>& runs, const std::filesystem::path& results) {
  std::vector<Row> rows;
  for (const json& run : runs) {
    std::optional<json> book, keras;
    if (!run.at("data").at("standin")) {
      if (has_book_settings(run)) book = book_of(run, results);
      keras = keras_run_of(run, results);
    }
    // a longer or shorter run has other quantities
    if (keras && epochs_of(*keras) != epochs_of(run)) keras.reset();
    const auto keras_quantities = keras ? quantities_of(*keras) : std::vector<Quantity>{};
    for (const Quantity& quantity : quantities_of(run)) {
      const auto same_seed = find_quantity(keras_quantities, quantity.key);
      rows.push_back({run.at("experiment"), quantity.label,
                      book ? printed(*book, run.at("edition"), quantity.key) : "",
                      same_seed ? same_seed->text() : "", quantity.text()});
    }
  }
  return rows;
}

std::vector<std::string> printed_quantities(const json& run, const std::filesystem::path& results) {
  const auto book = book_of(run, results);
  if (!book) return {};
  std::vector<std::string> keys, texts;
  for (json log : book->at("logs")) {
    log["experiment"] = run.at("experiment");
    for (const Quantity& quantity : quantities_of(log)) {
      if (std::ranges::find(keys, quantity.key) != keys.end()) continue;
      keys.push_back(quantity.key);
      const std::string text = printed(*book, run.at("edition"), quantity.key);
      if (!text.empty()) texts.push_back(quantity.label + " " + text);
    }
  }
  return texts;
}

void print_table(std::ostream& out, const std::vector<json>& runs,
                 const std::filesystem::path& results) {
  print_provenance(out, runs);
  constexpr const char* kRow = "{:<18} {:<30} {:<34} {:>16} {:>12}\n";
  out << fmt::format(kRow, "experiment", "quantity", "book", "Keras, same seed", "ours");
  for (const Row& row : rows_of(runs, results)) {
    out << fmt::format(kRow, row.experiment, row.quantity, or_dash(row.book), or_dash(row.keras),
                       row.ours);
  }
}

void print_spread(std::ostream& out, const std::vector<json>& runs,
                  const std::filesystem::path& results) {
  struct Spread {
    std::string experiment, label, book;
    std::vector<double> values;
  };
  std::vector<Spread> spreads;  // in the order of the runs
  for (const json& run : runs) {
    const bool standin = run.at("data").at("standin");
    const auto book = standin ? std::nullopt : book_of(run, results);
    for (const Quantity& quantity : quantities_of(run)) {
      const std::string experiment = run.at("experiment");
      auto spread = std::ranges::find_if(spreads, [&](const Spread& s) {
        return s.experiment == experiment && s.label == quantity.label;
      });
      if (spread == spreads.end()) {
        const std::string printed_value =
            book && has_book_settings(run) ? printed(*book, run.at("edition"), quantity.key) : "";
        spread = spreads.insert(spreads.end(), {experiment, quantity.label, printed_value, {}});
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
}

void print_times(std::ostream& out, const std::vector<json>& runs) {
  constexpr const char* kRow = "{:<18} {:>10} {:>7} {:>8} {:>7} {:>8} {:>10} {:>8} {:>9} {:>8}\n";
  out << fmt::format(kRow, "seconds", "seed", "load:", "verify", "read", "arrange", "vectorize",
                     "fit", "evaluate", "run");
  for (const json& run : runs) {
    const json seconds = object_in(run, "seconds");
    const json steps = object_in(seconds, "load_steps");
    out << fmt::format(kRow, run.at("experiment").get<std::string>(), run.at("seed").dump(),
                       seconds_in(seconds, "load"), seconds_in(steps, "verify"),
                       seconds_in(steps, "read"), seconds_in(steps, "arrange"),
                       seconds_in(steps, "vectorize"), seconds_in(seconds, "fit"),
                       seconds_in(seconds, "evaluate"), seconds_in(seconds, "run"));
  }
}

}  // namespace reprise::book
