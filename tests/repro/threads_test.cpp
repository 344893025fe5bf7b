// One epoch of every experiment of the book, on real data if they exist: the bits are the same on
// any number of threads and without fused plans.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reprise/kernels/isa.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/program/runner.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

using nlohmann::json;

struct Named {
  const book::Section* section;
  const book::Experiment* experiment;
};

std::vector<Named> experiments() {
  std::vector<Named> all;
  for (const book::Section& section : book::catalogue()) {
    for (const book::Experiment& e : section.experiments) {
      if (e.settings.epochs == 0) continue;  // the baseline trains nothing
      // Chapter 5 trains one kind of network in many sizes, of which the largest takes a minute an
      // epoch.
      if (section.program == "generalization" && e.id != "capacity_96") continue;
      if (e.id == "mnist_naive") continue;  // calls the kernels one by one, as their own tests do
      all.push_back({&section, &e});
    }
  }
  return all;
}

book::DatasetCache& datasets_of(const book::Section& section) {
  static const KerasCache real, standin({.standin = true});
  static book::DatasetCache real_datasets(real), standin_datasets(standin);
  const bool is_real = section.data.empty() || testing::real_file(std::string(section.data));
  return is_real ? real_datasets : standin_datasets;
}

class Threads : public ::testing::TestWithParam<Named> {
 protected:
  // Returns what the run computed, and checks that all threads entered each parallel region.
  json run(const RuntimeOptions& options, bool force_grain_one = false) {
    const auto [section, experiment] = GetParam();
    book::Settings settings = experiment->settings;
    settings.epochs = 1;
    const int edition = book::first_edition_with(*experiment);
    const book::Task task{section, experiment, edition, settings, options};
    Runtime keras(options, {.force_grain_one = force_grain_one});
    RunRecord record = book::blank_record(task);
    Recorder recorder(record);
    keras.watch(recorder);
    book::Run run(keras, datasets_of(*section), {}, record);
    experiment->listing.run(run, settings);
    if (force_grain_one && experiment->id != "clouds_linear") {  // 2,000 points need one thread
      EXPECT_EQ(InternalAccess::team(keras).min_threads_used(), options.threads);
      EXPECT_EQ(InternalAccess::team(keras).max_threads_used(), options.threads);
    }
    const json all = to_json(record);
    return {all["weights_crc32"], all["history"], all["evaluate"], all["results"]};
  }
};

TEST_P(Threads, AnyNumberGivesTheSameBits) {
  const json wanted = run({.fuse = false});
  for (const int threads : {1, 2, 3, 4, 7, 16}) {
    EXPECT_EQ(run({.threads = threads}, true), wanted) << threads << " threads";
  }
  EXPECT_EQ(run({.threads = 3}), wanted);  // four folds on three threads
  for (const IsaInfo& isa : isas()) {
    if (!isa.available || isa.name == "baseline") continue;
    EXPECT_EQ(run({.isa = std::string(isa.name)}), wanted) << isa.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Experiment, Threads, ::testing::ValuesIn(experiments()),
                         [](const auto& test) { return std::string(test.param.experiment->id); });

}  // namespace
}  // namespace reprise
