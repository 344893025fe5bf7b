// The answers of `reprise bench`, and the comparisons that they follow from.
#pragma once

#include <string>
#include <vector>

#include "bench/compare/pairs.hpp"
#include "bench/suite/parts.hpp"

namespace reprise::suite {

struct Answer {
  std::string subject;  // "imdb_1"
  std::string text;     // "openmp, 2 threads; slower: onednn, 2 threads (1.31 [1.22, 1.40])"
};

// The short name of a benchmark: "csr_step/imdb_1/..." -> "imdb_1 (sparse)",
// "dense_step/mnist_1/..." -> "mnist_1".
std::string subject_of(const std::string& benchmark);

// Judges the pairs that the answers of the part need. PartKind::threads: each number of threads
// against the next larger one, and active against passive waiting. Others: in each benchmark the
// fastest configuration against all others.
compare::Pairs pairs_of(const PartResult& part);

// One answer per benchmark; what it says depends on the part's kind.
std::vector<Answer> answers_of(const PartResult& part);

// A sentence for README: how many threads to use. "" without the part `threads`.
std::string threads_sentence(const SuiteResult& result);

}  // namespace reprise::suite
