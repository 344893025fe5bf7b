"""tools/lint finds what it is there for, and nothing in a clean tree.

  python3 tests/tools/lint_test.py
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lint(files):
    """Exit code and output of the lint over a tree that holds these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (pathlib.Path(folder) / ".clang-format").write_text((ROOT / ".clang-format").read_text())
        run = subprocess.run([ROOT / "tools" / "lint", folder], capture_output=True, text=True)
        return run.returncode, run.stdout


class Lint(unittest.TestCase):
    def assert_finds(self, files, part):
        code, output = lint(files)
        self.assertEqual(code, 1, output)
        self.assertIn(part, output)

    def test_a_clean_tree_is_clean(self):
        code, output = lint({
            "lib/reprise/core/a.hpp": "#include <vector>\n",
            "lib/reprise/nn/b.cpp": '#include "reprise/core/a.hpp"\n',
            "lib/reprise/kernels/openmp/c.cpp": "#include <omp.h>\n",
            "lib/reprise/core/parallel.cpp": "#include <omp.h>\n",
        })
        self.assertEqual(code, 0, output)

    def test_includes_upward(self):
        self.assert_finds({"lib/reprise/core/a.hpp": '#include "reprise/nn/b.hpp"\n'},
                          "floor core includes reprise/nn/b.hpp")
        self.assert_finds({"lib/reprise/data/a.cpp": '#  include "reprise/kernels/b.hpp"\n'},
                          "a floor above")

    def test_library_headers_outside_their_place(self):
        for header in ("omp.h", "dnnl.hpp", "cblas.h"):
            for name in ("lib/reprise/nn/a.cpp", "repro/a.cpp", "bench/a.cpp"):
                self.assert_finds({name: f"#include <{header}>\n"}, f"includes <{header}>")

    def test_long_files(self):
        self.assert_finds({"repro/a.cpp": "int a;\n" * 401}, "401 lines")
        self.assert_finds({"tools/a.py": "a = 1\n" * 500}, "500 lines")

    def test_formatting(self):
        code, output = lint({"lib/reprise/core/a.hpp": "int   a ;\n"})
        if "not judged" in output:
            self.skipTest(output)
        self.assertEqual(code, 1)
        self.assertIn("a.hpp: not formatted", output)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
