#include "bench/compare/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

double time_of(const Cell& cell, Clock clock) {
  return clock == Clock::real_time ? cell.real_ns : cell.cpu_ns;
}

// The rows that all contenders have; of the others a note each.
void fix_rows(Measurements& m, const std::vector<ResultFile>& results,
              const std::vector<std::string>& commands) {
  for (std::size_t c = 0; c < results.size(); ++c) {
    for (const RowTime& row : results[c].rows) {
      const bool common = std::ranges::all_of(
          results, [&](const ResultFile& other) { return other.find(row.name) != nullptr; });
      if (common && c == 0) m.rows.push_back(row.name);
      const bool skipped = std::ranges::any_of(
          results, [&](const ResultFile& other) { return other.skips(row.name); });
      if (!common && !skipped && c != m.control()) {
        m.extra_rows.push_back(fmt::format("{} (of {})", row.name, column_of(c)));
      }
    }
    if (c == m.control()) continue;
    for (const SkippedRow& row : results[c].skipped) {
      m.extra_rows.push_back(
          fmt::format("{} (skipped by {}: {})", row.name, column_of(c), row.why));
    }
  }
  if (m.rows.empty()) {
    throw Error(
        fmt::format("{}: found no row that all programs have, expected some; its first is "
                    "'{}', that of {} is '{}'",
                    commands[0], printable(results[0].rows.front().name), commands[1],
                    printable(results[1].rows.front().name)));
  }
  for (const ResultFile& result : results) {
    m.labels.emplace_back();
    m.digests.emplace_back();
    m.counters.emplace_back();
    m.bits_vary.emplace_back(m.rows.size(), false);
    for (const std::string& name : m.rows) {
      const RowTime& row = *result.find(name);
      m.labels.back().push_back(row.label);
      m.digests.back().push_back(row.digest());
      m.counters.back().push_back(row.counters);
    }
  }
}

}  // namespace

bool is_control(const std::string& row) { return row.starts_with("control/"); }

std::string column_of(std::size_t contender) {
  return contender < 26 ? std::string(1, static_cast<char>('A' + static_cast<int>(contender)))
                        : fmt::format("A{}", contender);
}

std::string_view name_of(Clock clock) {
  return clock == Clock::real_time ? "real_time" : "cpu_time";
}

std::vector<double> Measurements::log_ratios(std::size_t contender, std::size_t row,
                                             std::size_t first_rounds, Clock clock) const {
  std::vector<double> ratios;
  for (std::size_t r = 0; r < std::min(first_rounds, rounds.size()); ++r) {
    const double other = time_of(rounds[r].cells[contender][row], clock);
    const double base = time_of(rounds[r].cells[0][row], clock);
    if (other > 0 && base > 0) ratios.push_back(std::log(other / base));
  }
  return ratios;
}

std::string Measurements::error_of(std::size_t contender, std::size_t row) const {
  for (const Round& round : rounds) {
    const std::string& error = round.cells[contender][row].error;
    if (!error.empty()) return error;
  }
  return "";
}

bool Measurements::borrows(std::size_t contender, std::size_t row) const {
  for (std::size_t lender = 0; lender < control(); ++lender) {
    const std::string& label = labels[lender][row];
    const std::string code = label.substr(0, label.find(" digest:"));
    if (!code.empty() && labels[contender][row].starts_with(code + " for ")) return true;
  }
  return false;
}

double Measurements::median_time(std::size_t contender, std::size_t row, Clock clock) const {
  std::vector<double> times;
  for (const Round& round : rounds) {
    const Cell& cell = round.cells[contender][row];
    if (cell.error.empty()) times.push_back(time_of(cell, clock));
  }
  return median(std::move(times));
}

double Measurements::shown_time(std::size_t contender, std::size_t row, Clock clock) const {
  return error_of(contender, row).empty() ? median_time(contender, row, clock) : std::nan("");
}

double Measurements::control_time() const {
  std::vector<double> times;
  for (const Round& round : rounds) {
    if (round.control_ns > 0) times.push_back(round.control_ns);
  }
  return median(std::move(times));
}

void add_round(Measurements& m, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns) {
  if (m.rounds.empty() && m.rows.empty()) fix_rows(m, results, commands);
  Round round;
  round.control_ns = control_ns;
  for (std::size_t c = 0; c < results.size(); ++c) {
    round.cells.emplace_back();
    for (std::size_t r = 0; r < m.rows.size(); ++r) {
      const RowTime* row = results[c].find(m.rows[r]);
      if (row == nullptr) {
        throw Error(fmt::format("{}: row '{}' is missing in round {}, expected the rows of round 1",
                                commands[c], printable(m.rows[r]), m.rounds.size() + 1));
      }
      round.cells.back().push_back({row->real_ns, row->cpu_ns, row->error});
    }
    for (const RowTime& row : results[c].rows) {
      const bool known = std::ranges::find(m.rows, row.name) != m.rows.end() ||
                         std::ranges::any_of(m.extra_rows, [&](const std::string& extra) {
                           return extra.starts_with(row.name + " (");
                         });
      if (known) continue;
      throw Error(fmt::format("{}: row '{}' is new in round {}, expected the rows of round 1",
                              commands[c], printable(row.name), m.rounds.size() + 1));
    }
  }
  // only of a whole round: one that is refused leaves everything as it was
  for (std::size_t c = 0; c < results.size(); ++c) {
    for (std::size_t r = 0; r < m.rows.size(); ++r) {
      const RowTime& row = *results[c].find(m.rows[r]);
      if (row.error.empty() && (row.other_digest || row.digest() != m.digests[c][r])) {
        m.bits_vary[c][r] = true;
      }
    }
  }
  m.rounds.push_back(std::move(round));
}

json to_json(const Measurements& m) {
  json rounds = json::array(), controls = json::array();
  for (const Round& round : m.rounds) {
    controls.push_back(round.control_ns > 0 ? json(round.control_ns) : json());
    json turns = json::array();
    for (const auto& cells : round.cells) {
      json real = json::array(), cpu = json::array(), errors = json::object();
      for (std::size_t r = 0; r < cells.size(); ++r) {
        real.push_back(cells[r].real_ns);
        cpu.push_back(cells[r].cpu_ns);
        if (!cells[r].error.empty()) errors[m.rows[r]] = cells[r].error;
      }
      json turn{{"real_ns", real}, {"cpu_ns", cpu}};
      if (!errors.empty()) turn["errors"] = errors;
      turns.push_back(turn);
    }
    rounds.push_back(turns);
  }
  json digests = json::array();
  for (const auto& of_contender : m.digests) {
    json list = json::array();
    for (const auto& digest : of_contender) list.push_back(digest ? json(*digest) : json());
    digests.push_back(list);
  }
  return {{"contenders", m.contenders}, {"rows", m.rows},         {"extra_rows", m.extra_rows},
          {"labels", m.labels},         {"digests", digests},     {"counters", m.counters},
          {"bits_vary", m.bits_vary},   {"control_ns", controls}, {"rounds", rounds}};
}

namespace {

// Throws Error unless all lists have an entry for each contender and row.
void require_whole(const Measurements& m, const std::string& name) {
  if (m.contenders.size() < 2 || m.rows.empty() || m.rounds.empty()) {
    throw Error(fmt::format("{}: found {} contenders, {} rows, {} rounds, expected some", name,
                            m.contenders.size(), m.rows.size(), m.rounds.size()));
  }
  const auto require = [&](const auto& lists, const char* field) {
    const bool whole =
        lists.size() == m.contenders.size() &&
        std::ranges::all_of(lists, [&](const auto& l) { return l.size() == m.rows.size(); });
    if (whole) return;
    throw Error(fmt::format("{}: found '{}' of another size, expected {} x {}: contenders x rows",
                            name, field, m.contenders.size(), m.rows.size()));
  };
  require(m.labels, "labels");
  require(m.digests, "digests");
  require(m.counters, "counters");
  require(m.bits_vary, "bits_vary");
}

}  // namespace

Measurements measurements_from(const json& document, const std::string& name) {
  Measurements m;
  try {
    m.contenders = document.at("contenders");
    m.rows = document.at("rows");
    for (auto* names : {&m.contenders, &m.rows}) {
      for (std::string& text : *names) text = one_line(text);
    }
    m.extra_rows = document.at("extra_rows");
    m.labels = document.at("labels");
    m.counters = document.at("counters");
    for (const json& list : document.at("digests")) {
      m.digests.emplace_back();
      for (const json& digest : list) {
        m.digests.back().push_back(digest.is_null() ? std::optional<std::uint32_t>()
                                                    : digest.get<std::uint32_t>());
      }
    }
    // kept by later versions only
    const json controls = document.value("control_ns", json::array());
    if (document.contains("bits_vary")) {
      m.bits_vary = document["bits_vary"];
    } else {
      m.bits_vary.assign(m.contenders.size(), std::vector<bool>(m.rows.size(), false));
    }
    for (const json& turns : document.at("rounds")) {
      Round round;
      if (m.rounds.size() < controls.size() && controls[m.rounds.size()].is_number()) {
        round.control_ns = controls[m.rounds.size()];
      }
      for (const json& turn : turns) {
        const std::vector<double> real = turn.at("real_ns"), cpu = turn.at("cpu_ns");
        std::vector<Cell> cells;
        for (std::size_t r = 0; r < m.rows.size(); ++r) {
          Cell cell{real.at(r), cpu.at(r), ""};
          if (turn.contains("errors")) cell.error = turn["errors"].value(m.rows[r], "");
          cells.push_back(cell);
        }
        round.cells.push_back(std::move(cells));
      }
      if (round.cells.size() != m.contenders.size()) {
        throw Error(fmt::format("{}: found a round of {} turns, expected {}", name,
                                round.cells.size(), m.contenders.size()));
      }
      m.rounds.push_back(std::move(round));
    }
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found no rounds of a comparison ({})", name, printable(error.what())));
  } catch (const std::out_of_range&) {
    throw Error(fmt::format("{}: found a turn with fewer times than rows", name));
  }
  require_whole(m, name);
  return m;
}

}  // namespace reprise::compare
