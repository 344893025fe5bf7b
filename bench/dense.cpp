// bench_dense times the forward and backward passes of dense layers, on dense and sparse samples.
//   bench_dense --case imdb_1 --backend openmp --threads 1,2
//   bench_dense --benchmark_filter=dense_step       the whole training step of each layer
// Expect imdb_1 and reuters_1 to be far faster on sparse samples (csr_...) than on dense ones.
#include "bench/harness/layer_job.hpp"
#include "bench/harness/program.hpp"

namespace reprise::bench {

namespace {

struct Operation {
  std::string_view name;
  LayerPart part;
  std::string_view dense_primitive, sparse_primitive;
};

constexpr Operation kOperations[] = {
    {"forward", LayerPart::forward, "dense_forward", "csr_forward"},
    {"forward_activation", LayerPart::fused, "dense_forward", "csr_forward"},
    {"backward_data", LayerPart::backward_data, "dense_backward_data", ""},
    {"backward_weights", LayerPart::backward_weights, "dense_backward_weights",
     "csr_backward_weights"},
    {"step", LayerPart::step, "dense_backward_weights", "csr_backward_weights"},
};

void register_operation(Context& context, const LayerCase& layer, const Operation& operation,
                        bool sparse) {
  if (layer.first() && operation.part == LayerPart::backward_data)
    return;  // training does not need it
  const std::string_view primitive =
      sparse ? operation.sparse_primitive : operation.dense_primitive;
  const auto make = [&context, layer, operation, sparse]<class T>(bool magnitudes) {
    return make_layer_job<T>(context.samples, layer, operation.part, sparse, magnitudes);
  };
  register_primitive(
      context, {(sparse ? "csr_" : "dense_") + std::string(operation.name), layer.name, primitive,
                context.samples.kind(layer.samples),
                [make](bool magnitudes) { return make.template operator()<float>(magnitudes); },
                [make](bool magnitudes) { return make.template operator()<double>(magnitudes); }});
}

}  // namespace

void register_dense(Context& context) {
  for (const auto* list : {&book_layers(), &sweep_layers()}) {
    for (const LayerCase& layer : *list) {
      for (const Operation& operation : kOperations) {
        if (layer.sparse()) register_operation(context, layer, operation, true);
        register_operation(context, layer, operation, false);
      }
    }
  }
}

}  // namespace reprise::bench
