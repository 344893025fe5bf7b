#include "reprise/random/philox.hpp"

#include <bit>
#include <cassert>

namespace reprise {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 2> key,
                                        std::array<std::uint32_t, 4> counter) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xd2511f53u} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xcd9e8d57u} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9e3779b9u;
    key[1] += 0xbb67ae85u;
  }
  return counter;
}

std::size_t PhiloxFill::races(std::size_t values) const {
  const std::size_t groups = (values + 3) / 4;
  return threads < 2 || groups == 0 ? 0 : (groups - 1) / (threads - 1);
}

std::uint64_t PhiloxFill::block(std::uint64_t group) const {
  if (threads < 2 || group == 0) return group;
  const std::uint64_t stride = threads - 1, pass = (group - 1) / stride;
  if (group % stride != 0) return group + pass;
  // written twice, by the last thread of `pass` and by thread 0 of the next pass
  assert(pass < outcomes.size());
  return group + pass + (outcomes[pass] ? 1 : 0);
}

void tensorflow_unit(std::uint32_t op_seed, std::uint64_t first, const PhiloxFill& fill,
                     std::span<float> out) {
  for (std::size_t group = 0; 4 * group < out.size(); ++group) {
    const std::uint64_t block = first + fill.block(group);
    const auto outputs = philox4x32(
        {kTensorflowGraphSeed, 0},
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), op_seed, 0});
    for (std::size_t i = 4 * group; i < out.size() && i < 4 * group + 4; ++i) {
      out[i] = std::bit_cast<float>((outputs[i % 4] & 0x7fffffu) | 0x3f800000u) - 1.0f;
    }
  }
}

void tensorflow_uniform(std::uint32_t op_seed, double low, double high, const PhiloxFill& fill,
                        std::span<float> out) {
  const float from = static_cast<float>(low), span = static_cast<float>(high) - from;
  tensorflow_unit(op_seed, 0, fill, out);
  for (float& u : out) u = u * span + from;
}

}  // namespace reprise
