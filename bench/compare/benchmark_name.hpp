// What a benchmark is called in reports and documents, so that no two are called the same.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace reprise::compare {

// The name of a benchmark without the varied parts: "f/backend:openmp/warm" is "f/warm" if
// "backend" is one of them.
std::string common_name(const std::string& name, const std::set<std::string>& varied);

// The name of the `number`-th (from 1) of a program's benchmarks of one name: "BM_Map", "BM_Map
// (duplicate 2)". Different pairs of name and number have different results.
std::string numbered_name(const std::string& name, std::size_t number);

// The names for people: without the clock that Google Benchmark appends
// ("/process_time/real_time"), unless two names would then be the same.
std::vector<std::string> readable_names(const std::vector<std::string>& names);

}  // namespace reprise::compare
