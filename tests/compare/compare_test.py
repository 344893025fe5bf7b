"""`reprise compare` from outside: what it says of good, hostile and foreign programs and of files.

  python3 tests/compare/compare_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import Case

FAKE = pathlib.Path(__file__).resolve().parent / "fake_bench.py"


class CompareCase(Case):
    def setUp(self):
        super().setUp()
        # a lock of its own: tests run beside each other
        self.environment = {"TMPDIR": str(self.folder), "FAKE_FOLDER": str(self.folder)}

    def compare(self, *arguments):
        return programs.run("reprise", "compare", "--quiet", *arguments, **self.environment)

    @staticmethod
    def fake(*words):
        return " ".join(map(str, (FAKE, *words)))

    def verdicts(self, run):
        """{row: verdict of B} of the table."""
        found, name = {}, None
        for line in run.stdout.splitlines():
            cells = line.split()
            if len(cells) == 4 and cells[1] == "A":
                name = cells[0]
            elif len(cells) > 5 and cells[0] == "B":
                found[name] = line.split("]")[1].split(maxsplit=1)[1]
        return found


class Live(CompareCase):
    def test_a_slower_row_is_found_and_the_other_is_not(self):
        run = self.compare(self.fake("good"), self.fake("good", 1.3))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(self.verdicts(run), {"slow": "regression", "same": "unchanged"})
        self.assertIn("A/A control: A beside itself", run.stdout)
        self.assertIn("smallest change that this run finds", run.stdout)
        self.assertIn("12 of 48 rounds", run.stdout)  # the first look decides
        self.assertIn("ended early", run.stdout)

    def test_equals_are_unchanged(self):
        run = self.compare(self.fake("good"), self.fake("good"), "--json", self.folder / "c.json",
                           "--markdown", self.folder / "c.md")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(set(self.verdicts(run).values()), {"unchanged"})
        kept = json.loads((self.folder / "c.json").read_text())
        self.assertEqual(kept["schema"], "reprise/comparison/1")
        self.assertEqual(len(kept["measurements"]["rounds"]), kept["judged"]["rounds"])
        self.assertIn("| same |", (self.folder / "c.md").read_text())
        try:
            import jsonschema
        except ImportError:
            return
        schema = json.loads((programs.ROOT / "results/schema/comparison-1.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(kept)

    def test_an_improvement_is_no_failure_and_three_programs_go(self):
        run = self.compare(self.fake("good"), self.fake("good", 0.5), self.fake("good", 0.7))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(run.stdout.count("improvement"), 3)  # two rows and the summary

    def test_too_few_rounds_say_so(self):
        run = self.compare(self.fake("good"), self.fake("good", 1.3), "--rounds", 5)
        self.assertEqual(run.returncode, 4, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"5 rounds cannot call any of 2 rows different at 0\.050: that needs 7")

    def test_other_bits_are_said(self):
        run = self.compare(self.fake("good"), self.fake("bits"))
        self.assertEqual(self.verdicts(run)["slow"], "unchanged, other bits")

    def test_a_failed_row_is_no_time(self):
        run = self.compare(self.fake("good"), self.fake("error"))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("failed: wrong answer; repeat: fake --row slow", run.stdout)

    def test_shell_commands(self):
        run = self.compare("--command", "sleep 0.01", "sleep 0.05", "--rounds", 12)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertEqual(self.verdicts(run), {"wall_time": "regression"})

    def test_a_time_budget_is_kept(self):
        before = time.monotonic()
        run = self.compare("--command", "sleep 0.2", "sleep 0.2", "--time-budget", "5s")
        self.assertLess(time.monotonic() - before, 10)
        self.assertIn(run.returncode, (0, 4), run.stderr)
        short = self.compare("--command", "sleep 0.2", "sleep 0.2", "--time-budget", "300ms")
        self.assert_one_line(short, 2, "--time-budget", "expected at least")

    def test_an_interrupted_comparison_goes_on(self):
        state = self.folder / "state.json"
        command = [programs.BIN / "reprise", "compare", "--quiet", self.fake("good"),
                   self.fake("good", 1.3), "--state", state]
        environment = {**os.environ, **self.environment}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            while not state.exists() or not json.loads(state.read_text())["measurements"]["rounds"]:
                time.sleep(0.05)
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=30)
        self.assertEqual(run.returncode, 130)
        before = len(json.loads(state.read_text())["measurements"]["rounds"])
        self.assertGreaterEqual(before, 1)
        other = self.compare(self.fake("good"), self.fake("good", 1.4), "--state", state, "--resume")
        self.assert_one_line(other, 2, "state.json", "another comparison")
        resumed = self.compare(self.fake("good"), self.fake("good", 1.3), "--state", state, "--resume")
        self.assertEqual(resumed.returncode, 1, resumed.stderr)
        self.assertGreater(len(json.loads(state.read_text())["measurements"]["rounds"]), before)

    def test_a_foreign_program(self):
        program = programs.BIN / "foreign_bench"
        if not program.exists():
            self.skipTest("Google Benchmark is missing")
        run = self.compare(f"env FOREIGN_SIZE=1000 {program}", f"env FOREIGN_SIZE=3000 {program}",
                           "--min-time", "2ms", "--rounds", "12")
        self.assertEqual(self.verdicts(run)["BM_Fill"], "regression", run.stdout + run.stderr)
        self.assertNotIn("regression", self.verdicts(run)["BM_Sum"])


class Hostile(CompareCase):
    def test_programs(self):
        for behaviour, parts in {
            "crash": ["crashed: Segmentation fault (about to crash)"],
            "crash-late": ["crashed: Segmentation fault"],
            "hang": ["still running after"],
            "silent": ["found nothing in it"],
            "cut": ["found no whole JSON"],
            "foreign": ["without a list 'benchmarks'"],
            "rows": ["row 'same' is missing in round", "expected the rows of round 1"],
            "zero": ["row 'same': found time 0"],
        }.items():
            with self.subTest(behaviour=behaviour):
                run = self.compare(self.fake("good"), self.fake(behaviour), "--timeout", "2s")
                self.assert_one_line(run, 2, f"fake_bench.py {behaviour}", *parts)
                self.assertEqual(run.stdout, "")

    def test_wrong_use(self):
        good = self.fake("good")
        for arguments, parts in (
            ([good], ["found 1 to compare, expected at least 2"]),
            ([good, "/no/such"], ["found '/no/such', expected a program"]),
            ([good, "'open"], ["open quote"]),
            ([good, good, "--rounds", "0"], ["--rounds", "found '0'"]),
            ([good, good, "--time-budget", "60"], ["--time-budget: found '60'", "20s, 3m"]),
            ([good, good, "--margin", "7"], ["--margin: found '7'"]),
            ([good, good, "--resume"], ["--resume", "--state"]),
            ([good, good, "--state", self.folder / "none.json", "--resume"], ["none.json"]),
            ([good, good, "--json", "/proc/x/y.json"], ["/proc/x"]),
            ([good, good, "--backend", "openmp"], ["found 2 programs"]),
            ([good, "--backend", "openmp,openpm"], ["found 'openpm'", "did you mean 'openmp'?"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.compare(*arguments), 2, *parts)

    def test_a_second_comparison_at_the_same_time_is_refused(self):
        command = [programs.BIN / "reprise", "compare", "--quiet", "--command", "sleep 1", "sleep 1", "--rounds", "2"]
        with subprocess.Popen(command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL) as first:
            while not (self.folder / "reprise-measure.lock").exists():
                time.sleep(0.05)
            time.sleep(0.2)
            second = self.compare(self.fake("good"), self.fake("good"))
            self.assert_one_line(second, 2, f"process {first.pid} measures on this machine")
            self.assertIn(first.wait(timeout=60), (0, 1, 4))

    def test_our_own_programs(self):
        program = "bench_dense"
        if not (programs.BIN / program).exists():
            self.skipTest("Google Benchmark is missing")
        for arguments, code, parts in (
            (["--threads", "99999"], 2, ["--threads: found '99999'", "1 to 1024"]),
            (["--backend", "openpm"], 2, ["found 'openpm'", "did you mean 'openmp'?"]),
            (["--case", "imdb1"], 2, ["--case", "did you mean 'imdb_1'?"]),
            (["--caches", "cold"], 2, ["'--caches': unknown flag; did you mean '--cache'?"]),
            (["--peaks", "x"], 2, ["--peaks: found 'x'"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(programs.run(program, *arguments), code, *parts)

    def test_a_wrong_kernel_has_its_row_failed_with_the_command_that_repeats_it(self):
        if not (programs.BIN / "bench_wrong").exists():
            self.skipTest("Google Benchmark is missing")
        run = programs.run("bench_wrong", "--data", "stand-in", "--backend", "openmp", "--threads", "1", "--case",
                           "boston_2,boston_3", "--benchmark_format=json", "--benchmark_min_time=0.001")
        self.assertEqual(run.returncode, 1, run.stderr)
        rows = {row["name"].split("/backend")[0]: row for row in json.loads(run.stdout)["benchmarks"]}
        for name, row in rows.items():
            wrong = "forward/" in name or "step" in name
            self.assertEqual(row.get("error_occurred", False), wrong, name)
            if wrong:
                self.assertIn("wrong answer: output 0, element", row["error_message"])
                command = row["error_message"].split("repeat: ")[1]
                again = subprocess.run(command + " --benchmark_min_time=0.001", shell=True, capture_output=True,
                                       text=True)
                self.assertEqual(again.returncode, 1)
                self.assertEqual(again.stdout.count("ERROR OCCURRED"), 1, again.stdout)
            else:
                self.assertIn("digest", row)


class Files(CompareCase):
    def result(self, name, times):
        rows = [{"name": "r", "run_type": "iteration", "real_time": t, "cpu_time": t, "time_unit": "ns"}
                for t in times]
        (self.folder / name).write_text(json.dumps({"context": {}, "benchmarks": rows}))
        return self.folder / name

    def test_a_clean_factor_of_two_is_a_regression_and_the_warning_is_said(self):
        a = self.result("a.json", [1, 1.01, 1.02, 0.99, 0.98, 1])
        b = self.result("b.json", [2, 2.01, 2.02, 1.99, 1.98, 2])
        run = self.compare(a, b)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("beware: times of two files were not taken in turns", run.stdout)
        self.assertIn("regression", run.stdout)
        self.assertEqual(self.compare(b, a).returncode, 0)

    def test_little_is_insufficient(self):
        run = self.compare(self.result("a.json", [1]), self.result("b.json", [9]))
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("insufficient data (1 repetitions; --benchmark_repetitions=10", run.stdout)

    def test_hostile_files(self):
        good = self.result("good.json", [1, 2, 3])
        other = self.folder / "other.json"
        for text, part in (("", "found nothing"), ("{", "no whole JSON"), ("[1]", "without a list"),
                           ('{"benchmarks": []}', "no rows"), ("\0" * 1000, "no whole JSON"),
                           ('{"benchmarks": [{"name": "q", "real_time": 1, "cpu_time": 1, "time_unit": "ns"}]}',
                            "found no row that")):
            with self.subTest(text=text[:20]):
                other.write_text(text)
                self.assert_one_line(self.compare(good, other), 2, "other.json", part)
        with other.open("wb") as file:
            file.truncate(300 << 20)  # a hole
        self.assert_one_line(self.compare(good, other), 2, "other.json", "found 300 MB, expected at most 256")
        self.assert_one_line(self.compare(good, good, good), 2, "found 3 result files")


if __name__ == "__main__":
    programs.main()
