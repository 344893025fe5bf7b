// bench_growth times work whose size grows in one direction (growths() in cases.cpp).
//   bench_growth --benchmark_filter=growth_width/ --unverified
// `growth_batch` and `growth_width` are training steps of a dense layer, `growth_vocabulary` and
// `growth_rows` epochs of a network with a sparse first layer on made samples. Expect the time per
// element to fall with the size, and never to rise much: `reprise bench --full` draws it.
#include "bench/epoch_network.hpp"
#include "bench/harness/layer_job.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

LayerCase layer_of(const Growth& growth, std::size_t size) {
  const bool is_width = growth.name == "width";
  const std::size_t width = is_width ? size : kGrowthUnits;
  return {std::to_string(size), "", is_width ? kGrowthBatch : size, width, width, relu};
}

void register_layers(Context& context, const Growth& growth) {
  for (const std::size_t size : growth.sizes) {
    const LayerCase layer = layer_of(growth, size);
    const auto make = [&context, layer]<class T>(bool magnitudes) {
      return make_layer_job<T>(context.samples, layer, LayerPart::step, false, magnitudes);
    };
    register_primitive(
        context,
        {"growth_" + growth.name, layer.name, "dense_backward_weights",
         context.samples.kind(Samples::random),
         [make](bool magnitudes) { return make.template operator()<float>(magnitudes); },
         [make](bool magnitudes) { return make.template operator()<double>(magnitudes); }});
  }
}

// A network as the book's for IMDB, with what it trains on.
struct SparseTraining {
  SparseTraining(const RuntimeSettings& settings, std::size_t rows, std::size_t vocabulary)
      : x(made_samples(rows, vocabulary, kGrowthOnes)),
        y(rows, 1),
        keras(settings.options, settings.internal),
        model(keras, {Dense{kGrowthSparseUnits, relu}, Dense{1, sigmoid}}) {
    for (std::size_t i = 0; i < rows; ++i) y(i, 0) = static_cast<float>(i % 2);
    model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}});
  }
  void train() { model.fit(x.view(), y.view(), {.batch_size = kGrowthSparseBatch, .verbose = 0}); }

  Csr x;
  Matrix<float> y;
  Runtime keras;
  Sequential model;
};

void register_epochs(Context& context, const Growth& growth, const Setting& setting) {
  for (const std::size_t size : growth.sizes) {
    register_plain(context, "growth_" + growth.name, std::to_string(size),
                   context.samples.kind(Samples::random), setting, [=, &context] {
                     const bool is_rows = growth.name == "rows";
                     const auto training = std::make_shared<SparseTraining>(
                         runtime_settings(context, setting), is_rows ? size : kGrowthRows,
                         is_rows ? kGrowthVocabulary : size);
                     training->train();
                     PlainBenchmark benchmark;
                     benchmark.run = [training] { training->train(); };
                     benchmark.label = setting.backend;
                     for (const Variable& variable : training->model.variables()) {
                       benchmark.digest = crc32(variable.bytes, benchmark.digest);
                     }
                     return benchmark;
                   });
  }
}

}  // namespace

void register_growth(Context& context) {
  for (const Growth& growth : growths()) {
    if (growth.name == "batch" || growth.name == "width") {
      register_layers(context, growth);
      continue;
    }
    for (const Setting& setting : requested_settings(context.options)) {
      if (setting.backend == "reference" || setting.dtype != Dtype::float32) continue;
      register_epochs(context, growth, setting);
    }
  }
}

}  // namespace reprise::bench
