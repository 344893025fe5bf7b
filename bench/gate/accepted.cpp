#include "bench/gate/accepted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <tuple>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/core/target_file.hpp"
#include "reprise/data/json.hpp"

namespace reprise::gate {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/accepted/1";
constexpr std::uintmax_t kMostBytes = 1 << 20;  // about 5,000 entries
constexpr const char* kExpected = "the file of accepted slowdowns that reprise writes";

[[noreturn]] void refuse(const std::string& name, const std::string& found,
                         const std::string& expected) {
  throw Error(fmt::format("{}: found {}, expected {}", printable(name), found, expected));
}

auto order_of(const Accepted& entry) { return std::tie(entry.benchmark, entry.commit); }

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

void require_valid(const Accepted& entry, const std::string& name) {
  const bool is_hex =
      std::ranges::all_of(entry.commit, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!is_hex || (entry.commit.size() != 40 && entry.commit.size() != 64)) {
    refuse(name, fmt::format("commit '{}'", printable(entry.commit)),
           "40 or 64 hexadecimal digits");
  }
  if (is_blank(entry.benchmark)) refuse(name, "an empty benchmark", "its name");
  if (!std::isfinite(entry.factor) || entry.factor <= 1) {
    refuse(name, fmt::format("factor {}", entry.factor), "a number above 1: HEAD's time / BASE's");
  }
  if (is_blank(entry.why)) refuse(name, "an empty why", "the reason for accepting the slowdown");
}

void require_no_repeated(const std::vector<Accepted>& sorted, const std::string& name) {
  const auto twin = std::ranges::adjacent_find(
      sorted, [](const Accepted& a, const Accepted& b) { return order_of(a) == order_of(b); });
  if (twin == sorted.end()) return;
  refuse(name,
         fmt::format("two entries of benchmark '{}' and commit {}", printable(twin->benchmark),
                     twin->commit.substr(0, 12)),
         "one");
}

// git leaves these lines where two branches have changed the same lines.
void refuse_conflict_markers(const std::string& text, const std::string& name) {
  std::istringstream in(text);
  int number = 1;
  for (std::string line; std::getline(in, line); ++number) {
    for (const std::string_view marker : {"<<<<<<<", "|||||||", "=======", ">>>>>>>"}) {
      if (line.starts_with(marker)) {
        refuse(name, fmt::format("a conflict marker of git in line {}", number),
               "a merged file: keep the entries of both sides");
      }
    }
  }
}

std::string text_field(const json& entry, const char* field, const std::string& name) {
  const auto found = entry.find(field);
  if (found == entry.end()) refuse(name, fmt::format("no '{}'", field), "a text");
  if (!found->is_string()) {
    refuse(name, fmt::format("'{}' of type {}", field, found->type_name()), "a text");
  }
  return found->get<std::string>();
}

void refuse_other_fields(const json& object, std::initializer_list<std::string_view> known,
                         const std::string& name) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) == known.end()) {
      refuse(name, fmt::format("an unknown field '{}'", printable(key)),
             fmt::format("{}", fmt::join(known, ", ")));
    }
  }
}

Accepted accepted_from(const json& entry, const std::string& name) {
  if (!entry.is_object()) refuse(name, entry.type_name(), "an object");
  refuse_other_fields(entry, {"benchmark", "commit", "factor", "why"}, name);
  Accepted accepted;
  accepted.benchmark = text_field(entry, "benchmark", name);
  accepted.commit = text_field(entry, "commit", name);
  accepted.why = text_field(entry, "why", name);
  const auto factor = entry.find("factor");
  if (factor == entry.end() || !factor->is_number()) {
    refuse(name, factor == entry.end() ? "no 'factor'" : "a 'factor' that is no number",
           "a number");
  }
  accepted.factor = *factor;
  require_valid(accepted, name);
  // git writes small letters
  std::ranges::transform(accepted.commit, accepted.commit.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return accepted;
}

std::string text_of(const std::vector<Accepted>& sorted) {
  std::string text = fmt::format("{{\"schema\":\"{}\",\"accepted\":[", kSchema);
  for (const Accepted& entry : sorted) {
    text += &entry == &sorted.front() ? "\n" : ",\n";
    text += json_text(json{{"benchmark", entry.benchmark},
                           {"commit", entry.commit},
                           {"factor", entry.factor},
                           {"why", entry.why}});
  }
  return text + "\n]}\n";
}

}  // namespace

std::vector<Accepted> parse_accepted(const std::string& text, const std::string& name) {
  refuse_conflict_markers(text, name);
  const json document = parse_json(text, name, kExpected);
  if (!document.is_object()) refuse(name, document.type_name(), kExpected);
  const auto schema = document.find("schema"), list = document.find("accepted");
  if (schema == document.end() || *schema != kSchema) {
    refuse(name, schema == document.end() ? "no schema" : "schema " + printable(json_text(*schema)),
           kSchema);
  }
  refuse_other_fields(document, {"schema", "accepted"}, name);
  if (list == document.end() || !list->is_array()) refuse(name, "no list 'accepted'", kExpected);
  std::vector<Accepted> entries;
  for (const json& entry : *list) {
    entries.push_back(accepted_from(entry, fmt::format("{}: entry {}", name, entries.size() + 1)));
  }
  std::ranges::sort(entries, {}, order_of);
  require_no_repeated(entries, name);
  return entries;
}

std::vector<Accepted> read_accepted(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto type = std::filesystem::status(file, unknown).type();
  if (type == std::filesystem::file_type::not_found) return {};
  return parse_accepted(read_file(file, kMostBytes), file.string());
}

void write_accepted(const std::filesystem::path& file, std::vector<Accepted> entries) {
  const std::string name = file.string();
  std::ranges::sort(entries, {}, order_of);
  for (const Accepted& entry : entries) require_valid(entry, name);
  require_no_repeated(entries, name);
  const std::string text = text_of(entries);
  if (text.size() > kMostBytes) {
    refuse(name, fmt::format("{} entries in {} bytes", entries.size(), text.size()),
           fmt::format("at most {} bytes", kMostBytes));
  }
  require_writable_folder(folder_of(file));
  write_file(file, [&](std::ostream& out) { out << text; });
}

const Accepted* find_accepted(const std::vector<Accepted>& entries, const std::string& benchmark,
                              double least, double margin,
                              const std::function<bool(const std::string& commit)>& in_range) {
  const Accepted* best = nullptr;
  for (const Accepted& entry : entries) {
    const bool allows = entry.benchmark == benchmark && least <= entry.factor * (1 + margin);
    if (!allows || (best != nullptr && entry.factor <= best->factor)) continue;
    if (in_range(entry.commit)) best = &entry;
  }
  return best;
}

}  // namespace reprise::gate
