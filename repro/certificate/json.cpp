#include "repro/certificate/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::book {

using nlohmann::ordered_json;

namespace {

constexpr const char* kSchema = "reprise/certificate/1";

ordered_json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::stod(fmt::format("{:.6g}", value));
}

template <class Get>
ordered_json column(const LogVerdict& row, Get get) {
  ordered_json list = ordered_json::array();
  for (const QuantityComparison& place : row.quantities) list.push_back(get(place));
  return list;
}

ordered_json to_json(const LogVerdict& row) {
  const auto numbers = [&](double QuantityComparison::*member) {
    return column(row, [&](const QuantityComparison& place) { return number(place.*member); });
  };
  return {{"experiment", row.experiment},
          {"edition", row.edition},
          {"source", row.source},
          {"semantics", row.semantics},
          {"of_its_time", row.of_its_time},
          {"runs", row.runs},
          {"used", row.used},
          {"p", number(row.p)},
          {"smallest_p", number(row.smallest_p)},
          {"holm_p", number(row.holm_p)},
          {"detectable", number(row.minimum_detectable_effect)},
          {"detectable_middle", number(row.minimum_detectable_effect_iqr)},
          {"p_without_epochs", number(row.p_without_epochs)},
          {"finding", name_of(row.verdict)},
          {"two_groups", row.two_groups},
          {"notes", row.notes},
          {"sample",
           {{"seeds", row.sample.seeds},
            {"file", row.sample.file},
            {"sha256", row.sample.sha256},
            {"dtype", row.sample.dtype},
            {"backend", row.sample.backend},
            {"arithmetic", row.sample.arithmetic}}},
          {"figures",
           {{"label", column(row, [](const QuantityComparison& place) { return place.label; })},
            {"book", numbers(&QuantityComparison::book)},
            {"percentile", numbers(&QuantityComparison::percentile)},
            {"low", numbers(&QuantityComparison::low)},
            {"median", numbers(&QuantityComparison::median)},
            {"high", numbers(&QuantityComparison::high)},
            {"deviation", numbers(&QuantityComparison::deviation)},
            {"detectable", numbers(&QuantityComparison::detectable)}}}};
}

ordered_json to_json(const Family& family) {
  return {{"name", family.name},
          {"tests", family.tests},
          {"needed", family.needed},
          {"enough", family.enough},
          {"inconsistent", family.inconsistent},
          {"consistent", family.consistent},
          {"underpowered", family.underpowered},
          {"rejected", family.rejected}};
}

std::string name_of_row(const ordered_json& row) {
  return fmt::format("{}, edition {}, {}, {}", row.at("experiment").get<std::string>(),
                     row.at("edition").get<int>(), row.at("source").get<std::string>(),
                     row.at("semantics").get<std::string>());
}

void compare(const std::string& name, const ordered_json& found, const ordered_json& expected,
             std::vector<std::string>& differences) {
  if (found.is_number() && expected.is_number()) {
    const double a = found, b = expected;
    if (std::abs(a - b) <= 1e-4 * std::max(std::abs(a), std::abs(b))) return;
  } else if (found.is_structured() && found.type() == expected.type() &&
             found.size() == expected.size()) {
    for (const auto& [key, value] : found.items()) {
      const bool list = found.is_array();
      const std::string inner = list ? name + "[" + key + "]" : name + ": " + key;
      if (!list && !expected.contains(key)) {
        differences.push_back(fmt::format("{}: found, not expected", inner));
      } else {
        compare(inner, value, list ? expected.at(std::stoul(key)) : expected.at(key), differences);
      }
    }
    return;
  } else if (found == expected) {
    return;
  }
  differences.push_back(fmt::format("{}: found {}, expected {}", name, printable(found.dump()),
                                    printable(expected.dump())));
}

// All but the rows.
ordered_json head_of(const Certificate& certificate) {
  ordered_json families = ordered_json::array();
  for (const Family& family : certificate.families) families.push_back(to_json(family));
  return {{"schema", kSchema},    {"program", fmt::format("reprise {}", version_line())},
          {"level", kAlpha},      {"largest_shift", kLargestShift},
          {"families", families}, {"unprinted", certificate.unprinted}};
}

ordered_json read_certificate(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in || std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: cannot be read", file.string()));
  }
  ordered_json document = ordered_json::parse(in, nullptr, false);
  if (!document.is_object() || document.value("schema", ordered_json()) != kSchema ||
      !document.contains("rows") || !document["rows"].is_array()) {
    throw Error(
        fmt::format("{}: found no whole certificate, expected what --json wrote", file.string()));
  }
  return document;
}

}  // namespace

void write_json(std::ostream& out, const Certificate& certificate) {
  const ordered_json head = head_of(certificate);
  const char* separator = "{";
  for (const auto& [key, value] : head.items()) {
    out << separator << '"' << key << "\": " << value.dump();
    separator = ",\n ";
  }
  out << ",\n \"rows\": [";
  separator = "\n";
  for (const LogVerdict& row : certificate.verdicts) {
    out << separator << to_json(row).dump();
    separator = ",\n";
  }
  out << "\n]}\n";
}

Expected::Expected(const std::filesystem::path& file) {
  ordered_json document = read_certificate(file);
  std::size_t number = 0;
  for (const ordered_json& row : document["rows"]) {
    std::string name;
    try {
      name = name_of_row(row);
    } catch (const ordered_json::exception& error) {
      throw Error(fmt::format("{}: row {} has not the expected form: {}", file.string(), number,
                              printable(error.what())));
    }
    if (!rows_.emplace(name, row).second) {
      throw Error(fmt::format("{}: found '{}' twice, expected it once", file.string(), name));
    }
    ++number;
  }
  document.erase("rows");
  head_ = std::move(document);
}

std::vector<std::string> Expected::differences(const Certificate& certificate) const {
  std::vector<std::string> differences;
  ordered_json head = head_of(certificate), expected_head = head_;
  // another version is what one compares with
  for (ordered_json* document : {&head, &expected_head}) document->erase("program");
  compare("certificate", head, expected_head, differences);
  auto expected = rows_;
  for (const LogVerdict& row : certificate.verdicts) {
    const ordered_json found = to_json(row);
    const std::string name = name_of_row(found);
    if (const auto place = expected.find(name); place == expected.end()) {
      differences.push_back(name + ": found, not expected");
    } else {
      compare(name, found, place->second, differences);
      expected.erase(place);
    }
  }
  for (const auto& [name, row] : expected) differences.push_back(name + ": not found, expected");
  return differences;
}

}  // namespace reprise::book
