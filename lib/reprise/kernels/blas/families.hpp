// The BLAS libraries that we know by name: where their files are, how they say what they are, and
// how their threads are set. To add one, add an entry to families.cpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/kernels/blas/shared_object.hpp"

namespace reprise {

// What a loaded library says about itself.
struct BlasFacts {
  std::string title;                  // "OpenBLAS 0.3.21", or the file's name if it says nothing
  std::string file;                   // that defines its matrix product
  std::string core = {};              // the kernels in use, for example "Haswell", or ""
  std::string core_forced = {};       // "OPENBLAS_CORETYPE=Haswell" if the environment asks for it
  std::string threading = "unknown";  // "pthreads", "OpenMP", "serial" or "unknown"
  int integer_bits = 32;
};

// The functions of a library under the names that it gives them: SciPy's copy of OpenBLAS, for
// example, has `scipy_cblas_sgemm`, and libraries with 64-bit integers may have `cblas_sgemm64_`.
struct BlasSymbols {
  const SharedObject& library;
  std::string prefix, suffix;

  template <class Function>
  Function* find(const std::string& name) const {
    return library.find<Function>(prefix + name + suffix);
  }
};

struct BlasFamily {
  std::string_view name;     // for --backend
  std::string_view title;    // "OpenBLAS"
  std::string_view about;    // for `reprise backends`
  std::string_view install;  // how to get it
  bool threaded;
  bool sparse;  // has sparse products (sparse.hpp)
  bool slow;    // not a library to compare speed with
  // Texts of which a file of this family contains one: names of functions or libraries. A file may
  // contain none of an earlier family, nor one of `foreign`.
  std::vector<std::string_view> marks, foreign;
  // File names with wildcards, as in a folder of libraries.
  std::vector<std::string_view> files;
  // More places than those of every library (find.cpp), with wildcards and $VARIABLES.
  std::vector<std::string_view> places;
  // Environment variables that choose the kernels.
  std::vector<std::string_view> core_variables;
  // Called before any other function of the library. May be null. Throws Error (exit code 3) if the
  // library cannot be used.
  void (*prepare)(const BlasSymbols&);
  // Sets title, core, threading and integer_bits, as far as the library tells them.
  void (*describe)(const BlasSymbols&, BlasFacts&);
  // Sets and gets the number of threads of the next product; null in serial libraries.
  std::function<void(int)> (*thread_setter)(const BlasSymbols&);
  std::function<int()> (*thread_getter)(const BlasSymbols&);
};

// In the order of the list of backends.
const std::vector<BlasFamily>& blas_families();

// Null if there is no such family.
const BlasFamily* find_blas_family(std::string_view name);

}  // namespace reprise
