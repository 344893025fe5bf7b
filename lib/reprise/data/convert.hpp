// Converts data sets between file formats. The output does not have the checksum of Keras's file.
#pragma once

#include <filesystem>

namespace reprise {

// All functions throw Error if a file is missing (exit code 3), damaged or not writable (exit code
// 2), and write complete files or none.

// Converts the four files in which MNIST was published (train-images-idx3-ubyte,
// train-labels-idx1-ubyte, t10k-..., optionally with .gz) to mnist.npz as Keras has it: x_train,
// y_train, x_test, y_test; images (N, rows, columns) and labels (N) of type uint8.
void idx_to_npz(const std::filesystem::path& folder, const std::filesystem::path& npz);

// Converts mnist.npz back to the four files, uncompressed. Creates `folder` if it does not exist.
void npz_to_idx(const std::filesystem::path& npz, const std::filesystem::path& folder);

// Converts a text data set (imdb.npz, reuters.npz) to an .npz file without pickles. Each array X of
// lists becomes X_values (int32, the concatenated lists) and X_offsets (int64; list i is
// values[offsets[i]] to values[offsets[i + 1] - 1]). Arrays of numbers are copied.
void lists_to_plain_npz(const std::filesystem::path& npz, const std::filesystem::path& plain);

}  // namespace reprise
