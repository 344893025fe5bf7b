// Measures the false alarms and the power of the certificate by simulation on real runs: in each
// draw one seed of a pool plays the book and 200 others are the sample. Prints
// docs/certificate_power.md.
//
//   certify_power IMDB.json IMDB_FINAL.json     records of at least 1,200 seeds each
//
// Exit code 1 if a rate misses its bound.
#include <fmt/format.h>

#include <functional>

#include "cli/install_paths.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/error.hpp"
#include "reprise/random/numpy_random.hpp"
#include "reprise/stats/distance.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/references/reference_runs.hpp"
#include "tools/certificate/simulated_rates.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kSample = 200, kPool = 1200;
constexpr std::uint32_t kSeed = 1;

struct Pool {
  std::string name, semantics;
  PrintedLog log;
  Matrix<double> runs;
  std::vector<double> mean, deviation;  // of each quantity

  std::size_t column(const std::string& curve, std::size_t epoch) const {
    for (std::size_t j = 0; j < log.quantities.size(); ++j) {
      if (log.quantities[j].curve == curve && log.quantities[j].index == epoch) return j;
    }
    throw Error(fmt::format("{}: found no {} of epoch {}", name, curve, epoch + 1));
  }
};

Pool read_pool(const char* file, const std::string& experiment) {
  Pool pool{experiment, {}, {}, {}, {}, {}};
  for (const RunGroup& group : read_groups({file})) {
    if (group.experiment != experiment) continue;
    if (group.runs.size() < kPool) {
      throw Error(fmt::format("{}: found {} runs of {}, expected at least {}", file,
                              group.runs.size(), experiment, kPool));
    }
    for (const PrintedLog& log :
         printed_logs(*book_of(group.runs[0], *cli::install_results()), 1)) {
      if (log.source == "notebook") pool.log = log;
    }
    pool.semantics = group.semantics;
    pool.runs = quantities_of_runs(group, pool.log);
    for (std::size_t j = 0; j < pool.runs.cols(); ++j) {
      pool.mean.push_back(mean_of(pool.runs, j));
      pool.deviation.push_back(deviation_of(pool.runs, j));
    }
    return pool;
  }
  throw Error(fmt::format("{}: found no runs of {}", file, experiment));
}

using Change = std::function<void(std::span<double> book, std::size_t draw, double sign)>;

// Returns how many of `draws` simulated books, each one changed, are called inconsistent.
std::size_t rejections(const Pool& pool, std::size_t draws, const Change& change) {
  NumpyRandom random(kSeed);
  Matrix<double> rows(kSample + 1, pool.runs.cols());
  std::size_t rejected = 0;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto order = random.permutation(pool.runs.rows());
    for (std::size_t i = 0; i <= kSample; ++i) {
      for (std::size_t j = 0; j < rows.cols(); ++j) {
        rows(i, j) = pool.runs(static_cast<std::size_t>(order[i]), j);
      }
    }
    change(rows.view().row(0), draw, random.interval(1) == 0 ? -1 : 1);
    rejected += distance_p(rows, 0) <= kAlpha;
  }
  return rejected;
}

// Prints a row of the table; returns whether the rate keeps its bound.
bool print_row(const Pool& pool, const std::string& what, Bound bound, std::size_t draws,
               const Change& change) {
  const RateRow row{rejections(pool, draws, change), draws, bound};
  fmt::print("| {} | {} | {} | {} |\n", pool.name, what, draws, row.cells());
  return row.is_kept();
}

ExitCode run(int argc, char** argv) {
  if (argc != 3) {
    throw Error(fmt::format("found {} arguments, expected IMDB.json IMDB_FINAL.json", argc - 1));
  }
  const Pool imdb = read_pool(argv[1], "imdb"), final_runs = read_pool(argv[2], "imdb_final");
  if (imdb.semantics != final_runs.semantics) {
    throw Error(fmt::format("{}: found {}, expected {} as in {}", argv[2], final_runs.semantics,
                            imdb.semantics, argv[1]));
  }
  const auto nothing = [](auto, auto, auto) {};
  // each draw changes another quantity or epoch
  const auto single = [](const Pool& pool, double shift) -> Change {
    return [&pool, shift](std::span<double> book, std::size_t draw, double sign) {
      const std::size_t j = draw % book.size();
      book[j] = pool.log.quantities[j].rounding(pool.mean[j] + sign * shift * pool.deviation[j]);
    };
  };
  const auto four = [&](bool against) -> Change {
    return [&imdb, against](std::span<double> book, std::size_t draw, double sign) {
      for (const char* curve : {"loss", "accuracy", "val_loss", "val_accuracy"}) {
        const std::size_t j = imdb.column(curve, draw % 20);
        const bool opposite = against && std::string(curve).ends_with("accuracy");
        book[j] += (opposite ? -sign : sign) * 4 * imdb.deviation[j];
      }
    };
  };
  const Change later = [&](std::span<double> book, std::size_t draw, double) {
    for (const char* curve : {"loss", "accuracy", "val_loss", "val_accuracy"}) {
      const std::size_t epoch = draw % 16;
      book[imdb.column(curve, epoch)] = book[imdb.column(curve, epoch + 4)];
    }
  };
  fmt::print(
      "# False alarms and power of the certificate\n\n"
      "`./tools/certify_power` wrote this page. It has {} seeds of imdb (80 printed numbers) "
      "and {} of\n"
      "imdb_final (10) under {}. In each draw one seed plays the book and {} others are "
      "the sample;\n"
      "the book may be changed first. Intervals are exact (Clopper and Pearson) at 95 %. The "
      "draws are\n"
      "the same on every machine.\n\n"
      "| experiment | the book is | draws | called inconsistent | interval | required |\n"
      "|---|---|---|---|---|---|\n",
      imdb.runs.rows(), final_runs.runs.rows(), imdb.semantics, kSample);
  bool kept = true;
  const auto add = [&](const Pool& pool, const char* what, Bound bound, std::size_t draws,
                       const Change& change) {
    kept = print_row(pool, what, bound, draws, change) && kept;
  };
  for (const Pool* pool : {&imdb, &final_runs}) {
    add(*pool, "one of our runs (false alarms)", at_most(0.064), 1000, nothing);
  }
  add(final_runs, "a run with one number at mean plus or minus 3 sd", at_least(0.9), 400,
      single(final_runs, 3));
  add(imdb, "a run with all four numbers of an epoch shifted by 4 sd in one direction",
      at_least(0.95), 400, four(false));
  add(imdb, "the same, accuracies and losses in opposite directions", at_least(0.95), 400,
      four(true));
  add(imdb, "a run with one epoch replaced by the fourth epoch after it", at_least(0.85), 400,
      later);
  add(imdb, "a run with one number at mean plus or minus 6 sd", at_least(0.9), 400,
      single(imdb, 6));
  fmt::print("\n## The underlying tests on simulated numbers\n\n");
  kept = print_simulated_rates() && kept;
  return kept ? ExitCode::done : ExitCode::no;
}

}  // namespace

}  // namespace reprise::book

int main(int argc, char** argv) {
  reprise::cli::prepare_process();
  return reprise::cli::run_main("certify_power", [&] { return reprise::book::run(argc, argv); });
}
