#include "bench/harness/limit.hpp"

#include <algorithm>

namespace reprise::bench {

namespace {

double ones(const Csr& x, std::size_t first, std::size_t last) {
  const CsrView rows = x.slice(first, last);
  return static_cast<double>(rows.row_ptr[rows.rows] - rows.row_ptr[0]);
}

double nonzeros(const Matrix<float>& x, std::size_t first, std::size_t last) {
  const auto values = x.slice(first, last).flat();
  return static_cast<double>(values.size()) - static_cast<double>(std::ranges::count(values, 0.0f));
}

}  // namespace

EpochWork epoch_work(const TrainingSet& set, const std::vector<LayerCase>& layers,
                     const EpochRows& rows, const std::vector<double>& live) {
  EpochWork work;
  const double trained = static_cast<double>(rows.last - rows.first),
               validated = static_cast<double>(rows.validation);
  const auto steps = static_cast<double>((rows.last - rows.first + rows.batch - 1) / rows.batch);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const LayerCase& layer = layers[l];
    const double inputs = static_cast<double>(layer.inputs),
                 units = static_cast<double>(layer.units);
    const double share = l > 0 && rows.batch == 1 && l <= live.size() ? live[l - 1] : 1;
    work.updates += steps * (share * inputs + 1) * units;
    if (l > 0) {
      work.operations += 2 * share * inputs * units * (3 * trained + validated);
    } else if (layer.sparse()) {
      work.columns = layer.units;
      work.scatters = ones(set.sparse_x, rows.first, rows.last);
      work.gathers = work.scatters + ones(set.sparse_x, 0, rows.validation);
    } else {
      // forward and the gradient of the weights; nobody needs the gradient of the samples
      work.operations += 2 * units *
                         (2 * nonzeros(set.dense_x, rows.first, rows.last) +
                          nonzeros(set.dense_x, 0, rows.validation));
    }
  }
  return work;
}

std::vector<double> live_shares(const Matrix<float>& x, const EpochRows& rows,
                                const std::vector<Matrix<double>>& weights) {
  const std::size_t hidden = weights.size() / 2 - 1;
  std::vector<double> live(hidden);
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    const auto sample = x.view().row(i);
    std::vector<double> input(sample.begin(), sample.end());
    for (std::size_t l = 0; l < hidden; ++l) {
      const Matrix<double>& kernel = weights[2 * l];
      const auto bias = weights[2 * l + 1].view().flat();
      std::vector<double> output(bias.begin(), bias.end());
      for (std::size_t k = 0; k < input.size(); ++k) {
        for (std::size_t j = 0; j < output.size(); ++j) output[j] += input[k] * kernel(k, j);
      }
      for (double& value : output) {
        value = std::max(value, 0.0);
        if (value > 0) live[l] += 1.0 / static_cast<double>(output.size());
      }
      input = output;
    }
  }
  for (double& share : live) share /= static_cast<double>(rows.last - rows.first);
  return live;
}

double limit_seconds(const EpochWork& work, const LimitRates& rates, int threads) {
  if (rates.step <= 0 || rates.gflops <= 0) return 0;
  const double ns = work.gathers * rates.gather + work.scatters * rates.scatter +
                    work.updates * rates.step + work.operations / rates.gflops;
  return 1e-9 * ns / threads;
}

}  // namespace reprise::bench
