"""Runs `reprise speed` and ./tools/check_speed on made programs that are slow where a test wants it.

  python3 tests/bench/suite/speed_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case

# A Google Benchmark program whose time depends on the instruction set, the backend and the library that
# the loader would find, as the environment says: MADE_TIMES='{"avx2": 100, "onednn": 90, "fast": 80}'.
PROGRAM = """#!/usr/bin/env python3
import json, os, pathlib, random, re, sys
flags = dict(a.split("=", 1) for a in sys.argv[1:] if "=" in a)
names = [f"dense_step/{case}/backend:{flags['--backend']}/threads:1" for case in ("imdb_1", "imdb_2")]
if "bench_dense" not in sys.argv[0]:
    names = [f"made/{pathlib.Path(sys.argv[0]).name}"]
if "--benchmark_list_tests" in sys.argv:
    print("\\n".join(names))
    sys.exit()
pattern = flags.get("--benchmark_filter", "")
if not pattern.startswith("-"):
    names = [name for name in names if re.search(pattern, name)]
key = flags.get("--isa", flags["--backend"])
if key == "blas":
    key = pathlib.Path(os.environ["LD_LIBRARY_PATH"].split(":")[0]).name
times = json.loads(os.environ["MADE_TIMES"])
repetitions = int(flags["--benchmark_repetitions"])
results = [{"name": name, "run_name": name, "run_type": "iteration", "iterations": 1, "time_unit": "ns",
            "real_time": times.get(key, 100) * random.uniform(.995, 1.005), "cpu_time": 100, "repetitions": repetitions,
            "repetition_index": i, "digest": 7} for name in names for i in range(repetitions)]
pathlib.Path(flags["--benchmark_out"]).write_text(json.dumps({"context": {"reprise": "1 (commit 0)"}, "benchmarks": results}))
"""


class Speed(Case):
    def setUp(self):
        super().setUp()
        for name in ("bench_dense", "bench_crossentropy", "bench_optimizer"):
            (self.folder / name).write_text(PROGRAM)
            (self.folder / name).chmod(0o755)
        for name in ("fast", "slow"):
            (self.folder / name).mkdir()
            (self.folder / name / "libblas.so.3").touch()
        self.environment = {"REPRISE_MEASURE_LOCK": str(self.folder / "lock")}
        self.out = self.folder / "out"
        if programs.run("bench_dense", "--isa", "avx2", "--benchmark_list_tests").returncode:
            self.skipTest("AVX2 or Google Benchmark is missing")

    def speed(self, *arguments, times=()):
        libraries = [f"--library={name}={self.folder / name}" for name in ("fast", "slow")]
        return programs.run("reprise", "speed", "--quiet", "--isa", "avx2", "--programs", self.folder, "--out", self.out,
                            *libraries, "--rounds", "12", *arguments, **self.environment, MADE_TIMES=json.dumps(dict(times)))

    def rows(self):
        return [(row["question"], row["benchmark"], row["outcome"], row["other"])
                for row in json.loads((self.out / "speed.json").read_text())["rows"]]

    def test_equal_times_pass(self):
        run = self.speed(times={"slow": 300})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("Passed: 4 rows beside lower instruction sets (4 pass); 2 rows", run.stdout)
        rows = self.rows()
        self.assertEqual(rows[0], ("isa", "dense_step/imdb_1", "passes", "openmp, baseline"))
        self.assertIn(("isa", "made/bench_optimizer", "passes", "openmp, baseline"), rows)
        page = (self.out / "README.md").read_text()
        self.assertEqual(self.render().returncode, 0)
        self.assertEqual((self.out / "README.md").read_text(), page)
        self.assertFalse((self.out / "state").exists())
        try:
            import jsonschema
        except ImportError:
            return
        schema = json.loads((ROOT / "results/schema/speed-1.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(json.loads((self.out / "speed.json").read_text()))

    def render(self, *flags):
        return programs.run("reprise", "speed", "--render", self.out / "speed.json", "--out", self.out, *flags)

    def test_a_faster_lower_instruction_set_fails(self):
        run = self.speed("--rows", "imdb_2", times={"baseline": 80})
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("dense_step/imdb_2                  too slow   1.2", run.stdout)
        self.assertEqual(self.rows()[0][2], "too slow")
        self.assertEqual(len(self.rows()), 2)  # of one benchmark and both questions

    def test_a_faster_library_fails(self):
        for times in ({"fast": 80}, {"onednn": 80}):
            with self.subTest(times=times):
                run = self.speed("--rows", "imdb_2", times=times)
                self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
                self.assertEqual(self.rows(), [("isa", "dense_step/imdb_2", "passes", "openmp, baseline"),
                                               ("library", "dense_step/imdb_2", "too slow", *times)])

    def test_few_rounds_are_undecided(self):
        run = self.speed("--rounds", "2", times={"baseline": 20})
        self.assertEqual(run.returncode, 4, run.stdout + run.stderr)
        self.assertIn("Undecided: ", run.stdout)

    def test_an_interrupted_run_is_resumed(self):
        state = self.out / "state" / "dense.json"
        command = [programs.BIN / "reprise", "speed", "--quiet", "--isa", "avx2", "--programs", self.folder, "--out", self.out,
                   "--rounds", "8", "--rows", "imdb_1"]
        with subprocess.Popen(command, env={**os.environ, **self.environment, "MADE_TIMES": "{}"}) as run:
            while not state.exists():
                self.assertIsNone(run.poll())
                time.sleep(0.02)
            run.send_signal(signal.SIGINT)
            self.assertEqual(run.wait(timeout=60), 130)
        again = programs.run(*command[0:1], *command[1:], **self.environment, MADE_TIMES="{}")
        self.assert_one_line(again, 2, "dense.json: found the rounds of an interrupted run", "--resume")
        again = programs.run(*command, "--resume", **self.environment, MADE_TIMES="{}")
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_wrong_use_is_refused(self):
        self.assert_one_line(self.speed("--rows", "nothing"), 2, "--rows: found 'nothing'")
        self.assert_one_line(self.speed("--rows", "("), 2, "--rows: found '('", "regular expression")
        self.assert_one_line(self.speed("--library", "x"), 2, "--library: found 'x', expected NAME=FOLDER")
        self.assert_one_line(self.speed("--library", f"x={self.out}"), 3, "libblas.so.3: not found", "--install")
        (self.out / "speed.json").write_text("{}")
        self.assert_one_line(self.render(), 2, "expected schema reprise/speed/1")
        self.assert_one_line(self.render("--quick"), 2, "--quick and --render cannot be combined")

    def test_the_script_passes_flags_on(self):
        def script(*flags):
            return subprocess.run([ROOT / "tools" / "check_speed", *map(str, flags)], capture_output=True, text=True,
                                  env={**os.environ, **self.environment, "MADE_TIMES": '{"baseline": 50}'})
        without = ("--without", "mkl", "--without", "openblas", "--bin", programs.BIN, "--out", self.out)
        run = script(*without, "--isa", "avx2", "--programs", self.folder, "--quiet", "--rows", "imdb_1", "--rounds", "8")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("too slow", run.stdout)
        self.assertEqual(script("--store", "--quick").returncode, 2)
        self.assertEqual(script("--bin", self.folder).returncode, 3)


if __name__ == "__main__":
    programs.main()
