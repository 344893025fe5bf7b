#include "reprise/data/mnist.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/parallel_invoke.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/standin.hpp"

namespace reprise::mnist {

namespace {

Digits read(const std::filesystem::path& file, const std::string& part) {
  const Npz npz(file);
  const auto x = npz.bytes("x_" + part, 3), y = npz.bytes("y_" + part, 1);
  if (x.shape[1] != kSide || x.shape[2] != kSide || y.shape[0] != x.shape[0]) {
    throw Error(fmt::format(
        "{}: found x_{} of shape ({}) and {} labels, expected (N, {}, {}) and N",
        printable(file.string()), part, fmt::join(x.shape, ", "), y.shape[0], kSide, kSide));
  }
  Digits digits{Matrix<std::uint8_t>(x.shape[0], kSide * kSide),
                {y.values.begin(), y.values.end()}};
  std::ranges::copy(x.values, digits.images.view().flat().begin());
  return digits;
}

}  // namespace

Dataset load_data(const DataSource& source) {
  const Stopwatch watch;
  Dataset data;
  if (source.origin == Origin::standin) {
    data = standin::mnist();
  } else {
    parallel_invoke([&] { data.train = read(source.path, "train"); },
                    [&] { data.test = read(source.path, "test"); });
  }
  source.times->read = watch.seconds();
  return data;
}

Matrix<float> scaled(MatrixView<const std::uint8_t> images) {
  Matrix<float> pixels(images.rows, images.cols);
  std::ranges::transform(images.flat(), pixels.view().flat().begin(),
                         [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0f; });
  return pixels;
}

}  // namespace reprise::mnist
