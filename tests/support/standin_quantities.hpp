// The quantities by which stand-in data is compared with the real data sets: the tests check them,
// standin_table prints them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/california_housing.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::testing {

// A quantity of a data set, e.g. {"ones per row", 131.7028, 1}: shown with one digit after the
// point.
struct DataQuantity {
  std::string name;
  double value;
  int digits;
};
using DataQuantities = std::vector<DataQuantity>;

// A quantity in which the stand-in set `set` must resemble the real one.
struct Resemblance {
  std::string_view set, name;
  double real;       // as standin_table measures it
  double tolerance;  // largest relative difference
};

// The one table of tolerances: standin_test checks it and docs/standin.md shows it.
std::span<const Resemblance> required_resemblances();

// The quantities that decide how long a training step takes. `x`: the multi-hot rows of the book's
// partial training set. A word is "frequent" if it occurs in many rows.
DataQuantities text_quantities(const CsrView& x);
// Fraction of the pixels that are not zero.
DataQuantities pixel_quantities(const mnist::Dataset& data);
// Mean and standard deviation of the prices, and their correlation with rooms (RM) and LSTAT.
DataQuantities price_quantities(const boston_housing::Dataset& data);
// The same in 100,000 $, and the strongest correlation of the price with a feature, whichever it
// is.
DataQuantities price_quantities(const california_housing::Dataset& data);

// How hard a set is for the book's network, trained with the openmp backend. Epochs count from 1.
DataQuantities learn_imdb(const texts::Dataset& data, std::uint32_t seed);
DataQuantities learn_reuters(const texts::Dataset& data, std::uint32_t seed);
DataQuantities learn_mnist(const mnist::Dataset& data, std::uint32_t seed, int epochs = 5);
DataQuantities learn_california(const california_housing::Dataset& data, std::uint32_t seed);
DataQuantities learn_boston(const boston_housing::Dataset& data, std::uint32_t seed,
                            int epochs = 100);

// The value of the quantity `name`; throws std::logic_error if there is none.
double value_of(const DataQuantities& quantities, const std::string& name);

}  // namespace reprise::testing
