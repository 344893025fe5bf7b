#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "reprise/data/standin.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

namespace {

struct Point {
  double x;  // to the right, 0 to 1
  double y;  // downwards, 0 to 1
};
using Stroke = std::vector<Point>;

// Each digit is drawn with one stroke.
const std::array<Stroke, mnist::kClasses> kDigits{{
    {{.5, .05}, {.8, .2}, {.85, .5}, {.8, .8}, {.5, .95}, {.2, .8}, {.15, .5}, {.2, .2}, {.5, .05}},
    {{.35, .2}, {.55, .05}, {.55, .5}, {.55, .95}},
    {{.2, .25}, {.5, .05}, {.8, .25}, {.7, .5}, {.2, .95}, {.85, .95}},
    {{.2, .1}, {.75, .15}, {.5, .45}, {.8, .7}, {.5, .95}, {.2, .85}},
    {{.65, .95}, {.65, .05}, {.15, .65}, {.85, .65}},
    {{.8, .05}, {.25, .05}, {.2, .45}, {.7, .45}, {.8, .7}, {.5, .95}, {.2, .85}},
    {{.7, .05}, {.3, .4}, {.2, .75}, {.5, .95}, {.8, .75}, {.5, .5}, {.25, .65}},
    {{.15, .05}, {.85, .05}, {.6, .5}, {.4, .95}},
    {{.5, .5},
     {.2, .25},
     {.5, .05},
     {.8, .25},
     {.5, .5},
     {.2, .75},
     {.5, .95},
     {.8, .75},
     {.5, .5}},
    {{.75, .35}, {.5, .5}, {.25, .3}, {.5, .05}, {.75, .3}, {.7, .95}},
}};

// The ranges of the distortions, tuned until the network of the book reaches its accuracy of .98.
// Lengths are relative to the bounding box of the digit, 20 x 20 of the 28 x 28 pixels as in the
// real set.
constexpr double kJitter = .075;                   // of each point
constexpr double kShear = .25;                     // of the axes
constexpr double kStretch = .2;                    // of the axes
constexpr double kShift = 1.5;                     // of the whole digit, in pixels
constexpr double kThinnest = .9, kThickest = 1.9;  // half the line width, in pixels

class DigitPainter {
 public:
  explicit DigitPainter(std::uint32_t seed) : random_(Mt19937::from_key(std::array{seed, 784u})) {}

  mnist::Digits draw(std::size_t count) {
    mnist::Digits digits{Matrix<std::uint8_t>(count, mnist::kSide * mnist::kSide), {}};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t label = (std::uint64_t{random_.next()} * mnist::kClasses) >> 32;
      digits.labels.push_back(static_cast<std::int64_t>(label));
      draw_digit(kDigits[label], digits.images.view().row(i));
    }
    return digits;
  }

 private:
  double symmetric(double limit) { return (random_.next() * 0x1p-31 - 1) * limit; }

  void draw_digit(const Stroke& stroke, std::span<std::uint8_t> pixels) {
    const double xx = 20 * (1 + symmetric(kStretch)), xy = 20 * symmetric(kShear);
    const double yx = 20 * symmetric(kShear), yy = 20 * (1 + symmetric(kStretch));
    const double middle_x = 13.5 + symmetric(kShift), middle_y = 13.5 + symmetric(kShift);
    const double half = (kThinnest + kThickest) / 2 + symmetric((kThickest - kThinnest) / 2);
    Point last{};
    for (std::size_t i = 0; i < stroke.size(); ++i) {
      const double x = stroke[i].x - .5 + symmetric(kJitter);
      const double y = stroke[i].y - .5 + symmetric(kJitter);
      const Point point{middle_x + xx * x + xy * y, middle_y + yx * x + yy * y};
      if (i > 0) draw_line(last, point, half, pixels);
      last = point;
    }
  }

  // The ink falls off linearly from half a pixel inside the edge of the line to half a pixel
  // outside.
  static void draw_line(Point a, Point b, double half, std::span<std::uint8_t> pixels) {
    const auto range = [&](double low, double high) {
      const double last = static_cast<double>(mnist::kSide) - 1;
      return std::pair(static_cast<std::size_t>(std::clamp(low - half, 0.0, last)),
                       static_cast<std::size_t>(std::clamp(high + half + 1, 0.0, last)));
    };
    const auto [left, right] = range(std::min(a.x, b.x), std::max(a.x, b.x));
    const auto [top, bottom] = range(std::min(a.y, b.y), std::max(a.y, b.y));
    const double dx = b.x - a.x, dy = b.y - a.y, square = std::max(dx * dx + dy * dy, 1e-9);
    for (std::size_t y = top; y <= bottom; ++y) {
      for (std::size_t x = left; x <= right; ++x) {
        const double px = static_cast<double>(x) - a.x, py = static_cast<double>(y) - a.y;
        const double t = std::clamp((px * dx + py * dy) / square, 0.0, 1.0);
        const double ex = px - t * dx, ey = py - t * dy;
        const double ink = std::clamp(half + .5 - std::sqrt(ex * ex + ey * ey), 0.0, 1.0);
        std::uint8_t& pixel = pixels[y * mnist::kSide + x];
        pixel = std::max(pixel, static_cast<std::uint8_t>(ink * 255));
      }
    }
  }

  Mt19937 random_;
};

}  // namespace

mnist::Dataset mnist(std::uint32_t seed) {
  DigitPainter painter(seed);
  mnist::Digits train = painter.draw(60000);
  return {std::move(train), painter.draw(10000)};
}

}  // namespace reprise::standin
