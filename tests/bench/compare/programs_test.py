"""Our benchmark programs as users of Google Benchmark know them: what can be asked for and what cannot, wrong
kernels, rows that are repeated.

  python3 tests/bench/compare/programs_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import Case

FEW = ("--data", "stand-in", "--peaks", "1,1", "--benchmark_min_time=0.001")


class ProgramCase(Case):
    def setUp(self):
        super().setUp()
        if not (programs.BIN / "bench_dense").exists():
            self.skipTest("Google Benchmark is missing")


class Requests(ProgramCase):
    def test_what_nothing_can_be_done_for_is_refused(self):
        row = "dense_forward/boston_3/backend:openmp/threads:1/dtype:float32/data:random/cache:warm"
        for program, arguments, parts in (
            ("bench_dense", ["--threads", "99999"], ["--threads: found '99999'", "1 to 1024"]),
            ("bench_dense", ["--backend", "openpm"], ["found 'openpm'", "did you mean 'openmp'?"]),
            ("bench_dense", ["--case", "imdb1"], ["--case", "did you mean 'imdb_1'?"]),
            # another subject's
            ("bench_dense", ["--case", "bias_16"], ["--case: found 'bias_16', expected one of: mnist_1"]),
            ("bench_optimizer", ["--case", "boston_3"], ["--case: found 'boston_3', expected one of: bias_16"]),
            ("bench_dense", ["--caches", "cold"], ["'--caches': unknown flag; did you mean '--cache'?"]),
            ("bench_dense", ["--peaks", "x"], ["--peaks: found 'x'"]),
            ("bench_dense", ["boston_3"], ["'boston_3': unknown flag"]),
            ("bench_dense", ["--backend", "reference", "--threads", "2"], ["--backend: found reference", "one thread"]),
            ("bench_epoch", ["--cache", "cold"], ["--cache: found cold, but this program has no such benchmark"]),
            ("bench_epoch", ["--backend", "reference"], ["--backend: found reference"]),
            ("bench_data", ["--threads", "2"], ["--threads: found 2"]),
            ("bench_dense", ["--benchmark_filtre=x"], ["unknown flag; did you mean '--benchmark_filter'?"]),
            ("bench_dense", ["--benchmark_filter"], ["'--benchmark_filter': not accepted"]),
            ("bench_dense", ["--benchmark_filter=nothing"], ["found 'nothing', which matches none of"]),
            ("bench_dense", ["--benchmark_filter=("], ["found '(', expected a regular expression"]),
            ("bench_dense", ["--benchmark_format=xml"], ["--benchmark_format: found 'xml'"]),
            ("bench_dense", ["--benchmark_time_unit=week"], ["--benchmark_time_unit: found 'week'"]),
            ("bench_dense", ["--benchmark_repetitions=0"], ["--benchmark_repetitions: found '0'"]),
            ("bench_dense", ["--benchmark_out=/proc/none/x"], ["--benchmark_out: /proc/none/x: cannot be written"]),
            ("bench_dense", ["--row", row.replace("boston_3", "boston_33")], ["--row: found '", f"did you mean '{row}'?"]),
            ("bench_dense", ["--row"], ["--row: found nothing"]),
        ):
            with self.subTest(program=program, arguments=arguments):
                run = programs.run(program, "--data", "stand-in", *arguments)
                self.assert_one_line(run, 2, *parts)
                self.assertEqual(run.stdout, "")

    def test_values_that_google_benchmark_cannot_parse(self):
        for argument in ("--benchmark_min_time=soon", "--benchmark_repetitions=x"):
            run = programs.run("bench_dense", "--data", "stand-in", argument)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(f"'{argument}': not accepted by this version of Google Benchmark", run.stderr)

    def test_float64_that_a_backend_lacks(self):
        listed = programs.run("reprise", "backends").stdout
        if "onednn" not in listed or "not in this build" in listed:
            self.skipTest("oneDNN is missing")
        run = programs.run("bench_dense", "--backend", "onednn", "--dtype", "float64")
        self.assert_one_line(run, 2, "--backend: found onednn (it has no float64)")

    def test_help_has_row(self):
        self.assertIn("--row NAME", programs.run("bench_dense", "--help").stdout)


class Rows(ProgramCase):
    def test_google_benchmarks_flags_work(self):
        few = ("--case", "boston_3", "--backend", "openmp", "--threads", "1", "--data", "stand-in", "--peaks", "1,1")
        listed = programs.run("bench_dense", *few, "--benchmark_list_tests=true").stdout.splitlines()
        self.assertIn("dense_forward/boston_3/backend:openmp/threads:1/dtype:float32/data:random/cache:warm"
                      "/process_time/real_time", listed)
        run = programs.run("bench_dense", *few, "--benchmark_filter=forward/", "--benchmark_repetitions=3",
                           "--benchmark_min_time=0.001", "--benchmark_format=json")
        rows = json.loads(run.stdout)["benchmarks"]
        self.assertEqual(sum(row["run_type"] == "iteration" for row in rows), 3)
        self.assertRegex(rows[0]["label"], "^openmp [a-z0-9]+ digest:[0-9a-f]{8}$")
        self.assertEqual(int(rows[0]["label"].split("digest:")[1], 16), rows[0]["digest"])
        self.assertEqual(rows[0]["time_unit"], "us")
        for counter in ("digest", "GFLOP/s", "GB/s", "%sgemm", "%triad", "threads_entered"):
            self.assertIn(counter, rows[0])
        for program, case in (("bench_crossentropy", "mnist"), ("bench_optimizer", "bias_16"),
                              ("bench_epoch", "boston"), ("bench_data", "boston")):
            run = programs.run(program, "--case", case, "--data", "stand-in", "--peaks", "1,1", "--threads", "1",
                               "--benchmark_min_time=0.001", "--benchmark_filter=-time_to", "--benchmark_format=json",
                               "--benchmark_time_unit=ms")
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertEqual({row["time_unit"] for row in json.loads(run.stdout)["benchmarks"]}, {"ms"})

    def test_the_table_is_for_people(self):
        few = ("--case", "boston_3", "--backend", "openmp", "--threads", "1", *FEW, "--benchmark_filter=forward/")
        table = programs.run("bench_dense", *few).stdout
        self.assertRegex(table, r"(?m)^dense_forward/boston_3/\S*/cache:warm +[0-9.]+ us .* digest:[0-9a-f]{8}$")
        self.assertNotIn("digest=", table)
        self.assertIn("GFLOP/s=", table)
        out = self.folder / "out.json"
        programs.run("bench_dense", *few, f"--benchmark_out={out}")
        self.assertIn("/process_time/real_time", out.read_text())

    def test_layers_of_ones_own(self):
        run = programs.run("bench_dense", "--shape", "8x5x3", "--shape=2x1x1", "--backend", "openmp,eigen", "--threads",
                           "1", *FEW, "--benchmark_filter=step/")
        self.assertEqual(run.returncode, 0, run.stderr)
        for name in ("8x5x3/backend:openmp", "8x5x3/backend:eigen", "2x1x1/backend:openmp"):
            self.assertIn(f"dense_step/{name}", run.stdout)
        self.assertNotIn("mnist", run.stdout)
        run = programs.run("bench_epoch", "--network", "50-6-4", "--batch", "8", "--sparse", "0.1", "--backend", "openmp",
                           "--threads", "1", *FEW)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("epoch/network/backend:openmp", run.stdout)
        for program, arguments, text in (("bench_epoch", ("--shape", "1x1x1"), "--shape: found a flag of bench_dense"),
                                         ("bench_data", ("--network", "2-1"), "--network: found a flag of bench_dense"),
                                         ("bench_dense", ("--shape", "0x1x1"), "expected BATCHxINPUTSxUNITS"),
                                         ("bench_dense", ("--batch", "2"), "--batch needs --network")):
            with self.subTest(program=program, arguments=arguments):
                self.assert_one_line(programs.run(program, *arguments, "--benchmark_list_tests"), 2, text)
        self.assert_one_line(programs.run("bench_dense", "--shape", "9999999x9999999x2"), 3, "of memory")

    def test_a_library_without_sparse_products_gets_dense_samples(self):
        row = "csr_step/imdb_1/backend:{}/threads:1/dtype:float32/data:stand-in/cache:warm"
        for backend, label in (("openblas", r"OpenBLAS \S+ \S+ on dense samples"), ("eigen", r"Eigen \S+ .*")):
            run = programs.run("bench_dense", "--row", row.format(backend), "--benchmark_min_time=0.001", "--peaks", "1,1",
                               "--benchmark_format=json")
            self.assertEqual(run.returncode, 0, run.stderr)
            (result,) = json.loads(run.stdout)["benchmarks"]
            self.assertRegex(result["label"], label)
            self.assertNotIn("borrowed", result)

    def test_results_are_verified_and_samples_read_once(self):
        kept = self.folder / "kept"
        kept.mkdir()
        few = ("--case", "boston_1", "--backend", "onednn", "--threads", "1", *FEW, "--benchmark_filter=dense_forward/",
               "--kept", kept, "--benchmark_format=json")

        def digest():
            run = programs.run("bench_dense", *few)
            self.assertEqual(run.returncode, 0, run.stderr)
            return int(json.loads(run.stdout)["benchmarks"][0]["digest"])

        first = digest()
        self.assertEqual({file.name for file in kept.iterdir()},
                         {"verified.txt", "boston_housing.npz-stand-in-1.samples"})
        text = (kept / "verified.txt").read_text()
        self.assertEqual(text, f"{first:08x} dense_forward/boston_1/backend:onednn/threads:1/dtype:float32/data:stand-in"
                               "/cache:warm\n")
        self.assertEqual(digest(), first)
        self.assertEqual((kept / "verified.txt").read_text(), text)
        # damaged samples are taken from the data set again
        samples = kept / "boston_housing.npz-stand-in-1.samples"
        whole = samples.read_bytes()
        for damaged in (b"", whole[:-1], whole[:40] + b"x" + whole[41:], whole.replace(b"repsamp1", b"repsamp2")):
            samples.write_bytes(damaged)
            self.assertEqual(digest(), first)
            self.assertEqual(samples.read_bytes(), whole)
        # a wrong result is verified whatever was right before
        wrong = programs.run("bench_wrong", "--case", "boston_1", "--backend", "openmp", "--threads", "1", *FEW,
                             "--benchmark_filter=forward/", "--kept", kept)
        self.assertEqual(wrong.returncode, 1)
        self.assertEqual((kept / "verified.txt").read_text(), text)
        self.assertEqual(programs.run("bench_dense", *few[:-3], "--kept", self.folder / "new").returncode, 0)
        self.assertTrue((self.folder / "new" / "verified.txt").exists())
        self.assert_one_line(programs.run("bench_dense", "--kept", "/proc/none"), 2, "/proc/none")

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

    def test_cold_rows_end_with_default_flags(self):
        run = programs.run("bench_dense", "--case", "boston_3", "--backend", "openmp", "--threads", "1", "--cache",
                           "cold", "--peaks", "1,1", "--benchmark_filter=forward/", "--benchmark_format=json")
        rows = json.loads(run.stdout)["benchmarks"]
        self.assertEqual(len(rows), 1, run.stderr)
        self.assertIn("cache:cold", rows[0]["name"])
        self.assertGreater(rows[0]["real_time"], 0)

    def test_the_command_that_repeats_is_kept_and_can_be_pasted(self):
        folder = self.folder / "a folder"
        folder.mkdir()
        (folder / "bench_dense").symlink_to(programs.BIN / "bench_dense")
        name = "dense_forward/boston_3/backend:openmp/threads:1/dtype:float32/data:random/cache:warm"
        run = subprocess.run([folder / "bench_dense", "--row", name, *FEW[2:], "--benchmark_format=json"],
                             capture_output=True, text=True)
        repeat = json.loads(run.stdout)["context"]["repeat"]
        self.assertTrue(repeat.startswith(f"'{folder}/bench_dense' "), repeat)
        again = subprocess.run(repeat.replace("NAME", name) + " --benchmark_min_time=0.001 --peaks 1,1", shell=True,
                               capture_output=True, text=True)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stdout.count("dense_forward/boston_3"), 1, again.stdout)

    def test_epochs_say_who_computed_and_with_what_weights_they_end(self):
        run = programs.run("bench_epoch", "--case", "boston", "--backend", "openmp", "--threads", "1", *FEW,
                           "--benchmark_format=json")
        rows = {row["name"].split("/")[0]: row for row in json.loads(run.stdout)["benchmarks"]}
        self.assertRegex(rows["epoch"]["label"], "^openmp [a-z0-9]+ digest:")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotEqual(rows["time_to"]["digest"], 0)
        self.assertRegex(rows["time_to"]["label"], "^val_mae 3 on openmp [a-z0-9]+ digest:")

    def test_a_wrong_backend_has_its_epoch_failed(self):
        for backend, parts in (("openmp", "wrong answer after two batches"), ("onednn", "wrong answer after a batch"),
                               ("blas", "wrong answer after a batch")):
            run = programs.run("bench_wrong_epoch", "--case", "boston", "--backend", backend, "--threads", "1", *FEW,
                               "--benchmark_filter=^epoch/", "--benchmark_format=json")
            if run.returncode == 3:
                continue  # this build or processor lacks it
            with self.subTest(backend=backend):
                self.assertEqual(run.returncode, 1, run.stderr)
                row, = json.loads(run.stdout)["benchmarks"]
                self.assertIn(parts, row["error_message"])
                self.assertIn("--row epoch/boston/", row["error_message"])

    def test_a_wrong_kernel_has_its_row_failed_with_the_command_that_repeats_it(self):
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


if __name__ == "__main__":
    programs.main()
