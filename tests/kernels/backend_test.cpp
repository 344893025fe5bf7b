// Compares every backend of the list with the plain reference, in float and double, for awkward
// sizes, any number of threads and every instruction set of this processor. Results must be
// bit-identical if the backend guarantees that, and otherwise differ by no more than rounding
// explains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "reprise/core/denormals.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/blas/library.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using testing::expect_same_bits;
using testing::random_csr;
using testing::random_matrix;

struct Shape {
  std::size_t batch, inputs, units;
};

// Sizes around the widths of vectors and tiles, an empty batch, and a few that fill several blocks.
std::vector<Shape> shapes() {
  std::vector<Shape> all{{33, 600, 130},  {600, 65, 9}, {7, 257, 300}, {65, 9, 513},
                         {3, 1025, 1},    {33, 70, 46}, {20, 300, 10}, {300, 33, 24},
                         {512, 147, 130}, {7, 1030, 10}};
  const std::size_t sizes[] = {1, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65};
  for (const std::size_t batch : {0, 1, 3, 7, 9, 16, 17, 65}) {
    for (const std::size_t inputs : sizes) {
      for (const std::size_t units : sizes) all.push_back({batch, inputs, units});
    }
  }
  return all;
}

// Values in [-1, 1), of which an eighth are 0 and an eighth so small that their products are
// denormal.
template <class T>
Matrix<T> mixed_matrix(std::size_t rows, std::size_t cols, std::uint32_t seed) {
  const auto kind = random_matrix<T>(rows, cols, seed + 100, T(0), T(8));
  auto values = random_matrix<T>(rows, cols, seed);
  const T small = std::sqrt(std::numeric_limits<T>::min());
  for (std::size_t i = 0; i < values.view().flat().size(); ++i) {
    const T k = kind.view().flat()[i];
    if (k < T(2)) values.view().data[i] *= k < T(1) ? T(0) : small;
  }
  return values;
}

template <class T>
Matrix<T> magnitudes(Matrix<T> values) {
  for (T& value : values.view().flat()) value = std::abs(value);
  return values;
}

// Each of two sums of the same `terms` products, taken in any order, is off by at most terms
// epsilon `magnitude`, where `magnitude` is the sum of the products' absolute values. Each product
// that is flushed to 0 adds an error of at most the smallest normal number.
template <class T>
void expect_near(const Matrix<T>& got, const Matrix<T>& wanted, const Matrix<T>& magnitude,
                 std::size_t terms, const std::string& what) {
  const T n = static_cast<T>(terms + 1);
  for (std::size_t i = 0; i < wanted.view().flat().size(); ++i) {
    const T allowed = 2 * n *
                      (std::numeric_limits<T>::epsilon() * magnitude.view().data[i] +
                       std::numeric_limits<T>::min());
    ASSERT_NEAR(got.view().data[i], wanted.view().data[i], allowed) << what << ", element " << i;
  }
}

std::string named(const char* primitive, const Shape& s) {
  return std::string(primitive) + " of " + std::to_string(s.batch) + " x " +
         std::to_string(s.inputs) + " -> " + std::to_string(s.units);
}

// A backend with one of its instruction sets and a number of threads.
struct Variant {
  std::string backend, isa;
  int threads;
};

class EveryBackend : public ::testing::TestWithParam<Variant> {
 protected:
  void SetUp() override {  // ctest runs each test in a process of its own
    const BlasLibrary* const loaded = BlasLibrary::loaded();
    if (info().is_blas && loaded != nullptr && loaded->backend() != info().name)
      GTEST_SKIP() << "this process has loaded " << loaded->backend();
    if (usable_threads(info(), GetParam().threads) < GetParam().threads)
      GTEST_SKIP() << info().name << " is a serial library here";
  }
  // Calls test(backend, reference) for float, and for double if the backend supports it.
  template <class Test>
  void in_each_type(std::string_view operation, Test&& test) {
    const FlushDenormals flush;  // as plans do
    test(*make<float>(), *std::make_unique<ReferenceBackend<float>>());
    if (info().float64) test(*make<double>(), *std::make_unique<ReferenceBackend<double>>());
    const bool runs_in_library = !info().borrowed_from.empty() && info().implements(operation);
    const bool uses_team = info().threaded() || !info().borrowed_from.empty();
    if (!runs_in_library) {
      EXPECT_EQ(team_.min_threads_used(), uses_team ? team_.threads() : 0);
    }
  }
  // A borrowed operation has the guarantees of the backend that implements it.
  static bool has_reference_bits(std::string_view operation) {
    return info().implements(operation) ? info().reference_bits
                                        : find_backend(info().borrowed_from).reference_bits;
  }
  static const BackendInfo& info() { return find_backend(GetParam().backend); }

 private:
  template <class T>
  std::unique_ptr<Backend<T>> make() {
    return make_backend<T>(GetParam().backend, team_, {.isa = GetParam().isa});
  }
  Team team_{GetParam().threads, true};
};

TEST_P(EveryBackend, DenseForwardMeetsReference) {
  const bool exact = has_reference_bits("dense_forward");
  in_each_type("dense_forward", [&]<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
    for (const Shape& s : shapes()) {
      const auto x = mixed_matrix<T>(s.batch, s.inputs, 1);
      const auto kernel = mixed_matrix<T>(s.inputs, s.units, 2);
      const auto bias = random_matrix<T>(1, s.units, 3), size = magnitudes(bias);
      for (const bool biased : {true, false}) {
        const auto b = biased ? bias.view().flat() : std::span<const T>();
        Matrix<T> got(s.batch, s.units), wanted(s.batch, s.units);
        backend.dense_forward(x, kernel, b, got.view());
        reference.dense_forward(x, kernel, b, wanted.view());
        if (exact) {
          expect_same_bits(got, wanted, named("forward", s));
        } else {
          Matrix<T> magnitude(s.batch, s.units);
          reference.dense_forward(magnitudes(x), magnitudes(kernel),
                                  biased ? size.view().flat() : b, magnitude.view());
          expect_near(got, wanted, magnitude, s.inputs + 1, named("forward", s));
        }
      }
    }
  });
}

TEST_P(EveryBackend, DenseBackwardDataMeetsReference) {
  const bool exact = has_reference_bits("dense_backward_data");
  in_each_type(
      "dense_backward_data", [&]<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
        for (const Shape& s : shapes()) {
          const auto kernel = mixed_matrix<T>(s.inputs, s.units, 2);
          const auto dz = mixed_matrix<T>(s.batch, s.units, 3);
          Matrix<T> dx(s.batch, s.inputs), wanted(s.batch, s.inputs);
          backend.dense_backward_data(dz, kernel, dx.view());
          reference.dense_backward_data(dz, kernel, wanted.view());
          if (exact) {
            expect_same_bits(dx, wanted, named("backward data", s));
          } else {
            Matrix<T> magnitude(s.batch, s.inputs);
            reference.dense_backward_data(magnitudes(dz), magnitudes(kernel), magnitude.view());
            expect_near(dx, wanted, magnitude, s.units, named("backward data", s));
          }
        }
      });
}

TEST_P(EveryBackend, DenseBackwardWeightsMeetsReference) {
  const bool exact = has_reference_bits("dense_backward_weights");
  in_each_type("dense_backward_weights",
               [&]<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
                 for (const Shape& s : shapes()) {
                   const auto x = mixed_matrix<T>(s.batch, s.inputs, 1);
                   const auto dz = mixed_matrix<T>(s.batch, s.units, 3);
                   // The outputs are not 0 before the call, so every element must be written.
                   Matrix<T> dkernel = mixed_matrix<T>(s.inputs, s.units, 2), wanted = dkernel;
                   Matrix<T> db = random_matrix<T>(1, s.units, 4), wanted_db = db;
                   backend.dense_backward_weights(x, dz, dkernel.view(), db.view().flat());
                   reference.dense_backward_weights(x, dz, wanted.view(), wanted_db.view().flat());
                   if (exact) {
                     expect_same_bits(dkernel, wanted, named("backward weights", s));
                     expect_same_bits(db, wanted_db, named("backward bias", s));
                   } else {
                     Matrix<T> magnitude(s.inputs, s.units), magnitude_db(1, s.units);
                     reference.dense_backward_weights(magnitudes(x), magnitudes(dz),
                                                      magnitude.view(), magnitude_db.view().flat());
                     expect_near(dkernel, wanted, magnitude, s.batch, named("backward weights", s));
                     expect_near(db, wanted_db, magnitude_db, s.batch, named("backward bias", s));
                   }
                 }
               });
}

TEST_P(EveryBackend, CsrMeetsReference) {
  const bool exact = has_reference_bits("csr_forward");
  in_each_type("csr_forward", [&]<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
    for (const Shape& s : shapes()) {
      const Csr csr = random_csr(s.batch + 2, s.inputs, 0.3, 1);
      // a batch in descending order that leaves out two rows
      std::vector<std::int32_t> rows;
      for (std::size_t i = 0; i < s.batch; ++i) {
        rows.push_back(static_cast<std::int32_t>(s.batch + 1 - i));
      }
      const CsrBatch x{csr, rows};
      const auto kernel = mixed_matrix<T>(s.inputs, s.units, 2);
      const auto bias = random_matrix<T>(1, s.units, 3), dz = mixed_matrix<T>(s.batch, s.units, 4);
      const auto magnitude_bias = magnitudes(bias);
      for (const bool biased : {true, false}) {
        const auto b = biased ? bias.view().flat() : std::span<const T>();
        Matrix<T> z(s.batch, s.units), wanted_z(s.batch, s.units);
        backend.csr_forward(x, kernel, b, z.view());
        reference.csr_forward(x, kernel, b, wanted_z.view());
        if (exact) {
          expect_same_bits(z, wanted_z, named("sparse forward", s));
        } else {
          Matrix<T> magnitude(s.batch, s.units);
          reference.csr_forward(x, magnitudes(kernel), biased ? magnitude_bias.view().flat() : b,
                                magnitude.view());
          expect_near(z, wanted_z, magnitude, s.inputs + 1, named("sparse forward", s));
        }
      }

      Matrix<T> dkernel = kernel, wanted = kernel, db = bias, wanted_db = bias;
      backend.csr_backward_weights(x, dz, dkernel.view(), db.view().flat());
      reference.csr_backward_weights(x, dz, wanted.view(), wanted_db.view().flat());
      if (exact) {
        expect_same_bits(dkernel, wanted, named("sparse backward weights", s));
        expect_same_bits(db, wanted_db, named("sparse backward bias", s));
      } else {
        Matrix<T> magnitude(s.inputs, s.units), magnitude_db(1, s.units);
        reference.csr_backward_weights(x, magnitudes(dz), magnitude.view(),
                                       magnitude_db.view().flat());
        expect_near(dkernel, wanted, magnitude, s.batch, named("sparse backward weights", s));
        expect_near(db, wanted_db, magnitude_db, s.batch, named("sparse backward bias", s));
      }
    }
  });
}

TEST_P(EveryBackend, RulesEqualReference) {
  ASSERT_TRUE(has_reference_bits("loss"));  // true of every backend so far
  in_each_type("loss", []<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
    const auto z = random_matrix<T>(37, 5, 1, T(-4), T(4)), dy = random_matrix<T>(37, 5, 2);
    for (const Activation& activation : alternatives<Activation>()) {
      Matrix<T> y(37, 5), wanted(37, 5);
      backend.activation_forward(activation, z, y.view());
      reference.activation_forward(activation, z, wanted.view());
      expect_same_bits(y, wanted, "activation");
      Matrix<T> dz = dy, wanted_dz = dy;
      backend.activation_backward(activation, z, y, dz.view());
      reference.activation_backward(activation, z, y, wanted_dz.view());
      expect_same_bits(dz, wanted_dz, "its derivative");
    }
    Matrix<T> labels(37, 1);
    for (std::size_t i = 0; i < 37; ++i) labels(i, 0) = static_cast<T>(i % 5);
    for (const Loss& loss : testing::every_loss()) {
      const auto rows = testing::zeros_and_ones<T>(37, 5, 3);
      const auto& target = has_sparse_targets(loss) ? labels : rows;
      const auto prediction = random_matrix<T>(37, 5, 4, T(0), T(1));
      const auto upstream = random_matrix<T>(1, 37, 5, T(0), T(0.1));
      Matrix<T> values(1, 37), wanted(1, 37), gradient(37, 5), wanted_gradient(37, 5);
      backend.loss(loss, target, prediction, upstream.view().flat(), values.view().flat(),
                   gradient.view());
      reference.loss(loss, target, prediction, upstream.view().flat(), wanted.view().flat(),
                     wanted_gradient.view());
      expect_same_bits(values, wanted, "loss");
      expect_same_bits(gradient, wanted_gradient, "its derivative");
    }
  });
}

TEST_P(EveryBackend, OptimizersEqualReference) {
  ASSERT_TRUE(has_reference_bits("optimizer_pass"));  // true of every backend so far
  in_each_type("optimizer_pass", []<class T>(Backend<T>& backend, ReferenceBackend<T>& reference) {
    for (const Optimizer& optimizer : testing::every_optimizer()) {
      for (const std::size_t n : {1, 7, 16, 33, 1003}) {
        auto w = random_matrix<T>(1, n, 1), wanted_w = w;
        const auto g = mixed_matrix<T>(1, n, 2);
        const auto slots_each = static_cast<std::size_t>(slots_per_weight(optimizer));
        Matrix<T> slots(slots_each, n), wanted_slots = slots;
        OptimizerStep step;
        for (int s = 0; s < 3; ++s) {
          advance<T>(optimizer, step);
          backend.optimizer_pass(optimizer, step, w.view().flat(), g.view().flat(),
                                 slots.view().flat());
          reference.optimizer_pass(optimizer, step, wanted_w.view().flat(), g.view().flat(),
                                   wanted_slots.view().flat());
        }
        const std::string name(std::visit([](const auto& o) { return o.name; }, optimizer));
        expect_same_bits(w, wanted_w, name);
        expect_same_bits(slots, wanted_slots, name + "'s slots");
      }
    }
  });
}

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const BackendInfo& backend : backends()) {
    for (const IsaInfo& isa : isas()) {
      if (!backend.has_isas && isa.name != isas().back().name) continue;
      if (!isa.available || !backend.unavailable_reason().empty()) continue;
      for (const int threads : {1, 2, 3, 8}) {
        if (threads > 1 && !backend.threaded()) continue;
        all.push_back({std::string(backend.name),
                       backend.has_isas ? std::string(isa.name) : std::string(), threads});
      }
    }
  }
  return all;
}

std::string name_of_variant(const ::testing::TestParamInfo<Variant>& test) {
  const Variant& v = test.param;
  return v.backend + "_" + (v.isa.empty() ? "" : v.isa + "_") + std::to_string(v.threads);
}

INSTANTIATE_TEST_SUITE_P(List, EveryBackend, ::testing::ValuesIn(variants()), name_of_variant);

}  // namespace
}  // namespace reprise
