// The subjects: each has a source file and a program (bench_dense, bench_crossentropy, ...). To add
// one, add its file, a line here and a line in CMakeLists.txt.
#pragma once

#include "bench/harness/program.hpp"

namespace reprise::bench {

void register_dense(Context& context);
void register_crossentropy(Context& context);
void register_optimizer(Context& context);
void register_epoch(Context& context);
void register_data(Context& context);
void register_growth(Context& context);

}  // namespace reprise::bench
