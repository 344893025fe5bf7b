// What the mains of all programs have in common: how a process starts, and how it ends.
#pragma once

#include <functional>
#include <string_view>

#include "reprise/core/exit_code.hpp"

namespace reprise::cli {

// The exit codes of all programs, for --help.
inline constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0    done; every check that was asked for passed\n"
    "  1    the answer is no: a check failed, values differ, or a regression is confirmed\n"
    "  2    wrong usage, bad input or unwritable output\n"
    "  3    something is missing: packages, data, a backend, gnuplot or threads\n"
    "  4    undecided: the measurements are too noisy or the seeds too few\n"
    "  130  interrupted; no half-written file is left behind";

// First of all in main: opens closed standard streams and lets waiting threads sleep, for which the
// program may start again.
void prepare_process(char** argv);

// Runs `body`; returns the exit code. An exception becomes one line "program: ..." on standard
// error. Signals leave no temporary files.
int run_main(std::string_view program, const std::function<ExitCode()>& body);

}  // namespace reprise::cli
