"""Tests `reprise certify` from outside: verdicts, error messages, --json, --expect, --against, pictures.

  python3 tests/tools/certify_test.py build/release/bin [unittest options]

The tests make their own records: runs with the settings of an experiment and random values from a fixed seed.
"""

import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case

SHA = "0123456789abcdef" * 4
OLD, NEW = "keras-2.0.8", "keras-3.15"
LISTED = {row["id"]: row for row in json.loads(programs.run("reprise", "list", "--json").stdout)}


def run_of(experiment, seed, semantics=OLD, mae=2.55, spread=0.1, shift=0.0, **changes):
    """A run of one of Boston's final experiments."""
    settings = LISTED[experiment]["settings"]
    epochs = settings["epochs"]
    draw = random.Random(f"{experiment} {seed}")
    curve = [draw.gauss(3, 0.1) + shift for _ in range(epochs)]
    return {"experiment": experiment, "edition": 1, "seed": seed, "semantics": semantics,
            "optimizer": settings["optimizer"], "loss": settings["loss"], "activation": settings["activation"],
            "epochs": epochs, "batch_size": settings["batch_size"], "settings": settings,
            "dtype": "float32", "backend": "openmp", "arithmetic": 1, "threads": 1,
            "data": {"file": "boston_housing.npz", "sha256": SHA, "standin": False, "verified": True},
            "initial_kernels": [[{"shape": [1, 1], "crc32": "0" * 8}] * 3], "permutations": [f"{i:08x}" for i in range(epochs + 1)],
            "history": [{"loss": curve, "mae": curve}],
            "evaluate": [[draw.gauss(15, 1), mae + draw.gauss(0, spread) + shift]], "results": {},
            "final_sums": [[{"sum_abs": 1, "sum_sq": 1}] * 6], "weights_crc32": [f"{seed:08x}"],
            "seconds": {"load": 0, "fit": 0.1, "evaluate": 0}, **changes}


class Certify(Case):
    def record(self, name, runs, cut=0):
        file = self.folder / name
        text = json.dumps({"schema": "reprise/run/2", "program": "imdb 0.1", "runs": runs})
        file.write_text(text[:len(text) - cut])
        return file

    def runs(self, n, first=0, **options):
        return [run_of("boston_final", seed, **options) for seed in range(first, first + n)]

    def certify(self, *arguments):
        return programs.run("reprise", "certify", *arguments)

    def judge(self, runs):
        file = self.folder / "c.json"
        run = self.certify(self.record("r.json", runs), "--json", file)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(file.read_text())["verdicts"][0], run.stdout

    def test_the_three_verdicts(self):
        row, text = self.judge(self.runs(60))
        self.assertEqual((row["verdict"], row["runs"], row["source"]), ("consistent", 60, "print, notebook"))
        self.assertRegex(text, r"boston_final +1 print, notebook +1  keras-2\.0\.8 +60 .* consistent")
        row, text = self.judge(self.runs(60, mae=3.2))
        self.assertEqual((row["verdict"], row["p"]), ("inconsistent", row["smallest_p"]))
        self.assertAlmostEqual(row["p"], 1 / 61, 6)
        self.assertEqual(row["quantities"]["percentile"], [0])
        self.assertIn("test MAE: printed 2.55325, above 0.0 % of our runs", text)
        row, text = self.judge(self.runs(10, mae=3.2))
        self.assertEqual(row["verdict"], "underpowered")
        self.assertIn("10 runs allow no p below 0.0909; at least 39 runs are recommended", text)

    def test_two_groups_of_seeds_are_an_annotation(self):
        row, text = self.judge(self.runs(60) + self.runs(30, first=100, shift=2))
        self.assertIn("folding test of unimodality", row["two_groups"])
        self.assertIn("two groups of seeds in 1 of 1 quantities, clearest in test MAE: 30 and 60 seeds", text)
        self.assertEqual(self.judge(self.runs(60))[0]["two_groups"], "")

    def test_semantics_stand_side_by_side_and_holm_says_what_it_needs(self):
        records = [self.record("old.json", self.runs(40)), self.record("new.json", self.runs(40, semantics=NEW))]
        run = self.certify(*records, "--figures", "--json", self.folder / "c.json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"(?m)^boston_final .* keras-2\.0\.8 +40 .* keras-3\.15 +40 ")
        self.assertIn("Semantics of the book's time: of 1 printed logs, ", run.stdout)
        self.assertIn("which needs N >= 19 to reject any (1 have so many)", run.stdout)
        document = json.loads((self.folder / "c.json").read_text())
        self.assertEqual([row["of_its_time"] for row in document["verdicts"]], [True, False])
        self.assertEqual([family["name"] for family in document["families"]], ["the book's time", NEW])
        try:
            import jsonschema
        except ImportError:
            return
        jsonschema.validate(document, json.loads((ROOT / "results/schema/certificate-2.json").read_text()))

    def test_unsuitable_records_are_rejected_with_one_line(self):
        good = self.runs(5)
        other = {**good[0]["data"], "sha256": "f" * 64}
        changed = {**good[0]["settings"], "optimizer": "sgd"}
        short = {"history": [{"loss": [1.0] * 79}]}
        for name, runs, parts in (
            ("standin", self.runs(5, data={**good[0]["data"], "standin": True, "sha256": ""}), ["STAND-IN"]),
            ("unverified", self.runs(5, data={**other, "verified": False}), ["UNVERIFIED"]),
            ("mixed data", good + self.runs(1, first=9, data=other), ["run 5", "sha256", "ffff"]),
            ("mixed semantics", good + self.runs(1, first=9, semantics=NEW), ["run 5", NEW, OLD]),
            ("mixed dtype", good + self.runs(1, first=9, dtype="float64"), ["dtype", "float64"]),
            ("one run", good[:1], ["found 1 run", "at least 2"]),
            ("no run", [], ["found no run"]),
            ("repeated seed", good + good[2:3], ["seed 2", "twice"]),
            ("settings", good + self.runs(1, first=9, settings=changed), ["optimizer", "sgd", "rmsprop"]),
            ("edition", self.runs(5, edition=3), ["edition 3"]),
            ("cut run", good + self.runs(1, first=9, **short), ["79 epochs", "80"]),
            ("lost figure", good + self.runs(1, first=9, evaluate=[[1.0]]), ["seed 9", "evaluate", "incomplete"]),
            ("not a number", good + self.runs(1, first=9, evaluate=[[1.0, None]]), ["seed 9", "diverged in epoch 80"]),
            ("no history", good + self.runs(1, first=9, history=[]), ["run 5", "0 fits of 80 epochs"]),
            ("diverged curve", good + self.runs(1, first=9, history=[{"loss": [1.0] * 79 + [None],
                                                                      "mae": [1.0] * 80}]), ["seed 9", "diverged in epoch 80"]),
            ("more than float32", good + self.runs(1, first=9, evaluate=[[1.0, 1e160]]), ["seed 9", "1e+160"]),
            ("fits", good + self.runs(1, first=9, evaluate=[[1.0, 2.0]] * 2), ["run 5", "evaluate"]),
            ("semantics", self.runs(5, semantics="keras-9"), ["run 0", "keras-9", NEW]),
            ("old data", self.runs(5, data={k: v for k, v in good[0]["data"].items() if k != "verified"}), []),
            ("unknown", [{**run, "experiment": "imdb_x"} for run in good], ["unknown experiment"]),
        ):
            with self.subTest(name):
                run = self.certify(self.record("bad.json", runs))
                self.assertEqual(run.stdout, "")
                self.assert_one_line(run, 2, *parts)
        run = self.certify(self.record("bad.json", good, cut=30))
        self.assert_one_line(run, 2, "bad.json", "no whole JSON document")
        file = self.record("r.json", good)
        self.assert_one_line(self.certify(file, file), 2, "r.json", "seed 0", "twice")
        self.assert_one_line(self.certify(), 2, "RECORD")
        self.assert_one_line(self.certify(self.folder / "none.json"), 2, "none.json")
        self.assert_one_line(self.certify(file, "--margin", "0", "--against", file), 2, "--margin", "'0'")
        settings = LISTED["imdb_3layer"]["settings"]
        named = {name: settings[name] for name in ("optimizer", "loss", "activation", "epochs", "batch_size")}
        curves = {name: [1.0] * 20 for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
        unprinted = [{**run_of("boston_final", seed), **named, "experiment": "imdb_3layer", "settings": settings,
                      "history": [curves], "evaluate": [], "permutations": ["0" * 8] * 21,
                      "initial_kernels": [[{"shape": [1, 1], "crc32": "0" * 8}] * 4],
                      "final_sums": [[{"sum_abs": 1, "sum_sq": 1}] * 8]} for seed in (0, 1)]
        self.assert_one_line(self.certify(self.record("u.json", unprinted)), 2, "imdb_3layer", "prints no number")

    def test_one_diverged_seed_makes_the_test_underpowered(self):
        runs = self.runs(45, mae=1.5)  # the book lies above all our runs
        self.assertEqual(self.judge(runs)[0]["verdict"], "inconsistent")
        runs[3]["evaluate"][0][1] = 100
        row, text = self.judge(runs)
        self.assertEqual((row["verdict"], row["p"]), ("underpowered", 1))
        self.assertLess(row["minimum_detectable_effect"], 1)
        self.assertGreater(row["minimum_detectable_effect_iqr"], 6)
        self.assertIn("a few outlying runs make every standard deviation large", text)
        self.assertEqual(row["two_groups"], "")  # a single seed is not a group

    def test_a_verdict_describes_its_runs(self):
        row, _ = self.judge(self.runs(40) + self.runs(1, first=99))
        self.assertEqual(row["sample"], {"seeds": "0..39, 99", "file": "boston_housing.npz", "sha256": SHA,
                                         "dtype": "float32", "backend": "openmp", "arithmetic": "1"})

    def test_expect_tells_a_difference(self):
        record, kept = self.record("r.json", self.runs(40)), self.folder / "kept.json"
        self.certify(record, "--json", kept)
        run = self.certify(record, "--expect", kept)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("the same certificate", run.stdout)
        run = self.certify(self.record("s.json", self.runs(41)), "--expect", kept)
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stdout, r"(?m)^DIFFERENT boston_final, .*: runs: found 41, expected 40$")
        document = json.loads(kept.read_text())
        for change, word in ((lambda d: d.update(alpha=0.5), "alpha"), (lambda d: d.update(unprinted=["x"]), "unprinted"),
                             (lambda d: d["families"][0].update(rejected=9), "rejected")):
            changed = json.loads(json.dumps(document))
            change(changed)
            file = self.folder / "changed.json"
            file.write_text(json.dumps(changed))
            run = self.certify(record, "--expect", file)
            self.assertEqual(run.returncode, 1, word)
            self.assertRegex(run.stdout, rf"(?m)^DIFFERENT certificate: .*{word}")
        file.write_text(json.dumps({**document, "verdicts": document["verdicts"] * 2}))
        self.assert_one_line(self.certify(record, "--expect", file), 2, "changed.json", "twice")
        before = kept.read_text()
        self.assert_one_line(self.certify(record, "--expect", kept, "--json", kept), 2, "--json", "an input")
        self.assert_one_line(self.certify(record, "--json", kept, "--markdown", kept), 2, "--markdown", "--json")
        self.assertEqual(kept.read_text(), before)
        self.assert_one_line(self.certify(record, "--expect", record), 2, "r.json", "no whole certificate")
        self.assert_one_line(self.certify(record, "--expect", self.folder), 2, "cannot be read")

    def test_against_another_record(self):
        ours = self.record("a.json", self.runs(200))
        for name, runs, code, word in (
            ("equal", self.runs(200), 0, "bit-identical in every quantity and every weight, 200 runs"),
            ("rounded", self.runs(200, mae=2.5501), 0, "equivalent"),
            ("elsewhere", self.runs(200, shift=0.2), 1, "different"),
            ("few", self.runs(3, first=900), 4, "undecided"),
            ("dtype", self.runs(200, dtype="float64"), 0, "(float32 openmp against float64 openmp): bit-identical"),
        ):
            with self.subTest(name):
                run = self.certify(ours, "--against", self.record("b.json", runs))
                self.assertEqual(run.returncode, code, run.stdout + run.stderr)
                self.assertIn(word, run.stdout)
        for flags in (["--json", "x.json"], ["--figures"], ["--expect", "none.json"], ["--list"], ["--against", ours]):
            self.assert_one_line(self.certify(ours, "--against", ours, *flags), 2, "--against")
        self.assert_one_line(self.certify(ours, "--margin", "1"), 2, "--margin", "--against")
        other = self.record("b.json", self.runs(200, semantics=NEW))
        run = self.certify(ours, "--against", other)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"{OLD} instead of {NEW}; 200 runs against 200 (the same seeds)", run.stdout)
        self.assertRegex(run.stdout, r"test MAE .* equivalent\n")
        both = self.certify(ours, self.record("c.json", self.runs(3, edition=2)), "--against", other)
        self.assert_one_line(both, 2, "--against", "found no runs")

    def test_a_page_with_pictures(self):
        if shutil.which("gnuplot") is None:
            self.skipTest("gnuplot is not installed")
        folder = self.folder / "out"
        run = self.certify(self.record("r.json", self.runs(40)), "--plot-dir", folder, "--markdown",
                           folder / "page.md")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        page = (folder / "page.md").read_text()
        pictures = re.findall(r"!\[.*\]\((.*)\)", page)
        self.assertEqual(pictures, ["boston_final_1_print_notebook_keras-2.0.8_test_MAE.svg"])
        self.assertIn("the book", (folder / pictures[0]).read_text())

    def test_tools_certify_reports_wrong_use(self):
        def script(*arguments):
            return subprocess.run([ROOT / "tools/certify", "--out", self.folder, *arguments],
                                  capture_output=True, text=True)
        self.assert_one_line(script(), 2, "--full", "--seconds", program="certify")
        self.assert_one_line(script("--full", "--bin", self.folder), 3, "./tools/build", program="certify")
        self.assert_one_line(script("--seconds", "nan"), 2, "--seconds", "nan", program="certify")
        self.assert_one_line(script("--seconds", "1", "--only", "imdb_4layer", "--bin", programs.BIN), 2,
                             "imdb_4layer", program="certify")
        run = script("--seconds", "1", "--only", "imdb_3layer", "--bin", programs.BIN)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("prints no numbers", run.stdout)

    @unittest.skipIf(programs.real_cache() is None, "the data are not there")
    def test_records_of_another_arithmetic_are_kept_and_started_anew(self):
        def script():
            return subprocess.run([ROOT / "tools/certify", "--out", self.folder, "--seconds", "60", "--only",
                                   "boston_final", "--bin", programs.BIN], capture_output=True, text=True)
        self.assertEqual(script().returncode, 0)
        record, = self.folder.glob("boston_final_*.json")
        document = json.loads(record.read_text())
        for run in document["runs"]:
            run["arithmetic"] = 0
        record.write_text(json.dumps(document))
        run = script()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("started anew", run.stdout)
        self.assertEqual(json.loads(record.with_suffix(".json.other1").read_text()), document)
        self.assertGreaterEqual(len(json.loads(record.read_text())["runs"]), 2)

    def test_unverified_data_are_refused_or_named(self):
        runs = self.runs(40)
        for run in runs:
            run["data"] = {**run["data"], "verified": False}
        record, kept = self.record("r.json", runs), self.folder / "kept.json"
        self.assert_one_line(self.certify(record), 2, "UNVERIFIED DATA", "no verdict")
        run = self.certify(record, "--unverified-data", "--json", kept, "--markdown", self.folder / "page.md")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("consistent, unverified data", run.stdout)
        self.assertIn("UNVERIFIED DATA: our runs used a boston_housing.npz", run.stdout)
        self.assertFalse(json.loads(kept.read_text())["verdicts"][0]["sample"]["verified"])
        self.assertIn("consistent, unverified data |", (self.folder / "page.md").read_text())
        self.assertEqual((self.folder / "page.md").read_text(), self.certify("--render", kept).stdout)
        run = self.certify(record, "--unverified-data", "--against", record)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_logs_whose_data_are_missing_have_a_row(self):
        kept = self.folder / "kept.json"
        run = self.certify(self.record("r.json", self.runs(40)), "--data-missing", "california_final",
                           "--data-missing", "california_kfold", "--json", kept)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"california_final +3 print +1  data missing\n")
        self.assertIn("| california_kfold | 3 | print | 5 | - | - | - | - | - | data missing |",
                      self.certify("--render", kept).stdout)
        self.assert_one_line(self.certify(self.record("r.json", self.runs(40)), "--data-missing", "boston"), 2,
                             "--data-missing", "'boston'", "expected one of")

    def test_a_certificate_is_extended(self):
        whole, first, second = (self.folder / name for name in ("whole.json", "first.json", "second.json"))
        old = self.record("old.json", self.runs(40))
        new = self.record("new.json", [run_of("boston_final", seed, semantics=NEW) for seed in range(40)])
        self.certify(old, new, "--json", whole)
        self.certify(old, "--json", first)
        run = self.certify(new, "--extend", first, "--json", second)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(json.loads(second.read_text()), json.loads(whole.read_text()))
        # what is judged anew replaces the earlier verdict
        run = self.certify(self.record("more.json", self.runs(60)), "--extend", whole, "--json", second)
        verdicts = json.loads(second.read_text())["verdicts"]
        self.assertEqual([(row["semantics"], row["runs"]) for row in verdicts], [(OLD, 60), (NEW, 40)])
        # an earlier verdict keeps no runs: its histograms were drawn then
        if shutil.which("gnuplot"):
            pictures = self.folder / "pictures"
            run = self.certify(new, "--extend", first, "--plot-dir", pictures)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            drawn = {file.name for file in pictures.iterdir()}
            self.assertTrue(drawn and all(NEW in name for name in drawn), drawn)
        self.assert_one_line(self.certify(old, "--extend", old), 2, "old.json", "no whole certificate")
        self.assert_one_line(self.certify(old, "--extend", first, "--json", first), 2, "--json", "first.json")

    def test_list_as_table_and_as_json(self):
        rows = [line.split() for line in self.certify("--list").stdout.splitlines()[1:]]
        self.assertIn(["imdb", "imdb", "1", OLD, "80"], rows)
        self.assertIn(["imdb_final", "imdb", "3", NEW, "2"], rows)
        entries = json.loads(self.certify("--list", "--json").stdout)
        self.assertEqual([[entry[key] if key == "experiment" else str(entry[key]) for key in
                           ("experiment", "program", "edition", "semantics", "numbers")] for entry in entries], rows)

    def test_schema_1_is_read(self):
        file = ROOT / "tests/repro/certificate_1.json"
        document = json.loads(file.read_text())
        self.assertEqual(document["schema"], "reprise/certificate/1")
        run = self.certify("--render", file)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        for row in document["rows"]:
            self.assertIn(f"| {row['experiment']} | {row['edition']} | {row['source']} | "
                          f"{len(row['figures']['label'])} | {row['semantics']}", run.stdout)
        record, kept = self.record("r.json", self.runs(40)), self.folder / "kept.json"
        self.certify(record, "--json", kept)
        old = kept.read_text()
        for new, name in (("certificate/2", "certificate/1"), ('"verdicts"', '"rows"'), ('"verdict"', '"finding"'),
                          ('"alpha"', '"level"'), ('"quantities"', '"figures"'),
                          ('"minimum_detectable_effect"', '"detectable"'),
                          ('"minimum_detectable_effect_iqr"', '"detectable_middle"')):
            self.assertIn(new, old)
            old = old.replace(new, name)
        kept.write_text(old)
        run = self.certify(record, "--expect", kept)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assert_one_line(self.certify("--render", record), 2, "r.json", "no whole certificate")
        self.assert_one_line(self.certify(record, "--render", kept), 2, "--render", "expected no record")
        self.assert_one_line(self.certify(record, "--json"), 2, "--json needs FILE")

    def test_a_page_rendered_from_json_is_that_of_the_runs(self):
        record, kept = self.record("r.json", self.runs(40) + self.runs(20, first=100, shift=2)), self.folder / "kept.json"
        self.certify(record, "--json", kept, "--markdown", self.folder / "direct.md")
        self.assertEqual((self.folder / "direct.md").read_text(), self.certify("--render", kept).stdout)


if __name__ == "__main__":
    programs.main()
