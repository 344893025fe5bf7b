#include "bench/compare/old_versions.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

namespace reprise::compare {

using nlohmann::json;

namespace {

std::string name_of(const json& run) {
  const auto found = run.find("name");
  return found != run.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// An entry without times: X_BigO has coefficients (1.0: without `big_o`), X_RMS has `rms`.
bool is_complexity(const json& run) {
  return run.contains("big_o") || run.contains("cpu_coefficient") || run.contains("rms");
}

bool has_failed(const json& run) {
  const auto found = run.find("error_occurred");
  return found != run.end() && found->is_boolean() && found->get<bool>();
}

class Reading {
 public:
  explicit Reading(const json& runs) : runs_(runs), statistics_(runs.size()) {
    for (const json& run : runs) names_.push_back(name_of(run));
  }

  std::vector<std::string> statistics() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      for (const std::string_view suffix : {"_BigO", "_RMS"}) {
        if (names_[i].ends_with(suffix) && is_complexity(runs_[i])) {
          statistics_[i] = suffix.substr(1);
        }
      }
      if (names_[i].ends_with("_mean") && statistics_[i].empty()) mark_from(i);
    }
    return std::move(statistics_);
  }

 private:
  // Whether entry `i` is X's `statistic`, of as many iterations as the first one.
  bool is(std::size_t i, std::size_t first, const std::string& x, const char* statistic) const {
    return i < names_.size() && names_[i] == x + "_" + statistic && same_iterations(i, first);
  }
  bool same_iterations(std::size_t i, std::size_t first) const {
    return runs_[i].value("iterations", json()) == runs_[first].value("iterations", json());
  }

  // Marks the statistics of which entry `first` is the mean, if it is one.
  void mark_from(std::size_t first) {
    const std::string x = names_[first].substr(0, names_[first].size() - 5);
    std::size_t repetitions = 0;
    for (std::size_t i = first; i-- > 0 && names_[i] == x;) {
      if (has_failed(runs_[i])) continue;  // its iterations are 0
      if (!same_iterations(i, first)) break;
      ++repetitions;
    }
    const std::size_t median = first + 1;
    const bool has_median = is(median, first, x, "median");
    const std::size_t stddev = median + (has_median ? 1 : 0);
    if (x.empty() || repetitions == 1 || !is(stddev, first, x, "stddev")) return;
    statistics_[first] = "mean";
    if (has_median) statistics_[median] = "median";
    statistics_[stddev] = "stddev";
    mark_users(stddev, x);
  }

  // The statistics of the user (ComputeStatistics, from 1.2 on) come last: "X_max".
  void mark_users(std::size_t stddev, const std::string& x) {
    for (std::size_t i = stddev + 1; i < names_.size() && same_iterations(i, stddev); ++i) {
      const bool is_x = names_[i].size() > x.size() + 1 && names_[i].starts_with(x + "_");
      // benchmarks of their own: X_fast/8, the repetitions of X_fast, X_fast_mean
      const bool is_single = i + 1 == names_.size() || names_[i + 1] != names_[i];
      if (!is_x || !is_single || names_[i].find('/', x.size()) != std::string::npos ||
          names_[i].ends_with("_mean") || is_complexity(runs_[i])) {
        return;
      }
      statistics_[i] = names_[i].substr(x.size() + 1);
    }
  }

  const json& runs_;
  std::vector<std::string> names_, statistics_;
};

}  // namespace

std::vector<std::string> old_statistics(const json& runs) { return Reading(runs).statistics(); }

}  // namespace reprise::compare
