// The main function of the section programs. CMake compiles it once for each section and defines
// SECTION.
#include "cli/run_main.hpp"
#include "repro/program/program.hpp"

int main(int argc, char** argv) {
  reprise::cli::prepare_process();
  return reprise::book::section_main(SECTION, argc, argv);
}
