#include "reprise/nn/initializers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reprise/core/error.hpp"
#include "reprise/core/special.hpp"
#include "reprise/random/threefry.hpp"

namespace reprise {

namespace {

template <class T>
constexpr T kSqrt2 = static_cast<T>(1.4142135623730951);

// jax.random.normal: sqrt(2) erf_inv(u), u uniform in (-1, 1).
template <class T>
void standard_normal(ThreefryKey key, std::span<T> out) {
  threefry_uniform(key, static_cast<double>(std::nextafter(T(-1), T(0))), 1.0, out);
  for (T& u : out) u = kSqrt2<T> * math::erf_inv(u);
}

// jax.random.truncated_normal(lower=-2, upper=2): u uniform between erf(-2/sqrt 2) and erf(2/sqrt
// 2), the result kept inside the open interval.
template <class T>
void standard_truncated_normal(ThreefryKey key, std::span<T> out) {
  const T bound = math::erf(T(2) / kSqrt2<T>);
  threefry_uniform(key, -static_cast<double>(bound), static_cast<double>(bound), out);
  const T highest = std::nextafter(T(2), T(0));
  for (T& u : out) u = std::clamp(kSqrt2<T> * math::erf_inv(u), -highest, highest);
}

template <class T>
struct Fill {
  const std::vector<std::size_t>& shape;
  std::span<T> out;

  void operator()(const Zeros&) const { std::ranges::fill(out, T(0)); }
  void operator()(const Ones&) const { std::ranges::fill(out, T(1)); }
  void operator()(const Constant& rule) const {
    std::ranges::fill(out, static_cast<T>(rule.value));
  }
  void operator()(const Identity& rule) const {
    if (shape.size() != 2) throw Error("initializer 'identity': found a bias, expected a kernel");
    std::ranges::fill(out, T(0));
    for (std::size_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
      out[i * shape[1] + i] = static_cast<T>(rule.gain);
    }
  }
  void operator()(const RandomUniform& rule) const {
    threefry_uniform(key(rule), rule.minval, rule.maxval, out);
  }
  void operator()(const RandomNormal& rule) const {
    standard_normal(key(rule), out);
    stretch(rule.mean, rule.stddev);
  }
  void operator()(const TruncatedNormal& rule) const {
    standard_truncated_normal(key(rule), out);
    stretch(rule.mean, rule.stddev);
  }
  // The order of operations is Keras's: it decides the last bit of the limit.
  void operator()(const VarianceScaling& rule) const {
    const double in = static_cast<double>(shape.front()), units = static_cast<double>(shape.back());
    const double fan = rule.mode == Fan::fan_in    ? in
                       : rule.mode == Fan::fan_out ? units
                                                   : (in + units) / 2.0;
    const double variance = rule.scale / std::max(1.0, fan);
    if (rule.distribution == Distribution::uniform) {
      const double limit = std::sqrt(3.0 * variance);
      threefry_uniform(key(rule), -limit, limit, out);
    } else if (rule.distribution == Distribution::untruncated_normal) {
      standard_normal(key(rule), out);
      stretch(0.0, std::sqrt(variance));
    } else {
      // the standard deviation of the standard normal distribution cut off at +-2
      constexpr double kTruncatedDeviation = 0.87962566103423978;
      standard_truncated_normal(key(rule), out);
      stretch(0.0, std::sqrt(variance) / kTruncatedDeviation);
    }
  }
  template <int Scale, Fan Mode, Distribution Kind>
  void operator()(const ScaledBy<Scale, Mode, Kind>& rule) const {
    (*this)(rule.scaling());
  }

 private:
  template <class Rule>
  static ThreefryKey key(const Rule& rule) {
    return {rule.seed.value_or(0), 0};
  }
  void stretch(double mean, double stddev) const {
    for (T& value : out) value = value * static_cast<T>(stddev) + static_cast<T>(mean);
  }
};

}  // namespace

template <class T>
void initialize(const Initializer& initializer, const std::vector<std::size_t>& shape,
                std::span<T> out) {
  std::visit(Fill<T>{shape, out}, initializer);
}

template void initialize(const Initializer&, const std::vector<std::size_t>&, std::span<float>);
template void initialize(const Initializer&, const std::vector<std::size_t>&, std::span<double>);

}  // namespace reprise
