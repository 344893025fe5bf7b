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

constexpr const char* kSchema = "reprise/certificate/2";

// 6 significant digits; null if not finite.
ordered_json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::stod(fmt::format("{:.6g}", value));
}

template <class Get>
ordered_json column(const LogVerdict& verdict, Get get) {
  ordered_json list = ordered_json::array();
  for (const QuantityComparison& quantity : verdict.quantities) list.push_back(get(quantity));
  return list;
}

ordered_json to_json(const LogVerdict& verdict) {
  const auto numbers = [&](double QuantityComparison::*member) {
    return column(verdict,
                  [&](const QuantityComparison& quantity) { return number(quantity.*member); });
  };
  return {
      {"experiment", verdict.experiment},
      {"edition", verdict.edition},
      {"source", verdict.source},
      {"semantics", verdict.semantics},
      {"of_its_time", verdict.of_its_time},
      {"runs", verdict.runs},
      {"used", verdict.used},
      {"p", number(verdict.p)},
      {"smallest_p", number(verdict.smallest_p)},
      {"holm_p", number(verdict.holm_p)},
      {"minimum_detectable_effect", number(verdict.minimum_detectable_effect)},
      {"minimum_detectable_effect_iqr", number(verdict.minimum_detectable_effect_iqr)},
      {"p_without_epochs", number(verdict.p_without_epochs)},
      {"verdict", name_of(verdict.verdict)},
      {"two_groups", verdict.two_groups},
      {"notes", verdict.notes},
      {"sample",
       {{"seeds", verdict.sample.seeds},
        {"file", verdict.sample.file},
        {"sha256", verdict.sample.sha256},
        {"dtype", verdict.sample.dtype},
        {"backend", verdict.sample.backend},
        {"arithmetic", verdict.sample.arithmetic}}},
      {"quantities",
       {{"label",
         column(verdict, [](const QuantityComparison& quantity) { return quantity.label; })},
        {"book", numbers(&QuantityComparison::book)},
        {"percentile", numbers(&QuantityComparison::percentile)},
        {"low", numbers(&QuantityComparison::low)},
        {"median", numbers(&QuantityComparison::median)},
        {"high", numbers(&QuantityComparison::high)},
        {"deviation", numbers(&QuantityComparison::deviation)},
        {"minimum_detectable_effect", numbers(&QuantityComparison::minimum_detectable_effect)}}}};
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

std::string name_of_log(const ordered_json& log) {
  return fmt::format("{}, edition {}, {}, {}", log.at("experiment").get<std::string>(),
                     log.at("edition").get<int>(), log.at("source").get<std::string>(),
                     log.at("semantics").get<std::string>());
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

// All fields except the verdicts.
ordered_json head_of(const Certificate& certificate) {
  ordered_json families = ordered_json::array();
  for (const Family& family : certificate.families) families.push_back(to_json(family));
  return {{"schema", kSchema},    {"program", fmt::format("reprise {}", version_line())},
          {"alpha", kAlpha},      {"largest_shift", kLargestShift},
          {"families", families}, {"unprinted", certificate.unprinted}};
}

}  // namespace

void write_json(std::ostream& out, const Certificate& certificate) {
  const ordered_json head = head_of(certificate);
  const char* separator = "{";
  for (const auto& [key, value] : head.items()) {
    out << separator << '"' << key << "\": " << value.dump();
    separator = ",\n ";
  }
  out << ",\n \"verdicts\": [";
  separator = "\n";
  for (const LogVerdict& verdict : certificate.verdicts) {
    out << separator << to_json(verdict).dump();
    separator = ",\n";
  }
  out << "\n]}\n";
}

Expected::Expected(const std::filesystem::path& file) {
  ordered_json document = read_document(file);
  std::size_t number = 0;
  for (const ordered_json& verdict : document["verdicts"]) {
    std::string name;
    try {
      name = name_of_log(verdict);
    } catch (const ordered_json::exception& error) {
      throw Error(fmt::format("{}: verdict {} is not as expected: {}", file.string(), number,
                              printable(error.what())));
    }
    if (!verdicts_.emplace(name, verdict).second) {
      throw Error(fmt::format("{}: found '{}' twice, expected each log once", file.string(), name));
    }
    ++number;
  }
  document.erase("verdicts");
  head_ = std::move(document);
}

std::vector<std::string> Expected::differences(const Certificate& certificate) const {
  std::vector<std::string> differences;
  ordered_json head = head_of(certificate), expected_head = head_;
  // the certificates of different versions are comparable
  for (ordered_json* document : {&head, &expected_head}) document->erase("program");
  compare("certificate", head, expected_head, differences);
  auto expected = verdicts_;
  for (const LogVerdict& verdict : certificate.verdicts) {
    const ordered_json found = to_json(verdict);
    const std::string name = name_of_log(found);
    if (const auto other = expected.find(name); other == expected.end()) {
      differences.push_back(name + ": found, not expected");
    } else {
      compare(name, found, other->second, differences);
      expected.erase(other);
    }
  }
  for (const auto& [name, verdict] : expected)
    differences.push_back(name + ": not found, expected");
  return differences;
}

}  // namespace reprise::book
