// The benchmark of a backend's primitive: verifies the result, then times it.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/harness/measure.hpp"
#include "bench/harness/name_part.hpp"
#include "bench/harness/program.hpp"
#include "bench/harness/verified.hpp"
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

std::string benchmark_name(std::string_view operation, std::string_view case_name,
                           std::string_view data, const Setting& setting) {
  return fmt::format("{}/{}/backend:{}/threads:{}/dtype:{}/data:{}/cache:{}", operation, case_name,
                     name_part(setting.backend), setting.threads, name_of(setting.dtype), data,
                     setting.cache == Cache::warm ? "warm" : "cold");
}

namespace {

// A primitive that is ready to be timed. Google Benchmark calls a benchmark's function several
// times to find the number of iterations; the result is verified only in the first call.
template <class T>
struct Prepared {
  // Verifies the results of `benchmark` by those of `plain`.
  Prepared(Context& context, const PrimitiveBenchmark& benchmark, const PrimitiveBenchmark& plain,
           const Setting& setting, const std::string& name)
      : team(setting.threads) {
    if constexpr (std::is_same_v<T, float>) {
      backend = context.factory->make_float(setting.backend, team, context.options.isa);
    } else {
      backend = context.factory->make_double(setting.backend, team, context.options.isa);
    }
    const FlushDenormals flush;  // as in training
    job = benchmark.make<T>()(false);
    job->run(*backend);
    digest = digest_of<T>(job->outputs());
    const VerifiedResults verified(context.options.kept);
    if (context.options.unverified || verified.contains(name, digest)) return;
    verify(benchmark, plain, find_backend(setting.backend));
    if (wrong.empty()) verified.add(name, digest);
  }

  void verify(const PrimitiveBenchmark& benchmark, const PrimitiveBenchmark& plain,
              const BackendInfo& info) {
    ReferenceBackend<T> reference;
    const auto wanted = plain.make<T>()(false);
    wanted->run(reference);
    const bool exact = info.implements(benchmark.primitive)
                           ? info.reference_bits
                           : find_backend(info.borrowed_from).reference_bits;
    std::unique_ptr<Job<T>> bounds;
    if (!exact) {
      bounds = plain.make<T>()(true);
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
void run_benchmark(benchmark::State& state, Context& context, const PrimitiveBenchmark& benchmark,
                   const Setting& setting, const std::string& name) {
  try {
    const BackendInfo& info = find_backend(setting.backend);
    const bool otherwise = benchmark.otherwise != nullptr && !info.implements(benchmark.primitive);
    const PrimitiveBenchmark& timed = otherwise ? *benchmark.otherwise : benchmark;
    auto& prepared = prepared_once<Prepared<T>>(name, [&] {
      return std::make_unique<Prepared<T>>(context, timed, benchmark, setting, name);
    });
    if (!prepared.wrong.empty()) {
      fail(state, context, name, prepared.wrong);
      return;
    }
    Backend<T>& backend = *prepared.backend;
    Job<T>& job = *prepared.job;
    const FlushDenormals flush;
    double seconds = 0;
    const Memory memory = setting.cache == Cache::cold ? job.memory() : Memory();
    // in a session the threads stay awake between calls, as within an epoch
    backend.session(
        [&] { seconds = measure(state, setting.cache, memory, [&] { job.run(backend); }); });
    const bool own = info.implements(timed.primitive);
    if (!own) state.counters["borrowed"] = 1;
    set_label(
        state,
        own ? backend.implementation() + timed.remark
            : fmt::format("{} {} for {}", info.borrowed_from,
                          context.options.isa.empty() ? find_isa("").name : context.options.isa,
                          info.name),
        prepared.digest);
    // Only openmp's primitives run on our own team. The threads of a library cannot be counted: its
    // backend enters the team only for what is not part of the matrix product.
    const int entered = prepared.team.max_threads_used();
    if ((own ? info.name : info.borrowed_from) == "openmp" && entered > 0) {
      state.counters["threads_entered"] = entered;
    }
    set_counters(state, context.options, setting.threads, job.work(), prepared.digest, seconds);
  } catch (const Error& error) {
    fail(state, context, name, error.what());
  }
}

}  // namespace

std::vector<Setting> requested_settings(const Options& options) {
  std::vector<Setting> settings;
  for (const std::string& backend : options.backends) {
    const BackendInfo& info = find_backend(backend);
    for (const int threads : options.threads) {
      if (threads > 1 && !info.threaded()) continue;
      // a number that was asked for is an error later on, one of the defaults is left out
      if (!options.threads_given && usable_threads(info, threads) < threads) continue;
      for (const Dtype dtype : options.dtypes) {
        if (dtype == Dtype::float64 && !info.float64) continue;
        settings.push_back({backend, threads, dtype, Cache::warm});
      }
    }
  }
  return settings;
}

void register_primitive(Context& context, const PrimitiveBenchmark& benchmark) {
  if (!takes_case(context, benchmark.case_name)) return;
  for (Setting setting : requested_settings(context.options)) {
    for (const Cache cache : context.options.caches) {
      setting.cache = cache;
      const std::string name =
          benchmark_name(benchmark.operation, benchmark.case_name, benchmark.data, setting);
      add_benchmark(context, name, setting,
                    [&context, benchmark, setting, name](benchmark::State& state) {
                      if (setting.dtype == Dtype::float32) {
                        run_benchmark<float>(state, context, benchmark, setting, name);
                      } else {
                        run_benchmark<double>(state, context, benchmark, setting, name);
                      }
                    });
    }
  }
}

}  // namespace reprise::bench
