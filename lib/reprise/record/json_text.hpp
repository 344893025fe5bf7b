// Writes JSON as text, even if its strings are not UTF-8.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace reprise {

// Writes one line, or indents each level by `indent` spaces. Bytes that are not UTF-8 (in command
// lines, file names, messages of programs) become U+FFFD; an exception would lose the document.
inline std::string json_text(const nlohmann::json& document, int indent = -1) {
  return document.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace reprise
