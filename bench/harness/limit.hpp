// The shortest time that an epoch could take on this machine, and the work that it follows from.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/cases.hpp"
#include "bench/harness/microkernels.hpp"
#include "bench/harness/samples.hpp"

namespace reprise::bench {

// What an epoch has to compute, however it does so.
struct EpochWork {
  std::size_t columns = 0;           // of the rows below: units of a sparse first layer, else 0
  double gathers = 0, scatters = 0;  // ones of a sparse layer, in training and validation; training
  double updates = 0;                // weights that the optimizer's steps change
  double operations = 0;             // of the products; a multiply-add has two
};

// The rows [first, last) of a set for training, and [0, validation) for validation.
struct EpochRows {
  std::size_t first, last, validation = 0;
  std::size_t batch;
};

// The work of an epoch of a network with these layers.
// - The first layer multiplies only inputs that are not 0; a sparse one gathers and scatters.
// - The products of the other layers are whole, three in training and one in validation.
// - Every step updates every weight.
// - In batches of one sample a unit that is 0 takes no part: neither its products nor the update of
//   the weights behind it count. `live` has the share of the units of each hidden layer that are
//   not 0, over all samples; larger batches hardly have a unit that is 0 in all samples, and count
//   all.
EpochWork epoch_work(const TrainingSet& set, const std::vector<LayerCase>& layers,
                     const EpochRows& rows, const std::vector<double>& live = {});

// The share of units that are not 0 in each hidden layer of a network with ReLU, over the rows
// [first, last). `weights` are kernel and bias of each layer, as Sequential::get_weights returns.
std::vector<double> live_shares(const Matrix<float>& x, const EpochRows& rows,
                                const std::vector<Matrix<double>>& weights);

// The limit in seconds: gathers x gather + scatters x scatter + updates x step + operations / rate,
// divided by the number of threads. 0 if the rates are unknown.
double limit_seconds(const EpochWork& work, const LimitRates& rates, int threads);

}  // namespace reprise::bench
