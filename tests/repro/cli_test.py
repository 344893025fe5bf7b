"""The command lines of the section programs: exit codes, one-line errors, no half-written files.

  python3 tests/repro/cli_test.py build/release/bin [unittest options]

Classes whose names end in RealData need imdb.npz in Keras's cache and are skipped without it.
"""

import json
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case, real_cache


def imdb(*arguments, **environment):
    return programs.run("imdb", *arguments, **environment)


class WrongUse(Case):
    def test_flags_name_what_was_found_and_expected(self):
        for arguments, parts in (
            (["--threads", "0"], ["--threads", "'0'", "1 to 1024"]),
            (["--threads", "99999"], ["--threads", "'99999'"]),
            (["--seed", "-1"], ["--seed", "'-1'", "0 to 4294967295"]),
            (["--seed", "4294967296"], ["--seed", "'4294967296'"]),
            (["--epochs", "0"], ["--epochs", "'0'"]),
            (["--epochs", "many"], ["--epochs", "'many'", "whole number"]),
            (["--batch-size", "1.5"], ["--batch-size", "'1.5'"]),
            (["--experiment", "mnisst"], ["--experiment", "'mnisst'", "imdb_final"]),
            (["--optimizer", "rmsprob"], ["--optimizer", "'rmsprob'", "did you mean 'rmsprop'?"]),
            (["--loss", "hinge"], ["--loss", "'hinge'", "binary_crossentropy"]),
            (["--activation", "x"], ["--activation", "'x'", "relu"]),
            (["--backend", "cuda"], ["--backend", "'cuda'", "openmp", "reference"]),
            (["--dtype", "float16"], ["--dtype", "'float16'", "float64"]),
            (["--no-such-flag"], ["--no-such-flag"]),
            (["--epoch", "3"], ["'--epoch'", "unknown flag; did you mean '--epochs'?"]),
            (["--semantics", "keras-1"], ["--semantics", "'keras-1'", "keras-3.15"]),
            (["--semantics", "keras-2.2", "--optimizer", "lion"], ["'lion'", "keras-2.2 does not have it"]),
            (["--standin", "--data-dir", "/"], ["--standin", "--data-dir"]),
            (["--standin", "--unverified-data"], ["--standin", "--unverified-data"]),
            (["stray"], ["stray"]),
            (["--check", "/nonexistent"], ["--check", "/nonexistent"]),
            (["--verbose"], ["--verbose needs --check DIR"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(imdb(*arguments), 2, *parts)

    def test_fewer_threads_than_asked_is_something_missing(self):
        run = imdb("--threads", 4, OMP_THREAD_LIMIT="2")
        self.assert_one_line(run, 3, "asked for 4", "delivers 2")

    def test_unwritable_places_are_found_before_computing(self):
        for flag, place in (
            ("--record", self.folder / "no" / "folder" / "r.json"),
            ("--record", self.folder),
            ("--record", "/dev/null"),
            ("--plot-dir", "/dev/null/plots"),
        ):
            with self.subTest(flag=flag, place=place):
                run = imdb("--quiet", "--data-dir", self.folder, flag, place)
                self.assert_one_line(run, 2, str(place), "cannot be")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_threads_that_cannot_be_created(self):
        run = subprocess.run(["bash", "-c", f"ulimit -v 600000; '{programs.BIN / 'imdb'}' --threads 900"],
                             capture_output=True, text=True)
        if "AddressSanitizer" in run.stderr or "Shadow memory" in run.stderr:
            self.skipTest("the sanitizer needs more address space")
        self.assert_one_line(run, 3, "asked for 900", program="imdb")

    def test_closed_or_full_standard_output(self):
        run = subprocess.run(["bash", "-c", f"'{programs.BIN / 'imdb'}' --list > /dev/full"],
                             capture_output=True, text=True)
        self.assert_one_line(run, 2, "standard output", "cannot be written", program="imdb")
        record = self.folder / "r.json"
        subprocess.run(["bash", "-c", f"'{programs.BIN / 'imdb'}' --record '{record}' --data-dir / >&-"],
                       capture_output=True)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_last_of_two_equal_flags_counts(self):
        self.assertEqual(imdb("--seed", 1, "--seed", 2, "--quiet", "--quiet", "--list").returncode, 0)
        run = imdb("--backend", "openmp", "--dtype", "float64", "--backend", "reference",
                   "--data-dir", self.folder, "--data-dir", self.folder / "last")
        self.assert_one_line(run, 3, str(self.folder / "last"))

    def test_help_names_groups_defaults_examples_and_exit_codes(self):
        page = imdb("--help").stdout
        for part in ("What changes the result:", "What changes only the speed:",
                     "What is shown and kept:", "(default: 42)", "(default: keras-3.15, or the version of --edition)",
                     "--standin", "--unverified-data", "--offline", "Examples:\n  imdb ",
                     "\n  4    undecided", "\n  130  interrupted"):
            self.assertIn(part, page)

    def test_help_list_and_version_succeed(self):
        for flag, part in (("--help", "What changes the result"), ("--list", "imdb_final"),
                           ("--version", "imdb 0.")):
            run = imdb(flag)
            self.assertEqual(run.returncode, 0)
            self.assertIn(part, run.stdout)


class Data(Case):
    def record_of(self, *arguments):
        return imdb("--quiet", "--data-dir", self.folder, "--record", self.folder / "r.json",
                    *arguments)

    def test_missing_data_is_exit_code_3_and_names_the_folders(self):
        self.assert_one_line(self.record_of(), 3, "imdb.npz", str(self.folder))
        run = imdb("--quiet", KERAS_HOME=str(self.folder), HOME=str(self.folder / "home"))
        self.assert_one_line(run, 3, str(self.folder / "datasets"), "home/.keras/datasets")

    def test_offline_does_not_try_to_fetch(self):
        self.assert_one_line(self.record_of(), 3, "it cannot be downloaded", "127.0.0.1")
        run = self.record_of("--offline")
        self.assert_one_line(run, 3, "not found in")
        self.assertNotIn("fetched", run.stderr)

    def test_a_file_of_another_checksum_is_refused(self):
        (self.folder / "imdb.npz").write_bytes(b"no zip")
        self.assert_one_line(self.record_of(), 2, "imdb.npz", "sha256", "69664113be75683a")

    def test_nothing_half_written_remains(self):
        self.record_of()
        self.assertEqual(list(self.folder.iterdir()), [])


@unittest.skipUnless(real_cache(), "imdb.npz is not in $KERAS_HOME/datasets or ~/.keras/datasets")
class RealData(Case):
    def test_truncated_file_is_refused(self):
        whole = (real_cache() / "imdb.npz").read_bytes()
        (self.folder / "imdb.npz").write_bytes(whole[: len(whole) // 2])
        run = imdb("--quiet", "--data-dir", self.folder)
        self.assert_one_line(run, 2, "imdb.npz", "expected 69664113")

    def test_run_with_all_outputs(self):
        run = imdb("--epochs", 2, "--threads", 1, "--record", self.folder / "r.json",
                   "--plot-dir", self.folder / "plots", "--check", ROOT / "results")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("Epoch 2/2", run.stdout)
        self.assertIn("Keras, same seed", run.stdout)
        self.assertIn("ok     imdb, seed 42: agrees with Keras 3.15.1: same initial weights and batches; "
                      "losses equal within 1e-05 in all 2 epochs\n", run.stdout)
        self.assertNotIn("tolerances", run.stdout)  # only with --verbose
        record = json.loads((self.folder / "r.json").read_text())
        self.assertEqual([r["experiment"] for r in record["runs"]], ["imdb", "imdb_final"])
        first = record["runs"][0]
        self.assertEqual(first["data"]["sha256"][:8], "69664113")
        self.assertLess(record["peak_memory_bytes"], 200e6)
        process, seconds = record["process"], first["seconds"]
        self.assertLessEqual(seconds["run"], process["seconds"])
        self.assertGreater(process["before_main"], 0)
        self.assertGreater(process["write"], 0)
        steps = seconds["load_steps"]
        self.assertEqual(sorted(steps), ["arrange", "read", "vectorize", "verify"])
        self.assertTrue(all(step > 0 for step in steps.values()), steps)
        self.assertLessEqual(sum(steps.values()), seconds["load"])
        self.assertLessEqual(seconds["load"] + seconds["fit"], seconds["run"])
        self.assertNotIn("load_steps", record["runs"][1]["seconds"])  # found the data there
        golden = json.loads((ROOT / "results/keras/imdb__seed42.json").read_text())
        self.assertEqual(first["initial_kernels"], golden["initial_kernels"])
        self.assertEqual(first["permutations"], golden["permutations"][:3])
        pictures = sorted(p.name for p in (self.folder / "plots").iterdir())
        self.assertEqual(pictures, ["imdb_accuracy.svg", "imdb_loss.svg"])

    def test_a_check_can_fail(self):
        results = self.folder / "results"
        shutil.copytree(ROOT / "results", results)
        golden = results / "keras" / "imdb__seed42.json"
        run = json.loads(golden.read_text())
        run["history"][0]["loss"][0] *= 1.011
        golden.write_text(json.dumps(run))
        arguments = ("--quiet", "--experiment", "imdb", "--epochs", 1, "--check", results)
        answer = imdb(*arguments)
        self.assertEqual(answer.returncode, 1)
        self.assertTrue(answer.stderr.startswith("FAILED imdb, seed 42: differs from Keras 3.15.1: "), answer.stderr)
        self.assertNotIn("largest differences", answer.stderr)
        self.assertIn("\n       largest differences: loss 1.1e-02, ", imdb(*arguments, "--verbose").stderr)
        run["history"][0]["loss"][0] /= 1.011
        golden.write_text(json.dumps(run))
        self.assertEqual(imdb(*arguments).returncode, 0)
        run["history"][0]["val_accuracy"][0] += 0.006
        golden.write_text(json.dumps(run))
        self.assertEqual(imdb(*arguments).returncode, 1)
        run["permutations"][1] = "00000000"
        golden.write_text(json.dumps(run))
        self.assertIn("permutation 1 differs", imdb(*arguments).stderr)
        golden.write_text("{")
        self.assert_one_line(imdb(*arguments), 2, "imdb__seed42.json", "expected a run of Keras")

    def test_a_seed_without_a_keras_run_is_compared_with_published_re_runs(self):
        arguments = ("--experiment", "imdb_final", "--seed", 1234567, "--threads", 1, "--check")
        answer = imdb(*arguments, ROOT / "results", "--verbose")
        self.assertEqual(answer.returncode, 0, answer.stdout)
        self.assertIn("ok     imdb_final, seed 1234567: no Keras run has this seed; within 8 standard deviations of the "
                      "mean of the published re-runs: test_loss, test_accuracy\n",
                      answer.stdout)
        self.assertRegex(answer.stdout, r"test_accuracy 0\.8\d+ within 0\.\d+ to 0\.\d+")
        results = self.folder / "results"
        shutil.copytree(ROOT / "results", results)
        book = json.loads((results / "book" / "imdb_final.json").read_text())
        book["reruns"]["figures"]["test_loss"]["mean"] = 0.5
        (results / "book" / "imdb_final.json").write_text(json.dumps(book))
        answer = imdb("--quiet", *arguments, results)
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stderr, r"not within 8 standard deviations .*: test_loss 0\.\d+ OUTSIDE 0\.\d+ to 0\.\d+\n")

    def test_any_number_of_threads_gives_the_same_bits(self):
        checksums = set()
        for threads in (1, 2, 3, 5, 8):
            record = self.folder / f"{threads}.json"
            run = imdb("--quiet", "--epochs", 1, "--threads", threads, "--record", record)
            self.assertEqual(run.returncode, 0, run.stderr)
            runs = json.loads(record.read_text())["runs"]
            self.assertEqual([r["threads"] for r in runs], [threads, threads])
            checksums.add(tuple(r["weights_crc32"][0] for r in runs))
        self.assertEqual(len(checksums), 1, checksums)

    def test_show_review_is_the_books(self):
        run = imdb("--show-review", 0)
        self.assertIn("? this film was just brilliant casting location scenery story", run.stdout)
        self.assertEqual(run.returncode, 0)
        self.assert_one_line(imdb("--show-review", 25000), 2, "25000", "0 to 24999")

    def test_first_divergence_prints_where(self):
        run = imdb("--experiment", "imdb", "--seed", 1, "--epochs", 9, "--quiet", "--first-divergence")
        self.assertRegex(run.stdout, r"first divergence in epoch 8, step \d+, layer 2, unit \d+, sample \d+: ")

    def test_signals_leave_nothing(self):
        for number, code, line in ((signal.SIGINT, 130, "imdb: interrupted\n"),
                                   (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")):
            with self.subTest(signal=number):
                self.interrupt(number, code, line)

    def interrupt(self, number, code, line_expected):
        process = subprocess.Popen(
            [programs.BIN / "imdb", "--epochs", "1000", "--record", self.folder / "r.json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in process.stdout:
            if line.startswith("Epoch 1/"):
                break
        process.send_signal(number)
        error = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, code)
        self.assertEqual(error, line_expected)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    programs.main()
