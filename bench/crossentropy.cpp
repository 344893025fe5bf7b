// bench_crossentropy times the classification losses of one batch, with and without the gradient.
//   bench_crossentropy --case reuters,reuters_sparse
// There are three forms: `probabilities` is the loss alone; `activation` adds the sigmoid or
// softmax before it (and its backward pass); `logits` computes both at once, as with from_logits.
// Expect logits to be cheaper than activation, and sparse targets to cost no more than one-hot
// ones.
#include <algorithm>

#include "bench/harness/program.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/reference/backend.hpp"

namespace reprise::bench {

namespace {

enum class Form { probabilities, activation, logits };

template <class T>
class LossJob final : public Job<T> {
 public:
  LossJob(const LossCase& shape, Form form, bool gradient)
      : shape_(shape), form_(form), loss_(*by_name<Loss>(shape.loss)), gradient_(gradient) {
    std::visit(
        [&](auto& loss) {
          if constexpr (requires { loss.from_logits; }) loss.from_logits = form == Form::logits;
        },
        loss_);
    activation_ = shape.units == 1 ? Activation(sigmoid) : Activation(softmax);
    z_ = random_values<T>(shape.batch, shape.units, 1);
    y_ = z_;
    if (form == Form::probabilities)
      ReferenceBackend<T>().activation_forward(activation_, z_, y_.view());
    const bool sparse = has_sparse_targets(loss_);
    targets_ = Matrix<T>(shape.batch, sparse ? 1 : shape.units);
    for (std::size_t i = 0; i < shape.batch; ++i) {
      const std::size_t label = i * 7 % std::max<std::size_t>(shape.units, 2);
      if (sparse || shape.units == 1) {
        targets_(i, 0) = static_cast<T>(label);
      } else {
        targets_(i, label) = T(1);
      }
    }
    upstream_ = Matrix<T>(1, shape.batch);
    std::ranges::fill(upstream_.view().flat(), T(1) / static_cast<T>(shape.batch));
    values_ = Matrix<T>(1, shape.batch);
    if (gradient) dz_ = Matrix<T>(shape.batch, shape.units);
  }

  void run(Backend<T>& backend) override {
    if (form_ == Form::activation) backend.activation_forward(activation_, z_, y_.view());
    backend.loss(loss_, targets_, y_, upstream_.view().flat(), values_.view().flat(), dz_.view());
    if (form_ == Form::activation && gradient_) {
      backend.activation_backward(activation_, z_, y_, dz_.view());
    }
  }

  // `flops` stays 0, because exponentials and logarithms are not multiply-adds.
  Work work() const override {
    const double entries = static_cast<double>(shape_.batch * shape_.units);
    const double arrays = 1.0 + (targets_.cols() == shape_.units ? 1 : 0) +
                          (form_ == Form::activation ? 1 : 0) + (gradient_ ? 1 : 0);
    return {0, entries * arrays * sizeof(T), shape_.units};
  }
  std::vector<std::span<const T>> outputs() const override {
    if (!gradient_) return {values_.view().flat()};
    return {values_.view().flat(), dz_.view().flat()};
  }

  Memory memory() const override {
    Memory all;
    for (const Matrix<T>* matrix : {&z_, &y_, &targets_, &upstream_, &values_, &dz_}) {
      add_memory(all, *matrix);
    }
    return all;
  }

 private:
  LossCase shape_;
  Form form_;
  Loss loss_;
  bool gradient_;
  Activation activation_;
  Matrix<T> z_, y_, targets_, upstream_, values_, dz_;
};

}  // namespace

void register_crossentropy(Context& context) {
  for (const LossCase& shape : loss_cases()) {
    for (const bool gradient : {false, true}) {
      for (const auto& [form, name] :
           {std::pair(Form::probabilities, "probabilities"),
            std::pair(Form::activation, "activation"), std::pair(Form::logits, "logits")}) {
        const auto make = [shape, form = form, gradient]<class T>(std::type_identity<T>) {
          return std::make_unique<LossJob<T>>(shape, form, gradient);
        };
        register_primitive(
            context, {std::string("crossentropy_") + (gradient ? "gradient_" : "forward_") + name,
                      shape.name, "loss", context.samples.kind(Samples::random),
                      [make](bool) { return make(std::type_identity<float>()); },
                      [make](bool) { return make(std::type_identity<double>()); }});
      }
    }
  }
}

}  // namespace reprise::bench
