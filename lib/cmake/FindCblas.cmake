# Finds the system's BLAS with its C interface as the target Cblas::Cblas: cblas.h and the generic
# libblas (and libcblas where that holds the C functions), whatever library those names stand for.
#
# CMake's FindBLAS, left to itself, would link with the first library it knows by name, OpenBLAS
# say; then the distribution's alternatives could not put another one in its place.
find_path(Cblas_INCLUDE_DIR NAMES cblas.h PATH_SUFFIXES cblas)
set(BLA_VENDOR_of_caller ${BLA_VENDOR})
set(BLA_VENDOR Generic)
find_package(BLAS QUIET)
set(BLA_VENDOR ${BLA_VENDOR_of_caller})
if(Cblas_INCLUDE_DIR AND BLAS_FOUND)
  include(CheckCXXSourceCompiles)
  set(program "#include <cblas.h>\nint main() { return cblas_sdot(0, nullptr, 1, nullptr, 1) != 0; }")
  set(CMAKE_REQUIRED_INCLUDES ${Cblas_INCLUDE_DIR})
  set(CMAKE_REQUIRED_LIBRARIES ${BLAS_LIBRARIES})
  set(CMAKE_REQUIRED_QUIET TRUE)
  check_cxx_source_compiles("${program}" Cblas_IN_BLAS)
  set(Cblas_LIBRARIES ${BLAS_LIBRARIES})
  if(NOT Cblas_IN_BLAS)
    find_library(Cblas_LIBRARY NAMES cblas)
    set(Cblas_LIBRARIES ${Cblas_LIBRARY} ${BLAS_LIBRARIES})
  endif()
  unset(CMAKE_REQUIRED_INCLUDES)
  unset(CMAKE_REQUIRED_LIBRARIES)
  unset(CMAKE_REQUIRED_QUIET)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cblas REQUIRED_VARS Cblas_LIBRARIES Cblas_INCLUDE_DIR)
if(Cblas_FOUND AND NOT TARGET Cblas::Cblas)
  add_library(Cblas::Cblas INTERFACE IMPORTED)
  set_target_properties(Cblas::Cblas PROPERTIES
    INTERFACE_LINK_LIBRARIES "${Cblas_LIBRARIES}"
    INTERFACE_INCLUDE_DIRECTORIES "${Cblas_INCLUDE_DIR}")
endif()
mark_as_advanced(Cblas_INCLUDE_DIR Cblas_LIBRARY)
