#include "run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "origin.hpp"
#include "reprise/core/error.hpp"

namespace reprise::book {

DataSource Run::data(const std::string& name) {
  const DataSource source = cache_.find(name);
  record_.data = {name, source.sha256, source.origin == Origin::standin,
                  source.origin == Origin::official,
                  source.origin == Origin::standin ? kStandinNote : ""};
  if (source.origin == Origin::unverified) {
    say(fmt::format("{}{} is not the file that Keras accepts (sha256 {})", mark_of(record_.data),
                    source.path.string(), source.sha256));
  }
  return source;
}

std::optional<std::filesystem::path> Run::optional_data(const std::string& name) const {
  if (!cache_.locate(name)) return {};
  const DataSource source = cache_.find(name);
  if (source.origin == Origin::standin) return {};
  return source.path;
}

void Run::say(const std::string& line) const {
  if (output_.words != nullptr) *output_.words << line << '\n';
}

void Run::draw(Figure figure) const {
  figure.title = mark_of(record_.data) + figure.title;
  if (output_.plot_dir) {
    write_svg(figure, *output_.plot_dir);
    say("picture: " + (*output_.plot_dir / (figure.name + ".svg")).string());
  }
  if (quiet()) return;
  try {
    draw_in_terminal(figure, *output_.words, output_.terminal);
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::missing) throw;
    say(std::string("(no picture: ") + error.what() + ")");
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
