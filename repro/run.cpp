#include "repro/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/random/streams.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/provenance.hpp"
#include "repro/run_in_threads.hpp"

namespace reprise::book {

namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

void append(RunRecord& all, RunRecord& part) {
  append(all.initial_kernels, part.initial_kernels);
  append(all.permutations, part.permutations);
  append(all.history, part.history);
  append(all.evaluate, part.evaluate);
  append(all.final_sums, part.final_sums);
  append(all.weights_crc32, part.weights_crc32);
  if (part.reorders) all.reorders = all.reorders.value_or(0) + *part.reorders;
  all.isa = part.isa;
}

}  // namespace

void Run::in_parts(std::size_t count, const std::function<void()>& advance,
                   const std::function<void(Run& part, std::size_t i)>& body) {
  RuntimeOptions options = keras.options();
  const int threads = std::exchange(options.threads, 1);
  const InternalOptions& internal = InternalAccess::options(keras);
  if (threads == 1 || internal.force_grain_one) {  // grain one: all threads work on each model
    for (std::size_t i = 0; i < count; ++i) body(*this, i);
    return;
  }
  if (record_.initial_kernels.empty()) record_.load_seconds = since_start_.seconds();
  const Stopwatch watch;
  std::vector<Streams> starts;
  for (std::size_t i = 0; i < count; ++i) {
    starts.push_back(keras.streams());
    advance();
  }
  std::vector<RunRecord> records(count);
  run_in_threads(count, threads, [&](std::size_t i, std::mutex&) {
    Runtime runtime(options, internal);
    runtime.streams() = starts[i];
    Recorder recorder(records[i]);
    runtime.watch(recorder);
    Run part(runtime, datasets_, {}, records[i]);
    body(part, i);
  });
  double evaluate = 0;
  for (RunRecord& part : records) {
    append(record_, part);
    evaluate += part.evaluate_seconds / threads;
  }
  record_.evaluate_seconds += evaluate;
  record_.fit_seconds += watch.seconds() - evaluate;
}

void Run::note_data(const DataRecord& data, const std::string& note) {
  record_.data = data;
  if (!note.empty() && output_.text != nullptr) *output_.text << note << '\n';
}

FitOptions Run::fit_options(const Settings& settings, std::optional<ValidationData> listing) {
  FitOptions options{.epochs = settings.epochs,
                     .batch_size = settings.batch_size,
                     .validation_split = settings.validation_split};
  if (settings.validation_split == 0) options.validation_data = std::move(listing);
  if (!settings.patience) return options;
  if (settings.validation_split == 0 && !options.validation_data) {
    // Keras warns too, and trains on
    keras.warn("early stopping has no effect: this fit has no validation data, and so no val_loss");
    return options;
  }
  callbacks_.push_back(
      std::make_unique<EarlyStopping>(EarlyStoppingOptions{.patience = *settings.patience}));
  options.callbacks.push_back(callbacks_.back().get());
  return options;
}

void Run::record_fit(const std::function<std::vector<Variable>()>& weights,
                     const std::function<History()>& train) {
  record_.load_seconds = since_start_.seconds();
  record_.isa = keras.isa();
  record_initial_kernels(record_, weights());
  const Stopwatch watch;
  record_.history.push_back(train());
  record_.fit_seconds += watch.seconds();
  record_trained_weights(record_, weights());
}

std::optional<std::filesystem::path> Run::optional_data(const std::string& name) const {
  if (!datasets_.cache().locate(name)) return {};
  const DataSource source = datasets_.cache().find(name);
  if (source.origin == Origin::standin) return {};
  return source.path;
}

void Run::print(const std::string& line) const {
  if (output_.text != nullptr) *output_.text << provenance_prefix(record_.data) << line << '\n';
}

void Run::plot(const History& history, const std::string& quantity) const {
  const bool is_loss = quantity == "loss";
  const std::string label = is_loss ? " loss" : " acc";
  draw({id() + "_" + quantity,
        fmt::format("Training and validation {}", quantity),
        is_loss ? "Loss" : "Accuracy",
        {{"Training" + label, true, history.at(quantity)},
         {"Validation" + label, false, history.at("val_" + quantity)}}});
}

void Run::draw(Figure figure) const {
  figure.title = provenance_prefix(record_.data) + figure.title;
  const auto say_failed = [&](const Error& error) {
    print(std::string("(no figure: ") + error.what() + ")");
  };
  if (output_.plot_dir) {
    try {
      write_svg(figure, *output_.plot_dir);
      print("figure: " + one_line((*output_.plot_dir / (figure.name + ".svg")).string()));
    } catch (const Error& error) {
      say_failed(error);
      if (output_.on_failed_figure) output_.on_failed_figure(error);
    }
  }
  if (quiet()) return;
  try {
    draw_in_terminal(figure, *output_.text, output_.terminal);
  } catch (const Error& error) {
    say_failed(error);
  }
}

void Run::keep_predictions(MatrixView<const double> predictions) {
  std::vector<double> head;
  for (std::size_t i = 0; i < std::min<std::size_t>(16, predictions.rows); ++i) {
    head.push_back(predictions(i, 0));
  }
  record_.predict_head = head;
}

}  // namespace reprise::book
