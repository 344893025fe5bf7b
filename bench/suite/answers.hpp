// The answers that a run of `reprise bench` gives, each with what it rests on.
#pragma once

#include <string>
#include <vector>

#include "bench/compare/pairs.hpp"
#include "bench/suite/parts.hpp"

namespace reprise::compare {

struct Answer {
  std::string subject;  // "imdb_1", "epoch/imdb"
  std::string text;     // "openmp, 2 threads; onednn, 2 threads is 1.31 [1.22, 1.40] times it"
};

// "csr_step/imdb_1/..." -> "imdb_1 (sparse)", "dense_step/mnist_1/..." -> "mnist_1"
std::string subject_of(const std::string& row);

// The pairs that the part's answers use, judged. Of the part `threads` each number of threads
// beside the next, and threads that spin while they wait beside as many that sleep; of all others
// the best of each row beside the rest.
Pairs pairs_of(const PartResult& part);

// Of the part `threads`: up to which number of threads another one pays, whether spinning does, and
// what more threads than processors cost. Of a part with one contender its times. Of all others:
// which backend and how many threads win each row, "no difference" where there is none.
std::vector<Answer> answers_of(const PartResult& part);

// A sentence each, for README: which backend to take, and how many threads.
std::string backend_sentence(const SuiteResult& result);
std::string threads_sentence(const SuiteResult& result);

}  // namespace reprise::compare
