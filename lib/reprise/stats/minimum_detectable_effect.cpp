// A shift of one figure of one run changes one column of the pool: its mean, its scale and its
// correlations. The other columns' Cholesky factor and the distances within them stay, and with the
// figure as the last row of the factor a run's distance is q + (z - u'w)^2 / s: of the order of the
// number of runs a trial, in place of a factorisation.
#include "reprise/stats/minimum_detectable_effect.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "reprise/random/numpy_random.hpp"
#include "reprise/stats/distance.hpp"

namespace reprise {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// A copy that Eigen owns.
Eigen::MatrixXd owned(const Matrix<double>& matrix) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(matrix.view().data, static_cast<Eigen::Index>(matrix.rows()),
                                    static_cast<Eigen::Index>(matrix.cols()));
}

struct Draw {
  Eigen::Index run;
  double sign;
};

std::vector<Draw> draws_of(std::size_t runs, const EffectOptions& options) {
  NumpyRandom random(options.seed);
  std::vector<Draw> draws;
  while (draws.size() < static_cast<std::size_t>(options.draws)) {
    for (const std::int32_t run : random.permutation(runs)) {
      if (draws.size() == static_cast<std::size_t>(options.draws)) break;
      draws.push_back({run, random.interval(1) == 0 ? -1.0 : 1.0});
    }
  }
  return draws;
}

// One figure of the pool, the others behind it.
class ShiftedFigure {
 public:
  ShiftedFigure(const Eigen::MatrixXd& z, const Eigen::MatrixXd& correlation, Eigen::Index figure,
                double grain)
      : n_(static_cast<double>(z.rows())), grain_(grain), z_(z.col(figure)) {
    std::vector<Eigen::Index> others;
    for (Eigen::Index j = 0; j < z.cols(); ++j) {
      if (j != figure) others.push_back(j);
    }
    const Eigen::MatrixXd block = correlation(others, others);
    const Eigen::LLT<Eigen::MatrixXd> factor(block);
    const Eigen::MatrixXd rest = z(Eigen::all, others).transpose();
    const Eigen::VectorXd with = correlation(others, figure) / (1 - kShrinkage);
    whitened_ = factor.matrixL().solve(rest);
    ell_ = factor.matrixL().solve(with);
    along_ = whitened_.transpose() * ell_;
    within_ = whitened_.colwise().squaredNorm();
  }

  // Makes `run` the odd one of the next trials.
  void choose(const Draw& draw) {
    draw_ = draw;
    products_ = whitened_.transpose() * whitened_.col(draw.run);
  }

  // Whether the chosen run, moved by `shift` standard deviations, has a rank p of at most `level`.
  bool found(double shift, double level) const {
    if (grain_ > 0) shift = std::round(shift / grain_) * grain_;
    const double moved = shift * draw_.sign, keep = 1 - kShrinkage, step = moved / (n_ - 1);
    const double scale = std::sqrt(1 + 2 * step * z_[draw_.run] + shift * shift * (1 / n_));
    const double slope = keep / scale;
    const double explained =
        slope * slope *
        (ell_.squaredNorm() + 2 * step * along_[draw_.run] + step * step * within_[draw_.run]);
    const auto squared = [&](Eigen::Index i, double z) {
      const double rest = (z - moved / n_) / scale - slope * (along_[i] + step * products_[i]);
      return within_[i] + rest * rest / (1 - explained);
    };
    const double own = squared(draw_.run, z_[draw_.run] + moved), bar = own * (1 - 1e-9);
    // as extreme, the run itself among them: the test has one vector more than there are runs, and
    // its level allows so many places
    const double most = level * (n_ + 1) * (1 + 1e-12);
    double extreme = 1;
    for (Eigen::Index i = 0; i < z_.size() && extreme <= most; ++i) {
      extreme += i != draw_.run && squared(i, z_[i]) >= bar;
    }
    return extreme <= most;
  }

 private:
  double n_;
  double grain_;              // shifts are multiples of it, where it is above 0
  Eigen::VectorXd z_;         // the figure, standardized
  Eigen::MatrixXd whitened_;  // the other figures, a column a run
  Eigen::VectorXd ell_;       // the figure's correlations with them, whitened
  Eigen::VectorXd along_, within_, products_;
  Draw draw_{0, 1};
};

double smallest_shift(const ShiftedFigure& figure, const EffectOptions& options) {
  if (!figure.found(options.limit, options.level)) return kNever;
  double low = 0, high = options.limit;
  while (high - low > options.limit / 100) {
    const double middle = (low + high) / 2;
    (figure.found(middle, options.level) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::vector<double> minimum_detectable_effects(MatrixView<const double> runs,
                                               const EffectOptions& options) {
  std::vector<double> shifts(runs.cols, std::numeric_limits<double>::quiet_NaN());
  const auto columns = varying_columns(runs);
  for (const std::size_t j : columns) shifts[j] = kNever;
  // no shift can make a rank of fewer runs small enough
  if (columns.empty() || 1 > options.level * static_cast<double>(runs.rows + 1)) return shifts;
  const Matrix<double> standard = standardized(runs, columns);
  const Eigen::MatrixXd z = owned(standard), correlation = owned(shrunk_correlation(standard));
  const auto draws = draws_of(runs.rows, options);
  const auto needed =
      static_cast<std::size_t>(std::ceil(options.power * static_cast<double>(draws.size())));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const double unit = options.units.empty() ? 0 : options.units[columns[j]];
    ShiftedFigure figure(z, correlation, static_cast<Eigen::Index>(j),
                         unit / deviation_of(runs, columns[j]));
    std::vector<double> smallest;
    for (const Draw& draw : draws) {
      figure.choose(draw);
      smallest.push_back(smallest_shift(figure, options));
    }
    std::ranges::nth_element(smallest, smallest.begin() + static_cast<std::ptrdiff_t>(needed) - 1);
    shifts[columns[j]] = smallest[needed - 1];
  }
  return shifts;
}

double median_effect(std::vector<double> shifts) {
  std::erase_if(shifts, [](double shift) { return std::isnan(shift); });
  if (shifts.empty()) return kNever;
  const auto middle = shifts.begin() + static_cast<std::ptrdiff_t>(shifts.size() / 2);
  std::ranges::nth_element(shifts, middle);
  return *middle;
}

}  // namespace reprise
