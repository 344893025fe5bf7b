# Runs at every build (cmake -P) and writes build_info.hpp if its content changed.
# Needs SOURCE_DIR, OUTPUT, VERSION, COMPILER, COMPILER_FLAGS, BUILD_TYPE.
set(commit "unknown")
set(dirty "false")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} rev-parse --short=12 HEAD
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${head}")
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      set(dirty "true")
    endif()
  endif()
endif()
set(text "// Written by lib/cmake/build_info.cmake.
#pragma once

namespace reprise::build_info {

inline constexpr const char* kVersion = \"${VERSION}\";
inline constexpr const char* kCommit = \"${commit}\";
inline constexpr bool kDirty = ${dirty};
inline constexpr const char* kCompiler = \"${COMPILER}\";
inline constexpr const char* kCompilerFlags = \"${COMPILER_FLAGS}\";
inline constexpr const char* kBuildType = \"${BUILD_TYPE}\";

}  // namespace reprise::build_info
")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)
