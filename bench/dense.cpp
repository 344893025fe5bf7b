// bench_dense times the forward and backward passes of dense layers, on dense and sparse samples.
//   bench_dense --case imdb_1 --backend openmp --threads 1,2
//   bench_dense --benchmark_filter=dense_step       the whole training step of each layer
//   bench_dense --shape 128x512x512                 a layer of your own
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

constexpr Operation kStep{"step", LayerPart::step, "dense_backward_weights",
                          "csr_backward_weights"};
constexpr Operation kOperations[] = {
    {"forward", LayerPart::forward, "dense_forward", "csr_forward"},
    {"forward_activation", LayerPart::fused, "dense_forward", "csr_forward"},
    {"backward_data", LayerPart::backward_data, "dense_backward_data", ""},
    {"backward_weights", LayerPart::backward_weights, "dense_backward_weights",
     "csr_backward_weights"},
    kStep,
};

PrimitiveBenchmark benchmark_of(Context& context, const LayerCase& layer,
                                const Operation& operation, bool sparse) {
  const std::string_view primitive =
      sparse ? operation.sparse_primitive : operation.dense_primitive;
  const auto make = [&context, layer, operation, sparse]<class T>(bool magnitudes) {
    return make_layer_job<T>(context.samples, layer, operation.part, sparse, magnitudes);
  };
  return {(sparse ? "csr_" : "dense_") + std::string(operation.name),
          layer.name,
          primitive,
          context.samples.kind(layer.samples),
          [make](bool magnitudes) { return make.template operator()<float>(magnitudes); },
          [make](bool magnitudes) { return make.template operator()<double>(magnitudes); }};
}

// A library without sparse products gets the samples as a dense matrix, as its users do it. That
// matrix is made beforehand, so its time is not counted.
void register_operation(Context& context, const LayerCase& layer, const Operation& operation,
                        bool sparse) {
  if (layer.first() && operation.part == LayerPart::backward_data)
    return;  // training does not need it
  PrimitiveBenchmark benchmark = benchmark_of(context, layer, operation, sparse);
  if (sparse) {
    auto dense =
        std::make_shared<PrimitiveBenchmark>(benchmark_of(context, layer, operation, false));
    dense->remark = " on dense samples";
    benchmark.otherwise = dense;
  }
  register_primitive(context, benchmark);
}

}  // namespace

void register_dense(Context& context) {
  context.takes_shapes = context.takes_network = true;
  std::vector<LayerCase> layers = context.options.own.layers();
  const bool own = !layers.empty();
  if (!own) {
    layers = book_layers();
    layers.insert(layers.end(), sweep_layers().begin(), sweep_layers().end());
  }
  for (const LayerCase& layer : layers) {
    for (const Operation& operation : kOperations) {
      if (layer.sparse()) register_operation(context, layer, operation, true);
      if (!layer.sparse() || !own) register_operation(context, layer, operation, false);
    }
  }
  // each of its passes alone would tell nothing more: all of them read the kernel or its gradient
  if (!own) register_operation(context, beyond_cache(), kStep, false);
}

}  // namespace reprise::bench
