// Half of nn.weights_exchange; the other half is tools/keras/weights.py, which calls
//
//   weights_exchange write DIR   fits a small model; writes its weights to DIR/reprise.npz, and 40
//                                samples "x" with their "predictions" to DIR/run.npz
//   weights_exchange read DIR    loads DIR/keras.npz into such a model and writes its predictions
//                                for the samples to DIR/loaded.npz
//
// Exit code: 0, or that of the Error, whose line it prints.
#include <cstdio>
#include <filesystem>
#include <string>

#include "reprise/core/error.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {
namespace {

constexpr std::size_t kSamples = 40, kColumns = 7, kClasses = 3;

// The model of weights.py. It has a layer without bias and a Dropout, so that the order of the
// variables is not just kernel, bias, kernel, bias.
Sequential make_model(Runtime& keras) {
  Sequential model(
      keras, {Dense{6, tanh}, Dropout{0.3},
              Dense{.units = 5, .activation = relu, .use_bias = false}, Dense{kClasses, softmax}});
  model.compile({.optimizer = Adam{.learning_rate = 0.02},
                 .loss = SparseCategoricalCrossentropy{},
                 .metrics = {"accuracy"}});
  return model;
}

void write_predictions(Sequential& model, MatrixView<const double> x, const std::string& file) {
  const Matrix<double> predictions = model.predict(x);
  NpzWriter writer(file);
  writer.add("x", x.flat(), {x.rows, x.cols});
  writer.add("predictions", predictions.view().flat(), {predictions.rows(), predictions.cols()});
  writer.finish();
}

void write(Runtime& keras, const std::filesystem::path& folder) {
  Matrix<double> x(kSamples, kColumns), y(kSamples, 1);
  for (std::size_t i = 0; i < kSamples; ++i) {
    // Samples on a grid in [-1, 1]; the class depends on the first two columns.
    for (std::size_t j = 0; j < kColumns; ++j) x(i, j) = double((i * 17 + j * 29) % 41) / 20 - 1;
    y(i, 0) = x(i, 0) > 0.3 ? 2 : x(i, 1) > 0 ? 1 : 0;
  }
  Sequential model = make_model(keras);
  model.fit(x.view(), y.view(), {.epochs = 20, .batch_size = 8});
  model.save_weights(folder / "reprise.npz");
  write_predictions(model, x.view(), folder / "run.npz");
}

void read(Runtime& keras, const std::filesystem::path& folder) {
  const NdArray<double> x = Npz(folder / "run.npz").doubles("x", 2);
  Sequential model = make_model(keras);
  model.load_weights(folder / "keras.npz");
  write_predictions(model, {x.values.data(), x.shape[0], x.shape[1]}, folder / "loaded.npz");
}

int run(const std::string& mode, const std::filesystem::path& folder) {
  try {
    Runtime keras;
    mode == "write" ? write(keras, folder) : read(keras, folder);
  } catch (const Error& error) {
    std::fprintf(stderr, "weights_exchange: %s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
  return 0;
}

}  // namespace
}  // namespace reprise

int main(int argc, char** argv) {
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode != "write" && mode != "read") {
    std::fprintf(stderr, "weights_exchange: needs write or read, and a folder\n");
    return 2;
  }
  return reprise::run(mode, argv[2]);
}
