// From data sets to what a network takes (the book's vectorize_sequences and np.asarray).
#pragma once

#include <cstdint>
#include <span>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/pickle.hpp"

namespace reprise {

// Listing 3.2 of the book, vectorize_sequences: row i has a one in each column that sequence i
// names. Throws Error if an index is not below `dimension`.
Csr multi_hot(const Sequences& sequences, std::size_t dimension);

// np.asarray(labels).astype("float32") as a column: shape (N, 1).
Matrix<float> as_column(std::span<const std::int64_t> labels);

}  // namespace reprise
