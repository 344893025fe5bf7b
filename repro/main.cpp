// The main of every section's program; CMake compiles it once for each with SECTION set.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "program.hpp"

namespace {

// A file opened in place of a closed standard stream would get the program's output.
void open_standard_streams() {
  for (const int stream : {0, 1, 2}) {
    if (fcntl(stream, F_GETFD) == -1) open("/dev/null", O_RDWR);
  }
}

// Threads that wait shall sleep, not spin: beside one other busy process two spinning threads took
// 21 s for what takes .6 s on one thread and 1.2 s on two that sleep. libgomp reads the variable
// before main, so the program has to start again with it; a policy that the user sets is kept.
void wait_passively(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  setenv("OMP_WAIT_POLICY", "passive", 1);
  execv("/proc/self/exe", argv);  // returns only where it fails; then the threads spin
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  wait_passively(argv);
  return reprise::book::section_main(SECTION, argc, argv);
}
