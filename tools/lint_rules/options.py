"""Options are added by the functions of lib/cli/flag_types.hpp.

CLI11's own functions change values while they convert them: 010 becomes 8, and a list "{}" becomes empty.
"""

import re

OPTION = re.compile(r"(?:\.|->)\s*add_option(?:_function|_no_stream)?\s*[(<]")


def check(code):
    for name, text in code.items():
        if name.startswith("lib/cli/"):
            continue
        for match in OPTION.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: found CLI11's add_option, expected a function of lib/cli/flag_types.hpp"
