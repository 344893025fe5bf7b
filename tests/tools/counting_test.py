"""The counting in tools/count_lines and tools/coverage.

  python3 tests/tools/counting_test.py
"""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True


def script(name):
    """A script of tools/ as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "tools" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class CountLines(unittest.TestCase):
    def test_blank_lines_and_comments_do_not_count(self):
        count = script("count_lines").code_lines
        for name, text, lines in (
            ("a.cpp", "// comment\n\nint a;  // comment\n/* two\nlines */\nint b;\n", 2),
            ("a.hpp", 'auto url = "http://a";\nauto c = \'"\';  // "\nint d;\n', 3),
            ("a.cpp", 'auto text = R"(first\n// second\n)";\n', 3),
            ("a.py", '"""A\n\ndocstring."""\n\n# comment\na = 1  # comment\n', 1),
            ("tool", "#!/usr/bin/env python3\n\"\"\"Help.\n\"\"\"\na = 1\n", 1),
            ("tool", "#!/usr/bin/env bash\n# comment\n\necho\n", 1),
            ("README.md", "text\n", None),
        ):
            with self.subTest(name=name, text=text):
                self.assertEqual(count(name, text), lines)

    def test_it_prints_a_line_for_each_directory_and_their_total(self):
        run = subprocess.run([ROOT / "tools/count_lines"], capture_output=True, text=True)
        if "not a git repository" in run.stderr:
            self.skipTest(run.stderr)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = [line.split() for line in run.stdout.splitlines()]
        self.assertEqual(rows[-1][1], "total")
        self.assertEqual(sum(int(row[0]) for row in rows[:-1]), int(rows[-1][0]))
        self.assertIn("lib/reprise/stats", [row[1] for row in rows])


class Coverage(unittest.TestCase):
    def test_every_directory_of_the_library_has_a_line(self):
        coverage = script("coverage")
        files = [{"filename": name, "line_covered": ran, "line_total": lines} for name, ran, lines in (
            ("lib/reprise/core/a.cpp", 3, 4), ("lib/reprise/core/b/c.hpp", 1, 1), ("lib/cli/d.cpp", 5, 5))]
        text, percent = coverage.table(coverage.by_directory({"files": files}))
        self.assertIn("| core | 5 | 4 | 80.0 |", text)
        self.assertIn("| cli | 5 | 5 | 100.0 |", text)
        for folder in ("stats", "kernels", "record"):
            self.assertIn(f"| {folder} | 0 | 0 | 0.0 |", text)
        self.assertEqual(percent, 90)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
