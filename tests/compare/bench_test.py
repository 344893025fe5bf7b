"""`reprise bench` from outside, with a budget of seconds: its answers, page, pictures; and our benchmark
programs as users of Google Benchmark know them.

  python3 tests/compare/bench_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case


class Bench(Case):
    def setUp(self):
        super().setUp()
        if not (programs.BIN / "bench_dense").exists():
            self.skipTest("Google Benchmark is missing")

    def bench(self, *arguments):
        return programs.run("reprise", "bench", *arguments, TMPDIR=str(self.folder))

    def test_quick_answers_and_keeps(self):
        out = self.folder / "out"
        run = self.bench("--quick", "--data", "stand-in", "--rounds", "1", "--out", out)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(run.stdout.startswith("STAND-IN"), run.stdout[:200])
        for part in ("measured peaks: sgemm", "== layers", "== threads", "A/A control", "imdb_1 (sparse)",
                     "OMP_WAIT_POLICY=active", "control kernel control/frozen_1"):
            self.assertIn(part, run.stdout)
        kept = json.loads((out / "bench.json").read_text())
        self.assertEqual([part["name"] for part in kept["parts"]], ["layers", "threads"])
        self.assertIn("**STAND-IN", (out / "README.md").read_text())
        for picture in ("layers.svg", "roofline.svg"):
            self.assertIn("</svg>", (out / picture).read_text())
        again = self.folder / "again"
        self.assertEqual(self.bench("--render", out / "bench.json", "--out", again).returncode, 0)
        self.assertEqual((again / "README.md").read_text(), (out / "README.md").read_text())
        try:
            import jsonschema
        except ImportError:
            return
        for name, document in (("bench-1", kept), ("comparison-1", kept["parts"][0]["comparison"])):
            schema = json.loads((ROOT / f"results/schema/{name}.json").read_text())
            jsonschema.Draft202012Validator(schema).validate(document)

    def test_wrong_use(self):
        broken = self.folder / "broken.json"
        broken.write_text("{")
        for arguments, parts in (
            ([], ["found none of --quick and --full"]),
            (["--quick", "--full"], ["found both of"]),
            (["--quick", "--out", "/proc/none"], ["/proc/none"]),
            (["--quick", "--data", "reel"], ["--data", "did you mean 'real'?"]),
            (["--render", broken], ["broken.json: found no whole JSON"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.bench(*arguments), 2, *parts)

    def test_google_benchmarks_flags_work(self):
        few = ("--case", "boston_3", "--backend", "openmp", "--threads", "1", "--data", "stand-in", "--peaks", "1,1")
        listed = programs.run("bench_dense", *few, "--benchmark_list_tests=true").stdout.splitlines()
        self.assertIn("dense_forward/boston_3/backend:openmp/threads:1/dtype:float32/data:random/cache:warm"
                      "/process_time/real_time", listed)
        run = programs.run("bench_dense", *few, "--benchmark_filter=forward/", "--benchmark_repetitions=3",
                           "--benchmark_min_time=0.001", "--benchmark_format=json")
        rows = json.loads(run.stdout)["benchmarks"]
        self.assertEqual(sum(row["run_type"] == "iteration" for row in rows), 3)
        self.assertTrue(rows[0]["label"].startswith("openmp "))
        for counter in ("digest", "GFLOP/s", "GB/s", "%sgemm", "%triad", "threads_entered"):
            self.assertIn(counter, rows[0])
        for program, case in (("bench_crossentropy", "mnist"), ("bench_optimizer", "bias_16"),
                              ("bench_epoch", "boston"), ("bench_data", "boston")):
            run = programs.run(program, "--case", case, "--data", "stand-in", "--peaks", "1,1", "--threads", "1",
                               "--benchmark_min_time=0.001", "--benchmark_filter=-time_to")
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_a_row_is_repeated_by_its_name(self):
        name = "dense_forward/boston_2/backend:onednn/threads:1/dtype:float32/data:random/cache:cold"
        run = programs.run("bench_dense", "--row", name, "--benchmark_min_time=0.001", "--peaks", "1,1")
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = [line for line in run.stdout.splitlines() if "backend:" in line]
        self.assertEqual(len(rows), 1, run.stdout)
        self.assertIn(name, rows[0])
        self.assertIn("oneDNN", rows[0])

    def test_compare_py_reads_it(self):
        script = pathlib.Path("/usr/share/benchmark/compare.py")
        if not script.exists() or shutil.which("python3") is None:
            self.skipTest("compare.py is missing (package libbenchmark-tools)")
        out = self.folder / "a.json"
        programs.run("bench_dense", "--case", "boston_3", "--threads", "1", "--data", "stand-in", "--peaks", "1,1",
                     "--benchmark_min_time=0.001", f"--benchmark_out={out}")
        run = subprocess.run([sys.executable, script, "benchmarks", out, out], capture_output=True, text=True)
        if "No module named" in run.stderr:
            self.skipTest("NumPy or SciPy is missing")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("dense_forward/boston_3", run.stdout)


if __name__ == "__main__":
    programs.main()
