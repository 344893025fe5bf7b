#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "reprise/data/standin.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

namespace {

struct Dot {
  double x;  // to the right, 0 to 1
  double y;  // downwards, 0 to 1
};
using Stroke = std::vector<Dot>;

// One stroke a figure.
const std::array<Stroke, mnist::kClasses> kFigures{{
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

// How unsteady the hand is, tried until the book's network reaches its .98; lengths are shares of
// the figure's box, which is 20 of the 28 pixels wide and high as in the real set.
constexpr double kShake = .075;                    // of each corner
constexpr double kTilt = .25;                      // how much the axes lean
constexpr double kStretch = .2;                    // how much they grow or shrink
constexpr double kDrift = 1.5;                     // of the whole figure, in pixels
constexpr double kThinnest = .9, kThickest = 1.9;  // half the width of the line, in pixels

class Hand {
 public:
  explicit Hand(std::uint32_t seed) : random_(Mt19937::from_key(std::array{seed, 784u})) {}

  mnist::Digits draw(std::size_t count) {
    mnist::Digits digits{Matrix<std::uint8_t>(count, mnist::kSide * mnist::kSide), {}};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t label = (std::uint64_t{random_.next()} * mnist::kClasses) >> 32;
      digits.labels.push_back(static_cast<std::int64_t>(label));
      draw_figure(kFigures[label], digits.images.view().row(i));
    }
    return digits;
  }

 private:
  double around_zero(double reach) { return (random_.next() * 0x1p-31 - 1) * reach; }

  void draw_figure(const Stroke& figure, std::span<std::uint8_t> pixels) {
    const double xx = 20 * (1 + around_zero(kStretch)), xy = 20 * around_zero(kTilt);
    const double yx = 20 * around_zero(kTilt), yy = 20 * (1 + around_zero(kStretch));
    const double middle_x = 13.5 + around_zero(kDrift), middle_y = 13.5 + around_zero(kDrift);
    const double half = (kThinnest + kThickest) / 2 + around_zero((kThickest - kThinnest) / 2);
    Dot last{};
    for (std::size_t i = 0; i < figure.size(); ++i) {
      const double x = figure[i].x - .5 + around_zero(kShake);
      const double y = figure[i].y - .5 + around_zero(kShake);
      const Dot dot{middle_x + xx * x + xy * y, middle_y + yx * x + yy * y};
      if (i > 0) draw_line(last, dot, half, pixels);
      last = dot;
    }
  }

  // Ink is full up to half a pixel inside the edge of the line and gone half a pixel outside.
  static void draw_line(Dot a, Dot b, double half, std::span<std::uint8_t> pixels) {
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
  Hand hand(seed);
  mnist::Digits train = hand.draw(60000);
  return {std::move(train), hand.draw(10000)};
}

}  // namespace reprise::standin
