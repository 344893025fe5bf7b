// Who is compared: a program with its flags and environment, and what one fresh process of it says.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/compare/process.hpp"
#include "bench/compare/result_file.hpp"

namespace reprise::compare {

enum class Kind {
  google_benchmark,  // prints rows by Google Benchmark's flags
  shell,             // a command whose wall clock is the only row
};

struct Contender {
  std::string name;  // in reports: "A", "openmp, 2 threads"
  Kind kind = Kind::google_benchmark;
  Command command;
  std::string text;  // the command as a user would type it
  // what tells it from the others: {"backend", "openmp"}; empty for a user's command
  std::map<std::string, std::string> configuration{};
};

// What every process is given.
struct InvocationOptions {
  double timeout = 60;     // seconds
  double min_time = 0.02;  // of each row, seconds: shared by its repetitions
  // Of each row; the shortest is the row's time in this process. What disturbs a program on a
  // shared machine only ever adds time, so that neighbouring processes agree better in it than in
  // their means.
  int repetitions = 10;
  std::string filter;  // --benchmark_filter, or ""
  // Parts of rows' names ("backend", "threads") that the contenders differ in: "backend:openmp" is
  // left out, so that rows meet.
  std::set<std::string> varied;
};

// A row's name without the varied parts.
std::string common_name(const std::string& name, const std::set<std::string>& varied);

// One fresh process. Throws Error (exit code 2) that begins with the contender's command and, where
// it is a row's fault, names the row: it cannot be started, crashes, hangs, writes no rows.
// `known_rows`: what an earlier process of it wrote, in its order, so that the row in which it ends
// can be named; none: the last that it still wrote.
ResultFile invoke(const Contender& contender, const InvocationOptions& options,
                  const std::vector<std::string>& known_rows = {});

// " after row 'a', in row 'b'": where a process ended whose output `text` is cut; "" if neither the
// text nor `known_rows` tells.
std::string describe_end(const std::string& text, const std::vector<std::string>& known_rows,
                         const std::set<std::string>& varied);

// "A": a program with flags, split as a shell splits words, quotes included. Throws Error if quotes
// do not close or there is no such program; `flag`
// says where the text came from.
Contender parse_contender(const std::string& text, const std::string& flag);
Contender shell_contender(const std::string& text);

// Throws Error for flags of Google Benchmark that invoke gives itself: the program's own would
// be overruled without a word.
void refuse_overruled_flags(const Contender& contender, bool with_filter);

}  // namespace reprise::compare
