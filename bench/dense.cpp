// bench_dense: dense layers forwards and backwards, on dense and on sparse samples.
//   bench_dense --case imdb_1 --backend openmp --threads 1,2
//   bench_dense --benchmark_filter=dense_step       one row a layer: all that a training step does
// Expect: imdb_1 and reuters_1 far faster on sparse rows (csr_...) than as dense matrices.
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

void add_rows(Context& context, const LayerCase& layer, const Operation& operation, bool sparse) {
  if (layer.first() && operation.part == LayerPart::backward_data) return;  // nobody needs it
  const std::string_view primitive =
      sparse ? operation.sparse_primitive : operation.dense_primitive;
  const auto make = [&context, layer, operation, sparse]<class T>(bool magnitudes) {
    return make_layer_job<T>(context.samples, layer, operation.part, sparse, magnitudes);
  };
  register_row(context,
               {(sparse ? "csr_" : "dense_") + std::string(operation.name), layer.name, primitive,
                context.samples.kind(layer.samples),
                [make](bool magnitudes) { return make.template operator()<float>(magnitudes); },
                [make](bool magnitudes) { return make.template operator()<double>(magnitudes); }});
}

}  // namespace

void register_dense(Context& context) {
  for (const auto* list : {&book_layers(), &sweep_layers()}) {
    for (const LayerCase& layer : *list) {
      for (const Operation& operation : kOperations) {
        if (layer.sparse()) add_rows(context, layer, operation, true);
        add_rows(context, layer, operation, false);
      }
    }
  }
}

}  // namespace reprise::bench
