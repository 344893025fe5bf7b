// The common start and end of all programs.
#pragma once

#include <functional>
#include <string_view>

#include "reprise/core/exit_code.hpp"

namespace reprise::cli {

// The text about exit codes in --help of every program.
inline constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0    done; every check that was asked for passed\n"
    "  1    the answer is no: a check failed, values differ, a regression is confirmed or a "
    "benchmark failed\n"
    "  2    wrong usage, bad input or unwritable output\n"
    "  3    something is missing: packages, data, a backend, gnuplot or threads\n"
    "  4    undecided: the measurements are too noisy or the seeds too few\n"
    "  130  interrupted; no half-written file is left behind";

// To be called first in main. Opens closed standard streams, and ends the program with exit code
// 3 if its stack is limited to less than kLeastStack.
void prepare_process();

// Runs `body` and returns the exit code. An exception is printed as one line "program: ..." on
// standard error. Signals remove temporary files.
int run_main(std::string_view program, const std::function<ExitCode()>& body);

}  // namespace reprise::cli
