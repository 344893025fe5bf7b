// The cases: the layers of the book's networks agree with the catalogue, and every backend agrees
// with the reference on them.
#include <gtest/gtest.h>

#include "bench/cases.hpp"
#include "bench/harness/layer_job.hpp"
#include "reprise/core/denormals.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "repro/catalogue.hpp"

namespace reprise::bench {
namespace {

TEST(Cases, LayersAgreeWithTheCatalogue) {
  std::string last;
  std::size_t index = 0;
  for (const LayerCase& layer : book_layers()) {
    const auto* experiment = book::find_anywhere(layer.experiment);
    ASSERT_NE(experiment, nullptr) << layer.name;
    index = layer.experiment == last ? index + 1 : 0;
    last = layer.experiment;
    const auto& units = experiment->settings.units;
    EXPECT_EQ(layer.batch, experiment->settings.batch_size) << layer.name;
    if (index < units.size()) {
      EXPECT_EQ(layer.units, units[index]) << layer.name;
    }
    if (index > 0) {
      EXPECT_EQ(layer.inputs, units[index - 1]) << layer.name;
    }
  }
}

TEST(Cases, TheLayerBeyondTheCachesIsLargerThanThey) {
  for (const std::size_t mib : {8, 32, 33, 64}) {
    const std::size_t units = units_beyond_cache(mib << 20);
    const auto bytes = [](std::size_t n) { return 2 * sizeof(float) * n * n; };
    EXPECT_GE(bytes(units), mib * 3 / 2 << 20) << mib;
    EXPECT_LT(bytes(units - 512), mib * 3 / 2 << 20) << mib;
  }
  EXPECT_EQ(units_beyond_cache(0), units_beyond_cache(std::size_t{8} << 20));
  EXPECT_EQ(units_beyond_cache(std::size_t{1} << 40), units_beyond_cache(std::size_t{64} << 20));
  const LayerCase& layer = beyond_cache();
  EXPECT_EQ(layer.name, "beyond_cache_" + std::to_string(layer.units));
  EXPECT_EQ(&find_layer(layer.name), &layer);
}

TEST(Cases, UnknownNamesAreRefusedWithASuggestion) {
  try {
    find_layer("imdb1");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'imdb_1'?"), std::string::npos);
  }
}

// Runs the jobs that the benchmarks time. Layers that need the larger data sets are left out.
TEST(Cases, EveryBackendAgreesWithTheReference) {
  Options options;
  options.standin = options.data_given = true;
  SampleStore store(options);
  const FlushDenormals flush;
  for (const LayerCase& layer : book_layers()) {
    if (layer.first() && layer.samples != Samples::boston) continue;
    for (const LayerPart part : {LayerPart::forward, LayerPart::fused, LayerPart::backward_data,
                                 LayerPart::backward_weights, LayerPart::step}) {
      ReferenceBackend<float> reference;
      const auto wanted = make_layer_job<float>(store, layer, part, false, false);
      const auto bounds = make_layer_job<float>(store, layer, part, false, true);
      wanted->run(reference);
      bounds->run(reference);
      for (const BackendInfo& info : default_backends()) {
        Team team(usable_threads(info, 2));
        const auto backend = make_backend<float>(info.name, team);
        const auto job = make_layer_job<float>(store, layer, part, false, false);
        job->run(*backend);
        const auto allowed =
            info.reference_bits ? std::vector<std::span<const float>>() : bounds->outputs();
        EXPECT_EQ(difference<float>(job->outputs(), wanted->outputs(), allowed, job->work().terms),
                  "")
            << layer.name << " on " << info.name;
      }
    }
  }
}

}  // namespace
}  // namespace reprise::bench
