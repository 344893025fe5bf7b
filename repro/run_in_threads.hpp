// A loop whose iterations run on several threads: whole runs and whole models.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>

namespace reprise::book {

// Calls body(i, mutex) for each i below `count`, on up to `threads` threads. The bodies lock
// `mutex` for what they share. The first error of a body ends the calls when those in progress have
// ended, and is thrown.
void run_in_threads(std::size_t count, int threads,
                    const std::function<void(std::size_t i, std::mutex& mutex)>& body);

}  // namespace reprise::book
