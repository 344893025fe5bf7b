#include "bench/compare/contender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "reprise/core/error.hpp"

namespace reprise::compare {

namespace {

// Without a value if a quote is not closed.
std::optional<std::vector<std::string>> split(const std::string& text) {
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
  if (quote != 0) return {};
  if (in_argument) arguments.push_back(argument);
  return arguments;
}

}  // namespace

std::vector<std::string> shell_words(const std::string& text) {
  return split(text).value_or(std::vector<std::string>());
}

bool is_assignment(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == 0 || equals == std::string::npos || (word[0] >= '0' && word[0] <= '9'))
    return false;
  return std::ranges::all_of(word.substr(0, equals),
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Contender parse_contender(const std::string& text, const std::string& flag) {
  std::error_code failed;
  Contender contender{text, Kind::google_benchmark, {}, text};
  auto& arguments = contender.command.arguments;
  if (std::filesystem::is_regular_file(text, failed)) {
    arguments = {text};
  } else {
    auto words = split(text);
    if (!words) {
      throw Error(fmt::format("{}: found an open quote in '{}', expected a closing one", flag,
                              printable(text)));
    }
    arguments = std::move(*words);
  }
  while (arguments.size() > 1 && is_assignment(arguments.front())) {
    const auto equals = arguments.front().find('=');
    contender.command.environment.emplace_back(arguments.front().substr(0, equals),
                                               arguments.front().substr(equals + 1));
    arguments.erase(arguments.begin());
  }
  if (arguments.empty() || find_program(arguments.front()).empty()) {
    const std::string program = arguments.empty() ? text : arguments.front();
    const bool is_file = std::filesystem::is_regular_file(program, failed);
    throw Error(fmt::format(
        "{}: found '{}'{}, expected a program that can be run{}", flag, printable(program),
        !is_file                                 ? ""
        : program.find('/') != std::string::npos ? ", which may not be executed"
                                                 : ", a file that is not in PATH",
        flag == "compare" ? ", or two result files" : ""));
  }
  return contender;
}

Contender shell_contender(const std::string& text) {
  return {text, Kind::shell, {{"/bin/sh", "-c", text}, {}}, text};
}

std::string shell_quoted(const std::string& word) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+=:,@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

void refuse_overruled_flags(const Contender& contender, bool with_filter,
                            const std::string& command) {
  for (const auto& [own, instead] :
       {std::pair("--benchmark_out", "--json"), std::pair("--benchmark_min_time", "--min-time"),
        std::pair("--benchmark_repetitions", "--repetitions"),
        std::pair("--benchmark_filter", "either it or --filter")}) {
    if (!with_filter && std::string_view(own) == "--benchmark_filter") continue;
    for (const std::string& argument : contender.command.arguments) {
      if (!argument.starts_with(own)) continue;
      throw Error(fmt::format("{}: found {} in '{}', expected {}", command, printable(argument),
                              printable(contender.text), instead));
    }
  }
}

}  // namespace reprise::compare
