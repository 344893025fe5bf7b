// The sentences of a certificate, used by the terminal and the page.
#pragma once

#include <array>
#include <ostream>
#include <string>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

std::string p_text(double p);            // "0.0244", or "0.46" from 10 % on
std::string effect_text(double effect);  // "3.4", ">6", "-"
std::string percent(double fraction);    // "2.5"

// "consistent", "consistent, unverified data"
std::string verdict_text(const LogVerdict& log);

// "imdb, edition 1, notebook, keras-2.0.8"
std::string name_of(const LogVerdict& log);

// Summarizes a family: its verdicts, Holm's correction and the number of runs that this needs.
std::string headline(const Family& family);

// Explains the columns and terms of the tables, one sentence each.
extern const std::array<const char*, 6> kTableNotes;

// Prints the reasons for each verdict, one sentence on each line, which begins with `bullet`: the
// printed numbers that are extreme among our runs, why the test is too weak, two groups of seeds,
// the notes of results/book.
void print_reasons(std::ostream& out, const Certificate& certificate, const char* bullet);

}  // namespace reprise::book
