#include "repro/training_log/values.hpp"

#include <cctype>
#include <charconv>
#include <limits>

namespace reprise {

std::optional<PrintedValue> printed_value(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lowered == "nan") return PrintedValue{std::numeric_limits<double>::quiet_NaN(), 0};
  if (lowered == "inf" || lowered == "infinity") {
    return PrintedValue{std::numeric_limits<double>::infinity(), 0};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  const std::size_t point = text.find('.');
  const bool exponent = lowered.find('e') != std::string::npos;
  const int decimals = exponent             ? 17
                       : point == text.npos ? 0
                                            : static_cast<int>(text.size() - point - 1);
  return PrintedValue{value, decimals};
}

}  // namespace reprise
