// What stand-in data and the real sets are compared by: tests ask for it, standin_table prints it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::testing {

// A figure of a data set: "ones a row", 131.7028, 1 digit after the point. `within` is the
// relative difference between real and stand-in that is allowed; 0: told, not compared.
struct DataFigure {
  std::string name;
  double value;
  int digits;
  double within;
};
using DataFigures = std::vector<DataFigure>;

// What decides the time of a step. `x`: multi-hot rows of the book's partial train set. "Most
// frequent" words are those that most rows have, and the share is that of all ones.
DataFigures text_figures(const CsrView& x);
// Share of the pixels that are not 0.
DataFigures pixel_figures(const mnist::Dataset& data);
// Mean, standard deviation and correlation with rooms and poverty of the prices.
DataFigures price_figures(const boston_housing::Dataset& data);

// How hard a set is for the book's network on the openmp backend. Epochs count from 1.
DataFigures learn_imdb(const texts::Dataset& data, std::uint32_t seed);
DataFigures learn_reuters(const texts::Dataset& data, std::uint32_t seed);
DataFigures learn_mnist(const mnist::Dataset& data, std::uint32_t seed, int epochs = 5);
DataFigures learn_boston(const boston_housing::Dataset& data, std::uint32_t seed, int epochs = 100);

// The value of that name; std::logic_error if there is none.
double figure(const DataFigures& figures, const std::string& name);

}  // namespace reprise::testing
