// bench_optimizer times one step of every optimizer, from the 16 weights of a bias to 10 million.
//   bench_optimizer --case imdb,mnist
// `arena` updates all variables of a network in one pass, `tensors` makes one pass for each
// variable. Expect rmsprop and adam to come near the memory bandwidth on large arenas, and an arena
// to be no slower than the tensors, and faster if they are small (boston).
#include <algorithm>

#include "bench/harness/program.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise::bench {

namespace {

template <class T>
class OptimizerJob final : public Job<T> {
 public:
  OptimizerJob(const WeightsCase& shape, const Optimizer& optimizer, bool tensors)
      : optimizer_(optimizer),
        slots_per_weight_(static_cast<std::size_t>(slots_per_weight(optimizer))) {
    const std::size_t all = shape.weights();
    weights_ = random_values<T>(1, all, 1);
    gradients_ = random_values<T>(1, all, 2);
    slots_ = Matrix<T>(1, std::max<std::size_t>(slots_per_weight_ * all, 1));
    std::ranges::fill(slots_.view().flat(), static_cast<T>(initial_slot_value(optimizer)));
    sizes_ = tensors ? shape.variables : std::vector<std::size_t>{all};
  }

  void run(Backend<T>& backend) override {
    advance<T>(optimizer_, step_);
    std::size_t first = 0;
    for (const std::size_t n : sizes_) {
      backend.optimizer_pass(
          optimizer_, step_, weights_.view().flat().subspan(first, n),
          gradients_.view().flat().subspan(first, n),
          slots_.view().flat().subspan(first * slots_per_weight_, n * slots_per_weight_));
      first += n;
    }
  }

  // A step reads weights, gradients and slots, and writes weights and slots. `flops` stays 0,
  // because the optimizers differ in their roots and divisions, which are not multiply-adds.
  Work work() const override {
    const double n = static_cast<double>(weights_.cols());
    return {0, n * (3 + 2 * static_cast<double>(slots_per_weight_)) * sizeof(T), 1};
  }
  std::vector<std::span<const T>> outputs() const override {
    return {weights_.view().flat(), slots_.view().flat()};
  }

  Memory memory() const override {
    Memory all;
    for (const Matrix<T>* matrix : {&weights_, &gradients_, &slots_}) add_memory(all, *matrix);
    return all;
  }

 private:
  Optimizer optimizer_;
  std::size_t slots_per_weight_;
  std::vector<std::size_t> sizes_;
  OptimizerStep step_;
  Matrix<T> weights_, gradients_, slots_;
};

}  // namespace

void register_optimizer(Context& context) {
  for (const Optimizer& optimizer : alternatives<Optimizer>()) {
    for (const WeightsCase& shape : weights_cases()) {
      for (const bool tensors : {false, true}) {
        if (tensors && shape.variables.size() == 1) continue;
        const auto make = [shape, optimizer, tensors]<class T>(std::type_identity<T>) {
          return std::make_unique<OptimizerJob<T>>(shape, optimizer, tensors);
        };
        register_primitive(context,
                           {std::string(name_of(optimizer)) + (tensors ? "_tensors" : "_arena"),
                            shape.name, "optimizer_pass", context.samples.kind(Samples::random),
                            [make](bool) { return make(std::type_identity<float>()); },
                            [make](bool) { return make(std::type_identity<double>()); }});
      }
    }
  }
}

}  // namespace reprise::bench
