# Finds oneDNN 2.6 or newer with OpenMP threads by its header and library; target Dnnl::Dnnl.
#
# oneDNN's own CMake package cannot be used: Debian 12's requires the OpenCL headers, which
# libdnnl-dev does not depend on and CPU programs do not need, and fails without them.
find_path(Dnnl_INCLUDE_DIR NAMES oneapi/dnnl/dnnl_config.h)
find_library(Dnnl_LIBRARY NAMES dnnl)
set(Dnnl_REASON "expected dnnl.hpp and libdnnl")
if(Dnnl_INCLUDE_DIR)
  set(config ${Dnnl_INCLUDE_DIR}/oneapi/dnnl)
  file(STRINGS ${config}/dnnl_config.h threads
    REGEX "^#define DNNL_CPU_THREADING_RUNTIME DNNL_RUNTIME_OMP$")
  file(STRINGS ${config}/dnnl_version.h version REGEX "^#define DNNL_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]" "" version "${version}")
  string(REPLACE ";" "." Dnnl_VERSION "${version}")
  if(threads)
    set(Dnnl_ON_OPENMP TRUE)
  else()
    set(Dnnl_REASON "it was built for a threading runtime other than OpenMP")
  endif()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Dnnl
  REQUIRED_VARS Dnnl_LIBRARY Dnnl_INCLUDE_DIR Dnnl_ON_OPENMP
  VERSION_VAR Dnnl_VERSION
  REASON_FAILURE_MESSAGE "${Dnnl_REASON}")
if(Dnnl_FOUND AND NOT TARGET Dnnl::Dnnl)
  add_library(Dnnl::Dnnl UNKNOWN IMPORTED)
  set_target_properties(Dnnl::Dnnl PROPERTIES
    IMPORTED_LOCATION "${Dnnl_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Dnnl_INCLUDE_DIR}")
endif()
mark_as_advanced(Dnnl_INCLUDE_DIR Dnnl_LIBRARY)
