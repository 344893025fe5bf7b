// Section 2.5 of the second and third edition: the network of section 2.1 again, written by hand.
//   mnist --experiment mnist_naive
// Expect the loss to fall slowly, because this gradient descent has neither momentum nor a rate
// that adapts: after ten epochs the test accuracy is about .81.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reprise/data/mnist.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "repro/by_hand.hpp"
#include "repro/mnist.hpp"

namespace reprise::book {

namespace {

// A dense layer, and what its gradients need of the latest batch.
template <class T>
struct NaiveDense {
  NaiveDense(const Matrix<float>& initial_kernel, Activation activation_of_layer)
      : W(as_type<T>(initial_kernel)), b(1, W.cols()), activation(activation_of_layer) {}

  // activation(inputs W + b)
  MatrixView<const T> operator()(Backend<T>& kernels, MatrixView<const T> batch) {
    inputs = batch;
    z = output = Matrix<T>(batch.rows, W.cols());
    kernels.dense_forward(inputs, W, b.view().flat(), z.view());
    kernels.activation_forward(activation, z, output.view());
    return output;
  }

  // Takes the gradient with respect to the output, and returns that with respect to the inputs,
  // which the first layer does not need. The book leaves this to GradientTape.
  Matrix<T> gradient(Backend<T>& kernels, Matrix<T> of_output, bool is_first) {
    kernels.activation_backward(activation, z, output, of_output.view());
    dW = Matrix<T>(W.rows(), W.cols());
    db = Matrix<T>(1, W.cols());
    kernels.dense_backward_weights(inputs, of_output, dW.view(), db.view().flat());
    if (is_first) return {};
    Matrix<T> of_inputs(inputs.rows, inputs.cols);
    kernels.dense_backward_data(of_output, W, of_inputs.view());
    return of_inputs;
  }

  Matrix<T> W, b;
  Activation activation;
  MatrixView<const T> inputs;
  Matrix<T> z, output, dW, db;
};

template <class T>
struct NaiveSequential {
  MatrixView<const T> operator()(Backend<T>& kernels, MatrixView<const T> inputs) {
    for (NaiveDense<T>& layer : layers) inputs = layer(kernels, inputs);
    return inputs;
  }

  std::vector<Variable> weights() const {
    std::vector<Variable> all;
    for (const NaiveDense<T>& layer : layers) {
      all.push_back(variable_of("W", layer.W));
      all.push_back(variable_of("b", layer.b, true));
    }
    return all;
  }

  std::vector<NaiveDense<T>> layers;
};

// w -= g learning_rate
template <class T>
void update_weights(Matrix<T>& w, const Matrix<T>& g, T learning_rate) {
  auto weight = w.view().flat().begin();
  for (const T gradient : g.view().flat()) *weight++ -= gradient * learning_rate;
}

// Returns the mean loss of the batch.
template <class T>
double one_training_step(Backend<T>& kernels, NaiveSequential<T>& model, const Loss& loss,
                         T learning_rate, MatrixView<const T> images_batch,
                         MatrixView<const T> labels_batch) {
  const std::size_t samples = images_batch.rows;
  const MatrixView<const T> predictions = model(kernels, images_batch);
  std::vector<T> per_sample_losses(samples);
  const std::vector<T> weight_in_mean(samples, T(1) / static_cast<T>(samples));
  Matrix<T> gradient(samples, predictions.cols);
  kernels.loss(loss, labels_batch, predictions, weight_in_mean, per_sample_losses, gradient.view());
  double sum = 0;
  for (const T sample_loss : per_sample_losses) sum += sample_loss;

  for (auto layer = model.layers.rbegin(); layer != model.layers.rend(); ++layer) {
    const bool is_first = &*layer == &model.layers.front();
    gradient = layer->gradient(kernels, std::move(gradient), is_first);
  }
  for (NaiveDense<T>& layer : model.layers) {
    update_weights(layer.W, layer.dW, learning_rate);
    update_weights(layer.b, layer.db, learning_rate);
  }
  return sum / static_cast<double>(samples);
}

// Trains on the images in their order, without shuffling. Returns the mean loss of each epoch.
template <class T>
History fit(Run& run, Backend<T>& kernels, NaiveSequential<T>& model, const Matrix<T>& images,
            const Matrix<T>& labels, const Settings& settings) {
  const Loss loss = resolve(run.keras.options().semantics, settings.loss, linear).loss;
  const T learning_rate = static_cast<T>(std::get<SGD>(settings.optimizer).learning_rate);
  History history;
  for (int epoch_counter = 0; epoch_counter < settings.epochs; ++epoch_counter) {
    run.print(fmt::format("Epoch {}", epoch_counter));
    double sum_of_losses = 0;
    int batch_counter = 0;
    for (std::size_t first = 0; first < images.rows(); first += settings.batch_size) {
      const std::size_t last = std::min(first + settings.batch_size, images.rows());
      const double average_loss =
          one_training_step<T>(kernels, model, loss, learning_rate, images.slice(first, last),
                               labels.slice(first, last));
      if (batch_counter % 100 == 0) {
        run.print(fmt::format("loss at batch {}: {:.2f}", batch_counter, average_loss));
      }
      sum_of_losses += average_loss;
      ++batch_counter;
    }
    history["loss"].push_back(sum_of_losses / batch_counter);
  }
  return history;
}

template <class T>
double accuracy(Backend<T>& kernels, NaiveSequential<T>& model, const Matrix<T>& images,
                const std::vector<std::int64_t>& labels) {
  const MatrixView<const T> predictions = model(kernels, images);
  std::size_t matches = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = predictions.row(i);
    matches += std::ranges::max_element(row) - row.begin() == labels[i];
  }
  return static_cast<double>(matches) / static_cast<double>(labels.size());
}

mnist::Dataset load_digits(DatasetFiles& files) {
  return mnist::load_data(files.find("mnist.npz"));
}

template <class T>
void train_by_hand(Run& run, const Settings& settings) {
  const auto& [train, test] = run.load(load_digits);
  const Matrix<T> train_images = as_type<T>(mnist::scaled(train.images));
  const Matrix<T> test_images = as_type<T>(mnist::scaled(test.images));
  const Matrix<T> train_labels = as_type<T>(as_column(train.labels));

  const auto [low, high] = *settings.initial_weights;
  NaiveSequential<T> model;
  std::size_t inputs = train_images.cols();
  for (const std::size_t units : settings.units) {  // in the book one layer of 512
    model.layers.emplace_back(uniform_kernel(run, inputs, units, low, high), settings.activation);
    inputs = units;
  }
  model.layers.emplace_back(uniform_kernel(run, inputs, mnist::kClasses, low, high), softmax);

  const auto kernels = kernels_of<T>(run);
  run.record_fit([&] { return model.weights(); },
                 [&] { return fit(run, *kernels, model, train_images, train_labels, settings); });
  const double test_accuracy = accuracy(*kernels, model, test_images, test.labels);
  run.keep_result("test_accuracy", test_accuracy);
  run.print(fmt::format("accuracy: {:.2f}", test_accuracy));
}

void run_naive(Run& run, const Settings& settings) {
  run.with_floatx([&]<class T>(T) { train_by_hand<T>(run, settings); });
}

}  // namespace

Experiment mnist_naive() {
  return {"mnist_naive",
          "the same network written by hand, with gradient descent",
          {.units = {512},
           .optimizer = SGD{.learning_rate = 0.001},
           .loss = SparseCategoricalCrossentropy{},
           .metrics = {},
           .epochs = 10,
           .batch_size = 128,
           .initial_weights = UniformRange{0, 0.1}},
          Listing{.run = run_naive, .result = "test_accuracy", .by_hand = true},
          EditionNumbers{"", "2.5", "2.5"}};
}

}  // namespace reprise::book
