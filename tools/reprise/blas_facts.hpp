// What each BLAS on this machine says of itself. A process can load only one, so a child process
// asks each.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reprise/kernels/list.hpp"

namespace reprise::tool {

// Loads the library of this backend into this process and describes it: title, file, core,
// core_forced, threading, integer_bits, the threads that it takes by itself (null if it does not
// tell) and how many of default_threads() it uses. Throws Error as BlasLibrary::of does.
nlohmann::json facts_of_blas(const std::string& backend);

// The same by a child process, or {"problem": "..."}.
nlohmann::json asked_facts(const BackendInfo& backend);

// "OpenBLAS 0.3.21, kernels for Haswell, threads: pthreads"
std::string short_description(const nlohmann::json& facts);

// One line about the library of a backend, in words.
std::string line_about(const BackendInfo& backend, const nlohmann::json& facts);

}  // namespace reprise::tool
