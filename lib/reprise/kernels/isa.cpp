#include "reprise/kernels/isa.hpp"

#include <string>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise {

namespace {

bool has_avx2() { return __builtin_cpu_supports("avx2") > 0 && __builtin_cpu_supports("fma") > 0; }

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") > 0 &&
         __builtin_cpu_supports("avx512vl") > 0 && __builtin_cpu_supports("avx512dq") > 0 &&
         __builtin_cpu_supports("avx512bw") > 0;
}

}  // namespace

const std::vector<IsaInfo>& isas() {
  static const std::vector<IsaInfo> list{
      {"avx512", "AVX-512 (F, VL, DQ, BW)", has_avx512()},
      {"avx2", "AVX2 and FMA", has_avx2()},
      {"baseline", "any x86-64; calls libm for fused multiply-adds, many times slower", true},
  };
  return list;
}

const IsaInfo& find_isa(std::string_view name) {
  std::vector<std::string> known, available;
  const IsaInfo* found = nullptr;
  for (const IsaInfo& isa : isas()) {
    known.emplace_back(isa.name);
    if (isa.available) available.emplace_back(isa.name);
    if (found == nullptr && (name.empty() ? isa.available : isa.name == name)) found = &isa;
  }
  if (found == nullptr) throw Error("isa: " + unknown_name(name, known));
  if (!found->available) {
    std::string line = "isa: this processor lacks " + std::string(found->about) + ", expected ";
    for (const auto& other : available) line += (other == available.front() ? "" : " or ") + other;
    throw Error(line, ExitCode::missing);
  }
  return *found;
}

}  // namespace reprise
