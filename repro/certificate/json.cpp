#include "repro/certificate/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <type_traits>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::book {

using nlohmann::ordered_json;

namespace {

constexpr const char* kSchema = "reprise/certificate/2";

// The members of the parts of a certificate under their keys, in the order of the document.
constexpr std::pair<const char*, std::size_t Family::*> kFamilyCounts[] = {
    {"tests", &Family::tests},           {"needed", &Family::needed},
    {"enough", &Family::enough},         {"inconsistent", &Family::inconsistent},
    {"consistent", &Family::consistent}, {"underpowered", &Family::underpowered},
    {"rejected", &Family::rejected}};
constexpr std::pair<const char*, std::string Sample::*> kSample[] = {
    {"seeds", &Sample::seeds}, {"file", &Sample::file},       {"sha256", &Sample::sha256},
    {"dtype", &Sample::dtype}, {"backend", &Sample::backend}, {"arithmetic", &Sample::arithmetic}};
constexpr std::pair<const char*, double QuantityComparison::*> kColumns[] = {
    {"book", &QuantityComparison::book},
    {"percentile", &QuantityComparison::percentile},
    {"low", &QuantityComparison::low},
    {"median", &QuantityComparison::median},
    {"high", &QuantityComparison::high},
    {"deviation", &QuantityComparison::deviation},
    {"minimum_detectable_effect", &QuantityComparison::minimum_detectable_effect}};

// Calls visit(key, member) for the other members of a verdict, or visit(key, member, null) for a
// number that may be null, which means `null`.
template <class Log, class Visit>
void visit_members(Log& log, const Visit& visit) {
  constexpr double kBeyond = std::numeric_limits<double>::infinity();
  visit("experiment", log.experiment);
  visit("edition", log.edition);
  visit("source", log.source);
  visit("semantics", log.semantics);
  visit("of_its_time", log.of_its_time);
  visit("runs", log.runs);
  visit("used", log.used);
  visit("p", log.p);
  visit("smallest_p", log.smallest_p);
  visit("holm_p", log.holm_p);
  visit("minimum_detectable_effect", log.minimum_detectable_effect, kBeyond);
  visit("minimum_detectable_effect_iqr", log.minimum_detectable_effect_iqr, kBeyond);
  visit("p_without_epochs", log.p_without_epochs, std::nan(""));
  visit("verdict", log.verdict);
  visit("two_groups", log.two_groups);
  visit("notes", log.notes);
}

// 6 significant digits; null if not finite.
ordered_json value_of(double number) {
  if (!std::isfinite(number)) return nullptr;
  return std::stod(fmt::format("{:.6g}", number));
}
ordered_json value_of(Verdict verdict) { return name_of(verdict); }
template <class Value>
ordered_json value_of(const Value& value) {
  return value;
}

ordered_json to_json(const LogVerdict& log) {
  ordered_json json;
  visit_members(
      log, [&](const char* key, const auto& member, auto...) { json[key] = value_of(member); });
  for (const auto& [key, member] : kSample) json["sample"][key] = log.sample.*member;
  if (!log.sample.verified) json["sample"]["verified"] = false;
  ordered_json& columns = json["quantities"];
  columns["label"] = ordered_json::array();
  for (const auto& [key, member] : kColumns) columns[key] = ordered_json::array();
  for (const QuantityComparison& quantity : log.quantities) {
    columns["label"].push_back(quantity.label);
    for (const auto& [key, member] : kColumns) columns[key].push_back(value_of(quantity.*member));
  }
  return json;
}

ordered_json to_json(const Family& family) {
  ordered_json json{{"name", family.name}};
  for (const auto& [key, member] : kFamilyCounts) json[key] = family.*member;
  return json;
}

std::vector<QuantityComparison> quantities_of(const ordered_json& columns) {
  std::vector<QuantityComparison> quantities;
  for (std::size_t i = 0; i < columns.at("label").size(); ++i) {
    QuantityComparison quantity;
    quantity.label = one_line(columns.at("label").at(i).get<std::string>());
    // "val_loss, epoch 3"
    if (const auto at = quantity.label.find(", epoch "); at != std::string::npos) {
      quantity.curve = quantity.label.substr(0, at);
      quantity.epoch = std::stoul(quantity.label.substr(at + 8));
    }
    for (const auto& [key, member] : kColumns) {
      const ordered_json& value = columns.at(key).at(i);
      const bool may_be_null = member == &QuantityComparison::minimum_detectable_effect;
      quantity.*member = value.is_null() && may_be_null ? std::nan("") : value.get<double>();
    }
    // an effect is null if all our runs are equal, or if it lies beyond the largest shift
    if (std::isnan(quantity.minimum_detectable_effect) && quantity.deviation > 0) {
      quantity.minimum_detectable_effect = std::numeric_limits<double>::infinity();
    }
    quantities.push_back(std::move(quantity));
  }
  return quantities;
}

Verdict verdict_called(const std::string& name) {
  for (const Verdict verdict :
       {Verdict::consistent, Verdict::inconsistent, Verdict::underpowered}) {
    if (name == name_of(verdict)) return verdict;
  }
  throw Error(fmt::format("verdict: found '{}', expected consistent, inconsistent or underpowered",
                          printable(name)));
}

// Throws Error for a value that no certificate has, and makes texts safe to print.
template <class Member>
void require_sound(const char* key, Member& member) {
  if constexpr (std::is_same_v<Member, std::string>) {
    member = one_line(member);
  } else if constexpr (std::is_same_v<Member, std::vector<std::string>>) {
    for (std::string& text : member) text = one_line(text);
  } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
    if (member < Member{0} || member > Member{1000000}) {
      throw Error(fmt::format("{}: found {}, expected a count", key, member));
    }
  } else if constexpr (std::is_same_v<Member, double>) {
    constexpr std::string_view kProbabilities[] = {"p", "smallest_p", "holm_p", "p_without_epochs"};
    const bool is_p = std::ranges::find(kProbabilities, key) != std::end(kProbabilities);
    if (member < 0 || (is_p && member > 1)) {
      throw Error(fmt::format("{}: found {}, expected {}", key, member,
                              is_p ? "a probability" : "a number from 0"));
    }
  }
}

LogVerdict log_verdict_of(const ordered_json& json) {
  LogVerdict log;
  visit_members(log, [&](const char* key, auto& member, auto... null) {
    const ordered_json& value = json.at(key);
    if constexpr (std::is_same_v<decltype(member), Verdict&>) {
      member = verdict_called(value);
    } else if (sizeof...(null) > 0 && value.is_null()) {
      ((member = null), ...);
    } else {
      value.get_to(member);
    }
    require_sound(key, member);
  });
  for (const auto& [key, member] : kSample) json.at("sample").at(key).get_to(log.sample.*member);
  log.sample.verified = json.at("sample").value("verified", true);
  log.quantities = quantities_of(json.at("quantities"));
  return log;
}

Family family_of(const ordered_json& json) {
  Family family{.name = json.at("name")};
  for (const auto& [key, member] : kFamilyCounts) {
    json.at(key).get_to(family.*member);
    require_sound(key, family.*member);
  }
  family.name = one_line(family.name);
  return family;
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
  differences.push_back(fmt::format("{}: found {}, expected {}", one_line(name),
                                    printable(json_text(found)), printable(json_text(expected))));
}

// All fields except the verdicts.
ordered_json head_of(const Certificate& certificate) {
  ordered_json families = ordered_json::array();
  for (const Family& family : certificate.families) families.push_back(to_json(family));
  ordered_json head{{"schema", kSchema},    {"program", fmt::format("reprise {}", version_line())},
                    {"alpha", kAlpha},      {"largest_shift", kLargestShift},
                    {"families", families}, {"unprinted", certificate.unprinted}};
  for (const MissingLog& log : certificate.missing) {
    head["data_missing"].push_back({{"experiment", log.experiment},
                                    {"edition", log.edition},
                                    {"source", log.source},
                                    {"numbers", log.quantities}});
  }
  return head;
}

}  // namespace

void write_json(std::ostream& out, const Certificate& certificate) {
  const ordered_json head = head_of(certificate);
  const char* separator = "{";
  for (const auto& [key, value] : head.items()) {
    out << separator << '"' << key << "\": " << json_text(value);
    separator = ",\n ";
  }
  out << ",\n \"verdicts\": [";
  separator = "\n";
  for (const LogVerdict& verdict : certificate.verdicts) {
    out << separator << json_text(to_json(verdict));
    separator = ",\n";
  }
  out << "\n]}\n";
}

Certificate read_certificate(const std::filesystem::path& file) {
  const ordered_json document = read_document(file);
  Certificate certificate;
  try {
    for (const auto& family : document.at("families")) {
      certificate.families.push_back(family_of(family));
    }
    std::set<std::string> names;
    for (const auto& verdict : document.at("verdicts")) {
      if (const auto name = name_of_log(verdict); !names.insert(name).second) {
        throw Error(fmt::format("found '{}' twice, expected each log once", name));
      }
      certificate.verdicts.push_back(log_verdict_of(verdict));
    }
    certificate.unprinted = document.at("unprinted").get<std::vector<std::string>>();
    for (const auto& log : document.value("data_missing", ordered_json::array())) {
      certificate.missing.push_back(
          {one_line(log.at("experiment").get<std::string>()), log.at("edition"),
           one_line(log.at("source").get<std::string>()), log.at("numbers")});
    }
    if (document.at("alpha") != kAlpha || document.at("largest_shift") != kLargestShift) {
      throw Error(fmt::format("found alpha {} and largest_shift {}, expected {} and {}",
                              json_text(document["alpha"]), json_text(document["largest_shift"]),
                              kAlpha, kLargestShift));
    }
  } catch (const std::exception& error) {
    throw Error(
        fmt::format("{}: is not a valid certificate: {}", file.string(), printable(error.what())));
  }
  return certificate;
}

Expected::Expected(const std::filesystem::path& file) {
  ordered_json document = read_document(file);
  std::size_t number = 0;
  for (const ordered_json& verdict : document["verdicts"]) {
    std::string name;
    try {
      name = name_of_log(verdict);
    } catch (const ordered_json::exception& error) {
      throw Error(fmt::format("{}: verdict {} is malformed: {}", file.string(), number,
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
