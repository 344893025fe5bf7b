// Changes inputs at random, in the ways that break readers: other bits, numbers at the edge of
// their range, parts that are missing, doubled or from another input.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::fuzz {

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string changed(std::string input) {
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(input);
    if (input.size() > kLongest) input.resize(kLongest);
    return input;
  }

 private:
  static constexpr std::size_t kLongest = 1 << 16;

  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void change(std::string& input) {
    const std::size_t at = below(input.size() + 1), length = below(input.size() - at + 1);
    switch (below(8)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ 1 << below(8));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 2: input.resize(at); break;
      case 3: input.erase(at, std::min<std::size_t>(length, 1 + below(16))); break;
      case 4:
        input.insert(at, input.substr(at, std::min<std::size_t>(length, 1 + below(64))));
        break;
      case 5: overwrite(input, at, extreme_integer()); break;
      case 6: replace_number(input, at); break;
      default: {
        const std::string& other = corpus_[below(corpus_.size())];
        input.replace(at, length, other.substr(below(other.size() + 1), 1 + below(256)));
      }
    }
  }

  static void overwrite(std::string& input, std::size_t at, std::string_view bytes) {
    input.replace(at, bytes.size(), bytes);
  }

  // 1, 2, 4 or 8 bytes of 0, 1, -1, the largest or the smallest, in either order.
  std::string extreme_integer() {
    const std::size_t size = std::size_t{1} << below(4);
    const std::size_t kind = below(5);
    std::string bytes(size, kind == 2 || kind == 3 ? '\xff' : '\0');
    if (kind == 1) bytes.front() = '\1';
    if (kind == 3) bytes.back() = '\x7f';
    if (kind == 4) bytes.back() = '\x80';
    if (below(2) == 0) std::ranges::reverse(bytes);
    return bytes;
  }

  // Replaces the digits at or after `at` by a text that readers of numbers or JSON stumble over.
  void replace_number(std::string& input, std::size_t at) {
    constexpr std::array<std::string_view, 20> kTexts{"0",
                                                      "-1",
                                                      "1e400",
                                                      "-1e400",
                                                      "1e-400",
                                                      "18446744073709551616",
                                                      "-9223372036854775808",
                                                      "NaN",
                                                      "null",
                                                      "true",
                                                      "[]",
                                                      "{}",
                                                      "\"\"",
                                                      "2147483648",
                                                      "1.5",
                                                      "[[[[",
                                                      "\"\\ud800\"",
                                                      "4294967296",
                                                      "Infinity",
                                                      "\"\xff\x1b\""};
    constexpr std::string_view kDigits = "0123456789.+-eE";
    const std::size_t first = std::min(input.find_first_of("0123456789", at), input.size());
    const std::size_t last = std::min(input.find_first_not_of(kDigits, first), input.size());
    input.replace(first, last - first, kTexts[below(kTexts.size())]);
  }

  const std::vector<std::string>& corpus_;
  std::mt19937 random_{19};
};

}  // namespace reprise::fuzz
