// What the subjects of a benchmark program share: the context, the names and the registration of
// benchmarks with Google Benchmark.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/job.hpp"
#include "bench/harness/options.hpp"
#include "bench/harness/samples.hpp"
#include "reprise/core/parallel.hpp"

namespace benchmark {
class State;
}

namespace reprise::bench {

// Makes the backends that are timed. Tests override it to inject wrong or slow backends.
class BackendFactory {
 public:
  virtual ~BackendFactory() = default;
  virtual std::unique_ptr<Backend<float>> make_float(std::string_view name, Team& team,
                                                     std::string_view isa) const;
  virtual std::unique_ptr<Backend<double>> make_double(std::string_view name, Team& team,
                                                       std::string_view isa) const;
};

// The part of a benchmark's name that says how its result is computed.
struct Setting {
  std::string backend;
  int threads;
  Dtype dtype;
  Cache cache;
};

// What all benchmarks of a program share.
struct Context {
  Options options;
  SampleStore samples;
  std::string program;  // argv[0], for the commands that repeat a benchmark
  const BackendFactory* factory = nullptr;
  bool takes_shapes = false, takes_network = false;  // whether the subject has benchmarks of them
  std::vector<std::string> cases = {};               // all of the subject, requested or not
  std::vector<std::string> names = {};  // of the registered benchmarks, the control's first
  std::vector<Setting> settings = {};   // of the registered benchmarks without the control
  int failed = 0;                       // number of calls of fail()
};

// Adds `name` to the subject's cases and returns whether the options request it.
bool takes_case(Context& context, const std::string& name);

// Registers the benchmark with Google Benchmark (measure.hpp) and records its name and setting.
void add_benchmark(Context& context, const std::string& name, const Setting& setting,
                   std::function<void(benchmark::State&)> body);

// Makes the benchmark report an error instead of a time: `line` and the command that repeats it.
void fail(benchmark::State& state, Context& context, const std::string& name,
          const std::string& line);

// "dense_forward/imdb_1/backend:openmp/threads:2/dtype:float32/data:real/cache:warm". Google
// Benchmark appends the clock that it reports ("/process_time/real_time").
std::string benchmark_name(std::string_view operation, std::string_view case_name,
                           std::string_view data, const Setting& setting);

// The shell command that repeats only this benchmark.
std::string reproducer(const Context& context, const std::string& name);

// Each backend with each number of threads and type that the options request and it supports, with
// warm caches. Loads the BLAS among them to learn whether it has threads, unless --threads is
// given.
std::vector<Setting> requested_settings(const Options& options);

// Registers the primitive once for each setting that the options request and the backend supports.
void register_primitive(Context& context, const PrimitiveBenchmark& benchmark);

// The timed function of a benchmark that is not a single primitive of a backend.
struct PlainBenchmark {
  std::function<void()> run;
  std::uint32_t digest = 0;  // of the results
  std::string label;
  Work work = {};
  // replaces `digest` if set: the digest of the last run's results
  std::shared_ptr<const std::uint32_t> last_digest = {};
  double limit = 0;  // seconds that a run takes at least (limit.hpp); 0: unknown
};
// `prepare` is called once before the first run; it verifies the results and throws Error if they
// are wrong.
void register_plain(Context& context, const std::string& operation, const std::string& case_name,
                    std::string_view data, const Setting& setting,
                    std::function<PlainBenchmark()> prepare);

// The main function of a benchmark program: parses the flags, registers its benchmarks and the
// control kernel with Google Benchmark, and runs them. Returns the exit code: 0, 1 if a benchmark
// failed, 2 and 3 as in all programs.
int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_benchmarks,
                const BackendFactory& factory = BackendFactory());

}  // namespace reprise::bench
