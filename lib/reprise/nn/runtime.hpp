// What a running Keras process has: its random streams and its settings. Models are built in one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/kernels/summation.hpp"
#include "reprise/random/streams.hpp"

namespace reprise {

class Callback;

// keras.config.floatx()
enum class Dtype { float32, float64 };
std::string_view name_of(Dtype dtype);

struct RuntimeOptions {
  // what changes the result
  std::uint32_t seed = 42;
  Dtype floatx = Dtype::float32;
  Semantics semantics = all_semantics().front();
  Summation summation = Summation::ascending;  // of the reference backend
  // what changes only the speed
  std::string backend = "openmp";
  int threads = 1;
  std::string isa = {};  // of the openmp backend: one of isas(); "" is the fastest available
  bool fuse = true;      // of the openmp backend: its fused plans
  bool force_grain_one = false;  // see Team
  // Computes in float32 in place of what `backend` names: for tests of what notices a wrong one.
  std::function<std::unique_ptr<Backend<float>>(Team&)> float_backend = {};
};

class Runtime {
 public:
  // Throws Error for a backend that is unknown or that this build or processor lacks, a number of
  // threads out of range or not delivered, more than one thread for a backend that has one, float64
  // for a backend that lacks it, an instruction set that is unknown or that the processor or the
  // backend lacks.
  explicit Runtime(RuntimeOptions options = {});
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const RuntimeOptions& options() const { return options_; }
  Streams& streams() { return streams_; }
  Team& team() { return team_; }
  // The instruction set that the backend's kernels use.
  std::string_view isa() const;

  // Watches every model of the process; must outlive the last fit.
  void watch(Callback& callback) { callbacks_.push_back(&callback); }
  const std::vector<Callback*>& callbacks() const { return callbacks_; }

 private:
  RuntimeOptions options_;
  Streams streams_;
  Team team_;
  std::vector<Callback*> callbacks_;
};

}  // namespace reprise
