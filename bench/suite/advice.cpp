#include "bench/suite/advice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "bench/suite/answers.hpp"

namespace reprise::suite {

using compare::Measurements;
using compare::Winner;

namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

// "imdb" for the layer "imdb_1 (sparse)"; a shape of the user's is a network of its own.
std::string network_of(const std::string& subject) { return subject.substr(0, subject.find('_')); }

// The times of the layers in the part `layers`, by backend with its best number of threads.
class LayerTimes {
 public:
  explicit LayerTimes(const PartResult& part)
      : m_(part.comparison.measurements), clock_(part.comparison.judging.clock) {
    for (const std::size_t b : benchmarks_of(m_)) {
      layers_[network_of(subject_of(m_.benchmarks[b]))].push_back(b);
    }
    for (std::size_t c = 0; c < m_.control(); ++c) {
      const std::string name = setting_of(m_, c, "backend");
      if (std::ranges::find(backends_, name) == backends_.end()) backends_.push_back(name);
    }
  }

  const std::vector<std::string>& backends() const { return backends_; }
  const std::map<std::string, std::vector<std::size_t>>& networks() const { return layers_; }

  // Nanoseconds; infinite if the backend has no kernel of its own for the layer.
  double of_layer(const std::string& backend, std::size_t benchmark) const {
    double least = kNone;
    for (std::size_t c = 0; c < m_.control(); ++c) {
      if (setting_of(m_, c, "backend") != backend) continue;
      const double time = m_.shown_time(c, benchmark, clock_);
      if (!m_.details[c][benchmark].borrowed && time < least) least = time;
    }
    return least;
  }
  double of_network(const std::string& backend, const std::string& network) const {
    double sum = 0;
    for (const std::size_t b : layers_.at(network)) sum += of_layer(backend, b);
    return sum;
  }
  std::string fastest_in(const std::string& network) const {
    return *std::ranges::min_element(
        backends_, {}, [&](const std::string& backend) { return of_network(backend, network); });
  }
  // How much longer the backend takes than another one, as a geometric mean over the networks.
  double factor(const std::string& backend, const std::string& other) const {
    double sum = 0;
    for (const auto& [network, layers] : layers_) {
      sum += std::log(of_network(backend, network) / of_network(other, network));
    }
    return std::exp(sum / static_cast<double>(layers_.size()));
  }

  // The backend with the version of its library: "openblas (OpenBLAS 0.3.21)".
  std::string name_with_version(const std::string& backend) const {
    for (std::size_t c = 0; c < m_.control(); ++c) {
      if (setting_of(m_, c, "backend") != backend) continue;
      for (const auto& details : m_.details[c]) {
        const std::string label = details.label.substr(0, details.label.find(" digest:"));
        const std::size_t first = label.find(' ');
        if (details.borrowed || first == std::string::npos) continue;
        const std::string words = label.substr(0, label.find(' ', first + 1));
        return fmt::format("{} ({})", backend,
                           words.starts_with(backend + " ") ? words.substr(first + 1) : words);
      }
    }
    return backend;
  }

 private:
  const Measurements& m_;
  compare::Clock clock_;
  std::vector<std::string> backends_;                       // in the order of the contenders
  std::map<std::string, std::vector<std::size_t>> layers_;  // by network
};

// In which layers a backend is fastest or tied.
struct Wins {
  int layers = 0, undecided = 0, of = 0;  // `of`: it was compared with another backend
  double share = 0, whole = 0;  // the time of these layers and of all, each in its network
};

Wins wins_of(const std::string& backend, const LayerTimes& times,
             const std::vector<Winner>& winners, const Measurements& m) {
  Wins wins;
  for (const Winner& winner : winners) {
    std::set<std::string> rivals, fastest;
    for (const std::string& other : times.backends()) {
      if (times.of_layer(other, winner.benchmark) < kNone) rivals.insert(other);
    }
    if (!rivals.contains(backend) || rivals.size() < 2) continue;
    fastest.insert(setting_of(m, winner.best, "backend"));
    for (const std::size_t c : winner.as_good) fastest.insert(setting_of(m, c, "backend"));
    const std::string network = network_of(subject_of(m.benchmarks[winner.benchmark]));
    const double share =
        times.of_layer(backend, winner.benchmark) / times.of_network(backend, network);
    ++wins.of;
    if (std::isfinite(share)) wins.whole += share;
    // with too little data to tell another backend from it, no win is counted
    if (!fastest.contains(backend)) continue;
    if (winner.undecided && fastest.size() > 1) {
      ++wins.undecided;
      continue;
    }
    ++wins.layers;
    if (std::isfinite(share)) wins.share += share;
  }
  return wins;
}

// " For the layers of a network the others take, as a multiple of its time: onednn (oneDNN 2.6.3)
// 1.90, ...", and which ones have no time in some layer.
std::string losers_text(const LayerTimes& times, const std::string& best) {
  std::vector<std::pair<double, std::string>> losers;
  std::vector<std::string> texts, without_time;
  for (const std::string& backend : times.backends()) {
    if (backend == best) continue;
    const double factor = times.factor(backend, best);
    if (std::isfinite(factor)) {
      losers.emplace_back(factor, times.name_with_version(backend));
    } else {
      without_time.push_back(times.name_with_version(backend));
    }
  }
  std::ranges::sort(losers);
  for (const auto& [factor, name] : losers) texts.push_back(fmt::format("{} {:.2f}", name, factor));
  std::string text;
  if (!texts.empty()) {
    text =
        fmt::format(" For the layers of a network the others take, as a multiple of its time: {}.",
                    fmt::join(texts, ", "));
  }
  if (!without_time.empty()) {
    text += fmt::format(" Without a time of their own in some layer: {}.",
                        fmt::join(without_time, ", "));
  }
  return text;
}

}  // namespace

std::string backend_sentence(const SuiteResult& result) {
  const PartResult* const layers = result.find("layers");
  if (layers == nullptr) return "";
  const LayerTimes times(*layers);
  if (times.networks().empty()) return "";
  const Measurements& m = layers->comparison.measurements;
  const double margin = layers->comparison.judging.margin;
  std::map<std::string, std::vector<std::string>> fastest;  // networks by backend
  std::optional<std::string> everywhere;
  for (const std::string& backend : times.backends()) {
    const auto is_best = [&](const auto& network) {
      const double best = times.of_network(times.fastest_in(network.first), network.first);
      return times.of_network(backend, network.first) <= (1 + margin) * best;
    };
    if (!everywhere && std::ranges::all_of(times.networks(), is_best)) everywhere = backend;
  }
  if (!everywhere) {
    for (const auto& [network, benchmarks] : times.networks()) {
      fastest[times.fastest_in(network)].push_back(network);
    }
    std::vector<std::string> texts;
    for (const auto& [backend, networks] : fastest) {
      texts.push_back(
          fmt::format("{} for {}", times.name_with_version(backend), fmt::join(networks, ", ")));
    }
    return fmt::format(
        "There is no single best backend; the fastest for all layers of a network is "
        "{}.",
        fmt::join(texts, ", "));
  }
  const compare::Pairs pairs = pairs_of(*layers);
  const Wins wins =
      wins_of(*everywhere, times, compare::winners(m, pairs, layers->comparison.judging), m);
  const std::string name = times.name_with_version(*everywhere);
  if (wins.of == 0) {
    return fmt::format("Only {} was measured, so there is nothing to recommend.", name);
  }
  if (wins.layers == 0) {
    return fmt::format(
        "No backend is shown to be fastest in any of {} layers; {} has the shortest times.{}",
        wins.of, name, losers_text(times, *everywhere));
  }
  return fmt::format(
      "Use {}: it is fastest, or tied for fastest, in {} of the {} layers in which it has a "
      "contender{}; these take {:.0f} % of the time of all {}.{}",
      name, wins.layers, wins.of,
      wins.undecided > 0 ? fmt::format(" ({} are undecided)", wins.undecided) : "",
      wins.whole > 0 ? 100 * wins.share / wins.whole : 0, wins.of, losers_text(times, *everywhere));
}

}  // namespace reprise::suite
