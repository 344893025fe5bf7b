"""Tests a reader's own network: its flags, what records and tables say, and comparisons of two networks.

  python3 tests/repro/own_network_test.py build/release/bin [unittest options]

The tests use stand-in data, and the clouds, which need none.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import Case


class OwnNetwork(Case):
    def record(self, program, *flags):
        """The record of a run, and what the program printed."""
        path = self.folder / "r.json"
        run = programs.run(program, *flags, "--record", path)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(path.read_text())["runs"], run.stdout

    def test_refusals_name_what_was_found_and_expected(self):
        for flags, parts in (
            (["--units", "3,x"], ["--units", "'3,x'", "32,32"]),
            (["--units", "0,3"], ["--units", "'0,3'"]),
            (["--learning-rate", "abc"], ["--learning-rate", "'abc'"]),
            (["--learning-rate", "nan"], ["--learning-rate", "'nan'"]),
            (["--dropout", "1.5"], ["--dropout", "1.5", "0 to 1"]),
            (["--l1=-1"], ["--l1", "-1", "0 or more"]),
            (["--l2", "inf"], ["--l2", "'inf'"]),
            (["--dropout=-0.5"], ["--dropout", "-0.5", "0 to 1"]),
            (["--optimizer", "adam(use_ema=True, ema_momentum=1.5)"], ["ema_momentum 1.5", "0 to 1"]),
            (["--optimizer", "adam(gradient_accumulation_steps=1)"], ["gradient_accumulation_steps 1", "at least 2"]),
            (["--edition", "2", "--optimizer", "adam(use_ema=True)"], ["tf.keras-2.9", "use_ema"]),
            (["--validation-split", "1"], ["--validation-split", "'1'", "below 1"]),
            (["--patience=-1"], ["--patience", "'-1'"]),
            (["--optimizer", "sgd(momentum=2.0)"], ["momentum 2", "0 to 1"]),
            (["--optimizer", "sgd(momentun=0.5)"], ["--optimizer", "did you mean 'momentum'?"]),
            (["--optimizer", "rmsprop(learning_rate=1)"], ["--optimizer", "a float such as 1.0"]),
            (["--optimizer", "sgd(clipnorm=1.0, clipvalue=1.0)"], ["clipnorm", "expected one"]),
            (["--semantics", "keras-2.2", "--optimizer", "adam(weight_decay=0.1)"],
             ["keras-2.2", "weight_decay"]),
        ):
            with self.subTest(flags=flags):
                self.assert_one_line(programs.run("imdb", *flags), 2, *parts)

    def test_what_is_written_by_hand_takes_only_what_it_has(self):
        for program, experiment, flags in (
            ("mnist", "mnist_naive", ["--dropout", ".3"]),
            ("mnist", "mnist_naive", ["--optimizer", "adam"]),
            ("clouds", "clouds_linear", ["--units", "3"]),
            ("clouds", "clouds_linear", ["--patience", "3"]),
        ):
            with self.subTest(experiment=experiment, flags=flags):
                run = programs.run(program, "--experiment", experiment, *flags)
                self.assert_one_line(run, 2, flags[0], experiment, "--learning-rate")

    def test_record_and_table_say_what_was_changed(self):
        (run,), printed = self.record("imdb", "--standin", "--experiment", "imdb", "--epochs", 1, "--units", "8,4",
                                      "--dropout", ".25", "--l1", ".001", "--l2", ".01", "--learning-rate", ".01")
        self.assertEqual(run["changed"], [
            "dropout 0.25 instead of 0", "epochs 1 instead of 20",
            "kernel_regularizer l1_l2 0.001 0.01 instead of none",
            "optimizer rmsprop(learning_rate=0.01) instead of rmsprop", "units 8-4 instead of 16-16"])
        self.assertEqual([kernel["shape"] for kernel in run["initial_kernels"][0]], [[10000, 8], [8, 4], [4, 1]])
        for change in run["changed"]:
            self.assertIn(change, printed)
        self.assertIn("units 8-4 instead of 16-16", programs.run("reprise", "report", self.folder / "r.json").stdout)
        (run,), printed = self.record("clouds", "--experiment", "clouds_dense")
        self.assertNotIn("changed", run)
        self.assertNotIn("not as in the book", printed)

    def test_every_section_takes_a_network_of_ones_own(self):
        for program, experiment in (("mnist", "mnist"), ("reuters", "reuters"), ("boston", "boston_final"),
                                    ("california", "california_final"), ("overfitting", "overfit_original"),
                                    ("clouds", "clouds_dense")):
            with self.subTest(program=program):
                (run,), _ = self.record(program, "--standin", "--experiment", experiment, "--epochs", 3, "--units", "6",
                                        "--validation-split", ".25", "--patience", 0, "--optimizer",
                                        "sgd(learning_rate=0.01, momentum=0.5, nesterov=true)")
                self.assertEqual(run["optimizer"], "sgd(momentum=0.5, nesterov=True)")
                (fit,) = run["history"]
                self.assertIn("val_loss", fit)
                self.assertEqual(len(run["permutations"]), 1 + len(fit["loss"]))

    def test_early_stopping_ends_after_the_first_epoch_that_is_no_better(self):
        (run,), _ = self.record("clouds", "--experiment", "clouds_dense", "--patience", 0, "--epochs", 50)
        losses = run["history"][0]["val_loss"]
        self.assertLess(len(losses), 50)
        self.assertEqual(losses.index(min(losses)), len(losses) - 2)
        again = self.folder / "r.json"
        run = programs.run("clouds", "--experiment", "clouds_dense", "--patience", 0, "--epochs", 50, "--seeds", "42..43",
                           "--record", again, "--resume")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual([run["seed"] for run in json.loads(again.read_text())["runs"]], [42, 43])

    def test_two_networks_are_compared_with_what_differs(self):
        for name, flags in (("book", []), ("rate", ["--learning-rate", ".01"]), ("same", ["--batch-size", "16"])):
            run = programs.run("clouds", "--experiment", "clouds_dense", *flags, "--seeds", "0..14", "--quiet",
                               "--record", self.folder / f"{name}.json")
            self.assertEqual(run.returncode, 0, run.stderr)

        def certify(a, b):
            return programs.run("reprise", "certify", self.folder / f"{a}.json", "--against",
                                self.folder / f"{b}.json")

        run = certify("rate", "book")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("optimizer rmsprop(learning_rate=0.01) instead of rmsprop(learning_rate=0.1)", run.stdout)
        self.assertRegex(run.stdout, r"lowest val_loss.* lower\n")
        self.assertRegex(certify("book", "rate").stdout, r"lowest val_loss.* higher\n")
        run = certify("same", "book")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("bit-identical", run.stdout)
        # the book's certificate still wants the book's settings
        run = programs.run("reprise", "certify", self.folder / "rate.json")
        self.assert_one_line(run, 2, "learning_rate=0.01", "the setting of edition")


if __name__ == "__main__":
    programs.main()
