"""Includes are rooted, point downward only and form no circle.

The order of the modules rules out circles among directories. Among files, a header and the source file
that implements it count as one; inside lib/reprise only headers count, because classes of one module may
implement each other's interfaces.
"""

import posixpath
import re

# From bottom to top. A file may include files of its own module and of modules on lower lines; modules
# on one line may not include each other.
LAYERS = (
    ("lib/reprise/core",), ("lib/reprise/random",), ("lib/reprise/stats",), ("lib/reprise/data",),
    ("lib/reprise/kernels",), ("lib/reprise/nn",), ("lib/reprise/record",), ("lib/reprise",),
    ("lib/cli",),
    ("repro",), ("repro/references",), ("repro/certificate", "repro/program", "repro/replay"),
    ("repro/own_result",),
    ("bench/cases",), ("bench/harness",), ("bench", "bench/compare"), ("bench/gate", "bench/suite"),
    ("tools",),
    ("tests",),
)
ROOTS = ("bench/", "cli/", "repro/", "reprise/", "tests/", "tools/")
# The names of other libraries' headers start like this, and may be included here.
LIBRARIES = {
    "omp.h": ("lib/reprise/kernels/", "lib/reprise/core/parallel.cpp", "lib/reprise/core/processors.cpp"),
    "dnnl": ("lib/reprise/kernels/",),
    "oneapi/dnnl/": ("lib/reprise/kernels/",),
    "cblas": ("lib/reprise/kernels/",),
    "mkl": ("lib/reprise/kernels/",),
}
GENERATED = "reprise/build_info.hpp"  # written by CMake, includes nothing
UNROOTED = {"bench/harness/control.cpp": "control.hpp"}  # this file is frozen
# The one arrow that points upward, by design: the catalogue lists the functions that
# repro/sections.hpp declares, and the files of the sections define them and include the catalogue.
UPWARD = ("repro/catalogue", "repro/sections")
SECTIONS = {f"repro/{name}" for name in ("mnist", "imdb", "reuters", "boston", "california", "overfitting", "generalization")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def layer_of(name):
    """(index of the layer, module) of a file: the longest module name that its path starts with."""
    found = [(len(module), index, module) for index, modules in enumerate(LAYERS) for module in modules
             if name.startswith((module + "/", module + "."))]
    return max(found)[1:] if found else (len(LAYERS), "")


def path_of(header):
    return f"lib/{header}" if header.startswith(("reprise/", "cli/")) else header


def beside(name, header):
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), header))


def check_file(name, text, code):
    """Findings of one file."""
    layer, module = layer_of(name)
    for quote, header in INCLUDE.findall(text):
        allowed = next((places for start, places in LIBRARIES.items() if header.startswith(start)), None)
        if allowed and not name.startswith(allowed):
            yield f"{name}: includes <{header}>, which belongs under {' or '.join(allowed)}"
        rooted = header.startswith(ROOTS) and not {"", ".", ".."} & set(header.split("/"))
        ours = quote == '"' or header.startswith((*ROOTS, "lib/", ".")) or beside(name, header) in code
        if ours and not rooted and UNROOTED.get(name) != header:
            yield f'{name}: includes "{header}", expected a path without ".." that starts with {", ".join(ROOTS)}'
        if not rooted or header == GENERATED:
            continue
        other_layer, other = layer_of(path_of(header))
        if other_layer > layer or (other_layer == layer and other != module):
            yield f"{name}: {module} includes {header}, which is not below it"


def node_of(path):
    stem = path if path.startswith("lib/reprise/") else path.rsplit(".", 1)[0]
    return "repro/sections" if stem in SECTIONS else stem


def circles(code):
    """Circles among files, one finding each."""
    edges = {}
    for name, text in code.items():
        targets = {node_of(path_of(header)) for _, header in INCLUDE.findall(text) if path_of(header) in code}
        edges.setdefault(node_of(name), set()).update(targets - {node_of(name)})
    edges.get(UPWARD[0], set()).discard(UPWARD[1])
    done, found = set(), []

    def visit(node, trail):
        if node in trail:
            found.append(f"{node}: circle of includes: {' -> '.join([*trail[trail.index(node):], node])}")
        elif node not in done:
            for target in sorted(edges.get(node, ())):
                visit(target, [*trail, node])
            done.add(node)

    for node in sorted(edges):
        visit(node, [])
    return found


def check(code):
    for name, text in code.items():
        yield from check_file(name, text, code)
    yield from circles(code)
