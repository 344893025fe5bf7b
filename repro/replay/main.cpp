// The program replay: replays notebooks run on Keras 2.0.8 to 2.2.4 from their session scripts.
#include "cli/run_main.hpp"
#include "repro/replay/replay_main.hpp"

int main(int argc, char** argv) {
  reprise::cli::prepare_process(argv);
  return reprise::replay::replay_main(argc, argv);
}
