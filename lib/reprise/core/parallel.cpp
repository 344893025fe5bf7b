#include "reprise/core/parallel.hpp"

#include <fmt/format.h>
#include <omp.h>
#include <pthread.h>
#include <strings.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <latch>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/affinity.hpp"
#include "reprise/core/denormals.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/worker_pool.hpp"

namespace reprise {

namespace {

// The size of its threads' stacks in bytes that libgomp takes from this variable: digits, then a
// unit B, K, M or G, by default K. 0 if the variable sets none.
std::size_t stack_size_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return 0;
  char* end = nullptr;
  errno = 0;
  const unsigned long long number = std::strtoull(text, &end, 10);
  if (end == text || errno != 0) return 0;
  while (std::isspace(static_cast<unsigned char>(*end))) ++end;
  const std::string_view units = "bkmg";
  const char unit = *end == '\0' ? 'k' : static_cast<char>(std::tolower(*end));
  const auto power = units.find(unit);
  if (*end != '\0') ++end;
  while (std::isspace(static_cast<unsigned char>(*end))) ++end;
  if (*end != '\0' || power == std::string_view::npos || number > SIZE_MAX >> (10 * power))
    return 0;
  return static_cast<std::size_t>(number) << (10 * power);
}

// The attributes with which libgomp creates its threads.
class ThreadAttributes {
 public:
  ThreadAttributes() {
    pthread_attr_init(&attributes_);
    for (const char* variable : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
      const std::size_t size = stack_size_in(variable);
      if (size == 0) continue;
      // a size that is too small is refused, here as in libgomp, which then takes the default
      if (pthread_attr_setstacksize(&attributes_, size) == 0) variable_ = variable;
      break;
    }
  }
  ~ThreadAttributes() { pthread_attr_destroy(&attributes_); }
  ThreadAttributes(const ThreadAttributes&) = delete;
  ThreadAttributes& operator=(const ThreadAttributes&) = delete;
  std::size_t stack_size() const {
    std::size_t size = 0;
    pthread_attr_getstacksize(&attributes_, &size);
    return size;
  }
  // The variable that sets the stack size, or nullptr: then the limit of the shell does.
  const char* variable() const { return variable_; }
  const pthread_attr_t* get() const { return &attributes_; }

  // Throws Error unless teams of several threads have stacks of kLeastStack.
  void require_stack() const {
    if (stack_size() >= kLeastStack) return;
    throw Error(fmt::format("{}: found {} KiB, expected at least {}",
                            variable_ != nullptr ? variable_ : "ulimit -s", stack_size() >> 10,
                            kLeastStack >> 10),
                ExitCode::missing);
  }

 private:
  pthread_attr_t attributes_;
  const char* variable_ = nullptr;
};

// libgomp aborts the process if it cannot create a thread, so thread creation is tried before.
bool can_create_threads(int wanted, const pthread_attr_t* attributes) {
  std::latch all_tried(1);
  const auto wait = [](void* latch) -> void* {
    static_cast<std::latch*>(latch)->wait();
    return nullptr;
  };
  std::vector<pthread_t> threads;
  bool created = true;
  for (int i = 1; i < wanted && created; ++i) {
    pthread_t thread{};
    created = pthread_create(&thread, attributes, wait, &all_tried) == 0;
    if (created) threads.push_back(thread);
  }
  all_tried.count_down();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  return created;
}

// "--threads: asked for 4, the OpenMP runtime delivers 1 (CAUSE)".
[[noreturn]] void fail(int wanted, int delivered, const std::string& cause) {
  throw Error(fmt::format("--threads: asked for {}, the OpenMP runtime delivers {}{}", wanted,
                          delivered, cause.empty() ? "" : " (" + cause + ")"),
              ExitCode::missing);
}

// Those of the variables that are set: "OMP_THREAD_LIMIT=2, OMP_MAX_ACTIVE_LEVELS=0".
std::string settings_of(std::initializer_list<const char*> variables) {
  std::string all;
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    if (value == nullptr) continue;
    all += fmt::format("{}{}={}", all.empty() ? "" : ", ", variable, printable(value));
  }
  return all;
}

// Throws Error unless a team of several threads is possible.
void require_threads(int wanted) {
  const ThreadAttributes attributes;
  attributes.require_stack();
  if (!can_create_threads(wanted, attributes.get())) {
    if (attributes.variable() != nullptr && can_create_threads(wanted, nullptr)) {
      throw Error(fmt::format("{}: found {} KiB, expected less: {} threads cannot have such stacks",
                              attributes.variable(), attributes.stack_size() >> 10, wanted),
                  ExitCode::missing);
    }
    fail(wanted, 1, "more cannot be created: ulimit -u or -v");
  }
  int delivered = 1;
#pragma omp parallel num_threads(wanted)
  {
#pragma omp single
    delivered = omp_get_num_threads();
  }
  if (delivered < wanted) {
    fail(wanted, delivered, settings_of({"OMP_THREAD_LIMIT", "OMP_MAX_ACTIVE_LEVELS"}));
  }
}

// Whether the user wants waiting threads to sleep.
bool waits_passively() {
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  return policy != nullptr && strcasecmp(policy, "passive") == 0;
}

// Sets a flag while it exists.
class InSession {
 public:
  explicit InSession(bool& flag) : flag_(flag) { flag_ = true; }
  ~InSession() { flag_ = false; }
  InSession(const InSession&) = delete;
  InSession& operator=(const InSession&) = delete;

 private:
  bool& flag_;
};

}  // namespace

void flush_denormals_in_openmp_threads(int threads) {
#pragma omp parallel num_threads(threads)
  if (omp_get_thread_num() != 0) flush_denormals_in_this_thread();
}

int openmp_version() { return _OPENMP; }

Team::Team(int threads, bool force_grain_one)
    : contention_(std::make_unique<Contention>()),
      threads_(threads),
      force_grain_one_(force_grain_one) {
  if (threads < 1 || threads > 1024) {
    throw Error(fmt::format("--threads: found {}, expected 1 to 1024", threads));
  }
  omp_set_dynamic(0);
  if (threads > 1) require_threads(threads);
}

Team::~Team() = default;

std::size_t Team::threads_for(std::size_t n, std::size_t grain) const {
  const auto all = static_cast<std::size_t>(threads_);
  if (force_grain_one_) return all;
  return std::min(std::max<std::size_t>(n / std::max<std::size_t>(grain, 1), 1), all);
}

void Team::run(std::size_t n, std::size_t grain, Piece piece, void* callable) {
  if (n == 0) return;
  int team = static_cast<int>(threads_for(n, grain));
  if (in_session_ && pool_ == nullptr) team = 1;
  int entered = 1;
  if (team == 1) {
    const FlushDenormals flush;
    piece(callable, 0, n);
  } else if (pool_ != nullptr) {
    const FlushDenormals flush;
    pool_->run(team, n, piece, callable);
    entered = team;
  } else {
#pragma omp parallel num_threads(team)
    {
      const FlushDenormals flush;
      const auto id = static_cast<std::size_t>(omp_get_thread_num());
      const auto all = static_cast<std::size_t>(omp_get_num_threads());
      if (id == 0) entered = static_cast<int>(all);
      const std::size_t first = n * id / all, last = n * (id + 1) / all;
      if (first < last) piece(callable, first, last);
    }
  }
  if (min_threads_used_ == 0 || entered < min_threads_used_) min_threads_used_ = entered;
  if (entered > max_threads_used_) max_threads_used_ = entered;
}

void Team::session(const std::function<void()>& body) {
  if (threads_ == 1 || in_session_) {
    body();
    return;
  }
  const InSession in_session(in_session_);
  if (!force_grain_one_ && contention_->computes_alone(Contention::Clock::now())) {
    body();
    return;
  }
  ProcessorSet processors(threads_);
  const bool polls = !processors.empty() && !waits_passively();
  // force_grain_one promises that every thread takes part
  WorkerPool pool(threads_, !force_grain_one_,
                  polls ? WorkerPool::kLongestPoll : WorkerPool::kShortestPoll, *contention_);
  std::exception_ptr error;
#pragma omp parallel num_threads(threads_)
  {
    const PinnedThread pinned(processors);
    const FlushDenormals flush;
    if (omp_get_thread_num() == 0) {
      // fewer threads than requested only if the limit was lowered since the constructor
      if (omp_get_num_threads() == threads_) pool_ = &pool;
      try {
        body();
      } catch (...) {
        error = std::current_exception();
      }
      pool_ = nullptr;
      pool.dismiss();
    } else {
      pool.work(omp_get_thread_num());
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace reprise
