// The version of the arithmetic (kernels/list.hpp): small runs whose bits are recorded here. If
// this test fails, results of some backend have changed: raise kArithmetic, so that --resume does
// not mix old runs with new ones, and record the new bits.
#include <gtest/gtest.h>

#include "reprise/core/named.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

// CRC-32 of the weights after three epochs on 60 rows of 30 columns.
std::string bits_of(std::string_view backend, Dtype dtype, const Optimizer& optimizer,
                    const Activation& activation) {
  const auto [x, y] = testing::learnable_reviews(60, 30, 1);
  Runtime keras({.seed = 1, .floatx = dtype, .backend = std::string(backend)});
  Sequential model(keras, {Dense{.units = 9, .activation = activation, .kernel_regularizer = L2{}},
                           Dropout{0.3}, Dense{5, activation}, Dense{1, sigmoid}});
  model.compile({.optimizer = optimizer, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
  model.fit(x, y, {.epochs = 3, .batch_size = 16});
  std::uint32_t crc = 0;
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc32_hex(crc);
}

struct Case {
  Optimizer optimizer;
  Activation activation;
  const char* float32;
  const char* float64;
};

TEST(Arithmetic, HasTheBitsOfItsVersion) {
  ASSERT_EQ(kArithmetic, 2);
  const Case cases[] = {
      {RMSprop{}, relu, "3c7171ed", "42392ff0"},
      {SGD{.momentum = 0.9}, Tanh{}, "7ad7f2b0", "a1d4c2cb"},
      {Adam{}, sigmoid, "c05566ba", "397f3c49"},
      {Nadam{}, elu, "d0c9889f", "5a6e26f9"},
  };
  for (const BackendInfo& backend : backends()) {
    if (!backend.reference_bits || !backend.unavailable_reason().empty()) continue;
    for (const Case& c : cases) {
      EXPECT_EQ(bits_of(backend.name, Dtype::float32, c.optimizer, c.activation), c.float32)
          << backend.name << " " << name_of(c.optimizer);
      EXPECT_EQ(bits_of(backend.name, Dtype::float64, c.optimizer, c.activation), c.float64)
          << backend.name << " " << name_of(c.optimizer);
    }
  }
}

}  // namespace
}  // namespace reprise
