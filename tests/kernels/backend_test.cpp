// Every backend of the list against the plain reference, on awkward sizes, and the same bits on any
// number of threads. Tolerance: a sum of n float32 products is off by at most n epsilon sum
// |terms|.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/rules/optimizer_list.hpp"
#include "support/small_data.hpp"

namespace reprise {
namespace {

using testing::random_csr;
using testing::random_matrix;

struct Shape {
  std::size_t batch, inputs, units;
};

const Shape kShapes[] = {{1, 1, 1},   {3, 5, 1},    {2, 16, 16},   {7, 15, 17}, {8, 16, 15},
                         {9, 17, 16}, {33, 100, 3}, {64, 512, 10}, {5, 1, 40},  {512, 3, 16}};

void expect_close(MatrixView<const float> got, MatrixView<const float> wanted, std::size_t terms) {
  ASSERT_EQ(got.flat().size(), wanted.flat().size());
  // values are at most 1, so that a sum of n products is at most n
  const double tolerance = 2.0 * static_cast<double>(terms + 1) * static_cast<double>(terms + 1) *
                           std::numeric_limits<float>::epsilon();
  for (std::size_t i = 0; i < got.flat().size(); ++i) {
    ASSERT_NEAR(got.flat()[i], wanted.flat()[i], tolerance) << "element " << i;
  }
}

class EveryBackend : public ::testing::TestWithParam<std::string> {
 protected:
  Team team_{find_backend(GetParam()).threaded ? 3 : 1, true};
  std::unique_ptr<Backend<float>> backend_ = make_backend<float>(GetParam(), team_);
  ReferenceBackend<float> reference_;
};

TEST_P(EveryBackend, DenseForwardEqualsReference) {
  for (const auto& [batch, inputs, units] : kShapes) {
    const auto x = random_matrix(batch, inputs, 1), kernel = random_matrix(inputs, units, 2);
    const auto bias = random_matrix(1, units, 3);
    Matrix<float> got(batch, units), wanted(batch, units);
    backend_->dense_forward(x, kernel, bias.view().flat(), got.view());
    reference_.dense_forward(x, kernel, bias.view().flat(), wanted.view());
    expect_close(got, wanted, inputs);
  }
}

TEST_P(EveryBackend, DenseBackwardEqualsReference) {
  for (const auto& [batch, inputs, units] : kShapes) {
    const auto x = random_matrix(batch, inputs, 1), kernel = random_matrix(inputs, units, 2);
    const auto dz = random_matrix(batch, units, 3);
    Matrix<float> dx(batch, inputs), wanted_dx(batch, inputs);
    backend_->dense_backward_data(dz, kernel, dx.view());
    reference_.dense_backward_data(dz, kernel, wanted_dx.view());
    expect_close(dx, wanted_dx, units);

    Matrix<float> dkernel(inputs, units), wanted(inputs, units), db(1, units), wanted_db(1, units);
    backend_->dense_backward_weights(x, dz, dkernel.view(), db.view().flat());
    reference_.dense_backward_weights(x, dz, wanted.view(), wanted_db.view().flat());
    expect_close(dkernel, wanted, batch);
    expect_close(db, wanted_db, batch);
  }
}

TEST_P(EveryBackend, CsrEqualsDenseOfTheSameOnes) {
  for (const auto& [batch, inputs, units] : kShapes) {
    const Csr csr = random_csr(batch + 2, inputs, 0.3, 1);
    // a batch in an order of its own, with rows left out
    std::vector<std::int32_t> rows;
    for (std::size_t i = 0; i < batch; ++i)
      rows.push_back(static_cast<std::int32_t>(batch + 1 - i));
    Matrix<float> x(batch, inputs);
    for (std::size_t i = 0; i < batch; ++i) {
      for (const auto column : csr.view().row(rows[i])) x(i, column) = 1.0f;
    }
    const auto kernel = random_matrix(inputs, units, 2), bias = random_matrix(1, units, 3);
    const auto dz = random_matrix(batch, units, 4);
    Matrix<float> z(batch, units), wanted_z(batch, units);
    backend_->csr_forward({csr, rows}, kernel, bias.view().flat(), z.view());
    reference_.dense_forward(x, kernel, bias.view().flat(), wanted_z.view());
    expect_close(z, wanted_z, inputs);

    Matrix<float> dkernel(inputs, units), wanted(inputs, units), db(1, units), wanted_db(1, units);
    backend_->csr_backward_weights({csr, rows}, dz, dkernel.view(), db.view().flat());
    reference_.dense_backward_weights(x, dz, wanted.view(), wanted_db.view().flat());
    expect_close(dkernel, wanted, batch);
    expect_close(db, wanted_db, batch);
  }
}

TEST_P(EveryBackend, RulesEqualReferenceToTheBit) {
  const auto z = random_matrix(37, 5, 1), dy = random_matrix(37, 5, 2);
  for (const Activation& activation : alternatives<Activation>()) {
    Matrix<float> y(37, 5), wanted(37, 5);
    backend_->activation_forward(activation, z, y.view());
    reference_.activation_forward(activation, z, wanted.view());
    EXPECT_THAT(y.view().flat(), ::testing::ElementsAreArray(wanted.view().flat()));
    Matrix<float> dz = dy, wanted_dz = dy;
    backend_->activation_backward(activation, z, y, dz.view());
    reference_.activation_backward(activation, z, y, wanted_dz.view());
    EXPECT_THAT(dz.view().flat(), ::testing::ElementsAreArray(wanted_dz.view().flat()));
  }
  Matrix<float> labels(37, 1);
  for (std::size_t i = 0; i < 37; ++i) labels(i, 0) = static_cast<float>(i % 5);
  for (const Loss& loss : testing::every_loss()) {
    const auto rows = testing::zeros_and_ones(37, 5, 3);
    const auto& target = has_sparse_targets(loss) ? labels : rows;
    const auto prediction = testing::random_matrix(37, 5, 4, 0.0f, 1.0f);
    const auto upstream = testing::random_matrix(1, 37, 5, 0.0f, 0.1f);
    std::vector<float> values(37), wanted(37);
    Matrix<float> gradient(37, 5), wanted_gradient(37, 5);
    backend_->loss(loss, target, prediction, upstream.view().flat(), values, gradient.view());
    reference_.loss(loss, target, prediction, upstream.view().flat(), wanted,
                    wanted_gradient.view());
    EXPECT_EQ(values, wanted);
    EXPECT_THAT(gradient.view().flat(), ::testing::ElementsAreArray(wanted_gradient.view().flat()));
  }
}

TEST_P(EveryBackend, OptimizersEqualReferenceToTheBit) {
  for (const Optimizer& optimizer : testing::every_optimizer()) {
    const std::size_t n = 1003;
    auto w = random_matrix(1, n, 1), wanted_w = w;
    const auto g = random_matrix(1, n, 2);
    std::vector<float> slots(n * slots_per_weight(optimizer)), wanted_slots = slots;
    OptimizerStep step;
    for (int s = 0; s < 3; ++s) {
      advance<float>(optimizer, step);
      backend_->optimizer_pass(optimizer, step, w.view().flat(), g.view().flat(), slots);
      reference_.optimizer_pass(optimizer, step, wanted_w.view().flat(), g.view().flat(),
                                wanted_slots);
    }
    EXPECT_THAT(w.view().flat(), ::testing::ElementsAreArray(wanted_w.view().flat()));
    EXPECT_EQ(slots, wanted_slots);
  }
}

TEST_P(EveryBackend, EmptyBatchIsNothing) {
  const Csr csr(4);
  const auto kernel = random_matrix(4, 3, 1), bias = random_matrix(1, 3, 2);
  Matrix<float> z(0, 3), dkernel = kernel, db = bias;
  backend_->csr_forward({csr, {}}, kernel, bias.view().flat(), z.view());
  backend_->csr_backward_weights({csr, {}}, z, dkernel.view(), db.view().flat());
  EXPECT_THAT(dkernel.view().flat(), ::testing::Each(0.0f));
  EXPECT_THAT(db.view().flat(), ::testing::Each(0.0f));
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const auto& backend : backends()) names.emplace_back(backend.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(List, EveryBackend, ::testing::ValuesIn(backend_names()),
                         [](const auto& test) { return test.param; });

TEST(BackendList, EndsWithTheReferenceAndNamesItselfInErrors) {
  EXPECT_EQ(backends().back().name, "reference");
  for (const auto& name : backend_names()) {
    Team team(1);
    EXPECT_EQ(make_backend<float>(name, team)->name(), name);
  }
  try {
    find_backend("cuda");
    FAIL() << "an unknown backend was found";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'cuda'"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("openmp, reference"));
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
  }
}

TEST(ReferenceBackend, DescendingSumsDifferOnlyByRounding) {
  const auto x = random_matrix(4, 300, 1), kernel = random_matrix(300, 8, 2);
  const auto bias = random_matrix(1, 8, 3);
  Matrix<float> up(4, 8), down(4, 8);
  ReferenceBackend<float>(Summation::ascending)
      .dense_forward(x, kernel, bias.view().flat(), up.view());
  ReferenceBackend<float>(Summation::descending)
      .dense_forward(x, kernel, bias.view().flat(), down.view());
  expect_close(up, down, 300);
  EXPECT_FALSE(std::ranges::equal(up.view().flat(), down.view().flat()));
}

}  // namespace
}  // namespace reprise
