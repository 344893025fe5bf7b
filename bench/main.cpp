// The main function of every benchmark program; CMakeLists.txt defines REGISTER and ABOUT.
#include "bench/subjects.hpp"

int main(int argc, char** argv) {
  using namespace reprise::bench;
  return run_program(argc, argv, ABOUT, REGISTER);
}
