// The table that a benchmark program prints.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace benchmark {
class BenchmarkReporter;
}

namespace reprise::bench {

// Google Benchmark's table without what is for programs alone: the clock that it appends to each
// name, and the digest as a decimal number, which the label has in hex. Null if the arguments ask
// for another format.
std::unique_ptr<benchmark::BenchmarkReporter> console_reporter(
    const std::vector<std::string>& arguments);

}  // namespace reprise::bench
