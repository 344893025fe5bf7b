"""Tests the program replay from outside: exit codes, error messages, logs and records.

  python3 tests/repro/replay/cli_test.py build/release/bin [unittest options]

The tests use stand-in data, except RealData, which is skipped without boston_housing.npz.
"""

import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case, real_cache

SCRIPT = """# A small session
process keras=2.2.2
load_data boston_housing
model m dense(8,relu) dense(1) loss=mse metrics=mae
fit small model=m on=train epochs=2 batch=16 validation=test
evaluate small on=test
model n dense(8,relu) dense(1) loss=mse metrics=mae
fit other model=n on=train epochs=1 batch=16
"""


def replay(*arguments, **environment):
    return programs.run("replay", *arguments, **environment)


class Replay(Case):
    def script(self, text=SCRIPT):
        path = self.folder / "my.script"
        path.write_text(text)
        return path

    def test_flags_and_scripts_name_what_was_found_and_expected(self):
        good = self.script()
        for arguments, parts in (
            ([], ["SCRIPT", "is missing"]),
            (["3.5-imbd"], ["'3.5-imbd'", "did you mean '3.5-imdb'?"]),
            (["/nowhere.script"], ["/nowhere.script", "cannot be read"]),
            ([good, good, "--cell", "small"], ["--cell", "2 scripts"]),
            ([good, "--cell", "smal"], ["--cell", "'smal'", "did you mean 'small'?"]),
            ([good, "--standin", "--against", "x"], ["--standin", "--against"]),
            ([good, "--against", "/nowhere.json"], ["/nowhere.json", "cannot be read"]),
            ([good, "--threads", "0"], ["--threads", "'0'", "1 to 1024"]),
            ([good, "--varants"], ["'--varants'", "did you mean '--variants'?"]),
            ([good, "--standin", "--record", "/dev/null"], ["/dev/null", "cannot be"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(replay(*arguments), 2, *parts)

    def test_bad_scripts_name_the_line(self):
        for change, line, parts in (
            (("load_data", "load_dat"), 3, ["'load_dat'", "did you mean 'load_data'?"]),
            (("epochs=2", "epochs=x"), 5, ["'x'", "whole number"]),
            (("model=m", "model=k"), 5, ["'k'", "one of: m"]),
            (("on=train epochs=2", "on=train[500:] epochs=2"), 5, ["'train[500:]'", "404 rows"]),
        ):
            with self.subTest(change=change):
                path = self.script(SCRIPT.replace(*change))
                self.assert_one_line(replay(path, "--standin"), 2, f"my.script:{line}:", *parts)

    def test_a_log_of_other_length_names_the_line(self):
        log = self.folder / "log.json"
        log.write_text(json.dumps({"experiment": "small", "history": {"loss": [1.0, 2.0, 3.0]}}))
        self.assert_one_line(replay(self.script(), "--against", log), 2, "log.json", "history.loss",
                             "found 3 values, expected 2", "my.script:5")
        log.write_text(json.dumps({"experiment": "big", "history": {"loss": [1.0, 2.0]}}))
        self.assert_one_line(replay(self.script(), "--against", log), 2, "'big'", "small, other")

    def test_list_names_every_script(self):
        page = replay("--list").stdout
        for path in (ROOT / "repro/replay/scripts").glob("*.script"):
            self.assertIn(path.stem + " ", page)

    def test_standin_data_are_marked_everywhere(self):
        record = self.folder / "r.json"
        run = replay(self.script(), "--standin", "--variants", "--record", record)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(run.stdout.startswith("STAND-IN: "))
        self.assertIn("STAND-IN: small: no printed values to compare with", run.stdout)
        self.assertIn("other sums than the replay", run.stdout)
        document = json.loads(record.read_text())
        self.assertEqual(document["schema"], "reprise/replay/1")
        (replayed,) = document["replays"]
        self.assertTrue(replayed["data"][0]["standin"])
        self.assertEqual([c["name"] for c in replayed["cells"][:2]], ["small", "other"])
        self.assertEqual(len(replayed["cells"]), 8)
        self.assertEqual(len(replayed["cells"][0]["history"][0]["loss"]), 2)
        self.assertEqual(len(replayed["cells"][0]["evaluate"]), 1)

    def test_texts_that_are_not_utf8_lose_no_result(self):
        path = self.folder / os.fsdecode(b"odd \xff\x1b name.script")
        path.write_bytes(SCRIPT.replace("A small session", "A \x1b[31msession ").encode().replace(b"session \n", b"session \xff\n")
                         .replace(b"small", b"sm\xe4ll").replace(b"other", b"\x80ther"))
        for record in (self.folder / "r.json", self.folder / os.fsdecode(b"r\xff.json")):
            run = replay(path, "--standin", "--record", record)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn("\x1b", run.stdout)
            (replayed,) = json.loads(record.read_bytes().decode("utf-8"))["replays"]
            self.assertEqual(replayed["title"], "A ?[31msession ?")
            self.assertEqual(replayed["script"], "odd ?? name")
            self.assertEqual([cell["name"] for cell in replayed["cells"]], ["sm?ll", "?ther"])
            self.assertEqual(len(replayed["cells"][0]["history"][0]["loss"]), 2)

    def test_logs_of_other_types_are_refused(self):
        log = self.folder / "log.json"
        for text in ('{"experiment": "small", "logs": [1]}', '{"experiment": "small", "logs": [{"name": 1}]}',
                     '{"experiment": "small", "source": {"path": []}, "history": {"loss": [1, "2"]}}',
                     '{"experiment": "small", "logs": [{"name": "notebook", "evaluate": 3, "history": 1}]}',
                     '{"experiment": []}', "[]", "{", '{"experiment": "\\ud800"}'):
            with self.subTest(text):
                log.write_text(text)
                self.assert_one_line(replay(self.script(), "--against", log), 2, "log.json", "found")

    def test_threads_change_nothing(self):
        outputs = {replay(self.script(), "--standin", "--threads", n).stdout for n in (1, 2, 3)}
        self.assertEqual(len(outputs), 1)

    def test_help_names_examples_and_exit_codes(self):
        page = replay("--help").stdout
        for part in ("--against", "--variants", "Examples:", "Exit codes"):
            self.assertIn(part, page)
        self.assertEqual(page.count("Exit codes"), 1)


class RealData(Case):
    def setUp(self):
        super().setUp()
        if not real_cache() or not (real_cache() / "boston_housing.npz").exists():
            self.skipTest("boston_housing.npz is not in Keras's cache")
        self.path = self.folder / "my.script"
        self.path.write_text(SCRIPT)

    def test_a_log_is_equal_or_its_first_difference_is_shown(self):
        record = self.folder / "r.json"
        self.assertEqual(replay(self.path, "--record", record).returncode, 0)
        cell = json.loads(record.read_text())["replays"][0]["cells"][0]
        history = {{"metric": "mean_absolute_error", "val_metric": "val_mean_absolute_error"}
                   .get(key, key): [round(v, 4) for v in values]
                   for key, values in cell["history"][0].items()}
        log = {"experiment": "small", "history": history,
               "final": {"test_loss": cell["evaluate"][0][0], "test_mae": cell["evaluate"][0][1]}}
        path = self.folder / "log.json"
        path.write_text(json.dumps(log))
        run = replay(self.path, "--against", path)
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertIn("small: 8 of 8 epoch values, 2 of 2 evaluation values equal\n", run.stdout)
        log["experiment"] = "anything"
        log["history"]["loss"][1] += 0.001
        path.write_text(json.dumps(log))
        run = replay(self.path, "--against", path, "--cell", "small", "--quiet")
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("small: 7 of 8 epoch values, 2 of 2 evaluation values equal; first difference: epoch 2, loss", run.stdout)


if __name__ == "__main__":
    programs.main()
