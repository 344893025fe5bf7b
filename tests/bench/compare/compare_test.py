"""`reprise compare` from outside: its reports on good, hostile and foreign programs and on files.

  python3 tests/bench/compare/compare_test.py build/release/bin [unittest options]
"""

import fcntl
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import Case

FAKE = pathlib.Path(__file__).resolve().parent / "fake_bench.py"


class CompareCase(Case):
    def setUp(self):
        super().setUp()
        self.environment = {"FAKE_FOLDER": str(self.folder), "TMPDIR": str(self.folder), "REPRISE_MEASURE_LOCK": str(self.folder / "lock")}

    def compare(self, *arguments):
        return programs.run("reprise", "compare", "--quiet", *arguments, **self.environment)

    @staticmethod
    def fake(*arguments):
        return " ".join(map(str, (FAKE, *arguments)))

    def verdicts(self, run):
        """The table as {benchmark: verdict of B}."""
        found, name = {}, None
        for line in run.stdout.splitlines():
            cells = line.split()
            if len(cells) == 4 and cells[1] == "A":
                name = cells[0]
            elif len(cells) > 5 and cells[0] == "B" and "]" in line:
                found[name] = line.split("]")[1].split(maxsplit=1)[1]
        return found


class Live(CompareCase):
    def test_a_slower_benchmark_is_found_and_the_other_is_not(self):
        run = self.compare(self.fake("good"), self.fake("good", 1.3))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(self.verdicts(run), {"slow": "regression", "same": "unchanged"})
        self.assertTrue(run.stdout.startswith("B compared with A: slower in 1, unchanged in 1 of 2 benchmarks.\nThe chance "
                                              "that any unchanged benchmark is called slower or faster is at most 5 %."))
        self.assertIn("A/A control: A compared with itself: ", run.stdout)
        self.assertIn("smallest change that this run detects with 90 % power: ", run.stdout)
        self.assertIn("24 of 84 rounds", run.stdout)  # the first look decides
        self.assertIn("stopped early", run.stdout)

    def test_equal_programs_are_unchanged(self):
        run = self.compare(self.fake("good"), self.fake("good"), "--json", self.folder / "c.json",
                           "--markdown", self.folder / "c.md")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(set(self.verdicts(run).values()), {"unchanged"})
        kept = json.loads((self.folder / "c.json").read_text())
        self.assertEqual(kept["schema"], "reprise/comparison/2")
        self.assertIn("control kernel frozen_1: ", run.stdout)
        self.assertEqual(len(kept["measurements"]["control_ns"]), kept["judged"]["rounds"])
        for b, verdict in enumerate(kept["verdicts"]):
            ratios = [of_b["real_ns"][b] / control for (_, of_b, _), control in zip(*(kept["measurements"][k] for k in ("rounds", "control_ns")))]
            self.assertAlmostEqual(verdict["by_control"], statistics.median(ratios))
        self.assertEqual(len(kept["measurements"]["rounds"]), kept["judged"]["rounds"])
        self.assertIn("| same |", (self.folder / "c.md").read_text())
        try:
            import jsonschema
        except ImportError:
            return
        schema = json.loads((programs.ROOT / "results/schema/comparison-2.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(kept)

    def test_an_improvement_is_not_a_failure_and_three_programs_work(self):
        run = self.compare(self.fake("good"), self.fake("good", 0.5), self.fake("good", 0.7))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(run.stdout.count("improvement"), 2)
        for letter in "BC":
            self.assertIn(f"{letter} compared with A: faster in 1, unchanged in 1 of 2 benchmarks.", run.stdout)

    def test_too_few_rounds_are_reported(self):
        run = self.compare(self.fake("good"), self.fake("good", 1.3), "--rounds", 5)
        self.assertEqual(run.returncode, 4, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"5 rounds cannot call any of 2 benchmarks different at alpha 0\.05; that needs at least 7")

    def test_different_bits_are_reported(self):
        run = self.compare(self.fake("good"), self.fake("bits"))
        self.assertEqual(self.verdicts(run)["slow"], "unchanged, different bits")
        run = self.compare(self.fake("good"), self.fake("bits-late"))
        self.assertEqual(self.verdicts(run)["slow"], "unchanged, bits vary")
        run = self.compare(self.fake("good"), self.fake("bits-once"))
        self.assertEqual(self.verdicts(run)["slow"], "unchanged, bits vary", run.stderr)

    def test_a_skipped_benchmark_is_left_out(self):
        run = self.compare(self.fake("skip"), self.fake("skip"))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(self.verdicts(run), {"same": "unchanged"})
        self.assertIn("left out: slow (skipped by A: no such unit here)", run.stdout)
        run = self.compare(self.fake("good"), self.fake("skip"))
        self.assertEqual(run.stdout.count("left out: "), 1, run.stdout)
        self.assertIn("left out: slow (skipped by B: no such unit here)", run.stdout)

    def test_programs_get_the_environment_of_the_users_shell(self):
        os.environ.pop("OMP_WAIT_POLICY", None)
        command = "test -z \"$OMP_WAIT_POLICY\""
        run = self.compare("--command", command, command, "--rounds", 1)
        self.assertEqual(run.returncode, 4, run.stderr)
        run = programs.run("reprise", "compare", "--quiet", "--command", "test $OMP_WAIT_POLICY = active", "true",
                           "--rounds", 1, **self.environment, OMP_WAIT_POLICY="active")
        self.assertEqual(run.returncode, 4, run.stderr)

    def test_a_failed_benchmark_has_no_time(self):
        run = self.compare(self.fake("good"), self.fake("error"), "--json", self.folder / "c.json", "--markdown",
                           self.folder / "c.md")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("failed in B: wrong answer; repeat: fake --row slow", run.stdout)
        self.assertIn("| | B | - | - | - | - | failed in B: wrong", (self.folder / "c.md").read_text())
        failed = next(v for v in json.loads((self.folder / "c.json").read_text())["verdicts"]
                      if v["verdict"] == "failed")
        for field in ("ratio", "low", "high", "p", "p_holm", "minimum_detectable_effect", "time_ns", "cpu_ns", "by_control"):
            self.assertIsNone(failed[field], field)

    def test_a_program_that_reports_aggregates_only(self):
        run = self.compare(self.fake("aggregates"), self.fake("good", 1.3))
        self.assertEqual(self.verdicts(run)["slow"], "regression", run.stdout + run.stderr)
        self.assertEqual(self.verdicts(run)["same"], "unchanged")

    def test_one_thread_is_singular(self):
        # a script in place of a program of Reprise, which ignores the flag --threads
        script = self.folder / "program"
        script.write_text(f"#!/bin/sh\nfor last; do :; done\nexec {FAKE} good $(echo \"$@\" | tr ' ' '\\n' | "
                          "grep -- --benchmark_out=)\n")
        script.chmod(0o755)
        run = self.compare(script, "--threads", "1,2", "--rounds", "2")
        self.assertIn("A: 1 thread = ", run.stdout, run.stderr)
        self.assertIn("B: 2 threads = ", run.stdout)

    def test_shell_commands(self):
        # so different that other load on the machine does not hide it
        run = self.compare("--command", "sleep 0.01", "sleep 0.4", "--rounds", 8)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertEqual(self.verdicts(run), {"wall_time": "regression"})

    def test_a_time_budget_is_kept(self):
        before = time.monotonic()
        run = self.compare("--command", "sleep 0.2", "sleep 0.2", "--time-budget", "3s")
        self.assertIn(run.returncode, (0, 4), run.stderr)
        for command in ("sleep 0.2", "sleep 60"):  # nothing runs longer than a budget that is too short
            short = self.compare("--command", command, command, "--time-budget", "300ms")
            self.assert_one_line(short, 2, "--time-budget: found 0.30 s, expected at least ")
            self.assertNotIn("--filter", short.stderr)
        self.assertLess(time.monotonic() - before, 30)

    def test_a_budget_shortens_no_shell_command(self):
        run = self.compare("--command", "true", "true ", "--time-budget", "3s", "--all-rounds", "--rounds", 60)
        self.assertIn("60 rounds", run.stdout, run.stderr)
        self.assertNotIn("measuring time", run.stdout)

    def test_a_budget_shortens_the_measuring_time(self):
        run = self.compare(self.fake("busy"), self.fake("busy"), "--time-budget", "2s")
        self.assertIn(run.returncode, (0, 4), run.stderr)
        self.assertRegex(run.stdout, r"--time-budget leaves \d+\.\d ms of measuring time .* in place of 20\.0")

    def test_an_interrupted_comparison_can_be_resumed(self):
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
        self.assertEqual([file.name for file in self.folder.glob("reprise-*")], [])  # TMPDIR
        before = len(json.loads(state.read_text())["measurements"]["rounds"])
        self.assertGreaterEqual(before, 1)
        forgotten = self.compare(self.fake("good"), self.fake("good", 1.3), "--state", state)
        self.assert_one_line(forgotten, 2, f"--state: found '{state}', which exists already, expected --resume")
        self.assertEqual(len(json.loads(state.read_text())["measurements"]["rounds"]), before)
        rounds = self.compare(self.fake("good"), self.fake("good", 1.3), "--state", state, "--resume", "--rounds", 60)
        self.assert_one_line(rounds, 2, "--rounds: found 60, expected the 84")
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
        self.assertIn("BM_Aggregates/repeats:3", self.verdicts(run))
        self.assertNotIn("regression", self.verdicts(run)["BM_Sum"])


class Hostile(CompareCase):
    def test_programs(self):
        for behaviour, parts in {
            "crash": ["crashed: Segmentation fault (about to crash)"],
            "hang": ["still running after"],
            "silent": ["found nothing in the file of --benchmark_out"],
            "cut": ["found no whole JSON document"],
            "foreign": ["without a list 'benchmarks'"],
            "no": ["exit code 1, although none of its benchmarks failed"],
            "flood": ["wrote more than 256 MB of output"],
        }.items():
            with self.subTest(behaviour=behaviour):
                run = self.compare(self.fake("good"), self.fake(behaviour), "--timeout",
                                   "2s" if behaviour == "hang" else "60s")
                self.assert_one_line(run, 2, f"fake_bench.py {behaviour}", *parts)
                self.assertEqual(run.stdout, "")

    def test_programs_that_fail_late_lose_no_round(self):
        for behaviour, parts in {
            "crash-late": ["crashed: Segmentation fault (about to crash) after benchmark 'slow', in benchmark 'same'"],
            "renamed": ["benchmark 'same' is missing in round 3, expected the benchmarks of round 1"],
            "latin": ["exit code 3 (caf"],
        }.items():
            with self.subTest(behaviour=behaviour):
                files = {name: self.folder / f"{behaviour}.{name}" for name in ("json", "markdown", "state")}
                flags = [word for name, file in files.items() for word in (f"--{name}", file)]
                run = self.compare(self.fake("good"), self.fake(behaviour), *flags)
                self.assert_one_line(run, 2, f"fake_bench.py {behaviour}", *parts)
                self.assertIn("2 of 84 rounds", run.stdout)
                self.assertIn("ended in round 3: ", run.stdout)
                self.assertIn("insufficient data", run.stdout)
                kept = json.loads(files["json"].read_text())
                self.assertEqual(len(kept["measurements"]["rounds"]), 2)
                self.assertIn(parts[0], kept["failure"])
                self.assertIn("ended in round 3", files["markdown"].read_text())
                self.assertEqual(len(json.loads(files["state"].read_text())["measurements"]["rounds"]), 2)

    def test_a_signal_ends_what_commands_started(self):
        mark = self.folder / "mark"
        command = f"sh -c 'echo $$ >> {mark}; exec sleep 300'; true"
        with subprocess.Popen([programs.BIN / "reprise", "compare", "--quiet", "--command", command, command],
                              env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL) as run:
            while not mark.exists() or not mark.read_text():
                time.sleep(0.05)
            run.send_signal(signal.SIGTERM)
            self.assertEqual(run.wait(timeout=30), 128 + signal.SIGTERM)
        grandchild = pathlib.Path(f"/proc/{mark.read_text().strip()}/stat")
        for _ in range(100):  # killed, but perhaps not yet reaped
            if not grandchild.exists() or grandchild.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return
            time.sleep(0.05)
        self.fail("the grandchild still runs")

    def test_wrong_use(self):
        good = self.fake("good")
        for arguments, parts in (
            ([good], ["found 1 to compare, expected at least 2"]),
            ([good, "/no/such"], ["found '/no/such', expected a program"]),
            ([good, "'open"], ["open quote"]),
            ([good, good, "--rounds", "0"], ["--rounds", "found '0'"]),
            ([good, good, "--time-budget", "60"], ["--time-budget: found '60'", "20s, 3m"]),
            ([good, good, "--margin", "7"], ["--margin: found '7'"]),
            ([good, good, "--resume"], ["--resume needs --state FILE"]),
            ([good, good, "--state", self.folder / "none.json", "--resume"], ["none.json"]),
            ([good, good, "--json", "/proc/x/y.json"], ["/proc/x"]),
            ([good, good, "--backend", "openmp"], ["found 2 programs"]),
            ([good, good, "--drift", "10%"], ["--drift cannot be used with programs"]),
            (["--command", "true", "true", "--threads", "1,2"], ["--threads cannot be used with --command"]),
            (["--command", "true", "true", "--with=-9"], ["--with cannot be used with --command"]),
            ([f"{good} --benchmark_min_time=1", good], ["found --benchmark_min_time=1 in", "expected --min-time"]),
            ([good, good, "--with=--benchmark_repetitions=3"], ["expected --repetitions"]),
            ([f"{good} --benchmark_filter=x", good, "--filter", "y"], ["expected either it or --filter"]),
            ([good, f"{good} --benchmark_out=x.json"], ["found --benchmark_out=x.json in", "expected --json"]),
            ([good, "--backend", "openmp,openpm"], ["found 'openpm'", "did you mean 'openmp'?"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.compare(*arguments), 2, *parts)

    def test_an_ignored_signal_stays_ignored(self):
        mark = self.folder / "mark"
        command = f"echo x >> {mark}; sleep 0.3"
        with subprocess.Popen(["nohup", programs.BIN / "reprise", "compare", "--quiet", "--command", command, command,
                               "--rounds", "1"], env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as run:
            while not mark.exists():
                self.assertIsNone(run.poll())
                time.sleep(0.02)
            run.send_signal(signal.SIGHUP)
            self.assertEqual(run.wait(timeout=60), 4)

    def test_a_second_comparison_at_the_same_time_is_refused(self):
        command = [programs.BIN / "reprise", "compare", "--quiet", "--command", "sleep 1", "sleep 1", "--rounds", "2"]
        with subprocess.Popen(command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL) as first:
            lock = self.folder / "lock"
            while not lock.exists() or not lock.read_text():
                time.sleep(0.05)
            # the lock does not depend on TMPDIR
            self.environment["TMPDIR"] = "/tmp"
            second = self.compare(self.fake("good"), self.fake("good"))
            self.assert_one_line(second, 2, f"found process {first.pid} measuring on this machine")
            self.assertIn(first.wait(timeout=60), (0, 1, 4))

    def test_a_missing_lock_is_a_warning(self):
        self.environment["REPRISE_MEASURE_LOCK"] = str(self.folder / "none" / "lock")
        run = self.compare(self.fake("good"), self.fake("good"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, "warning: .*/none/lock: no lock .No such file")
        # others can lock a file that only its owner may write
        held = self.folder / "held"
        held.write_text("77")
        held.chmod(0o444)
        self.environment["REPRISE_MEASURE_LOCK"] = str(held)
        with held.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.assert_one_line(self.compare(self.fake("good"), self.fake("good")), 2, "found process 77 measuring")


class Files(CompareCase):
    def result(self, name, times):
        repetitions = [{"name": "r", "run_type": "iteration", "repetition_index": i, "real_time": t, "cpu_time": t,
                        "time_unit": "ns"} for i, t in enumerate(times)]
        (self.folder / name).write_text(json.dumps({"context": {}, "benchmarks": repetitions}))
        return self.folder / name

    @staticmethod
    def benchmarks_of(file):
        return json.loads(file.read_text())["benchmarks"]

    def test_a_clean_factor_of_two_is_a_regression_and_the_warning_is_shown(self):
        a = self.result("a.json", [1, 1.01, 1.02, 0.99, 0.98, 1])
        b = self.result("b.json", [2, 2.01, 2.02, 1.99, 1.98, 2])
        run = self.compare(a, b)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("warning: the times of two files were not taken in interleaved rounds", run.stdout)
        self.assertIn("regression", run.stdout)
        self.assertEqual(self.compare(b, a).returncode, 0)

    def test_a_single_repetition_is_insufficient(self):
        run = self.compare(self.result("a.json", [1]), self.result("b.json", [9]))
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("insufficient data (1 repetition; --benchmark_repetitions=10", run.stdout)

    def test_flags(self):
        a, b = self.result("a.json", [1, 1.01, 1.02]), self.result("b.json", [2, 2.01, 2.02])
        run = self.compare(a, b, "--json", self.folder / "c.json", "--markdown", self.folder / "c.md", "--filter", "r",
                           "--clock", "cpu_time")
        self.assertIn(run.returncode, (1, 4), run.stderr)
        kept = json.loads((self.folder / "c.json").read_text())
        self.assertEqual((kept["schema"], kept["clock"]), ("reprise/files/2", "cpu_time"))
        self.assertEqual(kept["files"], [str(a), str(b)])
        self.assertIn("| r | ", (self.folder / "c.md").read_text())
        for flag, *value in (("--rounds", "9"), ("--state", "x"), ("--time-budget", "9s"), ("--min-time", "9s"),
                             ("--repetitions", "3"), ("--all-rounds",), ("--timeout", "3s"), ("--with", "x")):
            with self.subTest(flag=flag):
                self.assert_one_line(self.compare(a, b, flag, *value), 2, f"{flag} cannot be used with result files")
        self.assert_one_line(self.compare(a, b, "--filter", "nothing"), 2, "--filter", "matches no benchmark of", "a.json")
        try:
            import jsonschema
        except ImportError:
            return
        schema = json.loads((programs.ROOT / "results/schema/files-2.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(kept)

    def test_a_missing_file_is_named(self):
        good, missing = self.result("good.json", [1, 2, 3]), self.folder / "missing.json"
        for pair in ((good, missing), (missing, good), (missing, missing)):
            self.assert_one_line(self.compare(*pair), 2, f"{missing}: cannot be read")
        self.assert_one_line(self.compare(good, self.fake("good")), 2, "fake_bench.py good'", "is not a result file")

    def test_hostile_files(self):
        good = self.result("good.json", [1, 2, 3])
        other = self.folder / "other.json"
        for text, part in (("", "found an empty file"), ("{", "no whole JSON document"), ("[1]", "without a list"),
                           ('{"benchmarks": []}', "no benchmarks"), ("\0" * 1000, "a NUL byte"),
                           ('{"benchmarks": [{"name": "q", "real_time": 1, "cpu_time": 1, "time_unit": "ns"}]}',
                            "found no benchmark that"),
                           ('{"benchmarks": [{"name": 3, "run_type": 4}]}', "found a field of another type"),
                           ('{"benchmarks": [{"name": "r", "real_time": -1, "cpu_time": 1, "time_unit": "ns"}]}',
                            "benchmark 'r': found real_time -1 ns")):
            with self.subTest(text=text[:20]):
                other.write_text(text)
                self.assert_one_line(self.compare(good, other), 2, "other.json", part)
        with other.open("wb") as file:
            file.truncate(300 << 20)  # a hole
        self.assert_one_line(self.compare(good, other), 2, "other.json", "found more than 67108864 bytes")
        many = [{"name": f"r{i}", "run_type": "iteration", "real_time": 1, "cpu_time": 1, "time_unit": "ns"}
                for i in range(300000)]  # an algorithm of quadratic time would take minutes
        other.write_text(json.dumps({"benchmarks": [*many, *self.benchmarks_of(good)]}))
        self.assertIn("undecided in 1 of 1 benchmarks.", self.compare(good, other).stdout)
        self.assert_one_line(self.compare(good, good, good), 2, "found 3 result files")


if __name__ == "__main__":
    programs.main()
