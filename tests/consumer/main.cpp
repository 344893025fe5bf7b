#include <cstdio>
#include <random>
#include <reprise/reprise.hpp>

using namespace reprise;

int main() {
  // 1,000 random points of a square: which of them lie inside the circle of radius 1?
  std::mt19937 random(1);
  Matrix<float> x(1000, 2), y(1000, 1);
  for (std::size_t i = 0; i < x.rows(); ++i) {
    for (std::size_t j = 0; j < 2; ++j) x(i, j) = 3e-6f * float(random() % 1000000) - 1.5f;
    y(i, 0) = x(i, 0) * x(i, 0) + x(i, 1) * x(i, 1) < 1 ? 1 : 0;
  }
  Runtime runtime({.seed = 42, .threads = 2});
  Sequential model(runtime, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
  model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
  const History history = model.fit(x, y, {.epochs = 60, .batch_size = 32});
  std::printf("loss %.4f\naccuracy %.4f\n", history.at("loss").back(),
              model.evaluate(x, y).at("accuracy"));
}
