#include "cli/flag_types.hpp"

#include <charconv>
#include <iostream>
#include <sstream>
#include <string_view>

#include "cli/run_main.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::cli {

std::optional<std::int64_t> parse_whole(const std::string& text, std::int64_t low,
                                        std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return low <= value && value <= high ? std::optional(value) : std::nullopt;
}

CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
  return CLI::Validator(
      [=](const std::string& text) -> std::string {
        if (parse_whole(text, low, high)) return {};
        return fmt::format("found '{}', expected a whole number from {} to {}", printable(text),
                           low, high);
      },
      "");
}

std::optional<std::pair<std::int64_t, std::int64_t>> parse_seed_range(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) return {};
  const auto first = parse_whole(text.substr(0, dots), 0, 4294967295);
  const auto last = parse_whole(text.substr(dots + 2), 0, 4294967295);
  if (!first || !last || *first > *last) return {};
  return std::pair{*first, *last};
}

CLI::Validator seed_range() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        if (const auto seeds = parse_seed_range(text)) {
          const std::int64_t count = seeds->second - seeds->first + 1;
          if (count <= 1000000) return {};
          return fmt::format("found {} seeds, expected at most 1000000", count);
        }
        return fmt::format("found '{}', expected A..B, integers from 0 to 4294967295 with A <= B",
                           printable(text));
      },
      "");
}

CLI::Validator one_of(const std::vector<std::string>& names) {
  return CLI::Validator(
      [=](const std::string& text) -> std::string {
        if (std::ranges::find(names, text) != names.end()) return {};
        return unknown_name(text, names);
      },
      "");
}

namespace {

// The innermost subcommand that was called.
const CLI::App& innermost(const CLI::App& app) {
  const auto called = app.get_subcommands();
  return called.empty() ? app : innermost(*called.back());
}

// The error about the first argument that the command does not know.
Error unexpected_argument(const CLI::App& app) {
  const CLI::App& command = innermost(app);
  const auto extras = app.remaining(true);
  const std::string found = extras.empty() ? "" : extras.front();
  std::vector<std::string> known;
  if (found.starts_with("-")) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
    return unknown_flag(found, known);
  }
  for (const CLI::App* sub : command.get_subcommands({})) known.push_back(sub->get_name());
  if (known.empty()) return Error(fmt::format("found '{}', expected a flag", printable(found)));
  return Error(unknown_name(found, known));
}

}  // namespace

std::vector<std::string> split_list(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

Error unknown_flag(std::string_view argument, const std::vector<std::string>& known) {
  const std::string_view flag = argument.substr(0, argument.find('='));
  return Error(fmt::format("'{}': unknown flag{} (--help lists them)", printable(flag),
                           did_you_mean(flag, known)));
}

std::vector<std::string> given_flags(const CLI::App& app) {
  std::vector<std::string> given;
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0 && !option->get_lnames().empty()) {
      given.push_back("--" + option->get_lnames().front());
    }
  }
  return given;
}

bool parse_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    app.exit(success, std::cout, std::cerr);
    return false;
  } catch (const CLI::ExtrasError&) {
    throw unexpected_argument(app);
  } catch (const CLI::ParseError& error) {
    throw Error(printable(error.what()));
  }
  return true;
}

bool parse_command_line(CLI::App& app, const std::string& examples, int argc, char** argv) {
  app.option_defaults()->group("Help");
  app.set_help_flag("--help,-h", "print this page, and exit");
  app.set_version_flag("--version", app.get_name() + " " + version_line(),
                       "print version and commit, and exit");
  app.footer(fmt::format("If a flag is given twice, the last one counts.\n\n{}\n{}", examples,
                         kExitCodes));
  return parse_command_line(app, argc, argv);
}

}  // namespace reprise::cli
