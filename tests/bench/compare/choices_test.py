"""What `reprise compare` measures beyond two whole programs: benchmarks that leave, the test with both runs of A,
groups of benchmarks of one program, and benchmarks that are not everywhere.

  python3 tests/bench/compare/choices_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from compare_test import CompareCase, programs


class Choices(CompareCase):
    @staticmethod
    def fake(*arguments):  # it starts faster than the one in Python
        return " ".join(map(str, (programs.BIN / "made_bench", *arguments)))

    def test_a_benchmark_that_is_not_everywhere_is_undecided(self):
        for behaviour in ("fewer", "skip"):
            with self.subTest(behaviour=behaviour):
                run = self.compare(self.fake("good"), self.fake(behaviour), "--json", self.folder / "c.json")
                self.assertEqual(run.returncode, 4, run.stdout + run.stderr)
                self.assertIn("1 of A's benchmarks are not everywhere", run.stdout)
                self.assertEqual(json.loads((self.folder / "c.json").read_text())["measurements"]["missing"], ["slow"])
        # what only B has is no fault of B
        self.assertEqual(self.compare(self.fake("fewer"), self.fake("good")).returncode, 0)

    def test_decided_benchmarks_leave_and_keep_their_verdict(self):
        file = self.folder / "c.json"
        # 6.5 % are decided late, if at all
        run = self.compare(self.fake("good"), self.fake("good", 1.055), "--drop-decided", "--test", "blocked_rank", "--json", file)
        document = json.loads(file.read_text())
        self.assertEqual(document["test"], "blocked_rank")
        left, rounds = document["measurements"]["left_after"], document["measurements"]["rounds"]
        self.assertEqual(left[1], 24, run.stdout)  # "same" is decided at the first look
        self.assertEqual(rounds[-1][0]["real_ns"][1] is None, len(rounds) > 24)
        self.assertEqual(self.verdicts(run)["same"], "unchanged")
        self.assert_one_line(self.compare("a", "b", "--drop-decided", "--all-rounds"), 2, "--all-rounds", program="reprise")

    def test_groups_of_benchmarks_of_one_program(self):
        program = programs.BIN / "foreign_bench"
        if not program.exists():
            self.skipTest("Google Benchmark is missing")
        run = self.compare(program, "--group", "BM_Sum", "--group", "BM_Fill", "--rounds", "6", "--min-time", "2ms",
                           "--json", self.folder / "c.json")
        self.assertIn(run.returncode, (0, 1, 4), run.stderr)
        document = json.loads((self.folder / "c.json").read_text())
        self.assertEqual([c["name"] for c in document["measurements"]["contenders"]][:2], ["BM_Sum", "BM_Fill"])
        self.assertEqual(document["measurements"]["rows"], ["*"])
        good = self.fake("good")
        for arguments, line in (((good, "--group", "x"), "expected at least 2"), ((good, good, "--group", "x", "--group", "y"),
                                                                                    "found 2 programs"),
                                ((good, "--group", "(", "--group", "y"), "expected a regular expression"),
                                ((good, "--group", ".*", "--group", "y"), "is not empty"),
                                ((good, "--group", "x", "--group", "y", "--filter", "z"), "found --filter")):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.compare(*arguments), 2, line, program="reprise")


if __name__ == "__main__":
    programs.main()
