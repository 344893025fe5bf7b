"""The commands in docs/regressions.md work, one after the other, in a made repository.

  python3 tests/bench/gate/docs_test.py build/release/bin [unittest options]

A comment in the page says what a block is: `<!-- file: NAME -->` is a file of the repository, `<!-- test -->` is a
block that ends with exit code 0, and `<!-- test: 0 4 -->` one that ends with any of these.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case

PAGE = ROOT / "docs/regressions.md"
# {block of the page: what runs these commands}
ELSEWHERE = {
    "./tools/setup\n"
    "cmake --preset release && cmake --build --preset release\n"
    "cmake --install build/release --prefix ~/.local\n": "tools/check, tests/tools/readme_test.py, tests/consumer",
}


def blocks():
    """The fenced blocks of the page: the comment before each, or None, its language and its text."""
    return re.findall(r"^(?:<!-- ((?:file|test).*?) -->\n)?```(\w+)\n(.*?)^```$", PAGE.read_text(), re.M | re.S)


def allowed_codes(comment):
    return {int(code) for code in comment.partition(":")[2].split()} or {0}


class Page(unittest.TestCase):
    def test_every_command_is_run(self):
        for comment, language, text in blocks():
            with self.subTest(text=text):
                if language == "sh":
                    self.assertTrue(comment.startswith("test") or text in ELSEWHERE)
                else:
                    self.assertFalse(comment.startswith("test"))
        self.assertLessEqual(set(ELSEWHERE), {text for _, _, text in blocks()})

    def test_flags_are_those_of_the_program(self):
        page = PAGE.read_text()
        shown = set(re.findall(r"`(--[a-z-]+)", page))
        lines = "\n".join(line for line in page.replace("\\\n", " ").splitlines() if "reprise gate " in line)
        shown |= set(re.findall(r" (--[a-z-]+)", re.sub(r"'[^']*'", "", lines)))
        known = set()
        for arguments in (("gate", "--help"), ("gate", "accept", "--help")):
            known |= set(re.findall(r"--[a-z-]+", programs.run("reprise", *arguments).stdout))
        self.assertLessEqual(shown - known, {"--benchmark-compare-fail", "--alpha", "--kept"})  # of other programs


@unittest.skipUnless(shutil.which("git") and shutil.which("cmake"), "git or cmake is not installed")
@unittest.skipUnless((programs.BIN / "foreign_bench").exists(), "Google Benchmark is not installed")
class Commands(Case):
    def setUp(self):
        super().setUp()
        self.repository = self.folder / "sorting"
        self.repository.mkdir()
        checkout = self.folder / "reprise"  # what the page calls ~/reprise
        checkout.mkdir()
        (checkout / "docs").symlink_to(ROOT / "docs")
        self.environment = {
            **os.environ, "PATH": f"{programs.BIN}:{os.environ['PATH']}", "HOME": str(self.folder),
            "TMPDIR": str(self.folder), "REPRISE_MEASURE_LOCK": str(self.folder / "lock"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        if not shutil.which("make"):  # ./tools/setup installs ninja alone
            self.environment["CMAKE_GENERATOR"] = "Ninja"
        self.environment.pop("GITHUB_STEP_SUMMARY", None)
        for role in ("AUTHOR", "COMMITTER"):
            self.environment |= {f"GIT_{role}_NAME": "A", f"GIT_{role}_EMAIL": "a@example.org"}

    def run_block(self, text):
        return subprocess.run(["bash", "-e", "-c", text], cwd=self.repository, capture_output=True, text=True,
                              env=self.environment, timeout=240)

    def test_all_blocks_in_their_order(self):
        output = ""
        for comment, _, text in blocks():
            if comment.startswith("file: "):
                (self.repository / comment.removeprefix("file: ")).write_text(text)
            elif comment.startswith("test"):
                run = self.run_block(text)
                self.assertIn(run.returncode, allowed_codes(comment), text + run.stdout + run.stderr)
                output += run.stdout
        verdicts = {row["benchmark"]: row["verdict"]
                    for row in json.loads((self.repository / "gate.json").read_text())["verdicts"]}
        self.assertEqual(verdicts["BM_Sort"], "regression")
        self.assertEqual(set(verdicts), {"BM_Sort", "BM_Sum"})
        self.assertTrue((self.repository / ".github/workflows/benchmark-gate.yml").is_file())
        self.assertIn("equal numbers keep their order", output)  # the gate shows what was accepted
        first_bad = re.search(r"([0-9a-f]{40}) is the first bad commit", output)
        self.assertTrue(first_bad, output)
        self.assertIn("Keep the order", self.run_block(f"git log -1 --format=%s {first_bad[1]}").stdout)


if __name__ == "__main__":
    programs.main()
