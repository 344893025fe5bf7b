// Runtime: the random streams and settings of one Keras session. Every model is built in a Runtime.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/kernels/rules/semantics.hpp"

namespace reprise {

class Callback;
class Team;
struct InternalAccess;
struct InternalOptions;
struct Streams;

// keras.config.floatx(): the type of weights, activations and gradients.
enum class Dtype { float32, float64 };
std::string_view name_of(Dtype dtype);

struct RuntimeOptions {
  // Options that change the result.
  std::uint32_t seed = 42;
  Dtype floatx = Dtype::float32;
  Semantics semantics = all_semantics().front();
  // Options that change only the speed.
  std::string backend = "openmp";  // or "reference", or a library; `reprise backends` lists all
  int threads = 1;
  std::string isa = {};  // for the openmp backend: one of isas(), "" for the fastest available
  bool fuse = true;      // for the openmp backend: use its fused plans
};

class Runtime {
 public:
  // Throws Error if
  // - the backend is unknown, or this build or processor lacks it;
  // - the backend does not support float64, more than one thread or the instruction set asked for;
  // - the number of threads is out of range, or the OpenMP runtime delivers fewer;
  // - the instruction set is unknown, or the processor lacks it.
  explicit Runtime(RuntimeOptions options = {});
  Runtime(RuntimeOptions options, InternalOptions internal);  // see nn/internal_access.hpp
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const RuntimeOptions& options() const { return options_; }
  // The random streams, as set by the seed and advanced by every draw (random/streams.hpp).
  Streams& streams();
  // The instruction set that the backend's kernels use.
  std::string_view isa() const;

  // Calls `callback` for every model of this runtime. It must outlive the last fit.
  void watch(Callback& callback) { callbacks_.push_back(&callback); }
  const std::vector<Callback*>& callbacks() const { return callbacks_; }
  // Tells the callbacks of what Keras warns of.
  void warn(std::string_view text) const;

 private:
  friend struct InternalAccess;
  struct State;

  RuntimeOptions options_;
  std::unique_ptr<State> state_;
  std::vector<Callback*> callbacks_;
};

}  // namespace reprise
