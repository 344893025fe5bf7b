// The answers that a run of `reprise bench` gives, each with what it rests on.
#pragma once

#include <string>
#include <vector>

#include "suite.hpp"

namespace reprise::compare {

struct Answer {
  std::string subject;  // "imdb_1", "epoch/imdb"
  std::string text;     // "openmp, 2 threads; onednn, 2 threads is 1.31 [1.22, 1.40] times it"
};

// "csr_step/imdb_1/..." -> "imdb_1 (sparse)", "dense_step/mnist_1/..." -> "mnist_1"
std::string subject_of(const std::string& row);

// Which backend and how many threads win each row of the part, "no difference" where there is none.
std::vector<Answer> winners_of(const Comparison& comparison);

// For each row of the part `threads`: up to which number of threads another one pays, whether
// spinning does, and what more threads than processors cost.
std::vector<Answer> threads_of(const Comparison& comparison);

// A sentence each, for README: which backend to take, and how many threads.
std::string backend_sentence(const SuiteResult& result);
std::string threads_sentence(const SuiteResult& result);

}  // namespace reprise::compare
