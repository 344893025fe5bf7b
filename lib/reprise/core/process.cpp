#include "reprise/core/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>

#include "reprise/core/error.hpp"
#include "reprise/core/group_guard.hpp"
#include "reprise/core/on_signal.hpp"
#include "reprise/core/stopwatch.hpp"

extern char** environ;

namespace reprise {

namespace {

constexpr off_t kMostOutput = 256 << 20;  // bytes

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

// A file without a name, in memory: /tmp may be full or not writable.
File temporary() {
  const int memory = memfd_create("program", MFD_CLOEXEC);
  File file(memory >= 0 ? fdopen(memory, "w+") : std::tmpfile());
  if (!file) {
    throw Error(fmt::format("a temporary file for a program's output cannot be created: {}",
                            std::strerror(errno)));
  }
  fcntl(fileno(file.get()), F_SETFD, FD_CLOEXEC);
  return file;
}

// A program without input reads /dev/null, or an empty file where there is none.
File input_of(const Command& command) {
  if (command.input.empty()) {
    if (File nothing(std::fopen("/dev/null", "re")); nothing) return nothing;
  }
  File file = temporary();
  const std::string& text = command.input;
  if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
      std::fflush(file.get()) != 0) {
    throw Error(fmt::format("{}: its input cannot be written to a temporary file: {}",
                            printable(command.arguments.front()), std::strerror(errno)));
  }
  std::rewind(file.get());
  return file;
}

std::string tail_of(std::FILE* file, std::size_t kept) {
  std::fseek(file, 0, SEEK_END);
  const auto size = static_cast<std::size_t>(std::max(std::ftell(file), 0L));
  std::fseek(file, static_cast<long>(size - std::min(size, kept)), SEEK_SET);
  std::string text(std::min(size, kept), '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  return text;
}

std::string last_line(const std::string& text) {
  std::istringstream in(text);
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) last = line;
  }
  return printable(last);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (std::string& s : strings) all.push_back(s.data());
  all.push_back(nullptr);
  return all;
}

// The environment of the user's shell, with what the command sets.
std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name(*entry, std::strcspn(*entry, "="));
    bool replaced = false;
    for (const auto& [key, value] : command.environment) replaced = replaced || key == name;
    if (!replaced) all.emplace_back(*entry);
  }
  for (const auto& [key, value] : command.environment) all.push_back(key + "=" + value);
  return all;
}

// Keeps a child from running its program until the parent is ready for it.
class StartLine {
 public:
  StartLine() : event_(eventfd(0, EFD_CLOEXEC)) {}
  ~StartLine() { close(event_); }
  StartLine(const StartLine&) = delete;
  StartLine& operator=(const StartLine&) = delete;

  bool valid() const { return event_ >= 0; }
  void wait() const {
    eventfd_t value = 0;
    while (eventfd_read(event_, &value) != 0 && errno == EINTR) {
    }
  }
  void release() const { eventfd_write(event_, 1); }

 private:
  int event_;
};

// Runs in the child after fork: only async-signal-safe calls.
[[noreturn]] void exec_program(const std::filesystem::path& program, char** arguments,
                               char** environment, pid_t parent, const StartLine& start, int in,
                               int out, int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it has ended before the line above
  setpgid(0, 0);
  start.wait();
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  signal(SIGPIPE, SIG_DFL);
  execve(program.c_str(), arguments, environment);
  _exit(127);
}

off_t size_of(std::FILE* file) {
  struct stat status {};
  return fstat(fileno(file), &status) == 0 ? status.st_size : 0;
}

// Waits at most `milliseconds` for the end of `child`. `handle` is its pidfd, or -1 where the
// kernel has none (before 5.3) or a sandbox forbids them.
bool ended_within(int milliseconds, pid_t child, int handle) {
  if (handle >= 0) {
    pollfd waiting{handle, POLLIN, 0};
    return poll(&waiting, 1, milliseconds) > 0;
  }
  poll(nullptr, 0, std::min(milliseconds, 20));
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child;
}

enum class Waited { ended, timed_out, wrote_too_much };

// Waits for the end of `child`, at most `timeout` seconds. Checks at least every 0.2 s how much the
// child has written, so that its output cannot fill the memory.
Waited wait_for(pid_t child, double timeout, const std::vector<std::FILE*>& outputs) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  const Stopwatch watch;
  Waited waited = Waited::timed_out;
  for (double left = timeout; waited == Waited::timed_out && left > 0;
       left = timeout - watch.seconds()) {
    const int milliseconds = static_cast<int>(std::min(std::ceil(left * 1e3), 200.0));
    if (ended_within(milliseconds, child, handle)) waited = Waited::ended;
    if (std::ranges::any_of(outputs, [](auto* f) { return size_of(f) > kMostOutput; })) {
      waited = Waited::wrote_too_much;
    }
  }
  if (handle >= 0) close(handle);
  return waited;
}

}  // namespace

std::filesystem::path find_program(const std::string& name) {
  const auto runnable = [](const std::filesystem::path& path) {
    std::error_code failed;
    return std::filesystem::is_regular_file(path, failed) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return runnable(name) ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream in(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(in, folder, ':');) {
    const auto candidate = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (runnable(candidate)) return candidate;
  }
  return {};
}

ProcessResult run_process(const Command& command, double timeout, std::size_t kept) {
  ProcessResult result;
  const auto program = find_program(command.arguments.front());
  if (program.empty()) return result;
  const File in = input_of(command), out = temporary(), err = temporary();
  std::vector<std::string> arguments = command.arguments, environment = environment_of(command);
  const auto argv = pointers(arguments), envp = pointers(environment);
  const StartLine start;
  const Stopwatch forking;
  std::optional<BlockedSignals> blocked(std::in_place);
  const pid_t parent = getpid();
  const pid_t child = start.valid() ? fork() : -1;
  if (child < 0) {
    throw Error(
        fmt::format("{}: cannot be started: {}", command.arguments.front(), std::strerror(errno)),
        ExitCode::missing);
  }
  if (child == 0) {
    blocked->release_in_child();
    exec_program(program, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()), parent,
                 start, fileno(in.get()), fileno(out.get()), fileno(err.get()));
  }
  const double fork_seconds = forking.seconds();
  setpgid(child, child);  // in parent and child: either may run first
  std::optional<KillGroupOnSignal> kill_group(child);
  const GroupGuard guard(child);
  blocked.reset();
  const Stopwatch running;
  start.release();
  result.started = true;
  const Waited waited = wait_for(child, timeout, {out.get(), err.get()});
  result.timed_out = waited == Waited::timed_out;
  result.wrote_too_much = waited == Waited::wrote_too_much;
  kill(-child, SIGKILL);  // also what it may have left behind
  kill_group.reset();
  int status = 0;
  rusage used{};
  while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  result.seconds = fork_seconds + running.seconds();
  const auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  result.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.standard_output = tail_of(out.get(), kept);
  result.standard_error = tail_of(err.get(), kept);
  return result;
}

std::string ProcessResult::problem() const {
  if (!started) return "not found or not executable";
  if (timed_out) return fmt::format("still running after {:.0f} s: killed", seconds);
  if (wrote_too_much) {
    return fmt::format("wrote more than {} MB of output, expected less", kMostOutput >> 20);
  }
  const std::string line = last_line(standard_error);
  const std::string message = line.empty() ? "" : fmt::format(" ({})", line);
  if (signal != 0) return fmt::format("crashed: {}{}", strsignal(signal), message);
  if (exit_code != 0) return fmt::format("exit code {}{}", exit_code, message);
  return "";
}

}  // namespace reprise
