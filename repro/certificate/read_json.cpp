#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "reprise/core/error.hpp"
#include "repro/certificate/json.hpp"

namespace reprise::book {

using nlohmann::ordered_json;

namespace {

void rename(ordered_json& object, const char* from, const char* to) {
  if (!object.contains(from)) return;
  object[to] = std::move(object[from]);
  object.erase(from);
}

// Turns a document of schema 1 into one of schema 2, which has the same values under other names.
void upgrade(ordered_json& document) {
  document["schema"] = "reprise/certificate/2";
  rename(document, "level", "alpha");
  rename(document, "rows", "verdicts");
  for (ordered_json& verdict : document["verdicts"]) {
    if (!verdict.is_object()) continue;
    rename(verdict, "finding", "verdict");
    rename(verdict, "detectable", "minimum_detectable_effect");
    rename(verdict, "detectable_middle", "minimum_detectable_effect_iqr");
    rename(verdict, "figures", "quantities");
    if (verdict.contains("quantities")) {
      rename(verdict["quantities"], "detectable", "minimum_detectable_effect");
    }
    std::string two_groups = verdict.value("two_groups", "");
    if (const auto at = two_groups.find("figures,"); at != std::string::npos) {
      verdict["two_groups"] = two_groups.replace(at, 7, "quantities");
    }
  }
}

double number(const ordered_json& value, double null) {
  return value.is_null() ? null : double{value};
}

std::vector<QuantityComparison> quantities_of(const ordered_json& columns) {
  std::vector<QuantityComparison> quantities;
  for (std::size_t i = 0; i < columns.at("label").size(); ++i) {
    const auto get = [&](const char* key) { return number(columns.at(key).at(i), std::nan("")); };
    QuantityComparison quantity;
    quantity.label = columns.at("label").at(i);
    // "val_loss, epoch 3"
    if (const auto at = quantity.label.find(", epoch "); at != std::string::npos) {
      quantity.curve = quantity.label.substr(0, at);
      quantity.epoch = std::stoul(quantity.label.substr(at + 8));
    }
    quantity.book = get("book");
    quantity.percentile = get("percentile");
    quantity.low = get("low");
    quantity.median = get("median");
    quantity.high = get("high");
    quantity.deviation = get("deviation");
    quantity.minimum_detectable_effect = get("minimum_detectable_effect");
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

LogVerdict log_verdict_of(const ordered_json& json) {
  constexpr double kBeyond = std::numeric_limits<double>::infinity();
  LogVerdict log;
  log.experiment = json.at("experiment");
  log.edition = json.at("edition");
  log.source = json.at("source");
  log.semantics = json.at("semantics");
  log.of_its_time = json.at("of_its_time");
  log.runs = json.at("runs");
  log.used = json.at("used");
  log.p = json.at("p");
  log.smallest_p = json.at("smallest_p");
  log.holm_p = json.at("holm_p");
  log.minimum_detectable_effect = number(json.at("minimum_detectable_effect"), kBeyond);
  log.minimum_detectable_effect_iqr = number(json.at("minimum_detectable_effect_iqr"), kBeyond);
  log.p_without_epochs = number(json.at("p_without_epochs"), std::nan(""));
  log.verdict = verdict_called(json.at("verdict"));
  log.quantities = quantities_of(json.at("quantities"));
  log.two_groups = json.at("two_groups");
  log.notes = json.at("notes").get<std::vector<std::string>>();
  const ordered_json& sample = json.at("sample");
  log.sample = {sample.at("seeds"), sample.at("file"),    sample.at("sha256"),
                sample.at("dtype"), sample.at("backend"), sample.at("arithmetic")};
  return log;
}

Family family_of(const ordered_json& json) {
  return {.name = json.at("name"),
          .tests = json.at("tests"),
          .needed = json.at("needed"),
          .enough = json.at("enough"),
          .inconsistent = json.at("inconsistent"),
          .consistent = json.at("consistent"),
          .underpowered = json.at("underpowered"),
          .rejected = json.at("rejected")};
}

}  // namespace

ordered_json read_document(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in || std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: cannot be read", file.string()));
  }
  ordered_json document = ordered_json::parse(in, nullptr, false);
  const auto schema =
      document.is_object() ? document.value("schema", ordered_json()) : ordered_json();
  const char* list = schema == "reprise/certificate/1" ? "rows" : "verdicts";
  if ((schema != "reprise/certificate/1" && schema != "reprise/certificate/2") ||
      !document.contains(list) || !document[list].is_array()) {
    throw Error(fmt::format("{}: found no whole certificate, expected a file written by --json",
                            file.string()));
  }
  if (schema == "reprise/certificate/1") upgrade(document);
  return document;
}

Certificate read_certificate(const std::filesystem::path& file) {
  const ordered_json document = read_document(file);
  Certificate certificate;
  try {
    for (const auto& family : document.at("families")) {
      certificate.families.push_back(family_of(family));
    }
    for (const auto& verdict : document.at("verdicts")) {
      certificate.verdicts.push_back(log_verdict_of(verdict));
    }
    certificate.unprinted = document.at("unprinted").get<std::vector<std::string>>();
  } catch (const std::exception& error) {
    throw Error(fmt::format("{}: is not a certificate as expected: {}", file.string(),
                            printable(error.what())));
  }
  return certificate;
}

}  // namespace reprise::book
