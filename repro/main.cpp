// The main of every section's program; CMake compiles it once for each with SECTION set.
#include "command_line.hpp"
#include "program.hpp"

int main(int argc, char** argv) {
  reprise::book::prepare_process(argv);
  return reprise::book::section_main(SECTION, argc, argv);
}
