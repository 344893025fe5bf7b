#include "cli/run_main.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <new>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/on_signal.hpp"

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

// Makes waiting OpenMP threads sleep instead of spin: beside one busy process two spinning threads
// took 21 s for a task that takes .6 s with one thread and 1.2 s with two sleeping ones. libgomp
// reads the variable before main, so the program restarts itself. A policy of the user is kept.
void wait_passively(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  setenv("OMP_WAIT_POLICY", "passive", 1);
  setenv(kOwnWaitPolicy, "1", 1);
  execv("/proc/self/exe", argv);  // returns only if it fails; then the threads spin
}

}  // namespace

void prepare_process(char** argv) {
  open_standard_streams();
  wait_passively(argv);
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
