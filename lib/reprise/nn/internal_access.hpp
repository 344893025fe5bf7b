// What tests, benchmarks and records reach behind the public headers. This header is not installed.
#pragma once

#include <functional>
#include <memory>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/summation.hpp"
#include "reprise/nn/network.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {

// Settings of a Runtime that users do not need.
struct InternalOptions {
  Summation summation = Summation::ascending;  // the order of the reference backend's sums
  bool force_grain_one = false;                // see Team
  // Makes the float32 backend in place of the one that RuntimeOptions::backend names. Tests use it
  // to check that a wrong backend is noticed.
  std::function<std::unique_ptr<Backend<float>>(Team&)> float_backend = {};
};

struct InternalAccess {
  static const InternalOptions& options(const Runtime& runtime);
  static Team& team(Runtime& runtime);
  // The network inside a model; null before the weights are made.
  static const Network* network(const Sequential& model);
  // A network with the model's weights, compiled alike, in another runtime.
  static std::unique_ptr<Network> make_twin(const Sequential& model, Runtime& runtime);
};

}  // namespace reprise
