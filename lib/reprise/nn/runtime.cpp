#include "reprise/nn/runtime.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/random/streams.hpp"

namespace reprise {

std::string_view name_of(Dtype dtype) { return dtype == Dtype::float64 ? "float64" : "float32"; }

namespace {

RuntimeOptions checked(RuntimeOptions options) {
  const BackendInfo& backend = usable_backend(options.backend);
  if (options.floatx == Dtype::float64 && !backend.float64) {
    throw Error(fmt::format("backend '{}' computes in float32 only", backend.name));
  }
  if (options.threads > 1 && !backend.threaded()) {
    throw Error(
        fmt::format("threads: asked for {}, backend '{}' has 1", options.threads, backend.name),
        ExitCode::missing);
  }
  if (!options.isa.empty()) {
    if (!backend.has_isas) {
      throw Error(fmt::format("isa: asked for '{}', backend '{}' has no kernels of its own for it",
                              options.isa, backend.name),
                  ExitCode::missing);
    }
    find_isa(options.isa);
  }
  return options;
}

}  // namespace

struct Runtime::State {
  InternalOptions options;
  Streams streams;
  Team team;
};

Runtime::Runtime(RuntimeOptions options) : Runtime(std::move(options), InternalOptions{}) {}

Runtime::Runtime(RuntimeOptions options, InternalOptions internal)
    : options_(checked(std::move(options))),
      state_(new State{internal, Streams(), Team(options_.threads, internal.force_grain_one)}) {
  state_->streams.set_random_seed(options_.seed);
}

Runtime::~Runtime() = default;

void Runtime::warn(std::string_view text) const {
  for (Callback* callback : callbacks_) callback->on_warning(text);
}

Streams& Runtime::streams() { return state_->streams; }

std::string_view Runtime::isa() const {
  const BackendInfo& backend = find_backend(options_.backend);
  const bool of_openmp = backend.has_isas || !backend.borrowed_operations.empty();
  return of_openmp ? find_isa(options_.isa).name : isas().back().name;
}

const InternalOptions& InternalAccess::options(const Runtime& runtime) {
  return runtime.state_->options;
}

Team& InternalAccess::team(Runtime& runtime) { return runtime.state_->team; }

}  // namespace reprise
