#include "reprise/core/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "reprise/core/caches.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/processors.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr const char* kUnknown = "unknown";
constexpr std::size_t kLongestName = 32;  // of the model in an identity

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

// Calls use(key, value) for each line "key : value" until it returns false.
template <class Use>
void for_each_line(std::string_view cpuinfo, Use use) {
  while (!cpuinfo.empty()) {
    const auto end = std::min(cpuinfo.find('\n'), cpuinfo.size());
    const std::string_view line = cpuinfo.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos &&
        !use(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)))) {
      return;
    }
    cpuinfo.remove_prefix(std::min(end + 1, cpuinfo.size()));
  }
}

// "25" or "0x19"
std::optional<unsigned> number_in(std::string_view text) {
  const bool is_hexadecimal = text.starts_with("0x");
  if (is_hexadecimal) text.remove_prefix(2);
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number, is_hexadecimal ? 16 : 10);
  return error == std::errc() && last == end ? std::optional(number) : std::nullopt;
}

std::string hexadecimal(std::optional<unsigned> number, int digits) {
  return number ? fmt::format("{:0{}x}", *number, digits) : kUnknown;
}

// Each processor has a line of this name, and /sys may be missing in a sandbox.
int processors_in(std::string_view cpuinfo) {
  int count = 0;
  for_each_line(cpuinfo, [&](std::string_view key, std::string_view) {
    if (key == "processor") ++count;
    return true;
  });
  return count;
}

// The words of small letters and digits in a text.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      words.back() += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// The words of the model's name but those that every name has, and its clock rate: in "Intel(R)
// Xeon(R) CPU @ 2.60GHz" they are intel and xeon. Some hypervisors' names do not tell the vendor.
std::vector<std::string> name_words(const Machine& machine) {
  std::vector<std::string> words;
  if (machine.name != kUnknown) words = words_of(machine.name.substr(0, machine.name.find('@')));
  std::erase_if(words, [](const std::string& word) {
    return word == "r" || word == "tm" || word == "cpu" || word == "processor";
  });
  for (const auto& [vendor, word] : {std::pair("AuthenticAMD", "amd"), {"GenuineIntel", "intel"}}) {
    if (machine.vendor == vendor && std::ranges::count(words, word) == 0) {
      words.insert(words.begin(), word);
    }
  }
  if (words.empty()) words = words_of(machine.vendor);
  if (words.empty()) words = {kUnknown};
  return words;
}

// "512k" or "32m"
std::string size_text(std::size_t bytes) {
  constexpr std::size_t kMiB = 1 << 20;
  return bytes % kMiB == 0 ? fmt::format("{}m", bytes / kMiB) : fmt::format("{}k", bytes >> 10);
}

}  // namespace

std::string cpuinfo_text(const std::filesystem::path& file) {
  constexpr std::uintmax_t kMostBytes = 64 << 20;  // 8,192 processors have 16 MB
  try {
    return read_file(file, kMostBytes);
  } catch (const Error&) {
    return "";
  }
}

std::string cpuinfo_value(std::string_view cpuinfo, std::string_view key) {
  std::string found = kUnknown;
  for_each_line(cpuinfo, [&](std::string_view name, std::string_view value) {
    if (name != key || value.empty()) return true;
    found = value;
    return false;
  });
  return found;
}

Machine machine_from(std::string_view cpuinfo, const std::filesystem::path& folder) {
  const auto number = [&](std::string_view key) { return number_in(cpuinfo_value(cpuinfo, key)); };
  Machine machine;
  machine.vendor = cpuinfo_value(cpuinfo, "vendor_id");
  machine.name = cpuinfo_value(cpuinfo, "model name");
  if (const auto implementer = number("CPU implementer")) {
    const auto variant = number("CPU variant"), revision = number("CPU revision");
    machine.vendor = "ARM";
    machine.family = hexadecimal(implementer, 2);
    machine.model = hexadecimal(number("CPU part"), 3);
    if (variant && revision) machine.stepping = fmt::format("r{}p{}", *variant, *revision);
  } else {
    machine.family = hexadecimal(number("cpu family"), 2);
    machine.model = hexadecimal(number("model"), 2);
    machine.stepping = hexadecimal(number("stepping"), 1);
  }
  const int online = count_listed(cpuinfo_text(folder / "online"));
  machine.processors = online > 0 ? online : processors_in(cpuinfo);
  // The C library's answers are not asked for: they depend on its version.
  const auto cache = [&](int level) { return linux_cache_bytes(level, folder / "cpu0" / "cache"); };
  machine.l1d_bytes = cache(1);
  machine.l2_bytes = cache(2);
  machine.l3_bytes = cache(3);
  return machine;
}

std::string id_of(const Machine& machine, std::string_view isa) {
  std::string id;
  for (const std::string& word : name_words(machine)) {
    if (!id.empty() && id.size() + 1 + word.size() > kLongestName) break;
    id += (id.empty() ? "" : "-") + word.substr(0, kLongestName);
  }
  if (machine.family != kUnknown) {
    id += fmt::format("-{}.{}.{}", machine.family, machine.model, machine.stepping);
  }
  if (machine.processors > 0) id += fmt::format("-{}cpu", machine.processors);
  int level = 0;
  for (const std::size_t bytes : {machine.l1d_bytes, machine.l2_bytes, machine.l3_bytes}) {
    ++level;
    if (bytes > 0) id += fmt::format("-l{}.{}", level, size_text(bytes));
  }
  return id + fmt::format("-{}", isa);
}

}  // namespace reprise
