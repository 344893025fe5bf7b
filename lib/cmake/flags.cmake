# The one place for the language level, warnings and numerics. reprise_flags is for our own targets.
# Other projects inherit C++20 and REPRISE_HEADER_NUMERICS with reprise::nn.

# The source decides where a product and a sum are rounded once (std::fma), never the compiler. This
# also holds for programs that use the library, because the linker keeps only one copy of an inline
# function that both compile.
set(REPRISE_HEADER_NUMERICS -ffp-contract=off)

add_library(reprise_flags INTERFACE)
target_compile_features(reprise_flags INTERFACE cxx_std_20)
target_compile_options(reprise_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow
  # without an errno branch in sqrt the optimizer loops vectorise; no value changes
  -fno-math-errno
  # no code reads the floating-point exception flags; the compiler may then compute both sides of a
  # choice, which vectorises a ReLU's derivative; no value changes
  -fno-trapping-math
  ${REPRISE_HEADER_NUMERICS})
# Reprise never uses -ffast-math, because it would change results.

if(REPRISE_SANITIZE)
  target_compile_options(reprise_flags INTERFACE
    -fsanitize=${REPRISE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -UNDEBUG)
  target_link_options(reprise_flags INTERFACE -fsanitize=${REPRISE_SANITIZE})
endif()
