// Test cases that Keras wrote as JSON: options with the names of Keras, sequences as nested lists.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reprise/data/checksum.hpp"
#include "reprise/data/texts.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::testing {

inline std::filesystem::path fixture(const std::string& name) {
  return source_file("tests/data/fixtures/" + name);
}

inline nlohmann::json fixture_json(const std::string& name) {
  std::ifstream in(fixture(name));
  return nlohmann::json::parse(in);
}

// Options that a case leaves out keep their defaults.
inline texts::LoadOptions text_options(const nlohmann::json& given) {
  texts::LoadOptions options;
  const auto take = [&](const char* name, auto& option) {
    if (given.contains(name)) option = given[name].get<int>();
  };
  const auto take_or_none = [&](const char* name, std::optional<int>& option) {
    if (given.contains(name) && given[name].is_null()) option.reset();
    if (given.contains(name) && !given[name].is_null()) option = given[name].get<int>();
  };
  take_or_none("num_words", options.num_words);
  take("skip_top", options.skip_top);
  take_or_none("maxlen", options.maxlen);
  if (given.contains("seed")) options.seed = given["seed"].get<std::uint32_t>();
  take_or_none("start_char", options.start_char);
  take_or_none("oov_char", options.oov_char);
  take("index_from", options.index_from);
  return options;
}

inline nlohmann::json as_json(const Sequences& sequences) {
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t i = 0; i < sequences.size(); ++i) rows.push_back(sequences[i]);
  return rows;
}

// The CRC-32 of the bytes of a vector or span of numbers, like zlib.crc32(array.tobytes()).
template <class Values>
std::string crc_of(const Values& values) {
  return crc32_hex(crc32(std::as_bytes(std::span(values))));
}

}  // namespace reprise::testing
