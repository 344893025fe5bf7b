// Weights as .npz: written weights are read back to the bit; files that do not fit or are damaged
// are refused and change nothing. nn.weights_exchange exchanges weights with Keras itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Weights : public ::testing::Test {
 protected:
  // 4 inputs; the second layer has no bias.
  static Sequential make_model(Runtime& keras) {
    return Sequential(keras,
                      {Dense{.units = 3, .activation = relu, .bias_initializer = RandomNormal{}},
                       Dropout{0.5}, Dense{.units = 2, .use_bias = false}, Dense{2, softmax}});
  }
  static std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const fs::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
  }
  // The error of load_weights(file_), after which the weights must be unchanged.
  std::string refusal(Sequential& model) const {
    const auto before = model.get_weights();
    const std::string line = testing::line_of([&] { model.load_weights(file_); });
    EXPECT_THAT(line, HasSubstr(file_.string()));
    const auto after = model.get_weights();
    EXPECT_EQ(before.size(), after.size());
    for (std::size_t v = 0; v < before.size(); ++v) {
      EXPECT_TRUE(std::ranges::equal(before[v].view().flat(), after[v].view().flat()));
    }
    return line;
  }

  testing::Scratch scratch_;
  fs::path file_ = scratch_.path() / "w.npz";
};

TEST_F(Weights, ComeBackToTheBitInKerasOrder) {
  for (const Dtype floatx : {Dtype::float32, Dtype::float64}) {
    Runtime keras({.seed = 1, .floatx = floatx, .backend = "reference"});
    Sequential model = make_model(keras), other = make_model(keras);
    model.build(4);
    model.save_weights(file_);
    EXPECT_THAT(Npz(file_).names(), ElementsAre("dense/kernel", "dense/bias", "dense_1/kernel",
                                                "dense_2/kernel", "dense_2/bias"));
    EXPECT_EQ(Npz(file_).array("dense/bias").descr, floatx == Dtype::float32 ? "<f4" : "<f8");
    other.load_weights(file_);  // builds the model
    for (std::size_t v = 0; v < 5; ++v) {
      EXPECT_TRUE(std::ranges::equal(model.variables()[v].bytes, other.variables()[v].bytes)) << v;
    }
  }
}

TEST_F(Weights, OfTheOtherTypeAreRoundedOrWidened) {
  Runtime wide({.floatx = Dtype::float64, .backend = "reference"}), narrow;
  Sequential model = make_model(wide), other = make_model(narrow);
  model.build(4);
  model.save_weights(file_);
  other.load_weights(file_);
  const double w = model.get_weights()[0](1, 2);
  EXPECT_EQ(other.get_weights()[0](1, 2), static_cast<double>(static_cast<float>(w)));
}

TEST_F(Weights, OfAnotherNetworkAreRefused) {
  Runtime keras;
  Sequential model = make_model(keras);
  EXPECT_THAT(testing::line_of([&] { model.save_weights(file_); }), HasSubstr("not built"));
  EXPECT_THAT(testing::line_of([&] { model.set_weights({}); }), HasSubstr("not built"));
  model.build(4);
  EXPECT_THAT(testing::line_of([&] { model.set_weights({Matrix<double>(4, 3)}); }),
              HasSubstr("found 1 arrays, expected 5"));
  auto flipped = model.get_weights();
  flipped[0] = Matrix<double>(3, 4);
  EXPECT_THAT(testing::line_of([&] { model.set_weights(flipped); }),
              HasSubstr("found 3 x 4 for 'dense/kernel', expected 4 x 3"));

  Sequential wider = make_model(keras);
  wider.build(5);
  wider.save_weights(file_);
  EXPECT_THAT(refusal(model), HasSubstr("shape (5, 3), expected '<f4' or '<f8' of shape (4, 3)"));
  Sequential shorter(keras, {Dense{3}});
  shorter.build(4);
  shorter.save_weights(file_);
  EXPECT_THAT(refusal(model), HasSubstr("found 2 arrays, the model has 5 variables"));
}

TEST_F(Weights, OfOddArraysAreRefused) {
  Runtime keras;
  Sequential model(keras, {Dense{1}});
  model.build(1);
  const std::int64_t whole[] = {1};
  const double real[] = {1};
  NpzWriter integers(file_);
  integers.add("kernel", std::span(whole), {1, 1});
  integers.add("bias", std::span(real), {1});
  integers.finish();
  EXPECT_THAT(refusal(model), HasSubstr("'<i8'"));
  NpzWriter ranks(file_);
  ranks.add("kernel", std::span(real), {});
  ranks.add("bias", std::span(real), {1, 1, 1});
  ranks.finish();
  EXPECT_THAT(refusal(model), HasSubstr("shape ()"));
}

TEST_F(Weights, InADamagedFileAreRefused) {
  Runtime keras;
  Sequential model = make_model(keras);
  model.build(4);
  model.save_weights(file_);
  const std::string whole = content_of(file_);
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97) {
    write(file_, whole.substr(0, size));
    EXPECT_NE(refusal(model), "") << "cut to " << size;
  }
  std::string flipped = whole;
  flipped[whole.find("NUMPY") + 130] ^= 1;  // changes a value, which only the CRC-32 reveals
  write(file_, flipped);
  EXPECT_THAT(refusal(model), HasSubstr("damaged"));
  write(file_, "no zip");
  EXPECT_THAT(refusal(model), HasSubstr("expected a .npz"));
  fs::remove(file_);
  EXPECT_NE(refusal(model), "");
}

TEST_F(Weights, ThatCannotBeWrittenLeaveWhatWasThere) {
  Runtime keras;
  Sequential model = make_model(keras);
  model.build(4);
  for (const fs::path& place : {scratch_.path() / "no" / "w.npz", scratch_.path()}) {
    EXPECT_THAT(testing::line_of([&] { model.save_weights(place); }), HasSubstr("cannot be"));
  }
  EXPECT_TRUE(fs::is_empty(scratch_.path()));
}

}  // namespace
}  // namespace reprise
