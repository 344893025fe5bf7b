// Tests the format of session scripts: what is read, and the error messages for what is not.
#include "repro/replay/script_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reprise/core/error.hpp"
#include "tests/repro/replay/support.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::replay {
namespace {

using ::testing::HasSubstr;
using testing::script_of;

constexpr const char* kPlain = "process keras=2.2.2";
constexpr const char* kModel =
    "load_data imdb\n"
    "model m dense(16,relu) dropout(0.5) dense(1,sigmoid,l2=0.001) loss=binary_crossentropy\n";

TEST(Script, ReadsCellsLineByLine) {
  const Script script = script_of(
      kPlain, std::string(kModel) +
                  "# a comment\n"
                  "fit f model=m on=train[10000:] epochs=4 batch=512 validation=train[:10000]\n"
                  "evaluate f on=test   # at batch 32\n"
                  "hidden shuffles=9 size=7982\n"
                  "baseline b on=test\n");
  EXPECT_EQ(script.id, "test");
  EXPECT_EQ(script.title, "a comment");
  EXPECT_EQ(script.keras, (KerasVersion{2, 2}));
  ASSERT_EQ(script.cells.size(), 6u);
  EXPECT_EQ(script.cells[2].line, 5);
  const auto& model = std::get<ModelCell>(script.cells[1].action);
  ASSERT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(std::get<DropoutLayer>(model.layers[1]).rate, 0.5);
  EXPECT_EQ(std::get<DenseLayer>(model.layers[2]).l2, 0.001f);
  const auto& fit = std::get<FitCell>(script.cells[2].action);
  EXPECT_EQ(fit.on.first, 10000);
  EXPECT_EQ(fit.validation->last, 10000);
  EXPECT_EQ(std::get<EvaluateCell>(script.cells[3].action).batch, 32u);
}

TEST(Script, TakesEpsilonFromTheVersion) {
  for (const auto& [version, epsilon] :
       {std::pair{"2.0.8", 1e-8f}, {"2.1.2", 1e-8f}, {"2.1.3", 1e-7f}, {"2.2.4", 1e-7f}}) {
    const Script script = script_of(std::string("process keras=") + version, kModel);
    EXPECT_EQ(std::get<ModelCell>(script.cells[1].action).compiled.epsilon, epsilon) << version;
  }
}

struct Bad {
  const char* process;
  std::string cells;
  std::vector<const char*> parts;  // of the error line
};

TEST(Script, RefusesWithLineAndWhatWasExpected) {
  const std::string model = kModel;
  const std::vector<Bad> all{
      {"process keras=2.3.1", "", {"test.script:1:", "'2.3.1'", "2.0.8 to 2.2.4"}},
      {"process", "", {":1:", "found no keras="}},
      {"process keras=2.2.2 device=tpu", "", {":1:", "'tpu'", "plain"}},
      {"process keras=2.0.8 device=gpu", "", {":1:", "found no threads="}},
      {"load_data imdb", "", {":1:", "'load_data'", "process keras=VERSION"}},
      {kPlain, "", {"found no cells"}},
      {kPlain, "lod_data imdb\n", {":2:", "'lod_data'", "did you mean 'load_data'?"}},
      {kPlain, "load_data mnist\n", {":2:", "'mnist'", "imdb"}},
      {"process keras=2.0.9",
       "load_data imdb\n",
       {":2:", "2.0.9 shuffled the reviews without a seed"}},
      {kPlain, "model m dense(1) loss=mse\n", {":2:", "load_data above it"}},
      {kPlain, "load_data imdb\nmodel m dense(0) loss=mse\n", {":3:", "'0'", "1 to 65536"}},
      {kPlain, "load_data imdb\nmodel m dens(1) loss=mse\n", {":3:", "'dens'", "'dense'"}},
      {kPlain, "load_data imdb\nmodel m dense(1,sine) loss=mse\n", {":3:", "'sine'", "relu"}},
      {kPlain, "load_data imdb\nmodel m dense(2) loss=mse\n", {":3:", "last layer of 1 units"}},
      {kPlain, "load_data imdb\nmodel m dense(1)\n", {":3:", "found no loss="}},
      {kPlain, "load_data imdb\nmodel m dense(1) loss=mse races=1\n", {":3:", "0 outcomes"}},
      {kPlain,
       "load_data imdb\nmodel m dense(1) loss=mse optimizer=adam\n",
       {":3:", "'adam'", "rmsprop"}},
      {kPlain, model + model.substr(15), {":4:", "'m'", "no model above"}},
      {kPlain, model + "fit f on=train epochs=2\n", {":4:", "found no model="}},
      {kPlain, model + "fit f model=n on=train epochs=2\n", {":4:", "'n'", "one of: m"}},
      {kPlain, model + "fit f model=m on=train epochs=two\n", {":4:", "'two'", "whole number"}},
      {kPlain, model + "fit f model=m on=train epochs=-1\n", {":4:", "'-1'", "1 to"}},
      {kPlain, model + "fit f model=m on=tain epochs=1\n", {":4:", "'tain'", "train"}},
      {kPlain, model + "fit f model=m on=fold(4,4) epochs=1\n", {":4:", "'4'", "0 to 3"}},
      {kPlain, model + "fit f model=m on=train epochs=1 bach=2\n", {":4:", "'bach='", "batch=N"}},
      {kPlain, model + "evaluate f on=test\n", {":4:", "'f'", "there is none"}},
      {kPlain, model + "hidden shuffles=9\n", {":4:", "shuffles=N size=N"}},
      {kPlain, model + "seed x\n", {":4:", "'x'", "4294967295"}},
      {kPlain,
       model + "load_data boston_housing\nfit f model=m on=train epochs=1\n",
       {":5:", "'m'", "13 inputs"}},
      {"process keras=2.0.8 device=gpu threads=26624", model, {":3:", "1 outcomes", "26624"}},
  };
  for (const Bad& bad : all) {
    SCOPED_TRACE(bad.process + ("\n" + bad.cells));
    try {
      script_of(bad.process, bad.cells);
      FAIL() << "was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      for (const char* part : bad.parts) EXPECT_THAT(error.what(), HasSubstr(part));
    }
  }
}

TEST(Script, TheCollectionIsRead) {
  std::vector<std::string> ids;
  for (const Script& script : list_scripts()) ids.push_back(script.id);
  for (const char* notebook : {"3.5-imdb", "3.6-reuters", "3.7-boston", "4.4-overfitting"}) {
    for (const char* version : {"", "@2.1.2", "@2.2.2"}) {
      EXPECT_THAT(ids, ::testing::Contains(std::string(notebook) + version));
    }
  }
}

}  // namespace
}  // namespace reprise::replay
