"""Outside text comes in, and documents go out, through one function each.

Each such function has the limits and the care that its users would forget: of depth and size, of files that
are no files, of text that is not UTF-8.
"""

import re

ROOMS = ("lib/", "repro/", "bench/", "tools/")
# A use, the files that may have it, and what the others call.
DOORS = (
    (re.compile(r"\.dump\("), ("lib/reprise/data/json.hpp",), "json_text() of lib/reprise/data/json.hpp"),
    (re.compile(r"json::parse\(|Json::parse\("), ("lib/reprise/data/json.cpp",),
     "parse_json() of lib/reprise/data/json.hpp"),
    # these read files of the kernel or check first that the file is a regular one
    (re.compile(r"\bifstream\b"), ("lib/reprise/core/cpus.cpp", "lib/reprise/data/checksum.cpp",
                                   "bench/compare/noise_warnings.cpp", "bench/compare/subject.cpp"),
     "read_file() of lib/reprise/core/read_file.hpp"),
)


def check(code):
    for name, text in code.items():
        if not name.startswith(ROOMS):
            continue
        for use, places, instead in DOORS:
            found = use.search(text)
            if found and name not in places:
                line = text.count("\n", 0, found.start()) + 1
                yield f"{name}:{line}: uses {found.group()}, expected {instead}"
