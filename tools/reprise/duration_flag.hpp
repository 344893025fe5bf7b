// A flag whose value is a duration: 20ms, 60s, 3m.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "bench/compare/duration.hpp"

namespace reprise::tool {

// `seconds` has to outlive the command.
template <class Seconds>
void add_duration(CLI::App& command, const std::string& flag, Seconds& seconds,
                  const std::string& about) {
  command
      .add_option_function<std::string>(
          flag,
          [flag, &seconds](const std::string& text) {
            seconds = compare::parse_duration(text, flag);
          },
          about)
      ->type_name("TIME");
}

}  // namespace reprise::tool
