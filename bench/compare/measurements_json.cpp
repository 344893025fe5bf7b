#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/compare/measurements.hpp"
#include "reprise/core/error.hpp"

namespace reprise::compare {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ContenderName, name, configuration)

// found by nlohmann::json
static void to_json(json& out, const BenchmarkDetails& details) {
  out = {{"label", details.label},
         {"digest", details.digest ? json(*details.digest) : json()},
         {"counters", details.counters},
         {"borrowed", details.borrowed},
         {"bits_vary", details.bits_vary}};
}

static void from_json(const json& document, BenchmarkDetails& details) {
  details = {document.at("label"),
             {},
             document.at("counters"),
             document.at("borrowed"),
             document.at("bits_vary")};
  if (const json& digest = document.at("digest"); !digest.is_null()) {
    details.digest = digest.get<std::uint32_t>();
  }
}

namespace {

// Null for a benchmark that has left.
json number(double value) { return std::isnan(value) ? json() : json(value); }

// The times of one contender in one round.
json to_json(const std::vector<Timing>& timings, const std::vector<std::string>& benchmarks) {
  json real = json::array(), cpu = json::array();
  json errors = json::object(), real_errors = json::object(), cpu_errors = json::object();
  for (std::size_t b = 0; b < timings.size(); ++b) {
    real.push_back(number(timings[b].real_ns));
    cpu.push_back(number(timings[b].cpu_ns));
    if (!timings[b].error.empty()) errors[benchmarks[b]] = timings[b].error;
    if (!timings[b].real_error.empty()) real_errors[benchmarks[b]] = timings[b].real_error;
    if (!timings[b].cpu_error.empty()) cpu_errors[benchmarks[b]] = timings[b].cpu_error;
  }
  json out{{"real_ns", real}, {"cpu_ns", cpu}};
  if (!errors.empty()) out["errors"] = errors;
  if (!real_errors.empty()) out["real_errors"] = real_errors;
  if (!cpu_errors.empty()) out["cpu_errors"] = cpu_errors;
  return out;
}

// `round` counts from 0. Only benchmarks that have left by then may be null.
std::vector<Timing> timings_from(const json& document, const Measurements& m, std::size_t round) {
  const json &real = document.at("real_ns"), &cpu = document.at("cpu_ns");
  const std::vector<std::string>& benchmarks = m.benchmarks;
  std::vector<Timing> timings;
  for (std::size_t b = 0; b < benchmarks.size(); ++b) {
    if (m.has_left(b) && round >= m.rounds_of(b)) {
      timings.push_back({std::nan(""), std::nan(""), ""});
      continue;
    }
    const auto text = [&](const char* field) {
      return document.contains(field) ? document[field].value(benchmarks[b], "") : std::string();
    };
    Timing timing{real.at(b).get<double>(), cpu.at(b).get<double>(), text("errors"),
                  text("real_errors"), text("cpu_errors")};
    timings.push_back(timing);
  }
  return timings;
}

// Earlier versions wrote the texts alone.
void read_left_out(const json& document, Measurements& m) {
  if (!document.contains("left_out")) {
    for (const json& note : document.at("extra_rows"))
      m.left_out.push_back({one_line(note.get<std::string>()), ""});
    return;
  }
  for (const json& benchmark : document.at("left_out")) {
    m.left_out.push_back({one_line(benchmark.at("name").get<std::string>()),
                          one_line(benchmark.at("reason").get<std::string>())});
  }
}

// Throws Error unless each benchmark left after some of the rounds, if it has.
void require_rounds_before_leaving(const Measurements& m, std::size_t rounds,
                                   const std::string& name) {
  if (!m.left_after.empty() && m.left_after.size() != m.benchmarks.size()) {
    throw Error(fmt::format("{}: found {} numbers in 'left_after', expected {}, one for each row",
                            name, m.left_after.size(), m.benchmarks.size()));
  }
  for (const int after : m.left_after) {
    if (after >= 0 && static_cast<std::size_t>(after) <= rounds) continue;
    throw Error(
        fmt::format("{}: found a benchmark that left after {} of {} rounds", name, after, rounds));
  }
}

// Throws Error unless there are details for each contender and benchmark.
void require_complete(const Measurements& m, const std::string& name) {
  if (m.contenders.size() < 2 || m.benchmarks.empty() || m.rounds.empty()) {
    throw Error(fmt::format("{}: found {} contenders, {} benchmarks, {} rounds, expected some",
                            name, m.contenders.size(), m.benchmarks.size(), m.rounds.size()));
  }
  if (!m.by_median.empty() && m.by_median.size() != m.benchmarks.size()) {
    throw Error(fmt::format("{}: found {} 'statistics', expected {}, one for each benchmark", name,
                            m.by_median.size(), m.benchmarks.size()));
  }
  const bool complete = m.details.size() == m.contenders.size() &&
                        std::ranges::all_of(m.details, [&](const auto& of_contender) {
                          return of_contender.size() == m.benchmarks.size();
                        });
  if (complete) return;
  throw Error(
      fmt::format("{}: found 'details' of another size, expected {} contenders x {} benchmarks",
                  name, m.contenders.size(), m.benchmarks.size()));
}

}  // namespace

json to_json(const Measurements& m) {
  json rounds = json::array(), controls = json::array();
  for (const Round& round : m.rounds) {
    controls.push_back(round.control_ns > 0 ? json(round.control_ns) : json());
    json list = json::array();
    for (const auto& timings : round.timings) list.push_back(to_json(timings, m.benchmarks));
    rounds.push_back(list);
  }
  json left_out = json::array(), notes = json::array(), statistics = json::array();
  for (const LeftOut& benchmark : m.left_out) {
    notes.push_back(benchmark.text());
    left_out.push_back({{"name", benchmark.name}, {"reason", benchmark.reason}});
  }
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    statistics.push_back(m.is_by_median(b) ? "median" : "minimum");
  }
  return {{"contenders", m.contenders}, {"rows", m.benchmarks}, {"extra_rows", notes},
          {"left_out", left_out},       {"details", m.details}, {"statistics", statistics},
          {"control_ns", controls},     {"rounds", rounds},     {"missing", m.missing},
          {"left_after", m.left_after}};
}

Measurements measurements_from(const json& document, const std::string& name) {
  Measurements m;
  try {
    m.contenders = document.at("contenders");
    for (ContenderName& contender : m.contenders) contender.name = one_line(contender.name);
    m.benchmarks = document.at("rows").get<std::vector<std::string>>();
    for (std::string& benchmark : m.benchmarks) benchmark = one_line(benchmark);
    read_left_out(document, m);
    // earlier versions knew the minimum alone
    for (const json& statistic : document.value("statistics", json::array())) {
      m.by_median.push_back(statistic == "median");
    }
    // earlier versions knew neither
    m.missing = document.value("missing", std::vector<std::string>());
    for (std::string& benchmark : m.missing) benchmark = one_line(benchmark);
    m.left_after = document.value("left_after", std::vector<int>());
    require_rounds_before_leaving(m, document.at("rounds").size(), name);
    m.details = document.at("details");
    const json& controls = document.at("control_ns");
    for (const json& of_round : document.at("rounds")) {
      Round round;
      if (m.rounds.size() < controls.size() && controls[m.rounds.size()].is_number()) {
        round.control_ns = controls[m.rounds.size()];
      }
      for (const json& of_contender : of_round) {
        round.timings.push_back(timings_from(of_contender, m, m.rounds.size()));
      }
      if (round.timings.size() != m.contenders.size()) {
        throw Error(fmt::format("{}: found a round of {} contenders, expected {}", name,
                                round.timings.size(), m.contenders.size()));
      }
      m.rounds.push_back(std::move(round));
    }
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found no rounds of a comparison ({})", name, printable(error.what())));
  } catch (const std::out_of_range&) {
    throw Error(fmt::format("{}: found a round with fewer times than benchmarks", name));
  }
  require_complete(m, name);
  return m;
}

}  // namespace reprise::compare
