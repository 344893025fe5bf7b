// Shifting one quantity of one run changes one column of the pool: its mean, its scale and its
// correlations. The Cholesky factor of the other columns and the distances within them stay the
// same. With the shifted quantity as the last row of the factor, the squared distance of a run is
// q + (z - u'w)^2 / s. A trial thus costs time proportional to the number of runs instead of a
// factorization.
#include "reprise/stats/minimum_detectable_effect.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "reprise/random/numpy_random.hpp"
#include "reprise/stats/distance.hpp"

namespace reprise {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Eigen::MatrixXd to_eigen(const Matrix<double>& matrix) {
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

// One quantity of the pool, which is shifted, and the other quantities.
class ShiftedQuantity {
 public:
  ShiftedQuantity(const Eigen::MatrixXd& z, const Eigen::MatrixXd& correlation,
                  Eigen::Index quantity, double resolution)
      : n_(static_cast<double>(z.rows())), resolution_(resolution), z_(z.col(quantity)) {
    std::vector<Eigen::Index> others;
    for (Eigen::Index j = 0; j < z.cols(); ++j) {
      if (j != quantity) others.push_back(j);
    }
    const Eigen::MatrixXd block = correlation(others, others);
    const Eigen::LLT<Eigen::MatrixXd> factor(block);
    const Eigen::MatrixXd rest = z(Eigen::all, others).transpose();
    const Eigen::VectorXd with = correlation(others, quantity) / (1 - kShrinkage);
    whitened_ = factor.matrixL().solve(rest);
    ell_ = factor.matrixL().solve(with);
    along_ = whitened_.transpose() * ell_;
    within_ = whitened_.colwise().squaredNorm();
  }

  // Chooses the run that the next trials shift.
  void choose(const Draw& draw) {
    draw_ = draw;
    products_ = whitened_.transpose() * whitened_.col(draw.run);
  }

  // Whether the test at `level` detects a shift of the chosen run by `shift` standard deviations.
  bool detects(double shift, double level) const {
    if (resolution_ > 0) shift = std::round(shift / resolution_) * resolution_;
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
    const double own = squared(draw_.run, z_[draw_.run] + moved), threshold = own * (1 - 1e-9);
    // The number of runs at least as extreme, including the run itself. The test has one vector
    // more than there are runs, and its level allows `most` of them.
    const double most = level * (n_ + 1) * (1 + 1e-12);
    double extreme = 1;
    for (Eigen::Index i = 0; i < z_.size() && extreme <= most; ++i) {
      extreme += i != draw_.run && squared(i, z_[i]) >= threshold;
    }
    return extreme <= most;
  }

 private:
  double n_;
  double resolution_;         // shifts are multiples of it if it is above 0
  Eigen::VectorXd z_;         // the quantity, standardized
  Eigen::MatrixXd whitened_;  // the other quantities, one run per column
  Eigen::VectorXd ell_;       // the correlations of the quantity with them, whitened
  Eigen::VectorXd along_, within_, products_;
  Draw draw_{0, 1};
};

double smallest_shift(const ShiftedQuantity& quantity, const EffectOptions& options) {
  if (!quantity.detects(options.limit, options.level)) return kInfinity;
  double low = 0, high = options.limit;
  while (high - low > options.limit / 100) {
    const double middle = (low + high) / 2;
    (quantity.detects(middle, options.level) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::vector<double> minimum_detectable_effects(MatrixView<const double> runs,
                                               const EffectOptions& options) {
  std::vector<double> shifts(runs.cols, std::numeric_limits<double>::quiet_NaN());
  const auto columns = varying_columns(runs);
  for (const std::size_t j : columns) shifts[j] = kInfinity;
  // with so few runs even the smallest rank p-value is above the level
  if (columns.empty() || 1 > options.level * static_cast<double>(runs.rows + 1)) return shifts;
  const Matrix<double> standard = standardized(runs, columns);
  const Eigen::MatrixXd z = to_eigen(standard),
                        correlation = to_eigen(shrunk_correlation(standard));
  const auto draws = draws_of(runs.rows, options);
  const auto needed =
      static_cast<std::size_t>(std::ceil(options.power * static_cast<double>(draws.size())));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const double resolution = options.resolutions.empty() ? 0 : options.resolutions[columns[j]];
    ShiftedQuantity quantity(z, correlation, static_cast<Eigen::Index>(j),
                             resolution / deviation_of(runs, columns[j]));
    std::vector<double> smallest;
    for (const Draw& draw : draws) {
      quantity.choose(draw);
      smallest.push_back(smallest_shift(quantity, options));
    }
    std::ranges::nth_element(smallest, smallest.begin() + static_cast<std::ptrdiff_t>(needed) - 1);
    shifts[columns[j]] = smallest[needed - 1];
  }
  return shifts;
}

double median_effect(std::vector<double> effects) {
  std::erase_if(effects, [](double effect) { return std::isnan(effect); });
  if (effects.empty()) return kInfinity;
  const auto middle = effects.begin() + static_cast<std::ptrdiff_t>(effects.size() / 2);
  std::ranges::nth_element(effects, middle);
  return *middle;
}

}  // namespace reprise
