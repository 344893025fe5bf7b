#include "cli/run_main.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>

#include "reprise/core/error.hpp"
#include "reprise/core/on_signal.hpp"
#include "reprise/core/parallel.hpp"

namespace reprise::cli {

namespace {

// Opens closed standard streams, since otherwise the next opened file would take their place and
// receive the output of the program. Without /dev an empty file in memory has to do.
void open_standard_streams() {
  for (const int stream : {0, 1, 2}) {
    if (fcntl(stream, F_GETFD) != -1 || open("/dev/null", O_RDWR) >= 0) continue;
    memfd_create("standard stream", 0);
  }
}

// A stack that is too small overflows somewhere, which only a crash would tell.
void require_stack() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= kLeastStack) return;
  std::fprintf(stderr, "%s: stack: found a limit of %lu KiB, expected at least %zu (ulimit -s)\n",
               program_invocation_short_name, static_cast<unsigned long>(limit.rlim_cur >> 10),
               kLeastStack >> 10);
  std::exit(static_cast<int>(ExitCode::missing));
}

}  // namespace

void prepare_process() {
  open_standard_streams();
  require_stack();
}

int run_main(std::string_view program, const std::function<ExitCode()>& body) {
  try {
    remove_temporary_files_on_signals();
    const ExitCode code = body();
    if (!std::cout.flush()) throw Error("standard output: cannot be written");
    return static_cast<int>(code);
  } catch (const Error& error) {
    std::cerr << program << ": " << error.what() << '\n';
    return static_cast<int>(error.exit_code());
  } catch (const std::bad_alloc&) {
    std::cerr << program << ": out of memory\n";
    return static_cast<int>(ExitCode::missing);
  } catch (const std::exception& error) {
    std::cerr << program << ": " << printable(error.what()) << '\n';
    return static_cast<int>(ExitCode::usage);
  }
}

}  // namespace reprise::cli
