#include "repro/replay/script.hpp"

#include <fmt/format.h>

namespace reprise::replay {

std::string KerasVersion::text() const { return fmt::format("2.{}.{}", minor, patch); }

std::string Script::at(int line) const { return fmt::format("{}:{}", file, line); }

}  // namespace reprise::replay
