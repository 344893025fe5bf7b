"""The border of the library: lib/cmake/public_headers.txt names the installed headers, relative to lib/."""

from .includes import INCLUDE, LIBRARIES

LIST = "lib/cmake/public_headers.txt"
UMBRELLA = "reprise/reprise.hpp"
# Headers of dependencies that users of the installed library need not have start like this.
PRIVATE = (*LIBRARIES, "curl/", "libdeflate.h", "nlohmann/", "openssl/", "zip.h", "zlib.h")


def check(root, code):
    if not (root / LIST).exists():
        if any(name.startswith("lib/reprise/") for name in code):
            yield f"{LIST}: not found, expected the list of the public headers"
        return
    lines = (line.split("#")[0].strip() for line in (root / LIST).read_text().splitlines())
    public = [line for line in lines if line]
    for header in public:
        text = code.get(f"lib/{header}")
        if text is None:
            yield f"{LIST}: found {header}, but there is no lib/{header}"
            continue
        for _, other in INCLUDE.findall(text):
            if other.startswith(("reprise/", "cli/")) and other not in public:
                yield f"lib/{header}: public, but includes {other}, which is not in {LIST}"
            if other.startswith(PRIVATE):
                yield f"lib/{header}: public, but includes <{other}>, a private dependency"
    for line in code.get(f"lib/{UMBRELLA}", "").splitlines():
        if line and not line.startswith(("//", "#include ", "#pragma once")):
            yield f"lib/{UMBRELLA}: found '{line}', expected nothing but includes"
