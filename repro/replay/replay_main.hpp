// The entry point of the program `replay`.
#pragma once

namespace reprise::replay {

// Runs the program and returns its exit code.
int replay_main(int argc, char** argv);

}  // namespace reprise::replay
