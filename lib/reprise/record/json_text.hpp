// JSON as text, whatever bytes are in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace reprise {

// On one line, or with `indent` blanks a level. What is no UTF-8, as command lines, file names and
// programs' messages may be, becomes U+FFFD in place of an exception that loses all the rest.
inline std::string json_text(const nlohmann::json& document, int indent = -1) {
  return document.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace reprise
