# The one place for the language level, warnings and numerics. reprise_flags is for our own targets;
# what other projects inherit with reprise::reprise is C++20 and REPRISE_HEADER_NUMERICS.

# One rounding or two is decided in the source (std::fma), never by the compiler. Also for programs
# that use the library: of an inline function compiled there and here the linker keeps one copy.
set(REPRISE_HEADER_NUMERICS -ffp-contract=off)

add_library(reprise_flags INTERFACE)
target_compile_features(reprise_flags INTERFACE cxx_std_20)
target_compile_options(reprise_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow
  # sqrt without an errno branch is what lets the optimizer loops vectorise; no value changes
  -fno-math-errno
  # nobody reads the processor's exception flags: both sides of a choice may then be computed, which
  # is how a ReLU's derivative becomes a vector loop; no value changes either
  -fno-trapping-math
  ${REPRISE_HEADER_NUMERICS})
# Reprise never uses -ffast-math: it would change what the numbers mean.

if(REPRISE_SANITIZE)
  target_compile_options(reprise_flags INTERFACE
    -fsanitize=${REPRISE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -UNDEBUG)
  target_link_options(reprise_flags INTERFACE -fsanitize=${REPRISE_SANITIZE})
endif()
