#include "reprise/record/stop_on_signal.hpp"

#include <csignal>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

volatile std::sig_atomic_t signalled = 0;

void note_signal(int) { signalled = 1; }

}  // namespace

StopOnSignal::StopOnSignal() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void StopOnSignal::on_train_batch_end(const BatchInfo&) {
  if (signalled != 0) throw Error("interrupted", ExitCode::interrupted);
}

}  // namespace reprise
