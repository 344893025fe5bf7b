#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

// Schema 1 says in the label alone that a backend ran another one's code: "openmp avx2 for blas"
// where another contender's label is "openmp avx2". `labels` are [contender][benchmark].
bool is_borrowed_by_label(const json& labels, std::size_t contender, std::size_t benchmark) {
  const auto label_of = [&](std::size_t c) {
    return labels.at(c).at(benchmark).get<std::string>();
  };
  for (std::size_t lender = 0; lender + 1 < labels.size(); ++lender) {
    const std::string label = label_of(lender);
    const std::string code = label.substr(0, label.find(" digest:"));
    if (!code.empty() && label_of(contender).starts_with(code + " for ")) return true;
  }
  return false;
}

// Four tables of [contender][benchmark] become one of objects.
json details_of(const json& old, const std::string& name) {
  const std::size_t contenders = old.at("contenders").size(), benchmarks = old.at("rows").size();
  for (const char* table : {"labels", "digests", "counters", "bits_vary"}) {
    const json& lists = old.value(table, json::array());
    const bool fits =
        std::ranges::all_of(lists, [&](const json& list) { return list.size() == benchmarks; });
    if (fits && lists.size() == (old.contains(table) ? contenders : 0)) continue;
    throw Error(fmt::format("{}: found '{}' of another size, expected {} contenders x {} rows",
                            name, table, contenders, benchmarks));
  }
  json details = json::array();
  for (std::size_t c = 0; c < contenders; ++c) {
    json list = json::array();
    for (std::size_t b = 0; b < benchmarks; ++b) {
      const auto entry = [&](const char* table) { return old.at(table).at(c).at(b); };
      list.push_back({{"label", entry("labels")},
                      {"digest", entry("digests")},
                      {"counters", entry("counters")},
                      {"borrowed", is_borrowed_by_label(old.at("labels"), c, b)},
                      // the first versions did not write it
                      {"bits_vary", old.contains("bits_vary") && entry("bits_vary").get<bool>()}});
    }
    details.push_back(list);
  }
  return details;
}

}  // namespace

json upgrade_comparison_1(json document, const std::string& name) {
  try {
    document["schema"] = "reprise/comparison/2";
    rename_key(document, "spoilers", "noise_warnings");
    rename_key(document.at("looks"), "shares", "alpha_spent");
    rename_key(document.at("judged"), "share", "alpha");
    json& control =
        document["control"];  // control and verdicts are only shown: they may be missing
    rename_key(control, "median_detectable", "median_minimum_detectable_effect");
    rename_key(control, "largest_detectable", "largest_minimum_detectable_effect");
    rename_key(control, "largest_row", "least_sensitive_benchmark");
    for (json& verdict : document["verdicts"]) {
      rename_key(verdict, "row", "benchmark");
      rename_key(verdict, "detectable", "minimum_detectable_effect");
    }
    json& measured = document.at("measurements");
    measured["details"] = details_of(measured, name);
    for (const char* table : {"labels", "digests", "counters", "bits_vary"}) measured.erase(table);
    json contenders = json::array();
    for (const json& contender : measured.at("contenders")) {
      contenders.push_back({{"name", contender}, {"configuration", json::object()}});
    }
    measured["contenders"] = contenders;
    // the first versions did not time the control kernel
    if (!measured.contains("control_ns")) measured["control_ns"] = json::array();
    return document;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: found a comparison of schema 1 that lacks something ({})", name,
                            printable(error.what())));
  }
}

}  // namespace reprise::compare
