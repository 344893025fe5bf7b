// Pictures of a run, drawn by gnuplot: SVG files, and characters for the terminal.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace reprise {

struct Series {
  std::string label;
  bool dots = false;                // dots for training, a line for validation, as in the book
  std::vector<double> values = {};  // one an epoch
  std::size_t first_epoch = 1;      // of the first value
  std::vector<double> x = {};       // of each value, where it is none of an epoch
  std::vector<double> upper = {};   // with it an area, from values to upper
};

struct Figure {
  std::string name;  // of the file, without ending
  std::string title;
  std::string y_label;
  std::vector<Series> series;
  std::string x_label = "Epochs";
};

bool gnuplot_is_there();

// A string of gnuplot's script that says `text` whatever is in it: control characters become '?'.
std::string gnuplot_quoted(const std::string& text);

// Writes `folder`/`figure.name`.svg. Throws Error: exit code 2 if it cannot be written, 3 without
// gnuplot.
void write_svg(const Figure& figure, const std::filesystem::path& folder);

// Runs a script of gnuplot's that sets no terminal and writes what it plots to `file`, an SVG of
// `width` x `height`. Throws Error as write_svg.
void write_script_svg(const std::string& script, const std::filesystem::path& file, int width,
                      int height);

// Draws with characters, `columns` wide, with the terminal's colours if wanted. Throws Error (exit
// code 3) without gnuplot.
void draw_in_terminal(const Figure& figure, std::ostream& out, bool colours, int columns = 80);

}  // namespace reprise
