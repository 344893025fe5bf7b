// From data sets to what a network takes (the book's vectorize_sequences, np.asarray and
// to_categorical).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/sequences.hpp"

namespace reprise {

// Listing 3.2 of the book, vectorize_sequences: row i has a one in each column that sequence i
// names. Throws Error if an index is not below `dimension`.
Csr multi_hot(const Sequences& sequences, std::size_t dimension);

// np.asarray(labels).astype("float32") as a column: shape (N, 1).
Matrix<float> as_column(std::span<const std::int64_t> labels);

// keras.utils.to_categorical(labels, classes) in float32: row i has a one in column labels[i],
// shape (N, classes). Without `classes` as many as the largest label + 1. Throws Error if a label
// is below 0 or not below `classes`.
Matrix<float> to_categorical(std::span<const std::int64_t> labels,
                             std::optional<std::size_t> classes = {});

}  // namespace reprise
