// The program `replay`.
#pragma once

namespace reprise::replay {

// Returns the exit code.
int replay_main(int argc, char** argv);

}  // namespace reprise::replay
