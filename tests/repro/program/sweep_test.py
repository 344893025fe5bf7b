"""The command lines of sweeps, editions and records, on generated data, so that they run anywhere.

  python3 tests/repro/program/sweep_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case

SHORT = ("--standin", "--experiment", "boston_final", "--epochs", 3)
LONG = ("--standin", "--experiment", "boston_final", "--epochs", 150, "--seeds", "0..19", "--threads", 2)


def boston(*arguments, **environment):
    return programs.run("boston", *arguments, **environment)


def runs_of(record):
    return json.loads(record.read_text())["runs"]


def without_times(record):
    """The document without its times."""
    document = json.loads(record.read_text())
    del document["created"]
    for run in document["runs"]:
        del run["seconds"]
    return document


class Sweep(Case):
    def test_seeds_are_inclusive_and_each_run_is_the_run_alone(self):
        record = self.folder / "r.json"
        run = boston(*SHORT, "--seeds", "3..7", "--threads", 3, "--record", record)
        self.assertEqual(run.returncode, 0, run.stderr)
        runs = runs_of(record)
        self.assertEqual([r["seed"] for r in runs], [3, 4, 5, 6, 7])
        self.assertEqual({r["threads"] for r in runs}, {1})
        self.assertIn("5 of 5 runs", run.stdout)
        self.assertRegex(run.stdout, r"boston_final +test MAE +5 ")
        self.assertEqual(run.stdout.count("STAND-IN"), 3)  # first line, summary, table
        alone = self.folder / "alone.json"
        for threads in (1, 2):
            boston("--quiet", *SHORT, "--seed", 5, "--threads", threads, "--record", alone)
            for field in ("weights_crc32", "history", "evaluate", "permutations", "settings"):
                self.assertEqual(runs_of(alone)[0][field], runs[2][field])

    def test_one_seed_and_several_experiments(self):
        record = self.folder / "r.json"
        run = boston("--standin", "--experiment", "all", "--epochs", 1, "--seeds", "4294967295..4294967295",
                     "--record", record)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual([r["experiment"] for r in runs_of(record)],
                         ["boston_kfold", "boston_kfold_500", "boston_kfold16", "boston_final",
                          "boston_final_130"])

    def test_wrong_seeds_and_flags_that_cannot_be_combined(self):
        for arguments, parts in (
            (["--seeds", "5"], ["--seeds", "'5'", "A..B"]),
            (["--seeds", "5..3"], ["--seeds", "'5..3'", "A <= B"]),
            (["--seeds", "-1..3"], ["--seeds", "'-1..3'", "0 to 4294967295"]),
            (["--seeds", "0..4294967296"], ["--seeds", "4294967295"]),
            (["--seeds", "0..1000000"], ["--seeds", "at most 1000000"]),
            (["--seeds", "1...3"], ["--seeds", "'1...3'"]),
            (["--seeds", "1..3", "--seed", "3"], ["--seeds and --seed cannot be combined"]),
            (["--seeds", "1..3", "--plot-dir", "x"], ["--seeds and --plot-dir cannot be combined"]),
            (["--seeds", "1..3", "--parting"], ["--seeds and --first-divergence cannot be combined"]),
            (["--seeds", "1..3", "--resume"], ["--resume needs --record FILE"]),
            (["--seeds", "1..3", "--check", "/nonexistent"], ["--check", "/nonexistent"]),
            (["--seeds", "1..3", "--record", "/dev/null"], ["/dev/null"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(boston(*SHORT, *arguments, "--quiet"), 2, *parts)

    def assert_resumes_after(self, number, code):
        record = self.folder / "r.json"
        process = subprocess.Popen([programs.BIN / "boston", *map(str, LONG), "--quiet", "--record", record],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen = 0
        for _ in range(6000):
            if record.exists() and (seen := len(runs_of(record))) >= 3:  # valid JSON at any moment
                break
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(number)
        self.assertEqual(process.wait(timeout=60), code)
        kept = len(runs_of(record))
        self.assertGreaterEqual(kept, seen)
        self.assertLess(kept, 20, "the sweep ended before the signal")
        undisturbed = self.folder / "undisturbed.json"
        self.assertEqual(boston(*LONG, "--quiet", "--record", undisturbed).returncode, 0)
        before = {r["seed"]: r["seconds"] for r in runs_of(record)}
        run = boston(*LONG, "--record", record, "--resume")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"{kept} of 20 runs are already done", run.stdout)
        self.assertEqual(without_times(record), without_times(undisturbed))
        for r in runs_of(record):  # finished runs were not repeated
            if r["seed"] in before:
                self.assertEqual(r["seconds"], before[r["seed"]])

    def test_an_interrupted_sweep_is_resumed(self):
        self.assert_resumes_after(signal.SIGINT, 130)

    def test_a_killed_sweep_is_resumed(self):
        self.assert_resumes_after(signal.SIGKILL, -signal.SIGKILL)

    def test_records_with_other_settings_or_cut_are_rejected_and_not_changed(self):
        record = self.folder / "r.json"
        self.assertEqual(boston(*SHORT, "--seeds", "0..2", "--quiet", "--record", record).returncode, 0)
        whole = record.read_bytes()
        for arguments, part in (
            (["--optimizer", "sgd"], "optimizer: found \"rmsprop\", expected \"sgd\""),
            (["--epochs", 4], "epochs: found 3, expected 4"),
            (["--semantics", "keras-2.2"], "semantics: found \"keras-3.15\", expected \"keras-2.2\""),
            (["--edition", 2], "edition: found 1, expected 2"),
            (["--dtype", "float64"], "dtype: found"),
        ):
            with self.subTest(arguments=arguments):
                answer = boston(*SHORT, *arguments, "--seeds", "0..2", "--resume", "--quiet", "--record", record)
                self.assert_one_line(answer, 2, part)
                self.assertEqual(record.read_bytes(), whole)
        for size in (0, 10, len(whole) // 2, len(whole) - 3):
            record.write_bytes(whole[:size])
            answer = boston(*SHORT, "--seeds", "0..2", "--resume", "--quiet", "--record", record)
            self.assert_one_line(answer, 2, "r.json: found no whole JSON document")
            self.assertEqual(record.read_bytes(), whole[:size])
            self.assert_one_line(programs.run("reprise", "report", record), 2, "r.json", "no whole JSON")

    def test_runs_of_other_seeds_stay_in_the_order_of_experiments_and_seeds(self):
        record = self.folder / "r.json"
        several = [*SHORT, "--experiment", "boston_kfold16", "--quiet", "--record", record]
        for seeds in ("3..4", "5..5", "0..1", "2..4"):
            self.assertEqual(boston(*several, "--seeds", seeds, "--resume").returncode, 0)
        places = [(run["experiment"], run["seed"]) for run in runs_of(record)]
        self.assertEqual(places, [(e, s) for e in ("boston_final", "boston_kfold16") for s in range(6)])

    def test_diverged_runs_are_reported_drawn_and_resumed(self):
        record, alone = self.folder / "r.json", self.folder / "alone.json"
        steep = ["--standin", "--optimizer", "sgd", "--epochs", 30, "--batch-size", 1]
        run = boston(*steep, "--experiment", "all", "--record", alone)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertNotIn("-nan", run.stdout)
        self.assertNotIn("curve is lowest", run.stdout)
        self.assertEqual(run.stdout.count(" diverged in epoch 1: "), len(runs_of(alone)))
        for kept in runs_of(alone):
            self.assertIsNone(kept["history"][0]["loss"][-1])
            self.assertEqual(kept["diverged_in_epoch"], 1)
        long, = (kept for kept in runs_of(alone) if kept["experiment"] == "boston_kfold_500")
        self.assertEqual(long["results"], {"best_epoch": None})
        report = programs.run("reprise", "report", alone, "--results", ROOT / "results")
        self.assertRegex(report.stdout, r"(?m)^boston_final +test MAE .* nan$")
        self.assertRegex(report.stdout, r"(?m)^boston_kfold_500 +best epoch, smoothed .* none$")
        self.assertRegex(report.stdout, r"(?m)^FAILED boston_final, seed 42: STAND-IN: diverged in epoch 1: ")
        self.assertNotIn("vectorize", report.stdout)
        report = programs.run("reprise", "report", alone, "--results", ROOT / "results", "--times")
        self.assertRegex(report.stdout, r"(?m)^seconds +seed +load: +verify +read +arrange +vectorize")
        self.assertRegex(report.stdout, r"(?m)^boston_kfold +\d+( +\d+\.\d{3}){8}$")
        self.assertEqual(boston(*steep, "--quiet", "--check", ROOT / "results").returncode, 1)
        many = [*steep, "--experiment", "boston_final", "--seeds", "0..2", "--record", record]
        first = boston(*many).stdout
        self.assertIn("3 of 3 runs diverged, whose losses are not finite numbers: boston_final seed 0 in epoch 1, ", first)
        table = first.splitlines()[-3:]
        self.assertRegex("".join(table[1:]), r"test MAE +3 +nan +nan +nan +.*boston_final is not as in the book: ")
        self.assertEqual(boston(*many, "--resume").stdout.splitlines()[-3:], table)

    def test_a_run_that_diverges_late_names_the_epoch(self):
        record = self.folder / "r.json"
        for program, data in (("boston", ["--experiment", "boston_final"]), ("imdb", ["--experiment", "imdb"])):
            programs.run(program, "--standin", *data, "--epochs", 3, "--quiet", "--record", record)
            document = json.loads(record.read_text())
            history = document["runs"][0]["history"][0]
            for curve, epoch in (("loss", 2), (sorted(history)[-1], 3)):
                broken = json.loads(record.read_text())
                values = broken["runs"][0]["history"][0][curve]
                values[epoch - 1:] = [None] * (4 - epoch)
                file = self.folder / "broken.json"
                file.write_text(json.dumps(broken))
                report = programs.run("reprise", "report", file, "--results", ROOT / "results")
                self.assertIn(f"diverged in epoch {epoch}: ", report.stdout)
        self.assertRegex(report.stdout, r"lowest val_loss \(epoch\) .* \(none\)\n")

    # A run that is cut in any way is refused by every reader.
    def test_cut_runs_are_refused(self):
        record = self.folder / "r.json"
        kfold = ["--standin", "--edition", 1, "--experiment", "boston_kfold", "--epochs", 4, "--batch-size", 64]
        boston(*kfold, "--seeds", "0..1", "--record", record)
        whole = record.read_text()
        def cut(field, size, of_run=lambda run: run):
            def change(run):
                target = of_run(run)
                target[field] = target[field][:size]
            return change
        def without(*names):
            def change(run):
                for name in names[:-1]:
                    run = run[name]
                del run[names[-1]]
            return change
        def put(name, value):
            return lambda run: run.update({name: value})
        first = lambda run: run["history"][0]
        for case, change in (
            ("a curve", cut("mae", 3, first)), ("all curves", lambda run: [cut(c, 3)(h) for h in run["history"] for c in h]),
            ("a fold", cut("history", 3)), ("all folds", cut("history", 0)), ("a curve less", without("history", 0, "mae")),
            ("another curve", lambda run: run["history"][1].update(val_mae=[1.0] * 4)),
            ("an evaluation", cut("evaluate", 3)), ("no evaluation", cut("evaluate", 0)),
            ("half an evaluation", cut(0, 1, lambda run: run["evaluate"])),
            ("a batch order", cut("permutations", 19)), ("initial kernels", cut("initial_kernels", 3)),
            ("sums", cut("final_sums", 2)), ("checksums", cut("weights_crc32", 0)), ("no checksums", without("weights_crc32")),
            ("fewer epochs", put("epochs", 3)), ("more epochs", put("epochs", 5)), ("no epochs", put("epochs", 0)),
            ("another optimizer", put("optimizer", "sgd")), ("a seed of 2^32", put("seed", 2**32)),
            ("half a seed", put("seed", 1.5)), ("a big seed", put("seed", 2**64 - 1)), ("edition 4", put("edition", 4)),
            ("many epochs", put("epochs", 2000000)), ("no threads", put("threads", 0)),
            ("an unknown experiment", put("experiment", "boston_x")), ("an unknown backend", put("backend", "cuda")),
            ("an unknown dtype", put("dtype", "int8")), ("unknown semantics", put("semantics", "keras-9")),
            ("a layer", cut(1, 2, lambda run: run["initial_kernels"])), ("a sum", cut(0, 5, lambda run: run["final_sums"])),
            ("no results", put("results", {})), ("another result", put("results", {"best_epoch": 3})),
            ("two results", put("results", {"mean_mae": 2.5, "best_epoch": 3})),
            ("a strange name", put("results", {"\x1b[31mx": 1})), ("predictions", put("predict_head", [0.5])),
            ("no checksum", put("weights_crc32", ["zzzzzzzz"] * 4)),
            ("a strange curve", lambda run: [h.update({"\x1b[2J": h.pop("mae")}) for h in run["history"]]),
            ("a strange setting", lambda run: run["settings"].update(dropout=1e300)),
            ("a negative time", lambda run: run["seconds"].update(fit=-5)),
            ("a divergence", put("diverged_in_epoch", 2)), ("an overflowing time", lambda run: run["seconds"].update(run=1e300)),
            ("an experiment of one fit", put("experiment", "boston_final")),
        ):
            document = json.loads(whole)
            change(document["runs"][1])
            record.write_text(json.dumps(document))
            before = record.read_bytes()
            for answer in (boston(*kfold, "--seeds", "0..2", "--resume", "--record", record),
                           programs.run("reprise", "report", record), programs.run("reprise", "certify", record)):
                with self.subTest(case, program=answer.args[:2]):
                    self.assert_one_line(answer, 2, "r.json", "run 1")
            self.assertEqual(record.read_bytes(), before)
        for program, flags, change in (
            ("boston", ["--experiment", "boston_kfold_500", "--epochs", 12, "--batch-size", 64], put("results", {})),
            ("boston", ["--experiment", "boston_kfold_500", "--epochs", 12, "--batch-size", 64],
             put("results", {"best_epoch": 3.5})),
            ("boston", ["--experiment", "boston_kfold_500", "--epochs", 12, "--batch-size", 64],
             put("results", {"best_epoch": 13})),
            ("imdb", ["--experiment", "imdb_final", "--epochs", 1], without("predict_head")),
        ):
            programs.run(program, "--standin", "--quiet", *flags, "--record", record)
            document = json.loads(record.read_text())
            change(document["runs"][0])
            record.write_text(json.dumps(document))
            for answer in (programs.run(program, "--standin", *flags, "--resume", "--record", record),
                           programs.run("reprise", "report", record)):
                self.assert_one_line(answer, 2, "r.json", "run 0")
        document = json.loads(whole)
        document["runs"].append(document["runs"][0])
        record.write_text(json.dumps(document))
        self.assert_one_line(programs.run("reprise", "report", record), 2, "run 2", "found twice")

    def test_malformed_records_are_rejected_in_one_line(self):
        record = self.folder / "r.json"
        boston(*SHORT, "--quiet", "--record", record)
        whole = record.read_text()
        for name, wrong in (("settings", None), ("settings", {"epochs": 3}), ("settings.units", "16, 16"), ("results", {"mean_mae": "low"}),
                            ("standin", "no"), ("history", ["x"]), ("history", [{}]),
                            ("history", [{"loss": [1], "mae": []}]), ("evaluate", [[]]), ("evaluate", [3]),
                            ("seed", -1)):
            with self.subTest(name=name, wrong=wrong):
                document = json.loads(whole)
                run = document["runs"][0]
                target, field = (run["settings"], "units") if name == "settings.units" else (run, name)
                (run["data"] if name == "standin" else target)[field] = wrong
                record.write_text(json.dumps(document))
                for answer in (boston(*SHORT, "--seeds", "0..1", "--resume", "--record", record),
                               programs.run("reprise", "report", record)):
                    self.assert_one_line(answer, 2, "r.json", "run 0", name)
        self.assert_one_line(programs.run("reprise", "report", self.folder), 2, str(self.folder))

    def test_records_follow_their_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "results/schema/run-2.json").read_text())
        record = self.folder / "r.json"
        for arguments in (["--seeds", "0..2"], ["--seed", 1]):
            boston(*SHORT, "--quiet", *arguments, "--record", record)
            jsonschema.Draft202012Validator(schema).validate(json.loads(record.read_text()))

    def test_a_record_of_schema_1_is_resumed_and_reported(self):
        record = self.folder / "r.json"
        document = json.loads((ROOT / "tests/repro/run_1.json").read_text())
        document["runs"] = [kept] = [run for run in document["runs"] if run["experiment"] == "boston_final"]
        kept["arithmetic"] = 2  # of this version: a run with other bits is refused
        record.write_text(json.dumps(document))
        report = programs.run("reprise", "report", record, "--results", ROOT / "results")
        self.assertRegex(report.stdout, r"(?m)^boston_final +test MAE .* 20\.3927$")
        arguments = ("--standin", "--experiment", "boston_final", "--edition", 1, "--epochs", 1,
                     "--batch-size", 4096, "--record", record, "--resume", "--seeds")
        run = boston(*arguments, "42..43")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("1 of 2 runs are already done", run.stdout)
        document = json.loads(record.read_text())
        self.assertEqual(document["schema"], "reprise/run/2")
        first, second = document["runs"]
        self.assertEqual(first["seconds"], kept["seconds"])  # not run again
        self.assertEqual(first["settings"], second["settings"])
        self.assertEqual(first["settings"]["units"], [64, 64])
        self.assertEqual(first["weights_crc32"], kept["weights_crc32"])


class Editions(Case):
    def settings(self, program, experiment, *arguments):
        record = self.folder / "e.json"
        run = programs.run(program, "--standin", "--quiet", "--experiment", experiment, "--epochs", 1,
                           "--record", record, *arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return runs_of(record)[0]

    def test_an_edition_brings_its_settings_and_semantics(self):
        for edition, semantics, batch in ((1, "keras-2.0.8", 1), (2, "tf.keras-2.9", 16)):
            run = self.settings("boston", "boston_kfold", "--edition", edition)
            self.assertEqual((run["edition"], run["semantics"], run["batch_size"]),
                             (edition, semantics, batch))
        run = self.settings("boston", "boston_kfold")
        self.assertEqual((run["edition"], run["semantics"], run["batch_size"]), (1, "keras-3.15", 1))
        run = self.settings("boston", "boston_kfold", "--edition", 2, "--semantics", "keras-3.15",
                            "--batch-size", 8)
        self.assertEqual((run["edition"], run["semantics"], run["batch_size"]), (2, "keras-3.15", 8))

    def test_the_heading_names_the_edition_and_its_changes(self):
        run = boston("--standin", "--edition", 2, "--experiment", "boston_kfold", "--epochs", 1)
        self.assertIn("boston_kfold, section 4.3 of edition 2: ", run.stdout)
        self.assertIn("\nedition 2: batches of 16\n", run.stdout)
        run = boston("--standin", "--experiment", "boston_kfold", "--epochs", 1)
        self.assertIn("boston_kfold, section 3.6 (notebook 3.7): ", run.stdout)
        self.assertNotIn("edition", run.stdout)

    def test_the_second_edition_does_not_smooth_bostons_curve(self):
        record = self.folder / "r.json"
        drawn = {}
        for edition in (1, 2):
            run = boston("--standin", "--edition", edition, "--semantics", "keras-3.15", "--batch-size", 16,
                         "--experiment", "boston_kfold_500", "--epochs", 40, "--record", record,
                         "--seed", 3)
            self.assertEqual(run.returncode, 0, run.stderr)
            drawn[edition] = run.stdout
            (one,) = runs_of(record)
            curve = [sum(fit["val_mae"][e] for fit in one["history"]) / 4 for e in range(10, 40)]
            if edition == 1:
                smoothed = curve[:1]
                for point in curve[1:]:
                    smoothed.append(.9 * smoothed[-1] + .1 * point)
                curve = smoothed
            self.assertEqual(one["results"], {"best_epoch" if edition == 1 else "lowest_epoch":
                                              curve.index(min(curve)) + 11})
        self.assertIn("the smoothed curve is lowest", drawn[1])
        self.assertIn("\nSTAND-IN: the curve is lowest", drawn[2])

    def test_experiments_that_an_edition_lacks(self):
        for experiment in ("boston_kfold", "boston_final", "boston_kfold_500"):
            self.assert_one_line(boston("--edition", 3, "--experiment", experiment, "--standin"), 2,
                                 "--edition", "3", experiment)
        self.assert_one_line(boston("--edition", 3), 2, "--edition", "3")
        self.assert_one_line(programs.run("reuters", "--edition", 2, "--experiment", "reuters_8ep"), 2,
                             "reuters_8ep")
        for wrong in ("0", "4", "first"):
            self.assert_one_line(boston("--edition", wrong), 2, "--edition", f"'{wrong}'", "1, 2, 3")
        self.assert_one_line(boston("--edition", ""), 2, "--edition", "''")

    def test_list_names_every_edition(self):
        page = programs.run("reuters", "--list").stdout
        for part in ("edition 1: 3.5 (notebook 3.6), 2: 4.2, 3: 4.2; 《Python深度学习》3.5 新闻分类：多分类问题",
                     "代码清单 3-21", "edition 2: all 8,982 newswires, no validation", "4.22"):
            self.assertIn(part, page)
        listed = json.loads(programs.run("reprise", "list", "--json").stdout)
        by_id = {row["id"]: row for row in listed}
        self.assertEqual(len(by_id), len(listed))
        self.assertEqual(by_id["boston_kfold"]["editions"], {"1": True, "2": True, "3": False})
        table = programs.run("reprise", "list").stdout
        for name in by_id:
            self.assertRegex(table, rf"(?m)^{re.escape(name)} ")
        # every stored run belongs to an experiment of the catalogue
        for golden in (ROOT / "results/keras").glob("*.json"):
            self.assertIn(golden.name.split("__")[0], by_id)
        for book in (ROOT / "results/book").glob("*.json"):
            self.assertIn(book.stem, by_id)

    def test_the_page_on_editions_has_the_tables_of_the_catalogue(self):
        page = (ROOT / "docs/editions.md").read_text()
        block = page.split("<!-- editions:begin -->\n")[1].split("<!-- editions:end -->")[0]
        self.assertEqual(block, programs.run("reprise", "list", "--markdown").stdout)


if __name__ == "__main__":
    programs.main()
