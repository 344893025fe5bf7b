#include "repro/certificate/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/stats/ranks.hpp"

namespace reprise::book {

namespace {

std::string file_name(const LogVerdict& log, std::string what) {
  std::ranges::replace(what, ',', '_');
  std::string source = log.source;
  std::erase(source, ',');
  std::string name =
      fmt::format("{}_{}_{}_{}_{}", log.experiment, log.edition, source, log.semantics, what);
  std::ranges::replace(name, ' ', '_');
  return name;
}

std::string title(const LogVerdict& log) {
  return fmt::format("{}, edition {}, {}: {} runs under {}", log.experiment, log.edition,
                     log.source, log.runs, log.semantics);
}

std::vector<std::string> curves_of(const LogVerdict& log) {
  std::vector<std::string> curves;
  for (const QuantityComparison& quantity : log.quantities) {
    if (quantity.curve.empty()) continue;
    if (std::ranges::find(curves, quantity.curve) == curves.end()) curves.push_back(quantity.curve);
  }
  return curves;
}

Figure curve_picture(const LogVerdict& log, const std::string& curve) {
  Series band{.label = "5 to 95 % of our seeds"}, median{.label = "median of our seeds"},
      book{.label = "the book", .dots = true};
  for (const QuantityComparison& quantity : log.quantities) {
    if (quantity.curve != curve) continue;
    band.values.push_back(quantity.low);
    band.upper.push_back(quantity.high);
    median.values.push_back(quantity.median);
    book.values.push_back(quantity.book);
  }
  return {file_name(log, curve), title(log), curve, {band, median, book}};
}

// A histogram of our runs with the bin width of Freedman and Diaconis, and the book as a line.
Figure number_picture(const LogVerdict& log, const QuantityComparison& quantity) {
  std::vector<double> sorted = quantity.ours;
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
  book.x = {quantity.book, quantity.book};
  book.values = {0, std::ranges::max(counts)};
  return {file_name(log, quantity.label), title(log), "runs", {ours, book}, quantity.label};
}

}  // namespace

std::vector<Figure> pictures_of(const LogVerdict& log) {
  std::vector<Figure> pictures;
  for (const std::string& curve : curves_of(log)) pictures.push_back(curve_picture(log, curve));
  for (const QuantityComparison& quantity : log.quantities) {
    // a verdict of an earlier certificate lacks the values of the runs
    if (quantity.curve.empty() && !quantity.ours.empty())
      pictures.push_back(number_picture(log, quantity));
  }
  return pictures;
}

std::vector<std::string> picture_names(const Certificate& certificate) {
  std::vector<std::string> names;
  for (const LogVerdict& log : certificate.verdicts) {
    for (const std::string& curve : curves_of(log)) names.push_back(file_name(log, curve));
    for (const QuantityComparison& quantity : log.quantities) {
      if (quantity.curve.empty()) names.push_back(file_name(log, quantity.label));
    }
  }
  return names;
}

void write_pictures(const Certificate& certificate, const std::filesystem::path& folder) {
  for (const LogVerdict& log : certificate.verdicts) {
    for (const Figure& figure : pictures_of(log)) write_svg(figure, folder);
  }
}

}  // namespace reprise::book
