// Compares one small run for every part of a network with real Keras 3.15.1, whose results are in
// tests/nn/fixtures/toolbox.json (tools/keras/toolbox.py describes the cases). Needs no datasets.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reprise/data/checksum.hpp"
#include "tests/support/toolbox.hpp"

namespace reprise {
namespace {

using nlohmann::json;

// Records every permutation that is drawn.
struct Permutations final : Callback {
  json crc32s = json::array();
  void on_permutation(std::span<const std::int32_t> order) override {
    crc32s.push_back(crc32_hex(crc32(std::as_bytes(order))));
  }
};

// One case: its model and the results to compare.
class Case {
 public:
  explicit Case(const json& wanted)
      : wanted_(wanted),
        float64_(wanted["dtype"] == "float64"),
        penalizes_tanh_(wanted["layers"].dump().find("activity_regularizer") != std::string::npos),
        keras_({.seed = wanted["seed"],
                .floatx = float64_ ? Dtype::float64 : Dtype::float32,
                .backend = "reference"}),
        x_(testing::toolbox_array("x")),
        y_(testing::toolbox_targets(wanted)),
        model_(keras_, testing::layers_of(wanted)) {
    keras_.watch(permutations_);
    model_.build(x_.cols());
    check_initial_weights();
    model_.compile(testing::compile_options_of(wanted));
  }

  void run() {
    if (wanted_.contains("fit")) {
      expect_history(fit(wanted_["fit"]), wanted_["history"]);
    } else {
      for (const json& step : wanted_["steps"]) run_step(step);
    }
    EXPECT_EQ(permutations_.crc32s, wanted_["permutations_crc32"]);
    check_final_weights();
    expect_logs(model_.evaluate(x_, y_, {.batch_size = 16}), wanted_["evaluate"]);
    const Matrix<double> predictions = model_.predict(x_);
    for (std::size_t i = 0; i < wanted_["predict"].size(); ++i) {
      for (std::size_t j = 0; j < predictions.cols(); ++j) {
        expect_near(predictions(i, j), wanted_["predict"][i][j], "predict");
      }
    }
  }

 private:
  // In float64 only rounding differs, and the means of metrics that Keras rounds to float32.
  void expect_near(double got, double wanted, const std::string& what) const {
    const bool mean = what.find("mae") != what.npos || what.find("mse") != what.npos ||
                      what.find("mean_") != what.npos;
    const double allowed = !float64_ ? 5e-6 : mean || penalizes_tanh_ ? 1e-7 : 1e-9;
    EXPECT_NEAR(got, wanted, allowed * std::max(1e-3, std::abs(wanted))) << what;
  }

  void check_initial_weights() {
    std::vector<json> kernels, crc32s, biases;
    for (const Variable& variable : model_.variables()) {
      if (variable.shape.size() == 1) continue;
      crc32s.push_back(crc32_hex(crc32(variable.bytes)));
    }
    if (!wanted_.contains("initial_kernels") && !wanted_.contains("initial_biases")) {
      EXPECT_EQ(json(crc32s), wanted_["initial_kernels_crc32"]);
      return;
    }
    // drawn with an inverse error function, of which XLA has its own version
    std::size_t kernel = 0, bias = 0;
    for (const Variable& variable : model_.variables()) {
      const bool is_kernel = variable.shape.size() == 2;
      const char* list = is_kernel ? "initial_kernels" : "initial_biases";
      if (!wanted_.contains(list)) continue;
      const json& rows = wanted_[list][is_kernel ? kernel++ : bias++];
      for (std::size_t i = 0; i < variable.values.rows(); ++i) {
        for (std::size_t j = 0; j < variable.values.cols(); ++j) {
          const double value = is_kernel ? rows[i][j] : rows[j];
          const double allowed = float64_ ? 1e-14 : 5e-7;
          EXPECT_NEAR(variable.values(i, j), value, allowed) << list << i << " " << j;
        }
      }
    }
  }

  FitOptions fit_options(const json& described) {
    FitOptions options{.epochs = described["epochs"],
                       .batch_size = described["batch_size"],
                       .validation_split = described["validation_split"],
                       .shuffle = described["shuffle"]};
    if (!described["validation_batch_size"].is_null()) {
      options.validation_batch_size = described["validation_batch_size"].get<std::size_t>();
    }
    if (!described["class_weight"].is_null()) {
      for (const auto& [label, weight] : described["class_weight"].items()) {
        options.class_weight[std::stoi(label)] = weight;
      }
    }
    if (!described["sample_weight"].is_null()) {
      sample_weight_ = described["sample_weight"].get<std::vector<double>>();
      options.sample_weight = sample_weight_;
    }
    return options;
  }

  History fit(const json& described) {
    FitOptions options = fit_options(described);
    std::optional<EarlyStopping> early_stopping;
    if (!described["early_stopping"].is_null()) {
      early_stopping.emplace(testing::early_stopping_of(described["early_stopping"]));
      options.callbacks.push_back(&*early_stopping);
    }
    if (const std::size_t rows = described["validation_rows"]; rows > 0) {
      options.validation_data = ValidationData{x_.slice(0, rows), y_.slice(0, rows)};
    }
    const History history = model_.fit(x_, y_, options);
    if (early_stopping) {
      EXPECT_EQ(history.at("loss").size(), wanted_["epochs_run"].get<std::size_t>());
      EXPECT_EQ(early_stopping->stopped_epoch().value_or(0), wanted_["stopped_epoch"].get<int>());
    }
    return history;
  }

  void run_step(const json& step) {
    if (step.contains("fit")) {
      expect_history(fit(step["fit"]), step["history"]);
    } else if (step.contains("compile")) {
      json described = wanted_;
      described.update(step["compile"]);
      model_.compile(testing::compile_options_of(described));
    } else if (step.contains("evaluate")) {
      expect_logs(model_.evaluate(x_, y_, {.batch_size = step["evaluate"]["batch_size"]}),
                  step["result"]);
    } else {
      ASSERT_TRUE(step.contains("predict"));
      model_.predict(x_);
    }
  }

  void expect_history(const History& got, const json& wanted) const {
    ASSERT_EQ(got.size(), wanted.size());
    for (const auto& [name, values] : wanted.items()) {
      ASSERT_TRUE(got.contains(name)) << name;
      ASSERT_EQ(got.at(name).size(), values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        expect_near(got.at(name)[i], values[i], name + " " + std::to_string(i));
      }
    }
  }

  void expect_logs(const Logs& got, const json& wanted) const {
    ASSERT_EQ(got.size(), wanted.size());
    for (const auto& [name, value] : wanted.items()) {
      ASSERT_TRUE(got.contains(name)) << name;
      expect_near(got.at(name), value, "evaluate " + name);
    }
  }

  void check_final_weights() const {
    const std::vector<Matrix<double>> weights = model_.get_weights();
    ASSERT_EQ(weights.size(), wanted_["final_weights_sums"].size());
    for (std::size_t v = 0; v < weights.size(); ++v) {
      double magnitudes = 0, squares = 0;
      for (const double w : weights[v].view().flat()) {
        magnitudes += std::abs(w);
        squares += w * w;
      }
      expect_near(magnitudes, wanted_["final_weights_sums"][v][0], "final weights");
      expect_near(squares, wanted_["final_weights_sums"][v][1], "final weights");
    }
  }

  const json& wanted_;
  bool float64_;
  // Keras computes tanh, and so a penalty on it, in float32 even in a float64 network
  bool penalizes_tanh_;
  Runtime keras_;
  Permutations permutations_;
  Matrix<double> x_, y_;
  Sequential model_;
  std::vector<double> sample_weight_;
};

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const json& wanted : testing::toolbox()["cases"]) {
    names.push_back(wanted["name"]);
  }
  return names;
}

class Toolbox : public ::testing::TestWithParam<std::string> {};

TEST_P(Toolbox, EqualsKeras) {
  for (const json& wanted : testing::toolbox()["cases"]) {
    if (wanted["name"] == GetParam()) Case(wanted).run();
  }
}

INSTANTIATE_TEST_SUITE_P(Keras, Toolbox, ::testing::ValuesIn(case_names()), [](const auto& test) {
  std::string name = test.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

}  // namespace
}  // namespace reprise
