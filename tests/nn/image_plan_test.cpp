// Dense samples that are mostly 0, with a wide first layer, at sizes and values that are awkward
// for panels of 64 units (32 in float64), ranges of inputs and chunks of 128 rows: the same weights
// and histories, to the bit, as the reference.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "reprise/core/named.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/nn/internal_access.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

struct Case {
  std::string name;
  std::size_t rows, inputs, units, batch_size;
  double share = 0.2;  // of values that are not 0
  std::function<void(MatrixView<double>)> change = {};
  Activation activation = relu;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::size_t units : {64, 65, 127, 128, 129, 512}) {
    all.push_back({"units_" + std::to_string(units), 70, 90, units, 32});
  }
  for (const std::size_t inputs : {1, 2, 65, 112, 113, 449, 1000}) {
    all.push_back({"inputs_" + std::to_string(inputs), 70, inputs, 70, 32});
  }
  for (const std::size_t batch_size : {2, 3, 127, 128, 129, 300, 1000}) {
    all.push_back({"batches_of_" + std::to_string(batch_size), 301, 90, 70, batch_size});
  }
  all.push_back({"one_sample", 1, 90, 70, 32});
  all.push_back({"few_nonzeros", 70, 600, 70, 32, 0.004});
  all.push_back({"no_nonzeros", 70, 90, 70, 32, 0});
  const auto set_columns = [](std::size_t step, double value) {
    return [=](MatrixView<double> x) {
      for (std::size_t i = 0; i < x.rows; ++i) {
        for (std::size_t j = 0; j < x.cols; j += step) x(i, j) = value;
      }
    };
  };
  all.push_back({"columns_of_zeros", 70, 90, 70, 32, 0.3, set_columns(3, 0.0)});
  all.push_back({"columns_of_ones", 70, 90, 70, 32, 0.1, set_columns(10, 1.0)});
  all.push_back({"negative_zeros", 70, 90, 70, 32, 0.2, set_columns(2, -0.0)});
  all.push_back({"only_negative_zeros", 70, 90, 70, 32, 0, set_columns(1, -0.0)});
  // The batch with this sample has a loss that is finite, because tanh and sigmoid saturate.
  const auto set_last = [](double value) {
    return [=](MatrixView<double> x) { x(x.rows - 20, x.cols - 1) = value; };
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& activation : {Activation(Relu{}), Activation(Tanh{})}) {
    const std::string n = "_" + std::string(name_of(activation));
    all.push_back({"infinity" + n, 70, 90, 70, 16, 0.01, set_last(infinity), activation});
    all.push_back({"nan" + n, 70, 90, 70, 16, 0.01, set_last(nan), activation});
    all.push_back({"largest" + n, 70, 90, 70, 16, 0.01, set_last(3e38), activation});
  }
  return all;
}

// CRC-32 of the bits of `values`, where one NaN is like another: which operand's NaN a sum passes
// on differs between compilers.
std::uint32_t crc_of(std::span<const double> values, std::uint32_t crc) {
  for (double value : values) {
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    crc = crc32(std::as_bytes(std::span(&value, 1)), crc);
  }
  return crc;
}

// CRC-32 of two fits' histories and weights.
std::uint32_t bits_of(const Case& c, RuntimeOptions options, bool force_grain_one = false) {
  auto x = testing::random_matrix<double>(c.rows, c.inputs, 2, 0.0, 1.0);
  for (double& value : x.view().flat()) value = value < c.share ? value + 0.1 : 0.0;
  if (c.change) c.change(x.view());
  const auto y = testing::zeros_and_ones(c.rows, 1, 3);
  options.seed = 3;
  Runtime keras(options, {.force_grain_one = force_grain_one});
  Sequential model(keras, {Dense{c.units, c.activation}, Dense{5, tanh}, Dense{1, sigmoid}});
  model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
  std::uint32_t crc = 0;
  for (int fit = 0; fit < 2; ++fit) {
    const History history =
        model.fit(x.view(), y.view(), {.epochs = 2, .batch_size = c.batch_size});
    for (const auto& [name, values] : history) crc = crc_of(values, crc);
  }
  for (const auto& weights : model.get_weights()) crc = crc_of(weights.view().flat(), crc);
  if (force_grain_one && options.threads > 1) {
    EXPECT_EQ(InternalAccess::team(keras).min_threads_used(), options.threads) << c.name;
  }
  return crc;
}

class ImagePlan : public ::testing::TestWithParam<std::tuple<Case, Dtype>> {};

TEST_P(ImagePlan, HasTheBitsOfTheReference) {
  const auto& [c, dtype] = GetParam();
  const std::uint32_t wanted = bits_of(c, {.floatx = dtype, .backend = "reference"});
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    EXPECT_EQ(bits_of(c, {.floatx = dtype, .isa = std::string(isa.name)}), wanted) << isa.name;
  }
  for (const int threads : {1, 2, 3, 5}) {
    EXPECT_EQ(bits_of(c, {.floatx = dtype, .threads = threads}, true), wanted)
        << threads << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Case, ImagePlan,
                         ::testing::Combine(::testing::ValuesIn(cases()),
                                            ::testing::Values(Dtype::float32, Dtype::float64)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name + "_" +
                                  std::string(name_of(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace reprise
