// Google Benchmark's JSON, written by hand, and the line of an error.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "reprise/core/error.hpp"

namespace reprise::compare {

template <class Call>
std::string line_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "nothing was thrown";
}

inline std::string result(const std::string& benchmarks) {
  return "{\"context\": {}, \"benchmarks\": [" + benchmarks + "]}";
}
inline std::string repetition(const std::string& name, const std::string& time,
                              const std::string& more = "") {
  return "{\"name\": \"" + name + "\", \"run_name\": \"" + name +
         "\", \"run_type\": \"iteration\", \"real_time\": " + time +
         ", \"cpu_time\": 1.0, \"time_unit\": \"us\"" + more + "}";
}

}  // namespace reprise::compare
