# ./tools/package makes two Debian packages: `reprise` has the programs, `libreprise-dev` the library.
set(REPRISE_MAINTAINER "Reprise maintainers <maintainers@reprise.example>"
  CACHE STRING "maintainer of the Debian packages")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "${REPRISE_MAINTAINER}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# dpkg refuses group-writable directories, which some umasks create
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME reprise)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot, ca-certificates")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION
"dense-network experiments of a deep-learning book, exact to Keras
Reprise replays the dense-network experiments of \"Deep Learning with Python\"
on a processor and compares them with the book and with runs of real Keras:
the same seed gives the same initial weights, batches and steps.
.
This package holds the programs and the stored runs that they compare with.")

# The archives call functions in the namespace of this fmt (fmt::v9); the next major does not link.
math(EXPR next_fmt "${fmt_VERSION_MAJOR} + 1")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libreprise-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libfmt-dev (>= ${fmt_VERSION_MAJOR}), libfmt-dev (<< ${next_fmt}), nlohmann-json3-dev, \
libzip-dev, libdeflate-dev, libcurl4-openssl-dev, zlib1g-dev, libssl-dev")
if(REPRISE_LINKS_DNNL)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libdnnl-dev")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "cmake, g++")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"dense neural networks in C++20 that train exactly as Keras does
Static libraries, their headers and a CMake package (find_package(reprise)):
Sequential models of dense layers with Keras's random streams, initializers,
losses and optimizers, for sparse and dense inputs, on any number of threads.")

# Debian expects a copyright file and a changelog in every package.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(lib/cmake/debian/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
find_program(GZIP gzip REQUIRED)
execute_process(COMMAND ${GZIP} -9nc ${PROJECT_BINARY_DIR}/changelog
  OUTPUT_FILE ${PROJECT_BINARY_DIR}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  install(FILES lib/cmake/debian/copyright ${PROJECT_BINARY_DIR}/changelog.Debian.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}
    COMPONENT ${component})
endforeach()
include(CPack)
