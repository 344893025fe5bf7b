# `cmake --install` installs the programs, the runs that --check reads, and the library:
#
#   find_package(reprise 0.1 REQUIRED)
#   target_link_libraries(program PRIVATE reprise::reprise)
#
# The install component `programs` holds what runs, `development` what other projects build with.
include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/reprise)

install(TARGETS ${REPRISE_SECTIONS} replay reprise_program
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
install(DIRECTORY results/book results/keras results/schema results/seeds
  DESTINATION ${CMAKE_INSTALL_DATADIR}/reprise/results COMPONENT programs)
install(DIRECTORY results/replay/readers
  DESTINATION ${CMAKE_INSTALL_DATADIR}/reprise/results/replay COMPONENT programs)

install(DIRECTORY repro/replay/scripts/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/reprise/replay COMPONENT programs)

# public_headers.txt lists the headers that users may include and the headers that those include.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS lib/cmake/public_headers.txt)
file(STRINGS lib/cmake/public_headers.txt public_headers)
foreach(header IN LISTS public_headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES lib/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} COMPONENT development)
endforeach()
# One file for each target, so that a project needs only the packages of the targets that it uses.
foreach(target IN ITEMS reprise_nn reprise_data reprise)
  get_target_property(name ${target} EXPORT_NAME)
  if(NOT name)
    set(name ${target})
  endif()
  install(TARGETS ${target} EXPORT ${target}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(EXPORT ${target} NAMESPACE reprise:: FILE reprise-${name}-targets.cmake
    DESTINATION ${config_dir} COMPONENT development)
endforeach()

configure_package_config_file(lib/cmake/reprise-config.cmake.in
  ${PROJECT_BINARY_DIR}/reprise-config.cmake
  INSTALL_DESTINATION ${config_dir} NO_SET_AND_CHECK_MACRO)
# before 1.0, a minor version may break programs that used the previous one
write_basic_package_version_file(${PROJECT_BINARY_DIR}/reprise-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/reprise-config.cmake
  ${PROJECT_BINARY_DIR}/reprise-config-version.cmake
  lib/cmake/FindLibDeflate.cmake
  lib/cmake/FindLibZip.cmake
  lib/cmake/FindDnnl.cmake
  DESTINATION ${config_dir} COMPONENT development)
