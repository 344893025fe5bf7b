// A benchmark program: our flags, its rows as Google Benchmark's, the control kernel among them.
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

// Makes the backends that are timed; tests put wrong or slow ones in their place.
class BackendFactory {
 public:
  virtual ~BackendFactory() = default;
  virtual std::unique_ptr<Backend<float>> make_float(std::string_view name, Team& team,
                                                     std::string_view isa) const;
  virtual std::unique_ptr<Backend<double>> make_double(std::string_view name, Team& team,
                                                       std::string_view isa) const;
};

// The part of a row's name that says how it is computed.
struct Setting {
  std::string backend;
  int threads;
  Dtype dtype;
  Cache cache;
};

// What the rows of a program share.
struct Context {
  Options options;
  SampleStore samples;
  std::string program;  // as it was called, for reproducers
  const BackendFactory* factory = nullptr;
  std::vector<std::string> cases = {};  // of the subject, whether asked for or not
  std::vector<std::string> rows = {};   // names of those that are registered
  std::vector<Setting> settings = {};   // of each of them
  int failed = 0;                       // how often a row has refused its answer
};

// Whether the options ask for the case, which the context then knows as one of the subject's.
bool takes_case(Context& context, const std::string& name);

// Registers the row (measure.hpp) and remembers what it is.
void add_row(Context& context, const std::string& name, const Setting& setting,
             std::function<void(benchmark::State&)> body);

// The row has no time, but this line and the command that repeats it.
void fail(benchmark::State& state, Context& context, const std::string& name,
          const std::string& line);

// "dense_forward/imdb_1/backend:openmp/threads:2/dtype:float32/data:real/cache:warm"; Google
// Benchmark adds which clock counts ("/process_time/real_time").
std::string row_name(const Row& row, const Setting& setting);

// The command that repeats just this row, for a shell.
std::string reproducer(const Context& context, const std::string& name);

// Adds a row for each of the settings that the options ask for and the backend can do.
void register_row(Context& context, const Row& row);

// A row that no backend's primitive is: `prepare` returns what to run, or throws Error about a
// wrong answer; the body returns the digest of its results.
struct PlainBody {
  std::function<void()> run;
  std::uint32_t digest = 0;
  std::string label;
  Work work = {};
  std::shared_ptr<const std::uint32_t> last_digest = {};  // where only a run tells
};
void register_plain(Context& context, const std::string& operation, const std::string& case_name,
                    std::string_view data, const Setting& setting,
                    std::function<PlainBody()> prepare);

// main: parses flags, registers the rows, lets Google Benchmark run them. Returns an exit code: 0,
// 1 where a row failed, 2 and 3 as everywhere.
int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_rows,
                const BackendFactory& factory = BackendFactory());

}  // namespace reprise::bench
