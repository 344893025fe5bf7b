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

inline std::string result(const std::string& benchmarks, const std::string& context = "") {
  return "{\"context\": {" + context + "}, \"benchmarks\": [" + benchmarks + "]}";
}
// What our own programs write about themselves.
inline const std::string kOwnContext = "\"reprise\": \"1.0.0 (commit 0123456)\"";
// Each call is another repetition.
inline std::string repetition(const std::string& name, const std::string& time,
                              const std::string& more = "") {
  static int index = 0;
  return "{\"name\": \"" + name + "\", \"run_name\": \"" + name +
         "\", \"repetition_index\": " + std::to_string(index++) +
         ", \"run_type\": \"iteration\", \"real_time\": " + time +
         ", \"cpu_time\": 1.0, \"time_unit\": \"us\"" + more + "}";
}

}  // namespace reprise::compare
