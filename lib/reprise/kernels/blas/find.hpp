// Where BLAS libraries are on this machine. Nothing here loads one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reprise/kernels/blas/families.hpp"

namespace reprise {

// The files of a family, without duplicates: those in LD_LIBRARY_PATH first, then in the system's
// folders, in the family's own places, and where Conda and Python packages keep libraries.
std::vector<std::string> find_blas_files(const BlasFamily& family);

// The system's BLAS, or "" if there is none: libblas.so.3, which the distribution's alternatives
// may make any library.
std::string system_blas_file();

// The family of a file, by the names in it, or null if it is no library of a family. The answer for
// a path is kept.
const BlasFamily* family_of_file(const std::string& file);

}  // namespace reprise
