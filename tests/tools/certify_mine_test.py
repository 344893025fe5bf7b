"""Tests `reprise certify --mine` from outside: made runs of known places, every form of a log, messages.

  python3 tests/tools/certify_mine_test.py build/release/bin [unittest options]
"""

import importlib.machinery
import importlib.util
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case

OLD, NEW = "keras-2.0.8", "keras-3.15"
SEEDS = 40


def normal(name, mean, spread):
    draw = random.Random(name)
    return [round(draw.gauss(mean, spread), 5) for _ in range(SEEDS)]


def group(semantics, epochs, editions=(1, 2), accuracy=0.88, curve=(), **changes):
    """Made runs of imdb_final whose test accuracy is `accuracy`, give or take .004."""
    name = f"{semantics} {epochs} {editions}"
    history = {"accuracy": [normal(f"{name} {i}", mean, 0.004) for i, mean in enumerate(curve)]} if curve else {}
    evaluate = [[normal(name + "loss", 0.3, 0.01), normal(name, accuracy, 0.004)]]
    return {"semantics": semantics, "editions": list(editions), "epochs": epochs, "seeds": SEEDS, "data": "imdb.npz",
            "verified": True, "history": history, "evaluate": evaluate, "results": {}, **changes}


CURVE = (0.80, 0.90, 0.92, 0.93)
FINAL = [group([NEW], 4, curve=CURVE), group([OLD], 4, accuracy=0.82, curve=CURVE), group([NEW], 8, accuracy=0.85),
         group([NEW], 6, accuracy=0.865), group([NEW], 4, (3,), accuracy=0.79, curve=CURVE)]


class Mine(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "seeds").mkdir()
        (self.folder / "book").mkdir()
        self.store("imdb_final", FINAL)

    def store(self, experiment, groups):
        (self.folder / "seeds" / f"{experiment}.json").write_text(
            json.dumps({"schema": "reprise/seeds/1", "experiment": experiment, "groups": groups}))

    def mine(self, numbers, *flags):
        return programs.run("reprise", "certify", "--results", self.folder, "--mine", numbers, *flags)

    def log(self, text, name="log"):
        file = self.folder / name
        file.write_text(text)
        return file

    def test_an_ordinary_number(self):
        answer = self.mine("imdb_final test_accuracy=.8801")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        values = FINAL[0]["evaluate"][0][1]
        below = sum(round(value, 4) < 0.8801 for value in values)
        above = sum(round(value, 4) > 0.8801 for value in values)
        self.assertRegex(answer.stdout, rf"test accuracy +0\.8801  {below} below, .*{above} above")
        self.assertRegex(answer.stdout, rf"Of 40 runs, {below} lies? below your test accuracy(, \d (is|are) equal to it)? "
                                        rf"and {above} lies? above it")
        self.assertIn("no sign that you did something wrong", answer.stdout)
        self.assertIn("(settings of edition 1, formulas of keras-3.15, 4 epochs)", answer.stdout)

    def test_runs_are_rounded_as_the_number(self):
        values = FINAL[0]["evaluate"][0][1]
        equal = sum(round(value, 2) == 0.88 for value in values)
        for number in (".88", "88%", "0.88"):
            self.assertIn(f"{equal} equal", self.mine(f"imdb_final test_acc={number}").stdout)
        # what is shown of the runs is not rounded
        self.assertIn(f"{sorted(values)[0]:.5g}", self.mine("imdb_final test_acc=.80").stdout)
        # a number that all runs are equal to says nothing
        for number in ("1", ".9"):
            self.assert_one_line(self.mine(f"imdb_final test_acc={number}"), 2, "all runs", "expected more digits")

    def test_the_fewest_changes_explain_a_number(self):
        answer = self.mine("imdb_final test_accuracy=.8501")
        self.assertEqual(answer.returncode, 1, answer.stderr)
        self.assertIn("your test accuracy lies below all 40 runs", answer.stdout)
        self.assertIn("It would be ordinary with\n  8 epochs instead of 4: of 40 runs", answer.stdout)
        self.assertIn("  the formulas of keras-2.0.8 instead of keras-3.15: of 40 runs",
                      self.mine("imdb_final test_accuracy=.8203").stdout)
        self.assertIn("  edition 3 instead of 1 (optimizer adam instead of rmsprop): of 40 runs",
                      self.mine("imdb_final test_accuracy=.7902").stdout)
        answer = self.mine("imdb_final test_accuracy=.5")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("(tried: 5 groups of stored runs)", " ".join(answer.stdout.split()))

    def test_the_asked_semantics_and_edition_are_taken(self):
        for flags, number in ((["--semantics", OLD], ".8203"), (["--edition", 3], ".7902")):
            self.assertEqual(self.mine(f"imdb_final test_accuracy={number}", *flags).returncode, 0)
        answer = self.mine("imdb_final test_accuracy=.88", "--semantics", "keras-2.2")
        self.assert_one_line(answer, 2, "imdb_final", "keras-2.2", "expected", NEW)
        self.assert_one_line(self.mine("imdb_final test_accuracy=.88", "--edition", 2), 2, "edition 2", "tf.keras-2.9")

    def test_a_curve_that_is_cut_is_an_explanation(self):
        long = [0.5 + 0.02 * epoch for epoch in range(20)]
        curves = {name: [normal(f"{name} {i}", mean, 0.004) for i, mean in enumerate(long)]
                  for name in ("accuracy", "loss", "val_accuracy", "val_loss")}
        self.store("imdb", [group([NEW], 20, history=curves, evaluate=[])])
        answer = self.mine("imdb val_accuracy=.701")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("  11 epochs instead of 20", answer.stdout)
        self.assertEqual(self.mine("imdb val_accuracy@11=.701").returncode, 0)
        # a log that names no experiment finds the one with its epochs and its columns
        text = "epoch,acc,loss,lr,val_acc,val_loss\n" + "".join(f"{e},{v:.4f},{v:.4f},0.001,{v:.4f},{v:.4f}\n"
                                                              for e, v in enumerate(long))
        answer = self.mine(self.log(text))
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("It is taken for imdb, to which its numbers are nearest", answer.stdout)
        self.assertNotIn("lr", answer.stdout)

    def test_logs_of_every_form(self):
        python = "{'loss': [0.5, 0.4, 0.3, 0.2], 'acc': [0.8, 0.9, 0.92, 0.93]}"
        progress = "".join(f"Epoch {e + 1}/4\n49/49 - 1s - loss: 0.5 - binary_accuracy: {value:.4f}\n"
                           for e, value in enumerate(CURVE))
        logs = {"python": python, "json": json.dumps({"experiment": "imdb_final", "history": {"accuracy": CURVE}}),
                "csv": "epoch,accuracy\n" + "".join(f"{e},{value}\n" for e, value in enumerate(CURVE)),
                "lines": progress,
                "final": '{"experiment": "imdb_final", "final": {"test_acc": 0.8801, "test_loss": 0.3001}}'}
        for name, text in logs.items():
            with self.subTest(name):
                answer = self.mine(self.log(text, name), "--experiment", "imdb_final")
                self.assertEqual((answer.returncode, answer.stderr), (0, ""))
                self.assertRegex(answer.stdout, r"test accuracy +0\.8801" if name == "final" else r"accuracy, epoch 4 +0\.93")
        self.assertIn("do not have it: 'loss'\n", self.mine(self.log(python), "--experiment", "imdb_final").stdout)

    def test_bars_as_keras_draws_them(self):
        """Padded steps, colours, bars drawn over themselves, the last one twice, an evaluation after them."""
        def bar(step, total, values):
            return f"\x1b[1m{step:>3}/{total}\x1b[0m \x1b[37m━━━\x1b[0m \x1b[1m2s\x1b[0m 40ms/step - {values}"
        text = ""
        for epoch, value in enumerate(CURVE):
            text += f"Epoch {epoch + 1}/4\n"
            for step in (1, 25, 49, 49):
                shown = value if step == 49 else 0.5
                text += "\r" + bar(step, 49, f"accuracy: {shown:.4f} - loss: 0.3000") + "\b" * 20
            text += "\n"
        for step in (1, 782, 782):
            text += "\r" + bar(step, 782, f"accuracy: {0.5 if step == 1 else 0.8801:.4f} - loss: 0.3000")
        answer = self.mine(self.log(text), "--experiment", "imdb_final")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertRegex(answer.stdout, r"test accuracy +0\.8801 ")
        self.assertRegex(answer.stdout, r"accuracy, epoch 4 +0\.93 ")
        for cut, parts in ((text[:text.index("Epoch 4")], ["3 of 4 epochs", "3 epochs"]),
                           (text[:text.index("\r" + bar(49, 49, "accuracy: 0.9300"))], ["epoch 4", "step 25 of 49"]),
                           (text[text.index("Epoch 2"):], ["found epoch 2, expected 1"]),
                           (text.replace("Epoch 3/4", "Epoch 2/4"), ["found epoch 2, expected 3"]),
                           (text.replace("/4\n", "/20\n"), ["4 of 20 epochs"])):
            with self.subTest(parts=parts):
                answer = self.mine(self.log(cut, "cut.txt"), "--experiment", "imdb_final")
                self.assertEqual((answer.returncode, answer.stdout), (2, ""))
                self.assertTrue(any(part in answer.stderr for part in parts), answer.stderr)

    def test_wrong_use_is_one_line(self):
        digit = self.log("epoch,accuracy\n0,0.8012\n1,0.9012\n2,0.9212\n3,0.", "digit.csv")
        twice = self.log("epoch,accuracy,accuracy\n0,0.8,0.8\n", "twice.csv")
        fits = self.log('{"experiment": "imdb_final", "history": [{"loss": [1]}, {"loss": [1]}]}', "fits.json")
        huge = self.log('{"experiment": "imdb_final", "history": {"loss": [0.5, 1e200, 0.3, 0.2]}}', "huge.json")
        cut = self.log("epoch,accuracy\n0,0.8\n1,0.9\n", "cut.csv")
        half = self.log("epoch,accuracy,loss\n0,0.8,0.5\n1,0.9", "half.csv")
        diverged = self.log('{"experiment": "imdb_final", "history": {"loss": [0.5, NaN, 0.3, 0.2]}}', "nan.json")
        other = self.log('{"experiment": "imdb_final", "history": {"loss": [0.5, 0.4]}}', "other.json")
        for numbers, flags, parts in (
                (cut, [], ["cut.csv", "found 2 epochs", "expected", "4"]),
                (cut, ["--experiment", "imdb_final"], ["cut.csv", "found 2 epochs, expected 4"]),
                (half, [], ["half.csv"]), (digit, [], ["digit.csv", "last number with 0 decimals"]),
                (twice, [], ["twice.csv", "'accuracy' twice"]), (fits, [], ["fits.json", "found 2 fits"]),
                (huge, [], ["huge.json", "1e+200", "float32"]), ("imdb_final test_loss=1e308", [], ["test_loss", "float32"]),
                (diverged, [], ["nan.json", "nan in epoch 2"]),
                (other, ["--experiment", "imdb"], ["--experiment", "found imdb, expected imdb_final"]),
                (self.folder, [], [str(self.folder), "directory"]), ("", [], ["--mine", "found ''"]),
                (" ", [], ["--mine", "found nothing"]), ("nothing.csv", [], ["found 'nothing.csv'"]),
                ("imdb_final", [], ["found no number"]), ("imdb_final accuracy", [], ["found 'accuracy'"]),
                ("imdb_final =3", [], ["found '=3'"]), ("imdb_final test_accuracy=nan", [], ["test_accuracy=nan"]),
                ("imdb_final test_accuracy=88.3", [], ["found test_accuracy 88.3", "88.3%"]),
                ("imdb_final test_loss=.3 test_loss=.4", [], ["test_loss twice"]),
                ("imdb_final val_loss=.3", [], ["found val_loss", "test_accuracy"]),
                ("imdb_final accuracy@9=.3", [], ["found accuracy@9"]), ("imdb val_loss=.3", [], ["no stored runs of imdb"]),
                ("imdb_final test_loss=.3", ["--edition", 4], ["--edition"]),
                ("boston_final test_mae=3", ["--edition", 3], ["edition 3", "California"]),
                ("imdb_final test_loss=.3", ["--json", "x"], ["--mine and --json"]),
                ("imdb_final test_loss=.3", ["x.json"], ["--mine", "x.json"])):
            with self.subTest(numbers=numbers, flags=flags):
                self.assert_one_line(self.mine(numbers, *flags), 2, *parts)
        self.assert_one_line(programs.run("reprise", "certify", "--edition", 2), 2, "--edition needs --mine")

    def test_broken_stored_runs_are_one_line(self):
        file = self.folder / "seeds" / "imdb_final.json"
        good = json.loads(file.read_text())
        for change in ({"schema": "reprise/seeds/9"}, {"groups": 3}, {"groups": [{}]},
                       {"groups": [{**FINAL[0], "seeds": 39}]}, {"groups": [{**FINAL[0], "evaluate": [["x"]]}]},
                       {"groups": [{**FINAL[0], "editions": []}]}, {"groups": [{**FINAL[0], "epochs": 10**9}]},
                       {"groups": [{**FINAL[0], "seeds": 100001, "history": {}, "evaluate": [], "results": {"x": [1.0] * 100001}}]}, {"groups": [{**FINAL[0], "seeds": 10**18, "evaluate": []}]}):
            with self.subTest(change=str(change)[:60]):
                file.write_text(json.dumps({**good, **change}))
                self.assert_one_line(self.mine("imdb_final test_loss=.3"), 2, "imdb_final.json")
        file.write_text(json.dumps(good)[:-100])
        self.assert_one_line(self.mine("imdb_final test_loss=.3"), 2, "imdb_final.json")

    def test_diverged_runs_are_left_out_and_unverified_data_are_named(self):
        accuracies = [None, *FINAL[0]["evaluate"][0][1][1:]]
        self.store("imdb_final", [{**FINAL[0], "evaluate": [[FINAL[0]["evaluate"][0][0], accuracies]], "verified": False}])
        text = self.mine("imdb_final test_accuracy=.88").stdout
        self.assertIn("beside 39 runs", text)
        self.assertIn("1 run more diverged and is left out", text)
        self.assertIn("UNVERIFIED DATA", text)


class Tool(Case):
    """tools/seeds, which makes the stored runs."""

    def setUp(self):
        super().setUp()
        loader = importlib.machinery.SourceFileLoader("seeds", str(ROOT / "tools/seeds"))
        self.tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("seeds", loader))
        loader.exec_module(self.tool)
        self.tool.RECORDS, self.tool.STORED = self.folder / "records", self.folder / "stored"
        self.tool.RECORDS.mkdir()

    def test_groups_with_equal_numbers_are_one_and_unfinished_ones_none(self):
        listed = json.loads(programs.run("reprise", "list", "--json").stdout)
        entry = next(e for e in listed if e["id"] == "boston_final_130")  # only edition 2 has it
        groups = [g for g in self.tool.groups_of(entry) if not g.epochs]
        self.assertEqual([g.semantics for g in groups], list(self.tool.SEMANTICS))
        for group, seeds, mae in zip(groups, (100, 100, 100, 99), (2.5, 2.5, 2.123456, 2.5)):
            runs = [{"seed": seed, "data": {"file": "boston_housing.npz", "verified": True}, "history": [{"mae": [3, mae]}],
                     "evaluate": [[9.0, mae if seed else None]], "results": {}} for seed in reversed(range(seeds))]
            group.record.write_text(json.dumps({"runs": runs}))
        self.tool.write(entry, groups)
        stored = json.loads((self.tool.STORED / "boston_final_130.json").read_text())["groups"]
        self.assertEqual([g["semantics"] for g in stored], [["keras-2.0.8", "keras-2.2"], ["tf.keras-2.9"]])
        self.assertEqual((stored[1]["seeds"], stored[1]["editions"], stored[1]["epochs"]), (100, [2], 130))
        self.assertEqual(stored[1]["evaluate"][0][1][:2], [None, 2.1235])
        self.assertEqual(len(stored[1]["history"]["mae"][1]), 100)

    def test_wrong_use_is_one_line(self):
        run = subprocess.run([ROOT / "tools/seeds", "--only", "nothing"], capture_output=True, text=True)
        if (ROOT / "build/release/bin/reprise").exists():
            self.assertEqual((run.returncode, run.stderr),
                             (2, "seeds: --only: found 'nothing', expected experiments of reprise list\n"))


class Stored(Case):
    """The runs in results/seeds."""

    def test_they_have_the_form_of_their_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("jsonschema is not installed")
        schema = json.loads((ROOT / "results/schema/seeds-1.json").read_text())
        files = sorted((ROOT / "results/seeds").glob("*.json"))
        self.assertTrue(files)
        for file in files:
            document = json.loads(file.read_text())
            jsonschema.validate(document, schema)
            self.assertEqual(document["experiment"], file.stem)

    def test_runs_of_real_keras_are_ordinary(self):
        """Seed 42 is not among the 40 stored ones of these experiments. One run in twenty is called out by chance;
        more than 3 of 15 are at most once in 180 times."""
        outside, judged = [], 0
        for golden in sorted((ROOT / "results/keras").glob("*__seed42.json")):
            experiment = golden.name.split("__")[0]
            stored = ROOT / f"results/seeds/{experiment}.json"
            curves = json.loads(golden.read_text()).get("history", [])
            if not stored.exists() or len(curves) != 1 or "val_loss" not in curves[0]:
                continue
            groups = json.loads(stored.read_text())["groups"]
            same = [g for g in groups if NEW in g["semantics"] and g["epochs"] == len(curves[0]["loss"])]
            if not same or same[0]["seeds"] > 42:
                continue
            file = self.folder / golden.name
            file.write_text(json.dumps(curves[0]))
            edition = min(same[0]["editions"])
            flags = [] if edition == 1 else ["--edition", edition, "--semantics", NEW]
            answer = programs.run("reprise", "certify", "--mine", file, "--experiment", experiment, *flags)
            self.assertIn(answer.returncode, (0, 1), answer.stderr)
            judged += 1
            outside += [golden.name] * answer.returncode
        self.assertGreater(judged, 10)
        self.assertLessEqual(len(outside), 3, outside)


if __name__ == "__main__":
    programs.main()
