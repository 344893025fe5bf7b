// A run record has the keys of the stored Keras runs, and its document follows
// results/schema/run-2.json.
#include "reprise/record/run_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/environment.hpp"
#include "reprise/record/process_times.hpp"
#include "reprise/record/recorder.hpp"
#include "reprise/record/run_file.hpp"
#include "reprise/record/run_reader.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using nlohmann::json;

RunRecord recorded_run(Dtype dtype, const std::string& backend = "reference") {
  const auto [x, y] = testing::learnable_reviews(60, 30, 1);
  RunRecord record;
  record.experiment = "small";
  record.seed = 7;
  record.semantics = "keras-3.15";
  record.optimizer = "rmsprop";
  record.loss = "binary_crossentropy";
  record.activation = "relu";
  record.epochs = 3;
  record.batch_size = 32;
  record.settings = std::make_shared<json>(json{{"units", {4}},
                                                {"activation", "relu"},
                                                {"kernel_regularizer", nullptr},
                                                {"dropout", 0.0},
                                                {"optimizer", "rmsprop"},
                                                {"loss", "binary_crossentropy"},
                                                {"metrics", {"accuracy"}},
                                                {"epochs", 3},
                                                {"batch_size", 32},
                                                {"validation_split", 0.0},
                                                {"all_training_rows", false}});
  record.dtype = name_of(dtype);
  record.backend = backend;
  record.data = {"small.npz", std::string(64, 'a'), false};
  Runtime keras({.seed = 7, .floatx = dtype, .backend = backend});
  Recorder recorder(record);
  keras.watch(recorder);
  for (int fit = 0; fit < 2; ++fit) {  // two models in one Runtime, as in k-fold validation
    Sequential model(keras, {Dense{4, relu}, Dense{1, sigmoid}});
    model.compile({.loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
    model.fit(x, y, {.epochs = 3});
    model.evaluate(x, y);
  }
  return record;
}

TEST(Recorder, KeepsOneEntryPerFit) {
  const RunRecord record = recorded_run(Dtype::float32);
  ASSERT_EQ(record.initial_kernels.size(), 2u);
  EXPECT_THAT(record.initial_kernels[0][0].shape, ::testing::ElementsAre(30, 4));
  EXPECT_NE(record.initial_kernels[0][0].crc32, record.initial_kernels[1][0].crc32);
  EXPECT_EQ(record.permutations.size(), 2u * (1 + 3));
  EXPECT_EQ(record.history.size(), 2u);
  EXPECT_EQ(record.history[1].at("accuracy").size(), 3u);
  EXPECT_EQ(record.evaluate.size(), 2u);
  EXPECT_EQ(record.evaluate[0].size(), 2u);
  EXPECT_EQ(record.final_sums[0].size(), 4u);  // W1, b1, W2, b2
  EXPECT_EQ(record.weights_crc32.size(), 2u);
  EXPECT_NE(record.weights_crc32[0], record.weights_crc32[1]);
  EXPECT_GT(record.fit_seconds, 0.0);
}

TEST(Recorder, RoundsFloat64KernelsBeforeTheChecksum) {
  const RunRecord single = recorded_run(Dtype::float32), twice = recorded_run(Dtype::float64);
  EXPECT_EQ(single.permutations, twice.permutations);
  // float64 gives other weights, but checksums of the same form
  EXPECT_NE(single.initial_kernels[0][0].crc32, twice.initial_kernels[0][0].crc32);
  EXPECT_EQ(twice.initial_kernels[0][0].crc32.size(), 8u);
}

TEST(RunRecord, NamesTheInstructionSetOfItsKernels) {
  const auto isa_of = [](const RunRecord& run) {
    return record_document("test", {run})["environment"]["isa"].get<std::string>();
  };
  EXPECT_EQ(isa_of(recorded_run(Dtype::float32, "openmp")), find_isa("").name);
  EXPECT_EQ(isa_of(recorded_run(Dtype::float32, "reference")), "baseline");
}

TEST(RunRecord, NamesTheMachineWithItsBestInstructionSet) {
  const json machine =
      record_document("test", {recorded_run(Dtype::float32)})["environment"]["machine"];
  EXPECT_EQ(machine["id"], machine_id());
  EXPECT_EQ(machine["isa"], find_isa("").name);
}

TEST(RunRecord, CountsReordersIfTheBackendDoes) {
  EXPECT_FALSE(to_json(recorded_run(Dtype::float32, "openmp")).contains("reorders"));
  if (!find_backend("onednn").unavailable_reason().empty())
    GTEST_SKIP() << "this build has no backend onednn";
  EXPECT_EQ(to_json(recorded_run(Dtype::float32, "onednn"))["reorders"], 0);
}

// A run made with another number of threads is reused unless bits depend on the threads.
TEST(RunRecord, HasTheThreadsInItsKeyIfBitsDependOnThem) {
  for (const BackendInfo& backend : backends()) {
    RunRecord run = recorded_run(Dtype::float32);
    run.backend = backend.name;
    const std::string one = key_of(run);
    run.threads = 2;
    EXPECT_EQ(key_of(run) == one, backend.same_bits_on_any_threads) << backend.name;
  }
}

// So does one that another version of a library made, or other kernels of it.
TEST(RunRecord, HasTheLibraryInItsKey) {
  RunRecord run = recorded_run(Dtype::float32);
  EXPECT_FALSE(to_json(run).contains("library"));
  const std::string none = key_of(run);
  run.library = "OpenBLAS 0.3.21, kernels for Haswell";
  const std::string one = key_of(run);
  EXPECT_NE(one, none);
  run.library = "OpenBLAS 0.3.21, kernels for Zen";
  EXPECT_NE(key_of(run), one);
}

TEST(RunRecord, HasEveryKeyOfAGolden) {
  std::ifstream in(testing::source_file("results/keras/imdb__seed42.json"));
  const json golden = json::parse(in), run = to_json(recorded_run(Dtype::float32));
  for (const char* key : {"experiment", "seed", "optimizer", "activation", "loss",
                          "initial_kernels", "permutations", "history", "evaluate", "final_sums"}) {
    ASSERT_TRUE(golden.contains(key) && run.contains(key)) << key;
  }
  EXPECT_EQ(run["initial_kernels"][0][0].size(), golden["initial_kernels"][0][0].size());
  EXPECT_EQ(run["final_sums"][0][0].size(), golden["final_sums"][0][0].size());
}

bool valid(const json& document, const std::filesystem::path& folder) {
  std::ofstream(folder / "record.json") << document.dump();
  const std::string command =
      "python3 -c 'import json, sys, jsonschema; jsonschema.Draft202012Validator(json.load("
      "open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' '" +
      testing::source_file("results/schema/run-2.json").string() + "' '" +
      (folder / "record.json").string() + "' 2>/dev/null";
  return std::system(command.c_str()) == 0;
}

TEST(ProcessClock, CountsUp) {
  const ProcessClock clock;
  const ProcessTimes first = clock.times();
  EXPECT_GT(first.before_main, 0.0);
  EXPECT_GE(first.cpu, first.before_main);
  volatile double sum = 0;
  while (clock.times().cpu < first.cpu + .01) sum = sum + 1;
  EXPECT_GT(clock.times().seconds, first.seconds);
  EXPECT_EQ(clock.times().before_main, first.before_main);
  EXPECT_GT(peak_memory_bytes(), 1 << 20);
}

TEST(RecordDocument, FollowsItsSchemaAndTheSchemaRefusesOthers) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  const testing::Scratch scratch;
  RunRecord first = recorded_run(Dtype::float32);
  first.load_steps = {.1, .2, .3, .4};
  RunFile file(scratch.path() / "record.json", "test 0");
  file.add(0, first);
  file.add(1, recorded_run(Dtype::float64));
  file.add_process(ProcessClock().times());
  file.write();
  std::ifstream in(scratch.path() / "record.json");
  const json document = json::parse(in);
  EXPECT_EQ(document["schema"], "reprise/run/2");
  EXPECT_TRUE(valid(document, scratch.path()));
  for (const auto& [pointer, wrong] :
       std::vector<std::pair<std::string, json>>{{"/schema", "reprise/run/3"},
                                                 {"/runs/0/seed", -1},
                                                 {"/runs/0/settings/units", "4"},
                                                 {"/runs/0/settings/metrics/0", 1},
                                                 {"/runs/0/weights_crc32/0", "xyz"},
                                                 {"/runs/1/data/standin", "no"},
                                                 {"/runs/1/data/verified", 1},
                                                 {"/runs/1/data/sha256", "abc"},
                                                 {"/runs/0/history/0", json::object()},
                                                 {"/runs/0/seconds/load_steps/read", "long"},
                                                 {"/process/cpu", -1},
                                                 {"/environment/dirty", "maybe"}}) {
    json broken = document;
    broken[json::json_pointer(pointer)] = wrong;
    EXPECT_FALSE(valid(broken, scratch.path())) << pointer;
  }
}

}  // namespace
}  // namespace reprise
