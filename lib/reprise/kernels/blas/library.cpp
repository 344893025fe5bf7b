#include "reprise/kernels/blas/library.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "reprise/core/error.hpp"
#include "reprise/core/memory.hpp"
#include "reprise/kernels/blas/find.hpp"

namespace reprise {

namespace {

constexpr std::string_view kFile = "blas:";

// Codes of cblas.h.
constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;

// The library's names for its functions. Throws Error if it has no matrix product that takes 32-bit
// integers.
BlasSymbols symbols_of(const SharedObject& object, const std::string& file) {
  for (const char* const prefix : {"", "scipy_"}) {
    for (const char* const suffix : {"", "64_"}) {
      const BlasSymbols symbols{object, prefix, suffix};
      if (symbols.find<void()>("cblas_sgemm") == nullptr) continue;
      if (symbols.find<void()>("cblas_dgemm") == nullptr) continue;
      if (symbols.suffix.empty()) return symbols;
      throw Error(printable(file) + ": found a BLAS with 64-bit integers, expected 32-bit ones",
                  ExitCode::missing);
    }
  }
  throw Error(printable(file) +
                  ": found no functions cblas_sgemm and cblas_dgemm, expected a BLAS "
                  "with its C interface",
              ExitCode::missing);
}

// Whether integers have 32 bits: a library with 64-bit ones takes the number of elements for
// negative and returns 0 instead of the index of the largest one. True if it cannot be asked.
bool takes_32_bit_integers(const BlasSymbols& symbols) {
  const auto isamax =
      symbols.find<std::size_t(std::int64_t n, const float* x, std::int64_t step)>("cblas_isamax");
  const float x[] = {1, 2, 3};
  constexpr std::uint64_t kThreeOrNegative = 0xffffffff00000003;
  return isamax == nullptr || isamax(static_cast<std::int64_t>(kThreeOrNegative), x, 1) == 2;
}

// OpenBLAS waits forever for memory that it cannot have: it takes 32 MB for each thread when it
// starts, and the library itself, its threads' stacks and MKL's parts need room as well.
void require_address_space(const BlasFamily* family, std::string_view backend) {
  if (family == nullptr || !family->threaded) return;
  const std::uint64_t needed = (256 + 64 * std::uint64_t{std::thread::hardware_concurrency()})
                               << 20;
  const std::uint64_t found = available_address_space();
  if (found >= needed) return;
  throw Error(
      fmt::format("backend '{}': found {} of address space (ulimit -v), expected at least {}",
                  printable(backend), bytes_text(static_cast<double>(found)),
                  bytes_text(static_cast<double>(needed))),
      ExitCode::missing);
}

std::mutex mutex;
std::unique_ptr<const BlasLibrary> the_library;

}  // namespace

BlasPlace place_of_blas(std::string_view backend) {
  if (const BlasFamily* family = find_blas_family(backend)) {
    std::vector<std::string> files = find_blas_files(*family);
    if (files.empty()) {
      return {.family = family,
              .missing = "found no " + std::string(family->files.front()) + "; " +
                         std::string(family->install)};
    }
    return {files.front(), family, {files.begin() + 1, files.end()}};
  }
  if (backend.starts_with(kFile)) {
    const std::string file(backend.substr(kFile.size()));
    std::error_code failed;
    if (std::filesystem::is_regular_file(file, failed)) {
      // a name without '/' would be looked for in the loader's path
      const std::string path = std::filesystem::absolute(file, failed).string();
      return {path, family_of_file(path)};
    }
    return {.missing = std::filesystem::exists(file, failed)
                           ? "found no regular file, expected a shared library"
                           : "found no such file, expected a shared library"};
  }
  if (backend != "blas")
    throw Error("backend '" + printable(backend) + "': found no name of a BLAS");
  const std::string file = system_blas_file();
  if (!file.empty()) return {file, family_of_file(file)};
  return {.missing = "found no libblas.so.3; apt-get install libblas3"};
}

BlasLibrary::BlasLibrary(std::string_view backend, const BlasPlace& place)
    : backend_(backend), object_(place.file) {
  const BlasSymbols symbols = symbols_of(object_, place.file);
  sgemm_ = symbols.find<Gemm<float>>("cblas_sgemm");
  dgemm_ = symbols.find<Gemm<double>>("cblas_dgemm");
  facts_.file = object_.file_of(symbols.prefix + "cblas_sgemm");
  facts_.title = std::filesystem::path(facts_.file).filename().string();
  static const BlasFamily unknown{};
  const BlasFamily& family = place.family != nullptr ? *place.family : unknown;
  if (family.prepare != nullptr) family.prepare(symbols);
  if (!family.title.empty()) facts_.title = fmt::format("{} ({})", family.title, facts_.title);
  if (family.describe != nullptr) family.describe(symbols, facts_);
  if (!takes_32_bit_integers(symbols)) facts_.integer_bits = 64;
  if (facts_.integer_bits != 32) {
    throw Error(printable(place.file) + ": found a BLAS with " +
                    std::to_string(facts_.integer_bits) + "-bit integers, expected 32-bit ones",
                ExitCode::missing);
  }
  for (const std::string_view variable : family.core_variables) {
    const char* const value = std::getenv(std::string(variable).c_str());
    if (value != nullptr && *value != '\0')
      facts_.core_forced = std::string(variable) + "=" + printable(value);
  }
  sparse_ = SparseProducts::of(symbols);
  if (family.thread_setter != nullptr) set_threads_ = family.thread_setter(symbols);
  if (family.thread_getter != nullptr) get_threads_ = family.thread_getter(symbols);
}

const BlasLibrary& BlasLibrary::of(std::string_view backend) {
  const std::scoped_lock lock(mutex);
  if (the_library == nullptr) {
    const BlasPlace place = place_of_blas(backend);
    if (place.file.empty()) {
      throw Error("backend '" + printable(backend) + "': " + place.missing, ExitCode::missing);
    }
    require_address_space(place.family, backend);
    the_library.reset(new BlasLibrary(backend, place));
  }
  if (the_library->backend_ != backend) {
    throw Error("backend '" + printable(backend) + "': this process has loaded '" +
                printable(the_library->backend_) + "' already, expected one BLAS in a process");
  }
  return *the_library;
}

const BlasLibrary* BlasLibrary::loaded() {
  const std::scoped_lock lock(mutex);
  return the_library.get();
}

void BlasLibrary::set_threads(int threads) const {
  if (set_threads_) set_threads_(threads);
}

int BlasLibrary::usable_threads(int wanted) const {
  if (!set_threads_ || facts_.threading == "serial") return 1;
  set_threads(wanted);
  return threads().value_or(wanted);
}

void BlasLibrary::require_threads(int wanted) const {
  const int used = usable_threads(wanted);
  if (used == wanted) return;
  throw Error("threads: asked for " + std::to_string(wanted) + ", backend '" + printable(backend_) +
                  "' (" + printable(facts_.title) + ") has " + std::to_string(used),
              ExitCode::missing);
}

std::string BlasLibrary::description() const {
  std::string text = facts_.title;
  if (!facts_.core.empty()) text += ", kernels for " + facts_.core;
  if (!facts_.core_forced.empty()) text += " (" + facts_.core_forced + ")";
  return text + ", threads: " + facts_.threading;
}

std::optional<int> BlasLibrary::threads() const {
  const int threads = get_threads_ ? get_threads_() : 0;
  return threads > 0 ? std::optional(threads) : std::nullopt;
}

void BlasLibrary::gemm(bool transposed_a, bool transposed_b, int m, int n, int k, const float* a,
                       int lda, const float* b, int ldb, float beta, float* c) const {
  sgemm_(kRowMajor, transposed_a ? kTranspose : kNoTranspose,
         transposed_b ? kTranspose : kNoTranspose, m, n, k, 1.0f, a, lda, b, ldb, beta, c, n);
}
void BlasLibrary::gemm(bool transposed_a, bool transposed_b, int m, int n, int k, const double* a,
                       int lda, const double* b, int ldb, double beta, double* c) const {
  dgemm_(kRowMajor, transposed_a ? kTranspose : kNoTranspose,
         transposed_b ? kTranspose : kNoTranspose, m, n, k, 1.0, a, lda, b, ldb, beta, c, n);
}

}  // namespace reprise
