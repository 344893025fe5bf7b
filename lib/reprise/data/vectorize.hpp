// Converts data sets to the input of networks (vectorize_sequences of the book, np.asarray and
// to_categorical).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/sequences.hpp"

namespace reprise {

// vectorize_sequences of listing 3.2: row i is 1 in every column whose index occurs in sequence i.
// Throws Error if an index is negative or not below `dimension`.
Csr multi_hot(const Sequences& sequences, std::size_t dimension);

// np.asarray(labels).astype("float32") as a column: shape (N, 1).
Matrix<float> as_column(std::span<const std::int64_t> labels);

// keras.utils.to_categorical(labels, classes) in float32, shape (N, classes): row i is 1 in column
// labels[i]. `classes` defaults to the largest label + 1. Throws Error if a label is negative or
// not below `classes`.
Matrix<float> to_categorical(std::span<const std::int64_t> labels,
                             std::optional<std::size_t> classes = {});

}  // namespace reprise
