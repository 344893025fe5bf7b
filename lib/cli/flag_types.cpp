#include "cli/flag_types.hpp"

#include <charconv>
#include <iostream>
#include <string_view>

#include "cli/arguments.hpp"
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

std::optional<double> parse_positive(std::string_view text, double high) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value > 0 && value <= high ? std::optional(value) : std::nullopt;
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

// The error about the first argument that the command does not know.
Error unexpected_argument(const TakenArguments& taken) {
  const std::string& found = taken.unknown.front();
  std::vector<std::string> known;
  if (found.starts_with("-")) {
    for (const CLI::Option* option : taken.command->get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
    return unknown_flag(found, known);
  }
  for (const CLI::App* sub : taken.command->get_subcommands({})) known.push_back(sub->get_name());
  if (known.empty()) return Error(fmt::format("found '{}', expected a flag", printable(found)));
  return Error(unknown_name(found, known));
}

bool asks_for_help(const CLI::App& app) {
  const CLI::Option* help = app.get_help_ptr();
  const CLI::Option* version = app.get_version_ptr();
  return (help != nullptr && help->count() > 0) || (version != nullptr && version->count() > 0);
}

}  // namespace

CLI::Option* add_text(CLI::App& app, const std::string& flag,
                      std::function<void(const std::string&)> take, const std::string& type,
                      const std::string& about) {
  const CLI::callback_t callback = [take = std::move(take)](const CLI::results_t& texts) {
    take(texts.back());
    return true;
  };
  return app.add_option(flag, callback, about)
      ->type_name(type)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_texts(CLI::App& app, const std::string& flag,
                       std::function<void(const std::vector<std::string>&)> take,
                       const std::string& type, const std::string& about) {
  const CLI::callback_t callback = [take = std::move(take)](const CLI::results_t& texts) {
    take(texts);
    return true;
  };
  return app.add_option(flag, callback, about)
      ->type_name(type)
      ->expected(1, -1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::vector<std::string> split_list(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t first = 0;;) {
    const std::size_t end = text.find(separator, first);
    parts.push_back(text.substr(first, end - first));
    if (end == std::string::npos) return parts;
    first = end + 1;
  }
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
  const TakenArguments taken = take_arguments(app, {argv + 1, argv + argc});
  if (!taken.unknown.empty() && !asks_for_help(app) && !asks_for_help(*taken.command)) {
    throw unexpected_argument(taken);
  }
  try {
    // CLI11 expects the first argument last
    app.parse(std::vector<std::string>(taken.commands.rbegin(), taken.commands.rend()));
  } catch (const CLI::Success& success) {
    app.exit(success, std::cout, std::cerr);
    return false;
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
