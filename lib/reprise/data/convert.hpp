// Data sets from one file format into another. What comes out has not Keras's checksum.
#pragma once

#include <filesystem>

namespace reprise {

// All throw Error (exit code 2) naming the file that is wrong or cannot be written (3: is missing),
// and write whole files or none.

// The four files of MNIST as they were published (train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-..., each perhaps .gz) in `folder` -> Keras's mnist.npz: x_train, y_train, x_test, y_test,
// images (N, rows, columns) and labels (N), all bytes.
void idx_to_npz(const std::filesystem::path& folder, const std::filesystem::path& npz);

// And back, into `folder`, which is made if need be; not compressed.
void npz_to_idx(const std::filesystem::path& npz, const std::filesystem::path& folder);

// A text set (imdb.npz, reuters.npz) -> a .npz without pickles: each array X of lists becomes
// X_values (int32, all lists one after the other) and X_offsets (int64: list i is
// values[offsets[i]] to values[offsets[i + 1] - 1]); arrays of numbers stay as they are.
void lists_to_plain_npz(const std::filesystem::path& npz, const std::filesystem::path& plain);

}  // namespace reprise
