#include "reprise/record/plot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"

extern char** environ;

namespace reprise {

namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

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

// Runs gnuplot on the script `text` and sends its output to the file descriptor `out`.
void run_gnuplot(const std::string& text, int out) {
  const File in(std::tmpfile());
  if (in == nullptr || std::fwrite(text.data(), 1, text.size(), in.get()) != text.size()) {
    throw Error("gnuplot: cannot write the script to a temporary file");
  }
  std::rewind(in.get());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  char program[] = "gnuplot";
  char* arguments[] = {program, nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (failed == 0) waitpid(child, &status, 0);
  if (failed != 0 || WEXITSTATUS(status) == 127) {
    throw Error("gnuplot not found: plots need the package gnuplot-nox", ExitCode::missing);
  }
  if (status != 0) throw Error(fmt::format("gnuplot failed with status {}", status));
}

void draw_to_file(const std::string& text, const std::filesystem::path& file) {
  AtomicFile whole(file);
  const File out(std::fopen(whole.temporary_path().c_str(), "w"));
  if (out == nullptr) throw Error(fmt::format("{}: cannot be written", file.string()));
  run_gnuplot(text, fileno(out.get()));
  whole.commit();
}

}  // namespace

std::string gnuplot_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : one_line(text)) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

bool gnuplot_is_there() {
  const File nowhere(std::fopen("/dev/null", "w"));
  try {
    run_gnuplot("", fileno(nowhere.get()));
    return true;
  } catch (const Error&) {
    return false;
  }
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
  const File picture(std::tmpfile());
  if (picture == nullptr) throw Error("cannot create a temporary file for a plot");
  const char* palette = colours ? "ansi" : "mono";
  run_gnuplot(script(figure, fmt::format("dumb size {},20 {}", columns, palette), "'o'"),
              fileno(picture.get()));
  std::rewind(picture.get());
  for (int c = std::fgetc(picture.get()); c != EOF; c = std::fgetc(picture.get())) {
    if (c != '\f') out.put(static_cast<char>(c));
  }
}

}  // namespace reprise
