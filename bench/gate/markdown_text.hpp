// Text of others in Markdown, in which it must not act: no mention of a user, no link, no HTML, no
// further cell of a table.
#pragma once

#include <string>

#include "bench/gate/sentences.hpp"

namespace reprise::gate {

// `text` as code in one line, which may stand in a cell of a table.
std::string code_text(const std::string& text);

// A block of code, whatever `text` contains.
std::string code_block(const std::string& text);

// For sentences: names are code, and messages are if they have more than letters, digits and
// plain punctuation. Both are cut to 200 bytes.
Shown shown_in_markdown();

}  // namespace reprise::gate
