// Figures of a run, drawn by gnuplot as SVG files or as characters in the terminal.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace reprise {

struct Series {
  std::string label;
  bool dots = false;                // the book draws training as dots, validation as a line
  std::vector<double> values = {};  // one per epoch
  std::size_t first_epoch = 1;      // epoch of the first value
  std::vector<double> x = {};       // x of each value, if it is not the epoch
  std::vector<double> upper = {};   // if not empty, fills the area from values to upper
};

struct Figure {
  std::string name;  // file name without extension
  std::string title;
  std::string y_label;
  std::vector<Series> series;
  std::string x_label = "Epochs";
};

// Whether gnuplot is installed and ends on an empty script within 10 s.
bool gnuplot_is_there();

// Quotes `text` as a string literal of gnuplot. Control characters become '?'.
std::string gnuplot_quoted(const std::string& text);

// Writes `folder`/`figure.name`.svg. Throws Error with exit code 3 if gnuplot is missing, 2 if the
// file cannot be written or gnuplot fails, draws nothing or takes more than 60 s; the file is then
// what it was.
void write_svg(const Figure& figure, const std::filesystem::path& folder);

// Runs a gnuplot script that sets no terminal and writes its plot to `file`, an SVG of `width` x
// `height` pixels. Throws Error as write_svg does.
void write_script_svg(const std::string& script, const std::filesystem::path& file, int width,
                      int height);

// Draws with characters, `columns` wide, optionally in colour. Throws Error with exit code 3 if
// gnuplot is missing, 2 if it fails, draws nothing or takes more than 60 s.
void draw_in_terminal(const Figure& figure, std::ostream& out, bool colours, int columns = 80);

}  // namespace reprise
