#include "bench/harness/microkernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "bench/harness/kept_peaks.hpp"
#include "bench/harness/peaks.hpp"
#include "bench/harness/samples.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {

namespace isa_avx512 {
extern const bench::Microkernels microkernels;
}
namespace isa_avx2 {
extern const bench::Microkernels microkernels;
}
namespace isa_baseline {
extern const bench::Microkernels microkernels;
}

namespace bench {

namespace {

// The shortest of all runs that begin within this many seconds: disturbances only add time.
constexpr double kSeconds = 0.06;

template <class Run>
double shortest_ns(Run&& run) {
  double best = std::numeric_limits<double>::infinity();
  const Stopwatch all;
  do {
    const Stopwatch watch;
    run();
    best = std::min(best, watch.seconds());
  } while (all.seconds() < kSeconds);
  return 1e9 * best;
}

// 512 samples of 128 different words each, in ascending order. As in the book's texts, the words
// are numbered by frequency: half of the ones are among the 256 most frequent of 10,000 words, and
// seven of ten among the first 1,024.
constexpr std::size_t kWords = 10000, kSamples = 512, kOnes = 128;
std::vector<std::uint16_t> word_ids() {
  std::mt19937 random(1);
  std::vector<std::uint16_t> ids;
  for (std::size_t i = 0; i < kSamples; ++i) {
    std::set<std::uint16_t> words;
    while (words.size() < kOnes) {
      const double u = random() / 4294967296.0;
      words.insert(static_cast<std::uint16_t>(6 * std::pow((kWords + 6) / 6.0, u) - 6));
    }
    ids.insert(ids.end(), words.begin(), words.end());
  }
  return ids;
}

void measure_sparse(const Microkernels& kernels, std::size_t columns, LimitRates& rates) {
  const std::size_t padded = (columns + 15) / 16 * 16;
  const auto ids = word_ids();
  auto rows = random_values<float>(kWords, padded, 1);
  Matrix<float> samples(kSamples, padded);
  const SparseTraffic traffic{ids.data(), kSamples,         kOnes,
                              padded,     rows.view().data, samples.view().data};
  rates.gather = shortest_ns([&] { kernels.gather(traffic); }) / (kSamples * kOnes);
  std::ranges::fill(samples.view().flat(), 1e-6f);
  rates.scatter = shortest_ns([&] { kernels.scatter(traffic); }) / (kSamples * kOnes);
}

// Nanoseconds a weight in a step of RMSprop on 2,048 weights: 24 KiB.
double step_ns(std::string_view isa) {
  constexpr std::size_t kWeights = 2048, kSteps = 20;
  auto weights = random_values<float>(1, kWeights, 1);
  const auto gradients = random_values<float>(1, kWeights, 2);
  Matrix<float> slots(1, kWeights);
  const OptimizerPiece<float> piece{weights.view().data, gradients.view().data, slots.view().data,
                                    kWeights, kWeights};
  return with_formula<float>(RMSprop{}, OptimizerStep{1, 1.0}, [&](const auto& formula) {
    using Formula = std::remove_cvref_t<decltype(formula)>;
    const auto pass =
        kernels_of<float>(isa).optimizer_pass[Formulas<float>::template index<Formula>()];
    const double ns = shortest_ns([&] {
      for (std::size_t i = 0; i < kSteps; ++i) pass(&formula, piece);
    });
    return ns / (kWeights * kSteps);
  });
}

double product_gflops(const Microkernels& kernels, std::string_view isa) {
  double operations = 0;
  const double ns = shortest_ns([&] { operations = kernels.multiply_add(); });
  // the libraries choose their instructions themselves: they say nothing about a lower set
  const double peak = isa == find_isa("").name ? sgemm_gflops(1) : 0;
  return std::max(operations / ns, peak);
}

}  // namespace

const Microkernels& microkernels_of(std::string_view isa) {
  return isa == "avx512" ? isa_avx512::microkernels
         : isa == "avx2" ? isa_avx2::microkernels
                         : isa_baseline::microkernels;
}

LimitRates measure_limit_rates(std::string_view isa, std::size_t columns) {
  const Microkernels& kernels = microkernels_of(isa);
  LimitRates rates;
  if (columns > 0) measure_sparse(kernels, columns, rates);
  rates.step = step_ns(isa);
  rates.gflops = product_gflops(kernels, isa);
  return rates;
}

LimitRates limit_rates(const std::string& isa, std::size_t columns) {
  const char* wanted = std::getenv("REPRISE_PEAKS");
  const bool may_measure = wanted == nullptr || std::string_view(wanted) != "none";
  return kept_limit_rates(peaks_file(), machine_key(), isa, columns, [&] {
    return may_measure ? measure_limit_rates(isa, columns) : LimitRates{};
  });
}

}  // namespace bench

}  // namespace reprise
