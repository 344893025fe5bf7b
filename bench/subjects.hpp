// The subjects, a file and a program each: bench_dense, bench_crossentropy, ... Adding one: its
// file, its line here and in CMakeLists.txt.
#pragma once

#include "bench/harness/program.hpp"

namespace reprise::bench {

void register_dense(Context& context);
void register_crossentropy(Context& context);
void register_optimizer(Context& context);
void register_epoch(Context& context);
void register_data(Context& context);

}  // namespace reprise::bench
