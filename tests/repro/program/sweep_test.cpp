// Sweeps: every run is bit-identical to the run alone, however many run at a time. Records are
// resumed by key.
#include "repro/program/sweep.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/record/run_file.hpp"
#include "repro/program/resume.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/small_data.hpp"

namespace reprise::book {
namespace {

using nlohmann::json;

struct Small {
  Csr x;
  Matrix<float> y;
};
int loads = 0;
Small load_small(DatasetFiles&) {
  ++loads;
  auto [x, y] = testing::learnable_reviews(60, 30, 1);
  return {std::move(x), std::move(y)};
}

// A section of the test's own: its table is the only place that names its experiments.
void small_listing(Run& run, const Settings& settings) {
  const auto& [x, y] = run.load(load_small);
  Sequential model(run.keras, hidden_layers(settings));
  model.add(Dense{1, sigmoid});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});
  model.fit(x, y, {.epochs = settings.epochs, .batch_size = settings.batch_size});
  model.evaluate(x, y);
  if (run.keras.options().seed == 13) throw Error("seed 13");
}

const Section& small_section() {
  static const Section section{
      .program = "small",
      .section_numbers = {"9.9", "", ""},
      .notebook = "9.9",
      .title = "",
      .chinese_title = "",
      .data = "",
      .experiments = {{"small",
                       "",
                       {.units = {4}, .epochs = 3, .batch_size = 16},
                       Listing{.run = small_listing, .evaluations = 1},
                       {}},
                      {"wide",
                       "",
                       {.units = {8, 8}, .epochs = 2, .batch_size = 7},
                       Listing{.run = small_listing, .evaluations = 1},
                       {}}},
      .flow = {"small"},
  };
  return section;
}

std::vector<Task> tasks_of(std::uint32_t first, std::uint32_t last) {
  std::vector<Task> tasks;
  for (const Experiment& experiment : small_section().experiments) {
    for (std::uint32_t seed = first; seed <= last; ++seed) {
      tasks.push_back({&small_section(), &experiment, 1, experiment.settings, {.seed = seed}});
    }
  }
  return tasks;
}

json without_times(json run) {
  run.erase("seconds");
  return run;
}

std::map<std::size_t, RunRecord> records(const std::vector<Task>& tasks, int workers = 1) {
  const KerasCache cache({.standin = true});
  DatasetCache datasets(cache);
  std::map<std::size_t, RunRecord> runs;
  sweep(tasks, datasets, {.workers = workers},
        [&](std::size_t place, const RunRecord& run) { runs[place] = run; });
  return runs;
}

std::map<std::size_t, json> swept(const std::vector<Task>& tasks, int workers) {
  std::map<std::size_t, json> runs;
  for (const auto& [place, run] : records(tasks, workers))
    runs[place] = without_times(to_json(run));
  return runs;
}

// Two loaders of one type, which a key by type alone would confuse.
int load_one(DatasetFiles&) { return 1; }
int load_two(DatasetFiles&) { return 2; }

TEST(DatasetCache, KeepsLoadersOfOneTypeApart) {
  const KerasCache cache({.standin = true});
  DatasetCache datasets(cache);
  for (const bool is_new : {true, false}) {
    const auto [one, first] = datasets.load(load_one);
    const auto [two, second] = datasets.load(load_two);
    EXPECT_EQ(one.data, 1);
    EXPECT_EQ(two.data, 2);
    EXPECT_EQ(first, is_new);
    EXPECT_EQ(second, is_new);
  }
}

TEST(Sweep, GivesTheBitsOfTheRunsAloneAndLoadsOnce) {
  const auto tasks = tasks_of(0, 5);
  std::map<std::size_t, json> alone;
  for (std::size_t i = 0; i < tasks.size(); ++i) alone[i] = swept({tasks[i]}, 1)[0];
  std::set<json> checksums;
  for (const auto& [place, run] : alone) checksums.insert(run["weights_crc32"]);
  EXPECT_EQ(checksums.size(), tasks.size());
  for (const int workers : {1, 2, 7, 50}) {
    loads = 0;
    EXPECT_EQ(swept(tasks, workers), alone) << workers;
    EXPECT_EQ(loads, 1);
  }
}

TEST(Sweep, EndsWithTheFirstErrorAndKeepsFinishedRuns) {
  const auto tasks = tasks_of(10, 40);
  const KerasCache cache({.standin = true});
  DatasetCache datasets(cache);
  std::size_t done = 0;
  try {
    sweep(tasks, datasets, {.workers = 2}, [&](std::size_t, const RunRecord&) { ++done; });
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "seed 13");
  }
  EXPECT_GE(done, 2u);                // 10 and 11 were taken before 13 was
  EXPECT_LT(done, tasks.size() - 1);  // the other worker ends after its current run
}

class Record : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return scratch_.path() / "r.json"; }

  // A record of those tasks.
  void write(const std::vector<Task>& tasks) {
    RunFile record(file(), "test");
    for (const auto& [place, run] : records(tasks)) record.add(place, run);
    record.write();
  }
  json document() const {
    std::ifstream in(file());
    return json::parse(in);
  }
  void put(const json& document) { std::ofstream(file()) << document; }

  ResumePlan plan(const std::vector<Task>& tasks) const {
    return plan_resume(file(), tasks, DataRecord{});
  }
  std::string refusal(const std::vector<Task>& tasks) const {
    try {
      plan(tasks);
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      return error.what();
    }
    return "";
  }

  testing::Scratch scratch_;
};

TEST_F(Record, IsResumedByKey) {
  EXPECT_TRUE(plan(tasks_of(0, 3)).done.empty());  // no file yet
  write(tasks_of(0, 1));                           // small 0, small 1, wide 0, wide 1
  const ResumePlan next = plan(tasks_of(1, 2));    // small 1, small 2, wide 1, wide 2
  ASSERT_EQ(next.done.size(), 2u);
  EXPECT_EQ(next.done.at(0).experiment, "small");
  EXPECT_EQ(next.done.at(0).seed, 1u);
  EXPECT_EQ(next.done.at(2).experiment, "wide");
  EXPECT_EQ(next.others.size(), 2u);  // seed 0 of both is kept
}

TEST_F(Record, WithOtherSettingsIsRejectedInOneLine) {
  write(tasks_of(0, 1));
  auto tasks = tasks_of(0, 1);
  for (Task& task : tasks) task.settings.optimizer = SGD{};
  EXPECT_NE(
      refusal(tasks).find("run 0 (small, seed 0): optimizer: found \"rmsprop\", expected \"sgd\""),
      std::string::npos)
      << refusal(tasks);
  tasks.pop_back();
  tasks.pop_back();
  EXPECT_NE(refusal({tasks_of(0, 1).front()}).find("unknown experiment"), std::string::npos);
  json other = document();
  other["runs"][1]["arithmetic"] = 0;
  put(other);
  EXPECT_NE(refusal(tasks_of(0, 1)).find("run 1 (small, seed 1): arithmetic: found 0, expected"),
            std::string::npos);
  other["runs"][1] = other["runs"][0];
  put(other);
  EXPECT_NE(refusal(tasks_of(0, 1)).find("found twice"), std::string::npos);
}

TEST_F(Record, CutOrForeignIsRejectedInOneLine) {
  write(tasks_of(0, 1));
  const json whole = document();
  std::ifstream in(file());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const double part : {0.0, 0.1, 0.5, 0.9, 0.999}) {
    std::ofstream(file()) << text.substr(0, static_cast<std::size_t>(part * double(text.size())));
    EXPECT_NE(refusal(tasks_of(0, 1)).find("found no whole JSON document"), std::string::npos)
        << part;
  }
  for (const auto& [pointer, value, word] : std::vector<std::tuple<std::string, json, std::string>>{
           {"/schema", "reprise/run/3", "reprise/run/3"},
           {"/schema", 7, "found schema 7"},
           {"/runs", "none", "no list of runs"},
           {"/runs/1", 3, "run 1 has no field"},
           {"/runs/0/seed", "x", "seed: found \"x\""}}) {
    json broken = whole;
    broken[json::json_pointer(pointer)] = value;
    put(broken);
    EXPECT_NE(refusal(tasks_of(0, 1)).find(word), std::string::npos) << refusal(tasks_of(0, 1));
  }
  json newer = whole;  // of the same major version, with an unknown field
  newer["schema"] = "reprise/run/2.4";
  newer["runs"][0]["colour"] = "red";
  put(newer);
  EXPECT_EQ(plan(tasks_of(0, 1)).done.size(), 4u);
}

}  // namespace
}  // namespace reprise::book
