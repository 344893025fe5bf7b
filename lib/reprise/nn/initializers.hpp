// Initial values of kernels and biases (keras/src/initializers, Keras 3.15.1, on JAX).
//
// Unless it is given a seed, a random initializer draws one from the runtime's Python stream when
// its layer is constructed. The values are those of random.uniform, normal and truncated_normal in
// backend/jax/random.py with the key (seed, 0). Uniform values equal Keras's to the bit. Normal
// values are equal except for the last bits, because XLA evaluates erf_inv's polynomials itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace reprise {

struct Zeros {
  static constexpr std::string_view name = "zeros";
};
struct Ones {
  static constexpr std::string_view name = "ones";
};
struct Constant {
  static constexpr std::string_view name = "constant";
  double value = 0.0;
};
// gain on the diagonal; for kernels only
struct Identity {
  static constexpr std::string_view name = "identity";
  double gain = 1.0;
};

struct RandomUniform {
  static constexpr std::string_view name = "random_uniform";
  double minval = -0.05, maxval = 0.05;
  std::optional<std::uint32_t> seed = {};
};
struct RandomNormal {
  static constexpr std::string_view name = "random_normal";
  double mean = 0.0, stddev = 0.05;
  std::optional<std::uint32_t> seed = {};
};
// values of the standard normal distribution, cut off at +-2, times stddev plus mean
struct TruncatedNormal {
  static constexpr std::string_view name = "truncated_normal";
  double mean = 0.0, stddev = 0.05;
  std::optional<std::uint32_t> seed = {};
};

enum class Fan { fan_in, fan_out, fan_avg };
enum class Distribution { uniform, truncated_normal, untruncated_normal };

// Variance scale / fan: uniform in [-limit, limit) with limit = sqrt(3 scale / fan), or normal with
// that variance. The fans of a kernel are its rows and columns; both fans of a bias are its length.
struct VarianceScaling {
  static constexpr std::string_view name = "variance_scaling";
  double scale = 1.0;
  Fan mode = Fan::fan_in;
  Distribution distribution = Distribution::truncated_normal;
  std::optional<std::uint32_t> seed = {};
};

// Named cases of VarianceScaling: Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998.
template <int Scale, Fan Mode, Distribution Kind>
struct ScaledBy {
  std::optional<std::uint32_t> seed = {};
  VarianceScaling scaling() const { return {double{Scale}, Mode, Kind, seed}; }
};
struct GlorotUniform : ScaledBy<1, Fan::fan_avg, Distribution::uniform> {
  static constexpr std::string_view name = "glorot_uniform";
};
struct GlorotNormal : ScaledBy<1, Fan::fan_avg, Distribution::truncated_normal> {
  static constexpr std::string_view name = "glorot_normal";
};
struct HeUniform : ScaledBy<2, Fan::fan_in, Distribution::uniform> {
  static constexpr std::string_view name = "he_uniform";
};
struct HeNormal : ScaledBy<2, Fan::fan_in, Distribution::truncated_normal> {
  static constexpr std::string_view name = "he_normal";
};
struct LecunUniform : ScaledBy<1, Fan::fan_in, Distribution::uniform> {
  static constexpr std::string_view name = "lecun_uniform";
};
struct LecunNormal : ScaledBy<1, Fan::fan_in, Distribution::truncated_normal> {
  static constexpr std::string_view name = "lecun_normal";
};

// The list that tests and help texts iterate.
using Initializer = std::variant<GlorotUniform, Zeros, Ones, Constant, Identity, RandomUniform,
                                 RandomNormal, TruncatedNormal, VarianceScaling, GlorotNormal,
                                 HeUniform, HeNormal, LecunUniform, LecunNormal>;

// Sets the seed of a random initializer to draw() unless it has one.
template <class Draw>
void seed_initializer(Initializer& initializer, Draw&& draw) {
  std::visit(
      [&](auto& rule) {
        if constexpr (requires { rule.seed; }) {
          if (!rule.seed) rule.seed = draw();
        }
      },
      initializer);
}

// Fills a kernel (shape {inputs, units}) or a bias ({units}), row-major. T is float or double.
// Throws Error for an Identity that is not a kernel.
template <class T>
void initialize(const Initializer& initializer, const std::vector<std::size_t>& shape,
                std::span<T> out);

}  // namespace reprise
