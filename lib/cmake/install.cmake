# `cmake --install`: the programs, what --check compares with, and the library for other projects:
#
#   find_package(reprise 0.1 REQUIRED)
#   target_link_libraries(program PRIVATE reprise::reprise)
#
# Component `programs` is what runs, `development` what other projects build with.
include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/reprise)

install(TARGETS ${REPRISE_SECTIONS} replay reprise_program
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
install(DIRECTORY results/book results/keras results/schema
  DESTINATION ${CMAKE_INSTALL_DATADIR}/reprise/results COMPONENT programs)

install(DIRECTORY repro/replay/scripts/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/reprise/replay COMPONENT programs)

install(DIRECTORY lib/reprise DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN "*.hpp")
install(TARGETS reprise EXPORT reprise
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT reprise NAMESPACE reprise:: FILE reprise-targets.cmake
  DESTINATION ${config_dir} COMPONENT development)

configure_package_config_file(lib/cmake/reprise-config.cmake.in
  ${PROJECT_BINARY_DIR}/reprise-config.cmake
  INSTALL_DESTINATION ${config_dir} NO_SET_AND_CHECK_MACRO)
# before 1.0 a minor version may break what used the one before
write_basic_package_version_file(${PROJECT_BINARY_DIR}/reprise-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/reprise-config.cmake
  ${PROJECT_BINARY_DIR}/reprise-config-version.cmake
  lib/cmake/FindLibDeflate.cmake
  lib/cmake/FindLibZip.cmake
  lib/cmake/FindDnnl.cmake
  lib/cmake/FindCblas.cmake
  DESTINATION ${config_dir} COMPONENT development)
