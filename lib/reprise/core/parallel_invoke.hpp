// Runs two functions in parallel, for the two halves of a data set.
#pragma once

#include <exception>
#include <system_error>
#include <thread>

namespace reprise {

// Calls first() on a new thread and second() on the current one, and returns when both are done. If
// no thread can be created, it calls them one after the other. If both throw, the exception of
// first() is rethrown.
template <class First, class Second>
void parallel_invoke(First&& first, Second&& second) {
  std::exception_ptr error, other_error;
  const auto guarded = [](auto& work, std::exception_ptr& caught) {
    try {
      work();
    } catch (...) {
      caught = std::current_exception();
    }
  };
  std::thread thread;
  try {
    thread = std::thread([&] { guarded(first, error); });
  } catch (const std::system_error&) {
    guarded(first, error);
  }
  guarded(second, other_error);
  if (thread.joinable()) thread.join();
  if (error) std::rethrow_exception(error);
  if (other_error) std::rethrow_exception(other_error);
}

}  // namespace reprise
