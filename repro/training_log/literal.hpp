// Reads the literals in which logs are dumped, as JSON or as Python prints them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "repro/training_log/values.hpp"

namespace reprise::training_log {

// A number, a text, a list or an object; None and null are numbers without a value.
struct Literal {
  enum class Kind { number, text, list, object } kind = Kind::number;
  PrintedValue number{};
  std::string text{};
  std::vector<Literal> list{};
  std::vector<std::pair<std::string, Literal>> object{};

  // The value of a key, or nullptr.
  const Literal* find(std::string_view key) const;
};

// Parses one literal, with nothing but space behind it. Beside JSON it takes single quotes, tuples,
// nan, inf, None, commas at the end, and numbers and lists in a call: np.float32(0.5),
// array([0.5, 0.25], dtype=float32). Throws Error that begins with `name`.
Literal parse_literal(std::string_view text, const std::string& name);

}  // namespace reprise::training_log
