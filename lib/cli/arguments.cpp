#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <string_view>

#include "reprise/core/error.hpp"

namespace reprise::cli {

namespace {

// The option of `command` that is called "--long" or "-s"; null if there is none.
CLI::Option* find_option(CLI::App& command, const std::string& flag) {
  for (CLI::Option* option : command.get_options([](CLI::Option*) { return true; })) {
    const bool found = flag.starts_with("--") ? option->check_lname(flag.substr(2))
                                              : option->check_sname(flag.substr(1));
    if (found) return option;
  }
  return nullptr;
}

// The positional option that takes the next argument: the first one that has room.
CLI::Option* next_positional(CLI::App& command) {
  for (CLI::Option* option : command.get_options([](CLI::Option*) { return true; })) {
    if (!option->get_positional()) continue;
    if (static_cast<int>(option->count()) < option->get_items_expected_max()) return option;
  }
  return nullptr;
}

// What --help calls the value of the option.
std::string type_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.empty() || option.get_positional() ? option.get_single_name() : type;
}

void add_value_to(CLI::Option& option, const std::string& flag, const std::string& value) {
  if (value.empty()) {
    throw Error(fmt::format("{}: found '', expected {}", flag, type_of(option)));
  }
  option.allow_extra_args(false);  // else "[a,b]" is taken apart
  option.delimiter('\0');
  option.add_result(value);
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

// Adds the arguments of one command line one after the other.
class Taker {
 public:
  Taker(CLI::App& app, const std::vector<std::string>& arguments)
      : arguments_(arguments), taken_{&app, {}, {}} {}

  TakenArguments take() {
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (only_positional_ || argument.size() < 2 || argument.front() != '-') {
        take_word(argument);
      } else if (argument == "--") {
        only_positional_ = true;
      } else {
        take_flag(argument);
      }
    }
    return std::move(taken_);
  }

 private:
  void take_word(const std::string& word) {
    if (!only_positional_) {
      for (CLI::App* inner : taken_.command->get_subcommands([](CLI::App*) { return true; })) {
        if (inner->get_name() != word) continue;
        taken_.command = inner;
        taken_.commands.push_back(word);
        return;
      }
    }
    CLI::Option* option = next_positional(*taken_.command);
    if (option != nullptr) {
      add_value_to(*option, option->get_single_name(), word);
    } else if (only_positional_) {
      throw Error(fmt::format("found '{}' after --, expected no more arguments", printable(word)));
    } else {
      taken_.unknown.push_back(word);
    }
  }

  void take_flag(const std::string& argument) {
    const std::size_t equals = argument.starts_with("--") ? argument.find('=') : std::string::npos;
    const std::string flag = argument.substr(0, equals);
    CLI::Option* option = find_option(*taken_.command, flag);
    if (option == nullptr || (flag.size() > 2 && flag[1] != '-')) {
      taken_.unknown.push_back(argument);
    } else if (is_flag(*option)) {
      if (equals != std::string::npos) {
        throw Error(fmt::format("{}: found the value '{}', expected none", flag,
                                printable(argument.substr(equals + 1))));
      }
      option->add_result(option->get_flag_value(flag.substr(flag.find_first_not_of('-')), ""));
    } else if (equals != std::string::npos) {
      add_value_to(*option, flag, argument.substr(equals + 1));
    } else if (option->get_expected_min() == 0 && !value_follows()) {
      option->add_result("");
    } else if (next_ == arguments_.size()) {
      throw Error(fmt::format("{}: found no value, expected {}", flag, type_of(*option)));
    } else {
      require_value(flag, *option, arguments_[next_]);
      add_value_to(*option, flag, arguments_[next_++]);
    }
  }

  // Throws Error for an argument that is a flag of the command: its value was forgotten.
  void require_value(const std::string& flag, const CLI::Option& option,
                     const std::string& argument) const {
    if (!argument.starts_with("--")) return;
    const std::string name = argument.substr(0, argument.find('='));
    if (find_option(*taken_.command, name) == nullptr) return;
    throw Error(fmt::format("{0}: found the flag {1}, expected {2} ({0}={1} takes it as the value)",
                            flag, printable(argument), type_of(option)));
  }

  // Whether the next argument can be the value of an option that needs none.
  bool value_follows() const {
    return next_ < arguments_.size() && !arguments_[next_].starts_with('-');
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  bool only_positional_ = false;
  TakenArguments taken_;
};

}  // namespace

TakenArguments take_arguments(CLI::App& app, const std::vector<std::string>& arguments) {
  return Taker(app, arguments).take();
}

}  // namespace reprise::cli
