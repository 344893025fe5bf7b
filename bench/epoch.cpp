// bench_epoch times one epoch of each of the book's networks, and training up to the book's
// accuracy.
//   bench_epoch --case mnist --backend openmp --threads 1,2
//   bench_epoch --network 784-512-10 --batch 128          a network of your own
// `epoch` trains once on the samples that the book trains on, without validation, and
// `epoch_validated` with the book's validation samples where it has some. `time_to` starts
// with new weights and trains until the metric of an epoch reaches the target in epoch_network.cpp.
// No GB/s are reported, because how often an epoch reads its data again depends on the plan.
#include "bench/epoch_network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/harness/layer_job.hpp"
#include "bench/harness/limit.hpp"
#include "bench/harness/verified.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

double metric_of(Trainer& trainer, const NetworkCase& network, const Data& data) {
  if (!network.metric.starts_with("val_")) {
    return trainer.history.at(std::string(network.metric)).back();
  }
  return trainer.model.evaluate(data.x_val, data.y_val, {trainer.settings.batch_size})
      .at(std::string(network.metric.substr(4)));
}

// Trains until the metric reaches the target. Returns the digest of the final weights.
std::uint32_t train_to_target(const NetworkCase& network, const RuntimeSettings& runtime,
                              const Data& data) {
  constexpr int kMaxEpochs = 100;
  Trainer trainer(network, runtime);
  for (int epoch = 1; epoch <= kMaxEpochs; ++epoch) {
    trainer.train(data);
    const double value = metric_of(trainer, network, data);
    if (network.metric.ends_with("mae") ? value <= network.target : value >= network.target) {
      return trainer.digest();
    }
  }
  throw Error(
      fmt::format("{} did not reach {} in {} epochs", network.metric, network.target, kMaxEpochs));
}

// What computes the network's second layer, as its backend reports it. The first layer may be
// sparse, and then another backend may compute it.
template <class T>
std::string implementation(Context& context, const NetworkCase& network, const Setting& setting,
                           Backend<T>& backend) {
  const BackendInfo& info = find_backend(setting.backend);
  const LayerCase& layer = network.layers[network.layers.size() > 1 ? 1 : 0];
  const auto job = make_layer_job<T>(context.samples, layer, LayerPart::step, false, false);
  job->run(backend);
  if (!info.implements("dense_forward")) return std::string(info.name);
  const bool borrows = network.layers.front().sparse() && !info.implements("csr_forward");
  return backend.implementation() +
         (borrows ? fmt::format(", its sparse layer {}", info.borrowed_from) : "");
}

std::string implementation(Context& context, const NetworkCase& network, const Setting& setting) {
  Team team(setting.threads);
  const std::string isa =
      find_backend(setting.backend).has_isas ? context.options.isa : std::string();
  if (setting.dtype == Dtype::float64) {
    return implementation(context, network, setting,
                          *context.factory->make_double(setting.backend, team, isa));
  }
  return implementation(context, network, setting,
                        *context.factory->make_float(setting.backend, team, isa));
}

double flops_of_epoch(const TrainingSet& set, const NetworkCase& network) {
  double flops = 0;
  const double rows = static_cast<double>(network.last - network.first);
  for (const LayerCase& layer : network.layers) {
    const double units = static_cast<double>(layer.units);
    if (layer.sparse()) {
      const CsrView x = set.sparse_x.slice(network.first, network.last);
      flops += 2 * units * static_cast<double>(x.row_ptr[x.rows] - x.row_ptr[0]);
    } else {
      flops += (layer.first() ? 4 : 6) * rows * units * static_cast<double>(layer.inputs);
    }
  }
  return flops;
}

// In seconds; 0 if it is unknown: the microkernels are float32.
double limit_of_epoch(const Context& context, const TrainingSet& set, const NetworkCase& network,
                      const Setting& setting, const Trainer& trainer, bool validated) {
  if (setting.dtype != Dtype::float32) return 0;
  const EpochRows rows{network.first, std::min(network.last, set.rows()),
                       validated ? network.first : 0, trainer.settings.batch_size};
  const auto live = rows.batch == 1 && set.dense_x.rows() > 0
                        ? live_shares(set.dense_x, rows, trainer.model.get_weights())
                        : std::vector<double>();
  const EpochWork work = epoch_work(set, network.layers, rows, live);
  const std::string isa(find_isa(context.options.isa).name);
  return limit_seconds(work, limit_rates(isa, work.columns),
                       std::min(setting.threads, available_cpus()));
}

void register_training(Context& context, const NetworkCase& network, const Setting& setting,
                       bool validated) {
  register_plain(
      context, validated ? "epoch_validated" : "epoch", network.name,
      context.samples.kind(network.samples), setting, [=, &context] {
        const TrainingSet& set = context.samples.training(network.samples);
        const RuntimeSettings runtime = runtime_settings(context, setting);
        auto trainer = std::make_shared<Trainer>(network, runtime);
        const Data data = data_of(set, network, trainer->settings.batch_size, 0);
        trainer->train(data, validated);
        const VerifiedResults verified(context.options.kept);
        const std::string name =
            benchmark_name("epoch", network.name, context.samples.kind(network.samples), setting);
        if (!verified.contains(name, trainer->digest())) {
          verify(set, network, setting, runtime);
          verified.add(name, trainer->digest());
        }
        return PlainBenchmark{
            .run = [=] { trainer->train(data, validated); },
            .digest = trainer->digest(),
            .label = implementation(context, network, setting),
            .work = {validated ? 0 : flops_of_epoch(set, network), 0, 0},
            .limit = limit_of_epoch(context, set, network, setting, *trainer, validated)};
      });
}

void register_time_to(Context& context, const NetworkCase& network, const Setting& setting) {
  register_plain(context, "time_to", network.name, context.samples.kind(network.samples), setting,
                 [=, &context] {
                   const TrainingSet& set = context.samples.training(network.samples);
                   const RuntimeSettings runtime = runtime_settings(context, setting);
                   verify(set, network, setting, runtime);
                   const Data data = data_of(set, network, network.settings.batch_size, 0);
                   const auto digest = std::make_shared<std::uint32_t>(0);
                   return PlainBenchmark{[=] { *digest = train_to_target(network, runtime, data); },
                                         0,
                                         fmt::format("{} {} on {}", network.metric, network.target,
                                                     implementation(context, network, setting)),
                                         {},
                                         digest};
                 });
}

}  // namespace

void register_epoch(Context& context) {
  context.takes_network = true;
  for (const NetworkCase& network : networks(context.options.own)) {
    for (const Setting& setting : requested_settings(context.options)) {
      if (setting.backend == "reference") continue;
      register_training(context, network, setting, false);
      if (network.first > 0) register_training(context, network, setting, true);
      if (!network.metric.empty()) register_time_to(context, network, setting);
    }
  }
}

}  // namespace reprise::bench
