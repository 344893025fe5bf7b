#include "repro/replay/training.hpp"

#include <numeric>
#include <span>

#include "reprise/core/denormals.hpp"
#include "repro/replay/trainer.hpp"

namespace reprise::replay {

namespace {

// Keras's running mean in double: the values of the batches, weighted by their numbers of samples.
class WeightedMean {
 public:
  template <class BatchScores>
  void add(const BatchScores& scores, std::size_t rows) {
    loss_ += static_cast<double>(scores.loss) * static_cast<double>(rows);
    metric_ += static_cast<double>(scores.metric) * static_cast<double>(rows);
    rows_ += rows;
  }
  Scores scores() const {
    return {loss_ / static_cast<double>(rows_), metric_ / static_cast<double>(rows_)};
  }

 private:
  double loss_ = 0, metric_ = 0;
  std::size_t rows_ = 0;
};

// Calls body(batch) for consecutive batches of `rows`; the last one may be shorter.
template <class Batch>
void each_batch(std::span<const std::int32_t> rows, std::size_t batch, Batch&& body) {
  for (std::size_t first = 0; first < rows.size(); first += batch) {
    body(rows.subspan(first, std::min(batch, rows.size() - first)));
  }
}

template <class S>
Scores evaluated(Trainer<S>& trainer, const Selection& selection, std::size_t batch) {
  trainer.measure_penalties();
  WeightedMean mean;
  each_batch(selection.rows, batch, [&](std::span<const std::int32_t> rows) {
    mean.add(trainer.test(*selection.of, rows), rows.size());
  });
  return mean.scores();
}

template <class S>
History fitted(Network& network, const FitOptions& options, NumpyRandom& numpy) {
  Trainer<S> trainer(network);
  History history;
  std::vector<std::int32_t> order(options.train.size()), rows(options.train.size());
  std::iota(order.begin(), order.end(), 0);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    if (options.shuffle) numpy.shuffle(std::span(order));
    for (std::size_t i = 0; i < order.size(); ++i) {
      rows[i] = options.train.rows[static_cast<std::size_t>(order[i])];
    }
    WeightedMean mean;
    each_batch(rows, options.batch, [&](std::span<const std::int32_t> batch) {
      mean.add(trainer.train(*options.train.of, batch), batch.size());
    });
    history["loss"].push_back(mean.scores().loss);
    history["metric"].push_back(mean.scores().metric);
    if (!options.validation) continue;
    const Scores val = evaluated(trainer, *options.validation, options.batch);
    history["val_loss"].push_back(val.loss);
    history["val_metric"].push_back(val.metric);
  }
  return history;
}

// Calls body.template operator()<Sums<...>>().
template <class Body>
auto with_sums(const Arithmetic& arithmetic, Body&& body) {
  if (arithmetic.wide) {
    return arithmetic.descending ? body.template operator()<Sums<double, true>>()
                                 : body.template operator()<Sums<double, false>>();
  }
  return arithmetic.descending ? body.template operator()<Sums<float, true>>()
                               : body.template operator()<Sums<float, false>>();
}

}  // namespace

History fit(Network& network, const FitOptions& options, NumpyRandom& numpy,
            const Arithmetic& arithmetic) {
  const FlushDenormals flush;
  return with_sums(arithmetic, [&]<class S>() { return fitted<S>(network, options, numpy); });
}

Scores evaluate(Network& network, const Selection& selection, std::size_t batch,
                const Arithmetic& arithmetic) {
  const FlushDenormals flush;
  return with_sums(arithmetic, [&]<class S>() {
    Trainer<S> trainer(network);
    return evaluated(trainer, selection, batch);
  });
}

void skip_shuffles(NumpyRandom& numpy, int shuffles, std::size_t n) {
  for (int k = 0; k < shuffles; ++k) {
    for (std::size_t i = n; i-- > 1;) numpy.interval(static_cast<std::uint32_t>(i));
  }
}

}  // namespace reprise::replay
