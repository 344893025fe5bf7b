// Common types of flags, checks with messages in the style of this project, and parsing with "did
// you mean ...?" for unknown flags.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"

namespace reprise::cli {

// The groups of flags in --help.
inline constexpr const char* kResultGroup = "What changes the result";
inline constexpr const char* kSpeedGroup = "What changes only the speed";
inline constexpr const char* kShownGroup = "What is shown and kept";

// The integer that the text is, if it is one from `low` to `high`.
std::optional<std::int64_t> parse_whole(const std::string& text, std::int64_t low,
                                        std::int64_t high);

// The decimal number above 0 and at most `high` that the text is ("0.5", "1e-3"); empty for any
// other text, infinities and NaN among them.
std::optional<double> parse_positive(std::string_view text, double high);

// Validators, which run before CLI11 converts the text and fail with "found 'x', expected ...".
CLI::Validator whole_number(std::int64_t low, std::int64_t high);
// Parses "A..B" with A <= B, both from 0 to 4294967295. Empty if the text has another form.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_seed_range(const std::string& text);
CLI::Validator seed_range();
CLI::Validator one_of(const std::vector<std::string>& names);
// The names of the items of a list, for one_of.
template <class Item>
std::vector<std::string> names_in(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.emplace_back(item.name);
  return names;
}

// Assigns a number to a number or to an optional one.
template <class Number>
void assign(Number& number, std::int64_t value) {
  number = static_cast<Number>(value);
}
template <class Number>
void assign(std::optional<Number>& number, std::int64_t value) {
  number = static_cast<Number>(value);
}

// Every option is added by one of the following functions, because CLI11's own add_option changes
// values while it converts them: it reads 010 as 8, " 5" as 5 and a list "{}" as nothing.

// Adds an option whose value goes to `take` as it was given; `type` is what --help calls the value:
// FILE, DIR, NAME. If the option is given several times, only the last value counts.
CLI::Option* add_text(CLI::App& app, const std::string& flag,
                      std::function<void(const std::string&)> take, const std::string& type,
                      const std::string& about);

// The same for a list: the option may be given several times, and a name without dashes takes all
// positional arguments that are left.
CLI::Option* add_texts(CLI::App& app, const std::string& flag,
                       std::function<void(const std::vector<std::string>&)> take,
                       const std::string& type, const std::string& about);

// The same for a variable: a string, a path, or an optional or a vector (add_texts) of one.
template <class Value>
CLI::Option* add_value(CLI::App& app, const std::string& flag, Value& value,
                       const std::string& type, const std::string& about) {
  if constexpr (requires { value.emplace_back(); }) {
    const auto take = [&value](const std::vector<std::string>& texts) {
      value.assign(texts.begin(), texts.end());
    };
    return add_texts(app, flag, take, type, about);
  } else {
    return add_text(
        app, flag, [&value](const std::string& text) { value = text; }, type, about);
  }
}

// The same for a value that `parse(text, flag)` returns, or refuses with an Error that begins with
// `flag`.
template <class Value, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& flag, Value& value, Parse parse,
                        const std::string& type, const std::string& about) {
  return add_text(
      app, flag, [=, &value](const std::string& text) { value = parse(text, flag); }, type, about);
}

// The same for a whole number from `low` to `high`.
template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& flag, Number& number, std::int64_t low,
                        std::int64_t high, const std::string& about) {
  return add_text(
             app, flag,
             [=, &number](const std::string& text) {
               assign(number, *parse_whole(text, low, high));
             },
             "N", about)
      ->check(whole_number(low, high));
}

// The flags that were given, as "--name".
std::vector<std::string> given_flags(const CLI::App& app);

// A flag that chooses an alternative of a variant by its name.
template <class Variant>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, std::optional<Variant>& choice,
                        const std::string& about) {
  return add_text(
             app, flag, [&choice](const std::string& name) { choice = by_name<Variant>(name); },
             "NAME", fmt::format("{}: {}", about, fmt::join(names<Variant>(), ", ")))
      ->check(one_of(names<Variant>()));
}

// The parts of "a,b,c". A separator at the end is followed by an empty part.
std::vector<std::string> split_list(const std::string& text, char separator = ',');

// The error about a flag that a program does not have; `known` are the flags that it has ("--x").
Error unknown_flag(std::string_view argument, const std::vector<std::string>& known);

// Parses the command line into `app`. Returns false if --help or --version was printed on standard
// output and the program should end. Throws Error (exit code 2), which names the flag, what was
// found and what was expected.
bool parse_command_line(CLI::App& app, int argc, char** argv);

// The same for a program of its own: adds --help, --version and a footer with the examples and the
// exit codes before.
bool parse_command_line(CLI::App& app, const std::string& examples, int argc, char** argv);

}  // namespace reprise::cli
