#include "pairs.hpp"

#include <algorithm>

namespace reprise::compare {

namespace {

std::vector<double> ratios_between(const Measurements& m, std::size_t row, std::size_t a,
                                   std::size_t b, Clock clock) {
  const std::size_t n = m.rounds.size();
  std::vector<double> of_a = m.log_ratios(a, row, n, clock), ratios;
  const std::vector<double> of_b = m.log_ratios(b, row, n, clock);
  for (std::size_t i = 0; i < std::min(of_a.size(), of_b.size()); ++i) {
    ratios.push_back(of_b[i] - of_a[i]);
  }
  return ratios;
}

}  // namespace

std::vector<PairVerdict> judge_pairs(const Measurements& m, double level,
                                     const JudgeOptions& options) {
  std::vector<PairVerdict> pairs;
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    if (m.rows[r].starts_with("control/")) continue;  // nobody's question: it would only cost level
    for (std::size_t a = 0; a < m.control(); ++a) {
      for (std::size_t b = a + 1; b < m.control(); ++b) {
        if (!m.error_of(a, r).empty() || !m.error_of(b, r).empty()) continue;
        PairVerdict pair{r, a, b, measured(ratios_between(m, r, a, b, options.clock), level)};
        pair.verdict.contender = b;
        pair.verdict.row = r;
        pairs.push_back(pair);
      }
    }
  }
  adjust(pairs, &PairVerdict::verdict);
  for (PairVerdict& pair : pairs)
    pair.verdict.label = label_of(pair.verdict, level, options.margin);
  return pairs;
}

RowVerdict between(const std::vector<PairVerdict>& pairs, std::size_t row, std::size_t a,
                   std::size_t b) {
  for (const PairVerdict& pair : pairs) {
    if (pair.row != row) continue;
    if (pair.a == a && pair.b == b) return pair.verdict;
    if (pair.a == b && pair.b == a) {
      RowVerdict turned = pair.verdict;
      turned.contender = b;
      turned.ratio = 1 / pair.verdict.ratio;
      turned.low = 1 / pair.verdict.high;
      turned.high = 1 / pair.verdict.low;
      if (turned.label == Label::regression) {
        turned.label = Label::improvement;
      } else if (turned.label == Label::improvement) {
        turned.label = Label::regression;
      }
      return turned;
    }
  }
  RowVerdict failed;
  failed.label = Label::failed;
  return failed;
}

std::vector<Winner> winners(const Measurements& m, const std::vector<PairVerdict>& pairs,
                            const JudgeOptions& options) {
  std::vector<Winner> all;
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    std::vector<std::size_t> there;
    for (std::size_t c = 0; c < m.control(); ++c) {
      if (m.error_of(c, r).empty()) there.push_back(c);
    }
    if (there.empty()) continue;
    Winner winner;
    winner.row = r;
    winner.best = *std::ranges::min_element(
        there, {}, [&](std::size_t c) { return m.median_time(c, r, options.clock); });
    for (const std::size_t c : there) {
      if (c == winner.best) continue;
      const Label label = between(pairs, r, winner.best, c).label;
      if (label == Label::regression) continue;
      winner.as_good.push_back(c);
      winner.undecided = winner.undecided || label != Label::unchanged;
    }
    all.push_back(winner);
  }
  return all;
}

}  // namespace reprise::compare
