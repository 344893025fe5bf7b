"""Data that are not Keras's own files: every output says so, and nothing is claimed about the book.

  python3 tests/repro/foreign_data_test.py build/release/bin [unittest options]
"""

import hashlib
import json
import pathlib
import shutil
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case, real_cache

NOTE = "STAND-IN: generated data; nothing of the book has been reproduced\n"


class Foreign(Case):
    def imdb(self, *arguments, **environment):
        """A short run with all outputs."""
        return programs.run("imdb", "--epochs", 1, "--record", self.folder / "r.json", "--plot-dir",
                            self.folder / "plots", "--check", ROOT / "results", *arguments,
                            **environment)

    def runs(self):
        return json.loads((self.folder / "r.json").read_text())["runs"]

    def assert_pictures_say(self, mark, output):
        pictures = sorted((self.folder / "plots").glob("*.svg"))
        self.assertEqual([p.name for p in pictures], ["imdb_accuracy.svg", "imdb_loss.svg"])
        for picture in pictures:
            self.assertIn(f">{mark}Training and validation", picture.read_text())
        self.assertIn(f" {mark}Training and validation loss", output)  # in the terminal


@unittest.skipIf(shutil.which("gnuplot") is None, "gnuplot is not installed")
class Standin(Foreign):
    def test_every_output_says_so_and_nothing_is_compared(self):
        nowhere = {"KERAS_HOME": str(self.folder), "HOME": str(self.folder)}
        run = self.imdb("--standin", **nowhere)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertTrue(run.stdout.startswith(NOTE), run.stdout)
        for start in ("STAND-IN: imdb, section", "STAND-IN: imdb_final, section"):
            self.assertIn(f"\n{start}", run.stdout)
        summaries = [line for line in run.stdout.splitlines() if "; weights " in line]
        self.assertEqual(len(summaries), 2)
        for summary in summaries:
            self.assertTrue(summary.startswith("STAND-IN: load "), summary)
        self.assertIn("\nSTAND-IN: test loss ", run.stdout)
        self.assert_pictures_say("STAND-IN: ", run.stdout)
        for record in self.runs():
            self.assertEqual(record["data"], {"file": "imdb.npz", "sha256": "", "standin": True,
                                              "verified": False, "note": NOTE.strip()})
        table = run.stdout[run.stdout.rindex(NOTE + "experiment ") + len(NOTE):]
        rows = [line for line in table.split("\n\n")[0].splitlines()
                if not line.startswith("exp") and "is not as in the book" not in line]
        self.assertEqual(len(rows), 6)
        for row in rows:
            self.assertRegex(row, r" {3}- +- +[0-9.]+( \(1\))?$")
        verdicts = table.split("\n\n")[1].splitlines()
        self.assertEqual(verdicts, [f"-      {id}, seed 42: {NOTE.strip()}" for id in ("imdb", "imdb_final")])

    def test_the_record_follows_its_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        self.assertEqual(self.imdb("--standin", "--experiment", "imdb_final").returncode, 0)
        schema = json.loads((ROOT / "results/schema/run-2.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(
            json.loads((self.folder / "r.json").read_text()))

    def test_quiet_says_it_on_standard_error(self):
        run = self.imdb("--standin", "--quiet", "--experiment", "imdb_final")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", NOTE))

    def test_divergences_and_reviews_say_so_too(self):
        run = programs.run("imdb", "--standin", "--show-review", 0)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, rf"\A{NOTE}STAND-IN: train_data\[0\], (negative|positive):\n1 \d+ [\d ]+\n\Z")
        run = programs.run("imdb", "--standin", "--quiet", "--epochs", 1, "--parting", "--experiment",
                           "imdb_final")
        self.assertTrue(run.stdout.startswith("STAND-IN: imdb_final seed 42: "), run.stdout)

    def test_a_seed_gives_the_same_bits_on_any_number_of_threads(self):
        checksums = set()
        for threads in (1, 2, 5):
            run = self.imdb("--standin", "--quiet", "--threads", threads)
            self.assertEqual(run.returncode, 0, run.stderr)
            checksums.add(tuple(record["weights_crc32"][0] for record in self.runs()))
        self.assertEqual(len(checksums), 1, checksums)


class Small(Case):
    def test_a_file_of_too_few_reviews_ends_in_one_line(self):
        shutil.copy(ROOT / "tests/data/fixtures/imdb_p4_stored.npz", self.folder / "imdb.npz")
        arguments = ("--quiet", "--unverified-data", "--offline", "--epochs", 1, "--data-dir", self.folder)
        self.assert_one_line(programs.run("imdb", *arguments), 2, "12 rows", "rows 0 to 10000")
        run = programs.run("imdb", "--experiment", "imdb_final", *arguments)
        self.assertEqual(run.returncode, 0, run.stderr)


@unittest.skipUnless(real_cache(), "imdb.npz is not in $KERAS_HOME/datasets or ~/.keras/datasets")
@unittest.skipIf(shutil.which("gnuplot") is None, "gnuplot is not installed")
class UnverifiedRealData(Foreign):
    def test_a_file_of_another_checksum_is_taken_and_told(self):
        other = self.folder / "imdb.npz"
        with zipfile.ZipFile(real_cache() / "imdb.npz") as whole, zipfile.ZipFile(other, "w") as file:
            for name in whole.namelist():  # the same arrays in another file
                file.writestr(name, whole.read(name))
        self.assert_one_line(self.imdb("--data-dir", self.folder), 2, "imdb.npz", "expected 69664113")
        run = self.imdb("--data-dir", self.folder, "--unverified-data")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        digest = hashlib.sha256(other.read_bytes()).hexdigest()
        self.assertIn(f"\nUNVERIFIED DATA: {other} is not the file that Keras accepts (sha256 {digest})\n",
                      run.stdout)
        self.assertEqual(run.stdout.count("\nUNVERIFIED DATA: load "), 2)
        self.assertIn("\nUNVERIFIED DATA: imdb.npz is not the file that Keras accepts\nexperiment ",
                      run.stdout)
        self.assertIn("ok     imdb, seed 42: UNVERIFIED DATA: agrees with Keras 3.15.1: same initial weights", run.stdout)
        self.assert_pictures_say("UNVERIFIED DATA: ", run.stdout)
        for record in self.runs():
            self.assertEqual(record["data"], {"file": "imdb.npz", "sha256": digest, "standin": False,
                                              "verified": False})

    def test_keras_own_file_is_verified_whatever_is_allowed(self):
        run = self.imdb("--unverified-data", "--offline")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertNotIn("UNVERIFIED", run.stdout)
        self.assertNotIn("STAND-IN", run.stdout)
        self.assertNotIn("STAND-IN", (self.folder / "r.json").read_text())
        self.assertEqual([r["data"]["verified"] for r in self.runs()], [True, True])


if __name__ == "__main__":
    programs.main()
