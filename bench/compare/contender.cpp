#include "bench/compare/contender.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "reprise/core/error.hpp"

namespace reprise::compare {

namespace {

std::vector<std::string> arguments_of(const std::string& text, const std::string& flag) {
  std::vector<std::string> arguments;
  std::string argument;
  bool in_argument = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && i + 1 < text.size() &&
                 std::string_view("\"\\$`").find(text[i + 1]) != std::string_view::npos) {
        argument += text[++i];
      } else {
        argument += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_argument = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      argument += text[++i];
      in_argument = true;
    } else if (c == ' ' || c == '\t') {
      if (in_argument) arguments.push_back(std::exchange(argument, ""));
      in_argument = false;
    } else {
      argument += c;
      in_argument = true;
    }
  }
  if (quote != 0) {
    throw Error(fmt::format("{}: found an open quote in '{}', expected a closing one", flag,
                            printable(text)));
  }
  if (in_argument) arguments.push_back(argument);
  return arguments;
}

}  // namespace

Contender parse_contender(const std::string& text, const std::string& flag) {
  const auto arguments = arguments_of(text, flag);
  if (arguments.empty() || find_program(arguments.front()).empty()) {
    throw Error(
        fmt::format("{}: found '{}', expected a program that can be run, or two result files", flag,
                    printable(arguments.empty() ? text : arguments.front())));
  }
  return {text, Kind::google_benchmark, {arguments, {}}, text};
}

Contender shell_contender(const std::string& text) {
  return {text, Kind::shell, {{"/bin/sh", "-c", text}, {}}, text};
}

void refuse_overruled_flags(const Contender& contender, bool with_filter) {
  for (const auto& [own, instead] :
       {std::pair("--benchmark_out", "--json, which keeps every round"),
        std::pair("--benchmark_min_time", "--min-time"),
        std::pair("--benchmark_repetitions", "--repetitions"),
        std::pair("--benchmark_filter", "either it or --filter")}) {
    if (!with_filter && std::string_view(own) == "--benchmark_filter") continue;
    for (const std::string& argument : contender.command.arguments) {
      if (!argument.starts_with(own)) continue;
      throw Error(fmt::format("compare: found {} in '{}', expected {}", printable(argument),
                              printable(contender.text), instead));
    }
  }
}

}  // namespace reprise::compare
