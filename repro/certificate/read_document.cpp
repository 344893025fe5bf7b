#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "repro/certificate/json.hpp"

namespace reprise::book {

using nlohmann::ordered_json;

namespace {

// Turns a document of schema 1 into one of schema 2, which has the same values under other names.
void upgrade(ordered_json& document) {
  document["schema"] = "reprise/certificate/2";
  rename_key(document, "level", "alpha");
  rename_key(document, "rows", "verdicts");
  for (ordered_json& verdict : document["verdicts"]) {
    if (!verdict.is_object()) continue;
    rename_key(verdict, "finding", "verdict");
    rename_key(verdict, "detectable", "minimum_detectable_effect");
    rename_key(verdict, "detectable_middle", "minimum_detectable_effect_iqr");
    rename_key(verdict, "figures", "quantities");
    if (verdict.contains("quantities")) {
      rename_key(verdict["quantities"], "detectable", "minimum_detectable_effect");
    }
    if (!verdict.contains("two_groups") || !verdict["two_groups"].is_string()) continue;
    std::string two_groups = verdict["two_groups"];
    if (const auto at = two_groups.find("figures,"); at != std::string::npos) {
      verdict["two_groups"] = two_groups.replace(at, 7, "quantities");
    }
  }
}

}  // namespace

ordered_json read_document(const std::filesystem::path& file) {
  auto document = read_json<ordered_json>(file, "a certificate written by --json");
  const auto schema =
      document.is_object() ? document.value("schema", ordered_json()) : ordered_json();
  const char* list = schema == "reprise/certificate/1" ? "rows" : "verdicts";
  if ((schema != "reprise/certificate/1" && schema != "reprise/certificate/2") ||
      !document.contains(list) || !document[list].is_array()) {
    throw Error(fmt::format("{}: found no whole certificate, expected a file written by --json",
                            printable(file.string())));
  }
  if (schema == "reprise/certificate/1") upgrade(document);
  return document;
}

}  // namespace reprise::book
