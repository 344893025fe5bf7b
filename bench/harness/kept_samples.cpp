#include "bench/harness/kept_samples.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/data/checksum.hpp"

namespace reprise::bench {

namespace {

// The file: this header, the targets, the row pointers, the columns (both of a sparse matrix) or
// the values.
struct Header {
  char mark[8] = {'r', 'e', 'p', 's', 'a', 'm', 'p', '2'};
  std::uint64_t rows = 0, columns = 0, ones = 0;  // ones: UINT64_MAX for a dense matrix
  std::uint64_t target_rows = 0, target_columns = 0;
  std::uint32_t crc = 0;  // of this header with a crc of 0, and of what follows
  std::uint32_t reserved = 0;
};
constexpr std::uint64_t kDense = UINT64_MAX;
constexpr std::uintmax_t kMostBytes = 256 << 20;

template <class T>
void append(std::string& bytes, std::span<const T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

std::uint32_t crc_of(Header header, std::string_view content) {
  header.crc = 0;
  return crc32(std::as_bytes(std::span(content)), crc32(std::as_bytes(std::span(&header, 1))));
}

// The next `n` values of the content; nothing if it is too short.
template <class Values>
std::optional<Values> take(std::string_view& content, std::uint64_t n) {
  using T = typename Values::value_type;
  if (n > content.size() / sizeof(T)) return std::nullopt;
  Values values(n);
  if (n > 0) std::memcpy(values.data(), content.data(), n * sizeof(T));
  content.remove_prefix(n * sizeof(T));
  return values;
}

std::optional<Matrix<float>> take_matrix(std::string_view& content, std::uint64_t rows,
                                         std::uint64_t columns) {
  if (rows == 0 || columns == 0) return Matrix<float>();
  if (rows > content.size() / columns) return std::nullopt;
  const auto values = take<std::vector<float>>(content, rows * columns);
  if (!values) return std::nullopt;
  Matrix<float> matrix(rows, columns);
  std::ranges::copy(*values, matrix.view().flat().begin());
  return matrix;
}

}  // namespace

void write_samples(const std::filesystem::path& file, const TrainingSet& set) {
  Header header;
  std::string content;
  header.target_rows = set.targets.rows();
  header.target_columns = set.targets.cols();
  if (set.targets.rows() > 0) append<float>(content, set.targets.view().flat());
  if (set.dense_x.rows() > 0) {
    header.rows = set.dense_x.rows();
    header.columns = set.dense_x.cols();
    header.ones = kDense;
    append<float>(content, set.dense_x.view().flat());
  } else {
    const CsrView x = set.sparse_x.view();
    header.rows = x.rows;
    header.columns = x.cols;
    header.ones = static_cast<std::uint64_t>(x.row_ptr[x.rows]);
    append<std::int64_t>(content, {x.row_ptr, x.rows + 1});
    append<std::int32_t>(content, {x.col_idx, static_cast<std::size_t>(header.ones)});
  }
  header.crc = crc_of(header, content);
  try {
    write_file(file, [&](std::ostream& out) {
      out.write(reinterpret_cast<const char*>(&header), sizeof header);
      out.write(content.data(), static_cast<std::streamsize>(content.size()));
    });
  } catch (const Error&) {
  }
}

std::optional<TrainingSet> read_samples(const std::filesystem::path& file) {
  std::string bytes;
  try {
    bytes = read_file(file, kMostBytes);
  } catch (const Error&) {
    return std::nullopt;
  }
  Header header;
  const Header expected;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::string_view content = std::string_view(bytes).substr(sizeof header);
  if (std::memcmp(header.mark, expected.mark, sizeof header.mark) != 0) return std::nullopt;
  if (crc_of(header, content) != header.crc) return std::nullopt;
  TrainingSet set;
  auto targets = take_matrix(content, header.target_rows, header.target_columns);
  if (!targets) return std::nullopt;
  set.targets = std::move(*targets);
  if (header.ones == kDense) {
    auto values = take_matrix(content, header.rows, header.columns);
    if (!values) return std::nullopt;
    set.dense_x = std::move(*values);
    return set;
  }
  auto pointers = take<std::vector<std::int64_t>>(content, header.rows + 1);
  auto columns = take<HugePageVector<std::int32_t>>(content, header.ones);
  if (!pointers || !columns) return std::nullopt;
  set.sparse_x = Csr(header.columns, std::move(*pointers), std::move(*columns));
  return set;
}

}  // namespace reprise::bench
