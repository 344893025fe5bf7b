// The main of every section's program; CMake compiles it once for each with SECTION set.
#include "cli/run_main.hpp"
#include "repro/program/program.hpp"

int main(int argc, char** argv) {
  reprise::cli::prepare_process(argv);
  return reprise::book::section_main(SECTION, argc, argv);
}
