#include "reprise/data/convert.hpp"

#include <fmt/format.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/idx.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"

namespace reprise {

namespace {

namespace fs = std::filesystem;

// The names of the arrays in mnist.npz and of the published files.
struct MnistFile {
  const char* array;
  const char* file;
  std::size_t rank;
};
constexpr MnistFile kMnistFiles[] = {{"x_train", "train-images-idx3-ubyte", 3},
                                     {"y_train", "train-labels-idx1-ubyte", 1},
                                     {"x_test", "t10k-images-idx3-ubyte", 3},
                                     {"y_test", "t10k-labels-idx1-ubyte", 1}};

}  // namespace

void idx_to_npz(const fs::path& folder, const fs::path& npz) {
  NpzWriter writer(npz);
  std::size_t images = 0;
  for (const auto& [name, file, rank] : kMnistFiles) {
    const auto array = read_idx(folder / file, rank);
    if (rank == 3) images = array.shape[0];
    if (array.shape[0] != images) {
      throw Error(fmt::format("{}: found {} labels, expected {}, one per image",
                              printable((folder / file).string()), array.shape[0], images));
    }
    writer.add(name, array.values, array.shape);
  }
  writer.finish();
}

void npz_to_idx(const fs::path& npz, const fs::path& folder) {
  const Npz in(npz);
  std::vector<NdArray<std::uint8_t>> arrays;
  for (const auto& [name, file, rank] : kMnistFiles) {
    arrays.push_back(in.bytes(name, rank));
    for (const std::size_t length : arrays.back().shape) {
      if (length > UINT32_MAX) {
        throw Error(fmt::format("{}: {}: found an axis of length {}, expected at most 32 bits",
                                printable(npz.string()), name, length));
      }
    }
  }
  require_writable_folder(folder);
  std::vector<std::unique_ptr<AtomicFile>> files;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    files.push_back(std::make_unique<AtomicFile>(folder / kMnistFiles[i].file));
    files.back()->stream() << idx_header(arrays[i].shape);
    files.back()->stream().write(reinterpret_cast<const char*>(arrays[i].values.data()),
                                 static_cast<std::streamsize>(arrays[i].values.size()));
  }
  for (const auto& file : files) file->commit();
}

void lists_to_plain_npz(const fs::path& npz, const fs::path& plain) {
  const Npz in(npz);
  NpzWriter writer(plain);
  for (const std::string& name : in.names()) {
    if (!in.is_object_array(name)) {
      writer.add(name, in.array(name));
      continue;
    }
    const Sequences lists = in.lists(name);
    writer.add(name + "_values", std::span<const std::int32_t>(lists.values),
               {lists.values.size()});
    writer.add(name + "_offsets", std::span<const std::int64_t>(lists.offsets),
               {lists.offsets.size()});
  }
  writer.finish();
}

}  // namespace reprise
