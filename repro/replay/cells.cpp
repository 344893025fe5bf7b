#include "repro/replay/cells.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reprise::replay {

namespace {

using Action = decltype(Cell::action);

constexpr std::int64_t kMany = 1000000;

template <class Value>
using Table = std::vector<std::pair<std::string, Value>>;

template <class Value>
Value choose(const LineParser& line, std::string_view what, const std::string& text,
             const Table<Value>& table) {
  std::vector<std::string> names;
  for (const auto& [name, value] : table) {
    if (name == text) return value;
    names.push_back(name);
  }
  line.unknown(what, text, names);
}

// Returns the cell above of kind C with that name, or null.
template <class C>
const C* find_cell(const Script& script, const std::string& name) {
  for (const Cell& cell : script.cells) {
    const auto* found = std::get_if<C>(&cell.action);
    if (found != nullptr && found->name == name) return found;
  }
  return nullptr;
}

template <class C>
std::string names_of(const Script& script) {
  std::string names;
  for (const Cell& cell : script.cells) {
    if (const auto* found = std::get_if<C>(&cell.action)) {
      names += (names.empty() ? "" : ", ") + found->name;
    }
  }
  return names.empty() ? "one above, but there is none" : "one of: " + names;
}

// Returns the data set that the last load_data above has loaded.
const LoadDataCell& loaded(const LineParser& line, const Script& script, std::string_view kind) {
  for (auto cell = script.cells.rbegin(); cell != script.cells.rend(); ++cell) {
    if (const auto* found = std::get_if<LoadDataCell>(&cell->action)) return *found;
  }
  line.wrong("line", kind, "load_data above it");
}

Action read_load_data(LineParser& line, const Script& script) {
  LoadDataCell cell;
  const std::string name = line.next("a data set: imdb, reuters or boston_housing");
  cell.set = choose<DataSet>(line, "load_data", name,
                             {{"imdb", DataSet::imdb},
                              {"reuters", DataSet::reuters},
                              {"boston_housing", DataSet::boston_housing}});
  cell.num_words = static_cast<int>(line.number("num_words", 4, kMany, 10000));
  line.done("load_data NAME num_words=N");
  if (cell.set == DataSet::imdb && script.keras == KerasVersion{0, 9}) {
    line.wrong("load_data", "imdb",
               "another version: Keras 2.0.9 shuffled the reviews without a seed");
  }
  return cell;
}

DenseLayer read_dense(const LineParser& line, const std::string& text, Call& call) {
  DenseLayer layer;
  if (call.arguments.empty() || call.arguments.size() > 2) {
    line.wrong("dense", text, "dense(units) or dense(units,activation)");
  }
  layer.units = static_cast<std::size_t>(line.whole("dense", call.arguments[0], 1, 65536));
  if (call.arguments.size() == 2) {
    layer.activation = choose<ActivationKind>(line, "activation", call.arguments[1],
                                              {{"linear", ActivationKind::linear},
                                               {"relu", ActivationKind::relu},
                                               {"tanh", ActivationKind::tanh},
                                               {"sigmoid", ActivationKind::sigmoid},
                                               {"softmax", ActivationKind::softmax}});
  }
  for (const auto& [key, value] : call.keywords) {
    if (key != "l1" && key != "l2") line.wrong("dense", key + "=", "l1= or l2=");
    (key == "l1" ? layer.l1 : layer.l2) = static_cast<float>(line.real(key, value, 0.0, 1e6));
  }
  return layer;
}

LayerSpec read_layer(const LineParser& line, const std::string& text, bool first) {
  Call call = line.call("layer", text);
  if (call.name == "dense") return read_dense(line, text, call);
  if (call.name != "dropout") line.unknown("layer", call.name, {"dense", "dropout"});
  if (call.arguments.size() != 1 || !call.keywords.empty()) {
    line.wrong("dropout", text, "dropout(rate)");
  }
  if (first) line.wrong("layer", text, "a dense layer first");
  return DropoutLayer{line.real("dropout", call.arguments[0], 1e-9, 1.0)};
}

void read_optimizer(const LineParser& line, const std::string& text, CompileSpec& compiled) {
  const Call call = line.call("optimizer", text);
  if (call.name != "rmsprop" || !call.arguments.empty()) {
    line.wrong("optimizer", text, "rmsprop or rmsprop(lr=L,rho=R,epsilon=E)");
  }
  for (const auto& [key, value] : call.keywords) {
    float* parameter = key == "lr"        ? &compiled.learning_rate
                       : key == "rho"     ? &compiled.rho
                       : key == "epsilon" ? &compiled.epsilon
                                          : nullptr;
    if (parameter == nullptr) line.wrong("optimizer", key + "=", "lr=, rho= or epsilon=");
    *parameter = static_cast<float>(line.real(key, value, 0.0, 1e6));
  }
}

// Reads "1011", or "0*50" for fifty zeros.
std::vector<bool> read_races(const LineParser& line, const std::string& text) {
  constexpr std::string_view kExpected = "bits 0 and 1, or BIT*COUNT";
  const std::size_t star = text.find('*');
  const std::string bits = text.substr(0, star);
  if (bits.empty() || bits.find_first_not_of("01") != std::string::npos ||
      (star != std::string::npos && bits.size() != 1)) {
    line.wrong("races", text, kExpected);
  }
  if (star != std::string::npos) {
    return std::vector<bool>(
        static_cast<std::size_t>(line.whole("races", text.substr(star + 1), 1, kMany)),
        bits == "1");
  }
  std::vector<bool> races;
  for (const char bit : bits) races.push_back(bit == '1');
  return races;
}

std::size_t inputs_of(const LoadDataCell& data) {
  return data.set == DataSet::boston_housing ? 13 : static_cast<std::size_t>(data.num_words);
}

std::size_t targets_of(DataSet set) { return set == DataSet::reuters ? 46 : 1; }

// Checks that there is one outcome for each race of the device's fill.
void check_races(const LineParser& line, const Script& script, const ModelCell& cell,
                 const std::string& given) {
  const PhiloxFill fill{script.gpu_threads, {}};
  std::size_t open = 0;
  for (const std::size_t size : kernel_sizes(cell.layers, cell.inputs)) open += fill.races(size);
  if (open != cell.races.size()) {
    line.wrong("races", given,
               fmt::format("{} outcomes, one per race of {} threads", open, script.gpu_threads));
  }
}

Action read_model(LineParser& line, const Script& script) {
  const LoadDataCell& data = loaded(line, script, "model");
  ModelCell cell;
  cell.inputs = inputs_of(data);
  cell.name = line.next("the model's name");
  if (find_cell<ModelCell>(script, cell.name) != nullptr) {
    line.wrong("model", cell.name, "a name that no model above has");
  }
  for (const std::string& text : line.rest()) {
    cell.layers.push_back(read_layer(line, text, cell.layers.empty()));
  }
  if (cell.layers.empty()) line.wrong("model", cell.name, "layers after its name");
  CompileSpec& compiled = cell.compiled;
  compiled.epsilon = script.keras.epsilon();
  compiled.loss =
      choose<LossKind>(line, "loss", line.required("loss", "loss=binary_crossentropy, ..."),
                       {{"binary_crossentropy", LossKind::binary_crossentropy},
                        {"categorical_crossentropy", LossKind::categorical_crossentropy},
                        {"mse", LossKind::mse}});
  compiled.metric =
      choose<MetricKind>(line, "metrics", line.setting("metrics").value_or("accuracy"),
                         {{"accuracy", MetricKind::accuracy}, {"mae", MetricKind::mae}});
  read_optimizer(line, line.setting("optimizer").value_or("rmsprop"), compiled);
  const auto races = line.setting("races");
  if (races) cell.races = read_races(line, *races);
  line.done("model NAME LAYER... loss=L metrics=M optimizer=O races=BITS");
  check_races(line, script, cell, races.value_or(""));
  const auto* last = std::get_if<DenseLayer>(&cell.layers.back());
  if (last == nullptr || last->units != targets_of(data.set)) {
    line.wrong("model", cell.name,
               fmt::format("a last layer of {} units, one per target", targets_of(data.set)));
  }
  if ((compiled.loss == LossKind::categorical_crossentropy) != (last->units > 1)) {
    line.wrong("loss", cell.name,
               "categorical_crossentropy for several outputs, another loss for one output");
  }
  return cell;
}

// Reads the "(i,k)" of fold and rest.
Rows::Fold read_fold(const LineParser& line, const std::string& text, const Call& call) {
  if (call.arguments.size() != 2) line.wrong("rows", text, "fold(i,k) or rest(i,k)");
  const auto k = line.whole("rows", call.arguments[1], 2, 1000);
  const auto i = line.whole("rows", call.arguments[0], 0, k - 1);
  return {static_cast<std::size_t>(i), static_cast<std::size_t>(k), call.name == "rest"};
}

Rows read_rows(const LineParser& line, const std::string& text) {
  constexpr std::string_view kExpected =
      "train, test, a slice such as train[10000:], fold(i,k) or rest(i,k)";
  Rows rows{text, false, {}, {}, {}};
  if (text.starts_with("fold(") || text.starts_with("rest(")) {
    rows.fold = read_fold(line, text, line.call("rows", text));
    return rows;
  }
  const std::size_t open = text.find('[');
  const std::string set = text.substr(0, open);
  if (set != "train" && set != "test") line.wrong("rows", text, kExpected);
  rows.test = set == "test";
  if (open == std::string::npos) return rows;
  const std::size_t colon = text.find(':', open);
  if (colon == std::string::npos || text.back() != ']') line.wrong("rows", text, kExpected);
  const std::string first = text.substr(open + 1, colon - open - 1);
  const std::string last = text.substr(colon + 1, text.size() - colon - 2);
  if (!first.empty()) rows.first = line.whole("rows", first, -kMany, kMany);
  if (!last.empty()) rows.last = line.whole("rows", last, -kMany, kMany);
  return rows;
}

bool read_yes_no(LineParser& line, const std::string& key) {
  const std::string text = line.setting(key).value_or("yes");
  if (text != "yes" && text != "no") line.wrong(key, text, "yes or no");
  return text == "yes";
}

// Dropout masks are filled like kernels. Masks with races are refused, because the outcomes of
// their races cannot be known.
void check_masks(const LineParser& line, const Script& script, const ModelCell& model,
                 std::size_t batch) {
  std::size_t units = 0;
  for (const LayerSpec& layer : model.layers) {
    if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
      units = dense->units;
    } else if (PhiloxFill{script.gpu_threads, {}}.races(units * batch) > 0) {
      line.wrong(
          "batch", std::to_string(batch),
          fmt::format("dropout masks of fewer than {} values, which have no races on the GPU",
                      4 * script.gpu_threads));
    }
  }
}

// Reads the name of a fit or baseline.
std::string read_new_name(LineParser& line, const Script& script, const std::string& kind) {
  const std::string name = line.next("the " + kind + "'s name");
  if (find_cell<FitCell>(script, name) || find_cell<BaselineCell>(script, name)) {
    line.wrong(kind, name, "a name that no cell above has");
  }
  return name;
}

Action read_fit(LineParser& line, const Script& script) {
  const LoadDataCell& data = loaded(line, script, "fit");
  FitCell cell;
  cell.name = read_new_name(line, script, "fit");
  cell.model = line.required("model", "the name of a model above");
  const ModelCell* model = find_cell<ModelCell>(script, cell.model);
  if (model == nullptr) line.wrong("model", cell.model, names_of<ModelCell>(script));
  if (model->inputs != inputs_of(data)) {
    line.wrong("model", cell.model,
               fmt::format("a model of {} inputs, like the data set that was loaded last",
                           inputs_of(data)));
  }
  cell.on = read_rows(line, line.required("on", "the rows to train on"));
  cell.epochs = static_cast<int>(line.number("epochs", 1, kMany));
  cell.batch = static_cast<std::size_t>(line.number("batch", 1, kMany, 32));
  if (const auto rows = line.setting("validation")) cell.validation = read_rows(line, *rows);
  cell.shuffle = read_yes_no(line, "shuffle");
  cell.compare = read_yes_no(line, "compare");
  line.done("fit NAME model=M on=ROWS epochs=N batch=N validation=ROWS shuffle=no compare=no");
  check_masks(line, script, *model, cell.batch);
  return cell;
}

Action read_evaluate(LineParser& line, const Script& script) {
  EvaluateCell cell;
  cell.fit = line.next("the name of a fit above");
  if (find_cell<FitCell>(script, cell.fit) == nullptr) {
    line.wrong("evaluate", cell.fit, names_of<FitCell>(script));
  }
  cell.on = read_rows(line, line.required("on", "the rows to evaluate on"));
  cell.batch = static_cast<std::size_t>(line.number("batch", 1, kMany, 32));
  line.done("evaluate FIT on=ROWS batch=N");
  return cell;
}

Action read_baseline(LineParser& line, const Script& script) {
  loaded(line, script, "baseline");
  BaselineCell cell;
  cell.name = read_new_name(line, script, "baseline");
  cell.on = read_rows(line, line.required("on", "the rows whose labels are shuffled"));
  line.done("baseline NAME on=ROWS");
  return cell;
}

Action read_hidden(LineParser& line, const Script&) {
  HiddenCell cell;
  cell.shuffles = static_cast<int>(line.number("shuffles", 0, kMany, 0));
  cell.size = static_cast<std::size_t>(line.number("size", 0, kMany, 0));
  cell.randint = static_cast<int>(line.number("randint", 0, kMany, 0));
  line.done("hidden shuffles=N size=N or hidden randint=N");
  const bool shuffles = cell.shuffles > 0 && cell.size > 0;
  if (shuffles == (cell.randint > 0) || (cell.shuffles > 0) != (cell.size > 0)) {
    line.wrong("hidden", "", "shuffles=N size=N or randint=N");
  }
  return cell;
}

Action read_seed(LineParser& line, const Script&) {
  const std::string text = line.next("the number given to numpy.random.seed");
  SeedCell cell{static_cast<std::uint32_t>(line.whole("seed", text, 0, 4294967295))};
  line.done("seed N");
  return cell;
}

// rand, random, randint, permutation and shuffle of numpy.random, with the arguments of the call.
Action read_random(LineParser& line, const Script&) {
  using Kind = RandomCell::Kind;
  RandomCell cell;
  cell.kind = choose<Kind>(line, "random", line.next("rand, randint, ..."),
                           {{"rand", Kind::rand},
                            {"random", Kind::rand},
                            {"randint", Kind::randint},
                            {"permutation", Kind::permutation},
                            {"shuffle", Kind::permutation}});
  const auto whole = [&](const std::string& text, std::int64_t low, std::int64_t high) {
    return line.whole("random", text, low, high);
  };
  if (cell.kind == Kind::randint) {
    constexpr std::int64_t kLargest = 2147483647;
    const auto low = whole(line.next("the lowest value of randint"), -kLargest, kLargest);
    const auto high = whole(line.next("the value above the highest of randint"), low + 1, kLargest);
    cell.range = static_cast<std::uint32_t>(high - 1 - low);
  }
  std::vector<std::string> sizes = line.rest();
  if (cell.kind == Kind::permutation && sizes.size() != 1) {
    line.wrong("random", fmt::format("{} sizes", sizes.size()), "the number of rows");
  }
  std::int64_t count = 1;
  for (const std::string& size : sizes) {
    count *= whole(size, 0, kMany);
    if (count > 1000 * kMany) line.wrong("random", size, "at most 1,000,000,000 values");
  }
  cell.count = static_cast<std::size_t>(count);
  line.done("random rand D..., random randint LOW HIGH D... or random permutation N");
  return cell;
}

}  // namespace

decltype(Cell::action) read_cell(const std::string& kind, LineParser& line, const Script& script) {
  using Reader = Action (*)(LineParser&, const Script&);
  return choose<Reader>(line, "cell", kind,
                        {{"load_data", read_load_data},
                         {"model", read_model},
                         {"fit", read_fit},
                         {"evaluate", read_evaluate},
                         {"baseline", read_baseline},
                         {"hidden", read_hidden},
                         {"random", read_random},
                         {"seed", read_seed}})(line, script);
}

}  // namespace reprise::replay
