#include "reprise/data/standin_texts.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "reprise/core/math.hpp"

namespace reprise::standin {

namespace {

// The curve at x, interpolated linearly between its points in log y and in x, or log x with
// `log_x`.
double on_curve(const std::vector<Point>& curve, double x, bool log_x) {
  const auto scaled = [&](double value) { return log_x ? math::log(value) : value; };
  auto right = std::find_if(curve.begin() + 1, curve.end() - 1,
                            [&](const Point& point) { return x <= point.x; });
  const auto left = right - 1;
  const double t = (scaled(x) - scaled(left->x)) / (scaled(right->x) - scaled(left->x));
  return math::exp(math::log(left->y) + t * (math::log(right->y) - math::log(left->y)));
}

}  // namespace

TextGenerator::TextGenerator(Language language, std::uint32_t seed)
    : language_(std::move(language)),
      random_(Mt19937::from_key(std::array{seed, static_cast<std::uint32_t>(language_.classes)})) {
  prepare_ranks();
  prepare_preferences();
}

void TextGenerator::prepare_ranks() {
  const auto words = static_cast<std::size_t>(language_.frequencies.back().x);
  std::vector<double> weight(words);
  for (std::size_t i = 0; i < words; ++i) {
    weight[i] = on_curve(language_.frequencies, static_cast<double>(i + 1), true);
  }
  const double mean =
      std::accumulate(weight.begin(), weight.end(), 0.0) / static_cast<double>(words);
  std::vector<std::size_t> rare, frequent;
  for (std::size_t i = 0; i < words; ++i) {
    weight[i] /= mean;
    (weight[i] < 1 ? rare : frequent).push_back(i);
  }
  // each rare rank's column is filled up with a frequent rank, whose rest may become rare
  keep_.assign(words, UINT32_MAX);
  alias_.resize(words);
  std::iota(alias_.begin(), alias_.end(), 0);
  while (!rare.empty() && !frequent.empty()) {
    const std::size_t i = rare.back(), j = frequent.back();
    rare.pop_back();
    keep_[i] = static_cast<std::uint32_t>(weight[i] * 0x1p32);
    alias_[i] = static_cast<std::int32_t>(j);
    weight[j] -= 1 - weight[i];
    if (weight[j] < 1) {
      frequent.pop_back();
      rare.push_back(j);
    }
  }
}

void TextGenerator::prepare_preferences() {
  const std::size_t blocks = keep_.size() / language_.block_size;
  weight_.assign(blocks, 0.0);
  for (std::size_t b = language_.first_block; b < blocks; ++b) {
    const bool weighted = uniform() < language_.weighted;
    weight_[b] = weighted ? uniform() : 0.0;
  }
  preferred_.resize(blocks * language_.classes);
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t first = below(language_.block_size);
    for (std::size_t c = 0; c < language_.classes; ++c) {
      // with few classes all prefer different words of a block; with many some coincide
      const bool few = language_.classes <= language_.block_size;
      const std::size_t member =
          few ? (first + c) % language_.block_size : below(language_.block_size);
      preferred_[b * language_.classes + c] =
          static_cast<std::int32_t>(b * language_.block_size + member);
    }
  }
}

std::int32_t TextGenerator::draw_word(std::size_t topic, double strength) {
  // one random number u for both: the integer part of u n is the column, the fraction decides
  // within it
  const std::uint64_t scaled = std::uint64_t{random_.next()} * keep_.size();
  auto i = static_cast<std::int32_t>(scaled >> 32);
  const auto column = static_cast<std::size_t>(i);
  if (static_cast<std::uint32_t>(scaled) >= keep_[column]) i = alias_[column];
  const std::size_t b = static_cast<std::size_t>(i) / language_.block_size;
  if (b < weight_.size() && weight_[b] > 0 && uniform() < strength * weight_[b]) {
    i = preferred_[b * language_.classes + topic];
  }
  return i + 1;
}

texts::Samples TextGenerator::generate(std::vector<std::int64_t> labels) {
  texts::Samples samples;
  std::vector<std::int32_t> text;
  for (const std::int64_t label : labels) {
    const bool mislabeled = uniform() < language_.mislabeled;
    const auto topic = mislabeled ? below(language_.classes) : static_cast<std::size_t>(label);
    const double strength =
        language_.min_strength + (language_.max_strength - language_.min_strength) * uniform();
    text.clear();
    for (double left = on_curve(language_.lengths, uniform(), false); left >= 1; --left) {
      const bool repeated = uniform() < language_.repeat && !text.empty();
      text.push_back(repeated ? text[below(text.size())] : draw_word(topic, strength));
    }
    samples.sequences.push_back(text);
  }
  samples.labels = std::move(labels);
  return samples;
}

}  // namespace reprise::standin
