// The main of every section's program; CMake compiles it once for each with SECTION set.
#include "program.hpp"

int main(int argc, char** argv) { return reprise::book::section_main(SECTION, argc, argv); }
