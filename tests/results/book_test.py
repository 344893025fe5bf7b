#!/usr/bin/env python3
"""Checks the files of results/book: their schema, and that their quantities agree with each other.

    book_test.py [DIR]     DIR: the directory results/ to check (default: the checkout's)
"""

import json
import pathlib
import statistics
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"


def files():
    """Yields (name, document) of every file; a repeated name in an object is an error."""

    def unique(pairs):
        names = [name for name, _ in pairs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"{path.name}: repeated in one object: {', '.join(sorted(twice))}")
        return dict(pairs)

    for path in sorted((RESULTS / "book").glob("*.json")):
        yield path.stem, json.loads(path.read_text(), object_pairs_hook=unique)


def logs():
    for name, document in files():
        for log in document["logs"]:
            yield f"{name}, {log['name']}", log


def quantity_groups():
    for name, document in files():
        reruns = document["reruns"]
        yield f"{name}, all re-runs", reruns["figures"]
        for group, quantities in reruns.get("groups", {}).items():
            yield f"{name}, {group}", quantities


def decimals(text):
    return len(text.rstrip("%").partition(".")[2])


def value_of(text):
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


class Schema(unittest.TestCase):
    def test_every_file_is_valid(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((RESULTS / "schema" / "book-1.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for name, document in files():
            with self.subTest(name):
                validator.validate(document)
        self.assertGreater(len(list(files())), 20)


class Names(unittest.TestCase):
    def test_an_id_is_the_name_of_its_file_and_unique(self):
        ids = [(name, document["experiment"]) for name, document in files()]
        for name, experiment in ids:
            self.assertEqual(name, experiment)
        self.assertEqual(len({experiment for _, experiment in ids}), len(ids))

    def test_a_file_is_not_empty_and_its_logs_have_unique_names(self):
        for name, document in files():
            with self.subTest(name):
                reruns = document["reruns"]
                self.assertTrue(document["logs"] or reruns["figures"] or reruns.get("runs"))
                names = [log["name"] for log in document["logs"]]
                self.assertEqual(len(set(names)), len(names))

    def test_a_log_names_its_edition(self):
        names = {1: ("print", "notebook"), 2: ("print 2nd edition",), 3: ("print 3rd edition", "re-run 3rd edition")}
        for where, log in logs():
            with self.subTest(where):
                self.assertIn(log["name"], names[log["edition"]])


class Quantities(unittest.TestCase):
    def test_the_lists_of_a_fit_are_equally_long(self):
        for where, log in logs():
            for fit in log["history"]:
                with self.subTest(where):
                    self.assertEqual(len({len(values) for values in fit.values()}), 1)
                    self.assertEqual("val_loss" in fit, any("val_" in n for n in fit if n != "val_loss"))

    def test_accuracies_and_losses_are_possible(self):
        for where, log in logs():
            for fit in log["history"]:
                for name, values in fit.items():
                    for value in values:
                        with self.subTest(where, name=name):
                            self.assertGreaterEqual(value, 0)
                            self.assertLessEqual(value, 1 if name.endswith("accuracy") else 100)

    def test_the_mean_is_that_of_the_folds(self):
        """To 1e-9, or to the last printed digit."""
        found = 0
        for where, log in logs():
            if "mean_mae" not in log.get("results", {}):
                continue
            found += 1
            texts = [row[1] for row in log["printed"]["evaluate"]]
            texts.append(log["printed"]["results"]["mean_mae"])
            last_digit = 10.0 ** -min(decimals(text) for text in texts)
            mean = statistics.fmean(mae for _, mae in log["evaluate"])
            with self.subTest(where):
                self.assertAlmostEqual(
                    mean, log["results"]["mean_mae"], delta=max(1e-9, last_digit)
                )
        self.assertEqual(found, 4)

    def test_the_printed_digits_equal_the_numbers(self):
        for where, log in logs():
            printed = log.get("printed", {})
            pairs = [(text, log["results"][n]) for n, text in printed.get("results", {}).items()]
            for texts, values in zip(printed.get("evaluate", []), log["evaluate"], strict=True):
                pairs += zip(texts, values, strict=True)
            for text, value in pairs:
                with self.subTest(where, text=text):
                    if value is None:
                        self.assertIsNone(text)
                    else:
                        self.assertAlmostEqual(value_of(text), value, delta=1e-12)

    def test_a_mean_is_between_its_extremes(self):
        for where, quantities in quantity_groups():
            for name, spread in quantities.items():
                with self.subTest(where, name=name):
                    self.assertLessEqual(spread["min"], spread["mean"])
                    self.assertLessEqual(spread["mean"], spread["max"])
                    self.assertLessEqual(spread["min"], spread["median"])
                    self.assertLessEqual(spread["median"], spread["max"])
                    # no sample of n values within [min, max] has a larger deviation
                    most = (spread["max"] - spread["min"]) * (spread["n"] / (spread["n"] - 1)) ** 0.5
                    self.assertLessEqual(spread["sd"], most / 2 + 1e-12)

    def test_no_group_has_more_runs_or_a_wider_range_than_all(self):
        for name, document in files():
            everything = document["reruns"]["figures"]
            for group, quantities in document["reruns"].get("groups", {}).items():
                if "/" in group:
                    continue
                for quantity, spread in quantities.items():
                    with self.subTest(name, group=group, quantity=quantity):
                        self.assertLessEqual(spread["n"], everything[quantity]["n"])
                        self.assertGreaterEqual(spread["min"], everything[quantity]["min"])
                        self.assertLessEqual(spread["max"], everything[quantity]["max"])


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        RESULTS = pathlib.Path(sys.argv.pop(1))
    unittest.main()
