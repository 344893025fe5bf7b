// Every experiment of the book, cut to an epoch, on real data where they are there: the same bits
// on any number of threads and without fused plans.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reprise/kernels/isa.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/catalogue.hpp"
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
      if (e.settings.epochs > 0) all.push_back({&section, &e});  // a baseline trains nothing
    }
  }
  return all;
}

book::DatasetCache& shelf_of(const book::Section& section) {
  static const KerasCache real, standin({.standin = true});
  static book::DatasetCache real_shelf(real), standin_shelf(standin);
  return testing::real_file(std::string(section.data)) ? real_shelf : standin_shelf;
}

class Threads : public ::testing::TestWithParam<Named> {
 protected:
  // What the run computed, and how many threads entered each region.
  json run(RuntimeOptions options) {
    const auto [section, experiment] = GetParam();
    book::Settings settings = experiment->settings;
    settings.epochs = 1;
    const book::Task task{section, experiment, 1, settings, options};
    Runtime keras(options);
    RunRecord record = book::blank_record(task);
    Recorder recorder(record);
    keras.watch(recorder);
    book::Run run(keras, shelf_of(*section), {}, record);
    experiment->listing(run, settings);
    if (options.force_grain_one) {
      EXPECT_EQ(keras.team().min_threads_used(), options.threads);
      EXPECT_EQ(keras.team().max_threads_used(), options.threads);
    }
    const json all = to_json(record);
    return {all["weights_crc32"], all["history"], all["evaluate"], all["results"]};
  }
};

TEST_P(Threads, AnyNumberGivesTheSameBits) {
  const json wanted = run({.fuse = false});
  for (const int threads : {1, 2, 3, 4, 7, 16}) {
    EXPECT_EQ(run({.threads = threads, .force_grain_one = true}), wanted) << threads << " threads";
  }
  for (const IsaInfo& isa : isas()) {
    if (!isa.available || isa.name == "baseline") continue;
    EXPECT_EQ(run({.isa = std::string(isa.name)}), wanted) << isa.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Experiment, Threads, ::testing::ValuesIn(experiments()),
                         [](const auto& test) { return std::string(test.param.experiment->id); });

}  // namespace
}  // namespace reprise
