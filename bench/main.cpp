#include "bench/subjects.hpp"

int main(int argc, char** argv) {
  using namespace reprise::bench;
  return run_program(argc, argv, ABOUT, REGISTER);
}
