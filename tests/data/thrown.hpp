// For tests of damaged files, which must throw an Error with a message of one line.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "reprise/core/error.hpp"

namespace reprise::testing {

// The message of the Error that `action` throws, "" if it does not throw. Other exceptions fail the
// test.
template <class Action>
std::string line_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_FALSE(line.empty());
    EXPECT_TRUE(std::ranges::none_of(line, [](unsigned char c) { return std::iscntrl(c) != 0; }))
        << "no single line: " << line;
    return line;
  }
  return "";
}

}  // namespace reprise::testing
