// A row of a backend's primitive: verified, then timed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

#include "bench/harness/measure.hpp"
#include "bench/harness/program.hpp"
#include "reprise/core/denormals.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/reference/backend.hpp"

namespace reprise::bench {

std::unique_ptr<Backend<float>> BackendFactory::make_float(std::string_view name, Team& team,
                                                           std::string_view isa) const {
  return make_backend<float>(name, team, {.isa = isa});
}
std::unique_ptr<Backend<double>> BackendFactory::make_double(std::string_view name, Team& team,
                                                             std::string_view isa) const {
  return make_backend<double>(name, team, {.isa = isa});
}

std::string row_name(const Row& row, const Setting& setting) {
  return fmt::format("{}/{}/backend:{}/threads:{}/dtype:{}/data:{}/cache:{}", row.operation,
                     row.case_name, setting.backend, setting.threads, name_of(setting.dtype),
                     row.data, setting.cache == Cache::warm ? "warm" : "cold");
}

namespace {

// A row that is ready to be timed. Google Benchmark calls a row's function several times, to find
// the number of iterations; it is verified the first time.
template <class T>
struct Prepared {
  Prepared(Context& context, const Row& row, const Setting& setting) : team(setting.threads) {
    if constexpr (std::is_same_v<T, float>) {
      backend = context.factory->make_float(setting.backend, team, context.options.isa);
    } else {
      backend = context.factory->make_double(setting.backend, team, context.options.isa);
    }
    const FlushDenormals flush;  // as plans do
    job = row.make<T>()(false);
    job->run(*backend);
    verify(row, find_backend(setting.backend));
    digest = digest_of<T>(job->outputs());
  }

  void verify(const Row& row, const BackendInfo& info) {
    ReferenceBackend<T> reference;
    const auto wanted = row.make<T>()(false);
    wanted->run(reference);
    const bool exact = info.implements(row.primitive)
                           ? info.reference_bits
                           : find_backend(info.borrowed_from).reference_bits;
    std::unique_ptr<Job<T>> bounds;
    if (!exact) {
      bounds = row.make<T>()(true);
      bounds->run(reference);
    }
    wrong = difference<T>(job->outputs(), wanted->outputs(),
                          bounds ? bounds->outputs() : std::vector<std::span<const T>>(),
                          job->work().terms);
  }

  Team team;
  std::unique_ptr<Backend<T>> backend;
  std::unique_ptr<Job<T>> job;
  std::string wrong;
  std::uint32_t digest = 0;
};

template <class T>
void time_row(benchmark::State& state, Context& context, const Row& row, const Setting& setting) {
  const std::string name = row_name(row, setting);
  try {
    auto& prepared = kept<Prepared<T>>(
        name, [&] { return std::make_unique<Prepared<T>>(context, row, setting); });
    if (!prepared.wrong.empty()) {
      fail(state, context, name, prepared.wrong);
      return;
    }
    Backend<T>& backend = *prepared.backend;
    Job<T>& job = *prepared.job;
    const FlushDenormals flush;
    double seconds = 0;
    // as within an epoch: the threads stay awake between calls
    const Memory memory = setting.cache == Cache::cold ? job.memory() : Memory();
    backend.session(
        [&] { seconds = measure(state, setting.cache, memory, [&] { job.run(backend); }); });
    const BackendInfo& info = find_backend(setting.backend);
    const bool own = info.implements(row.primitive);
    label(state,
          own ? backend.implementation()
              : fmt::format("{} {} for {}", info.borrowed_from,
                            context.options.isa.empty() ? find_isa("").name : context.options.isa,
                            info.name),
          prepared.digest);
    // of our own team, which computes openmp's primitives: a library's threads are not seen, and
    // the team is then entered for what is beside the product alone
    const int entered = prepared.team.max_threads_used();
    if ((own ? info.name : info.borrowed_from) == "openmp" && entered > 0) {
      state.counters["threads_entered"] = entered;
    }
    count(state, context.options, setting.threads, job.work(), prepared.digest, seconds);
  } catch (const Error& error) {
    fail(state, context, name, error.what());
  }
}

}  // namespace

void register_row(Context& context, const Row& row) {
  if (!takes_case(context, row.case_name)) return;
  for (const std::string& backend : context.options.backends) {
    const BackendInfo& info = find_backend(backend);
    for (const int threads : context.options.threads) {
      if (threads > 1 && !info.threaded) continue;
      for (const Dtype dtype : context.options.dtypes) {
        if (dtype == Dtype::float64 && !info.float64) continue;
        for (const Cache cache : context.options.caches) {
          const Setting setting{backend, threads, dtype, cache};
          add_row(context, row_name(row, setting), setting,
                  [&context, row, setting](benchmark::State& state) {
                    if (setting.dtype == Dtype::float32) {
                      time_row<float>(state, context, row, setting);
                    } else {
                      time_row<double>(state, context, row, setting);
                    }
                  });
        }
      }
    }
  }
}

}  // namespace reprise::bench
