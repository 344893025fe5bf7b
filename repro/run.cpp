#include "repro/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "repro/provenance.hpp"

namespace reprise::book {

void Run::note_data(const DataRecord& data, const std::string& note) {
  record_.data = data;
  if (!note.empty() && output_.text != nullptr) *output_.text << note << '\n';
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
