#include "bench/harness/name_part.hpp"

#include <string_view>
#include <utility>

namespace reprise::bench {

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

std::string name_part(const std::string& text) { return replaced(text, "/", "%2F"); }
std::string text_of_name_part(std::string part) { return replaced(std::move(part), "%2F", "/"); }

std::string without_clock(std::string name) {
  for (const std::string_view clock : {"/real_time", "/manual_time", "/process_time"}) {
    if (name.ends_with(clock)) name.resize(name.size() - clock.size());
  }
  return name;
}

}  // namespace reprise::bench
