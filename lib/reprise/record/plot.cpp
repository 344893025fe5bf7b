#include "reprise/record/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <string_view>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/process.hpp"

namespace reprise {

namespace {

// Whether all characters are printable, line ends, or among `extra`.
bool is_text(std::string_view picture, std::string_view extra) {
  return std::ranges::all_of(picture, [&](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\n' ||
           extra.find(c) != std::string_view::npos;
  });
}

// The colour of the s-th series if it is a line. Colour-blind readers can tell the first ones
// apart.
std::string_view colour_of(std::size_t s) {
  constexpr std::string_view kColours[] = {"#1f77b4", "#d62728", "#000000", "#9467bd",
                                           "#ff7f0e", "#2ca02c", "#17becf"};
  return kColours[s % std::size(kColours)];
}

// Sets a y range where gnuplot finds none: it warns about a single value and fails without any.
std::string y_range(const Figure& figure) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Series& series : figure.series) {
    for (const auto* values : {&series.values, &series.upper}) {
      for (const double value : *values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (low < high) return "";
  if (low > high) return "set yrange [0:1]\n";
  const double around = low == 0 ? 1 : std::abs(low) / 100;
  return fmt::format("set yrange [{}:{}]\n", low - around, high + around);
}

// `dot` is gnuplot's point type for training values.
std::string script(const Figure& figure, const std::string& terminal, const std::string& dot) {
  std::string text = "set terminal " + terminal + "\n";
  text += "set title " + gnuplot_quoted(figure.title) + " noenhanced\nset xlabel " +
          gnuplot_quoted(figure.x_label) + " noenhanced\n";
  text += "set ylabel " + gnuplot_quoted(figure.y_label) +
          " noenhanced\nset key outside bottom center horizontal\n";
  std::size_t epochs = 0;
  for (const Series& series : figure.series) {
    epochs = std::max(epochs, series.first_epoch + series.values.size() - 1);
  }
  const bool by_epoch =
      std::ranges::all_of(figure.series, [](const Series& series) { return series.x.empty(); });
  if (by_epoch) text += fmt::format("set xrange [0:{}]\n", epochs + 1);
  text += y_range(figure);
  text += "set grid ytics lc rgb '#dddddd'\n";
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    text += fmt::format("$series{} << END\n", s);
    const Series& series = figure.series[s];
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      text += series.x.empty() ? fmt::format("{}", series.first_epoch + i)
                               : fmt::format("{}", series.x[i]);
      text += fmt::format(" {}", series.values[i]);
      text += series.upper.empty() ? "\n" : fmt::format(" {}\n", series.upper[i]);
    }
    text += "END\n";
  }
  text += "plot ";
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const Series& series = figure.series[s];
    const std::string line = fmt::format("lines lw 2 lc rgb '{}'", colour_of(s));
    const std::string style = !series.upper.empty() ? "filledcurves fs solid 0.25 lc rgb '#1f77b4'"
                              : series.dots ? "points pt " + dot + " ps 0.8 lc rgb '#1f77b4'"
                                            : line;
    text +=
        fmt::format("{}$series{} using {} title {} noenhanced with {}", s == 0 ? "" : ", ", s,
                    series.upper.empty() ? "1:2" : "1:2:3", gnuplot_quoted(series.label), style);
  }
  return text + "\n";
}

// Returns what gnuplot draws from the script `text`. The errors begin with `name`, what is drawn.
std::string drawn_by_gnuplot(const std::string& text, const std::string& name) {
  constexpr double kSeconds = 60;  // it takes 0.1 s
  static std::atomic<bool> hung = false;
  if (hung) throw Error(fmt::format("{}: not drawn: gnuplot hung before", name));
  const ProcessResult done = run_process({{"gnuplot"}, {}, text}, kSeconds, kWholeOutput);
  if (!done.started || done.exit_code == 127) {
    throw Error("gnuplot not found: plots need the package gnuplot-nox", ExitCode::missing);
  }
  hung = done.timed_out;
  if (!done.succeeded()) {
    throw Error(fmt::format("{}: not drawn: gnuplot: {}", name, done.problem()));
  }
  return done.standard_output;
}

void draw_to_file(const std::string& text, const std::filesystem::path& file) {
  AtomicFile whole(file);
  const std::string name = one_line(file.string());
  const std::string picture = drawn_by_gnuplot(text, name);
  const auto end = picture.find_last_not_of(" \n\r\t") + 1;
  if (!std::string_view(picture).substr(0, end).ends_with("</svg>")) {
    throw Error(fmt::format("{}: not drawn: gnuplot wrote {}, expected an SVG picture", name,
                            end == 0 ? "nothing" : "no end </svg>"));
  }
  if (!is_text(picture, "\t\r") || picture.find("<g") == std::string::npos) {
    throw Error(
        fmt::format("{}: not drawn: gnuplot wrote no curves, expected an SVG picture", name));
  }
  whole.stream() << picture;
  whole.commit();
}

}  // namespace

std::string gnuplot_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : one_line(text)) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

bool gnuplot_is_there() {
  constexpr double kSeconds = 10;
  return run_process({{"gnuplot"}}, kSeconds).succeeded();
}

void write_svg(const Figure& figure, const std::filesystem::path& folder) {
  require_writable_folder(folder);
  draw_to_file(script(figure, "svg size 640,420 background rgb 'white' font 'sans-serif,13'", "7"),
               folder / (figure.name + ".svg"));
}

void write_script_svg(const std::string& script, const std::filesystem::path& file, int width,
                      int height) {
  draw_to_file(fmt::format("set terminal svg size {},{} background rgb 'white' font "
                           "'sans-serif,12'\n{}",
                           width, height, script),
               file);
}

void draw_in_terminal(const Figure& figure, std::ostream& out, bool colours, int columns) {
  const char* palette = colours ? "ansi" : "mono";
  std::string picture =
      drawn_by_gnuplot(script(figure, fmt::format("dumb size {},20 {}", columns, palette), "'o'"),
                       one_line(figure.name));
  std::erase(picture, '\f');
  // a terminal obeys control characters; of these gnuplot writes line ends and sequences of colours
  constexpr std::size_t kMost = 1 << 16;
  if (picture.size() > kMost || !is_text(picture, colours ? "\x1b" : "")) {
    throw Error(fmt::format("{}: not drawn: gnuplot wrote no plain text, expected a plot",
                            one_line(figure.name)));
  }
  if (picture.find_first_not_of(" \n\r\t") == std::string::npos) {
    throw Error(fmt::format("{}: not drawn: gnuplot wrote nothing, expected a plot",
                            one_line(figure.name)));
  }
  out << picture;
}

}  // namespace reprise
