#include "repro/certificate/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/stats/ranks.hpp"

namespace reprise::book {

namespace {

std::string file_name(const LogVerdict& row, std::string what) {
  std::string name =
      fmt::format("{}_{}_{}_{}_{}", row.experiment, row.edition, row.source, row.semantics, what);
  std::erase(name, ',');
  std::ranges::replace(name, ' ', '_');
  return name;
}

std::string title(const LogVerdict& row) {
  return fmt::format("{}, edition {}, {}: {} runs under {}", row.experiment, row.edition,
                     row.source, row.runs, row.semantics);
}

std::vector<std::string> curves_of(const LogVerdict& row) {
  std::vector<std::string> curves;
  for (const QuantityComparison& place : row.quantities) {
    if (place.curve.empty()) continue;
    if (std::ranges::find(curves, place.curve) == curves.end()) curves.push_back(place.curve);
  }
  return curves;
}

Figure curve_picture(const LogVerdict& row, const std::string& curve) {
  Series band{.label = "5 to 95 % of our seeds"}, median{.label = "median of ours"},
      book{.label = "the book", .dots = true};
  for (const QuantityComparison& place : row.quantities) {
    if (place.curve != curve) continue;
    band.values.push_back(place.low);
    band.upper.push_back(place.high);
    median.values.push_back(place.median);
    book.values.push_back(place.book);
  }
  return {file_name(row, curve), title(row), curve, {band, median, book}};
}

// Bars of about the square root of N, by Freedman and Diaconis's width where ours spread.
Figure number_picture(const LogVerdict& row, const QuantityComparison& place) {
  std::vector<double> sorted = place.ours;
  std::ranges::sort(sorted);
  const double spread = sorted.back() - sorted.front();
  const double width = 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) /
                       std::cbrt(static_cast<double>(sorted.size()));
  const double wanted = width > 0 ? std::ceil(spread / width) : 1;
  const auto bars = static_cast<std::size_t>(std::clamp(wanted, 1.0, 60.0));
  const double step = spread > 0 ? spread / static_cast<double>(bars) : 1;
  std::vector<double> counts(bars);
  for (const double value : sorted) {
    const auto bar = static_cast<std::size_t>((value - sorted.front()) / step);
    counts[std::min(bar, bars - 1)] += 1;
  }
  Series ours{.label = "our seeds"}, book{.label = "the book"};
  for (std::size_t b = 0; b < bars; ++b) {
    for (const std::size_t edge : {b, b + 1}) {
      ours.x.push_back(sorted.front() + step * static_cast<double>(edge));
      ours.values.push_back(0);
      ours.upper.push_back(counts[b]);
    }
  }
  book.x = {place.book, place.book};
  book.values = {0, std::ranges::max(counts)};
  std::string what = place.label;
  std::ranges::replace_if(
      what, [](char c) { return c == ',' || c == ' '; }, '_');
  return {file_name(row, what), title(row), "runs", {ours, book}, place.label};
}

}  // namespace

std::vector<Figure> pictures_of(const LogVerdict& row) {
  std::vector<Figure> pictures;
  for (const std::string& curve : curves_of(row)) pictures.push_back(curve_picture(row, curve));
  for (const QuantityComparison& place : row.quantities) {
    if (place.curve.empty()) pictures.push_back(number_picture(row, place));
  }
  return pictures;
}

std::vector<std::string> picture_names(const Certificate& certificate) {
  std::vector<std::string> names;
  for (const LogVerdict& row : certificate.verdicts) {
    for (const Figure& figure : pictures_of(row)) names.push_back(figure.name);
  }
  return names;
}

void write_pictures(const Certificate& certificate, const std::filesystem::path& folder) {
  for (const LogVerdict& row : certificate.verdicts) {
    for (const Figure& figure : pictures_of(row)) write_svg(figure, folder);
  }
}

}  // namespace reprise::book
