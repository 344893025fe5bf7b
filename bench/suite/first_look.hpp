// The first look of `reprise bench`, which chooses how the threads of each backend wait.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

// For each backend the setting with the shortest times, as the geometric mean over the layers of
// the first look, which is a part of kind `settings`.
std::map<std::string, ThreadSetting> best_settings(const PartResult& first_look,
                                                   const std::vector<SuiteBackend>& backends);

// A backend that with its best setting takes more than kClearlyBehind times as long as the fastest
// one in each layer and round of the first look is measured with one thread only: sets `threads`
// and `note`.
inline constexpr double kClearlyBehind = 5;
void leave_out_slow(const PartResult& first_look, std::vector<SuiteBackend>& backends);

// One line for each backend: its best setting, and how much longer the others take.
struct SettingLine {
  std::string backend, text;
};
std::vector<SettingLine> setting_lines(const PartResult& first_look);

}  // namespace reprise::suite
