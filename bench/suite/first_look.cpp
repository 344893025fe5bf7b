#include "bench/suite/first_look.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace reprise::suite {

using compare::Measurements;

namespace {

// Nanoseconds, as the geometric mean over the layers; infinite if one has no time.
double mean_time(const PartResult& part, std::size_t contender) {
  const Measurements& m = part.comparison.measurements;
  const auto layers = benchmarks_of(m);
  double sum = 0;
  for (const std::size_t b : layers) {
    const double time = m.shown_time(contender, b, part.comparison.judging.clock);
    if (std::isnan(time)) return std::numeric_limits<double>::infinity();
    sum += std::log(time);
  }
  return std::exp(sum / static_cast<double>(layers.size()));
}

// The contenders with each backend, the fastest first.
std::vector<std::pair<std::string, std::vector<std::size_t>>> by_backend(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  std::vector<std::pair<std::string, std::vector<std::size_t>>> all;
  for (std::size_t c = 0; c < m.control(); ++c) {
    const std::string backend = setting_of(m, c, "backend");
    auto found = std::ranges::find(all, backend, [](const auto& entry) { return entry.first; });
    if (found == all.end()) found = all.insert(all.end(), {backend, {}});
    found->second.push_back(c);
  }
  for (auto& [backend, contenders] : all) {
    std::ranges::stable_sort(contenders, {}, [&](std::size_t c) { return mean_time(part, c); });
  }
  return all;
}

// The least ratio of the contender's time to another one's, over all layers and rounds.
double least_ratio(const PartResult& part, std::size_t contender, std::size_t other) {
  const Measurements& m = part.comparison.measurements;
  double least = std::numeric_limits<double>::infinity();
  for (const std::size_t b : benchmarks_of(m)) {
    for (const compare::Round& round : m.rounds) {
      const double ratio = round.timings[contender][b].real_ns / round.timings[other][b].real_ns;
      if (!(ratio > 0)) return 0;  // one of them has no time
      least = std::min(least, ratio);
    }
  }
  return least;
}

}  // namespace

std::map<std::string, ThreadSetting> best_settings(const PartResult& first_look,
                                                   const std::vector<SuiteBackend>& backends) {
  const Measurements& m = first_look.comparison.measurements;
  std::map<std::string, ThreadSetting> best;
  for (const auto& [name, contenders] : by_backend(first_look)) {
    const auto backend = std::ranges::find(backends, name, &SuiteBackend::name);
    if (backend == backends.end()) continue;
    const std::string chosen = setting_of(m, contenders.front(), "waiting");
    for (const ThreadSetting& setting : thread_settings(*backend)) {
      if (setting.name == chosen) best[name] = setting;
    }
  }
  return best;
}

void leave_out_slow(const PartResult& first_look, std::vector<SuiteBackend>& backends) {
  const auto all = by_backend(first_look);
  if (all.empty()) return;
  const std::size_t fastest = std::ranges::min(all, {}, [&](const auto& entry) {
                                return mean_time(first_look, entry.second.front());
                              }).second.front();
  const std::string& its_name =
      first_look.comparison.measurements.contenders[fastest].configuration.at("backend");
  for (const auto& [name, contenders] : all) {
    const double ratio = least_ratio(first_look, contenders.front(), fastest);
    const auto backend = std::ranges::find(backends, name, &SuiteBackend::name);
    if (ratio <= kClearlyBehind || backend == backends.end()) continue;
    backend->note =
        fmt::format("with {} threads it took at least {:.1f} times as long as {} in the first look",
                    backend->threads, ratio, its_name);
    backend->threads = 1;
  }
}

std::vector<SettingLine> setting_lines(const PartResult& first_look) {
  const Measurements& m = first_look.comparison.measurements;
  std::vector<SettingLine> lines;
  for (const auto& [backend, contenders] : by_backend(first_look)) {
    const auto name = [&](std::size_t c) {
      const std::string waiting = setting_of(m, c, "waiting");
      return waiting.empty() ? "nothing to choose" : waiting;
    };
    std::vector<std::string> others;
    const double best = mean_time(first_look, contenders.front());
    for (std::size_t i = 1; i < contenders.size(); ++i) {
      others.push_back(fmt::format("{} takes {:.2f} times as long", name(contenders[i]),
                                   mean_time(first_look, contenders[i]) / best));
    }
    std::string text = name(contenders.front());
    if (!others.empty()) text += fmt::format("; {}", fmt::join(others, ", "));
    lines.push_back({backend, text});
  }
  return lines;
}

}  // namespace reprise::suite
