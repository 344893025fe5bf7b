"""What tools/check_backends makes of results of `reprise bench`, and its wrong use.

  python3 tests/tools/check_backends_test.py
"""

import contextlib
import io
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools" / "backend_checks"))
import checks
import suites


def document(verdicts, rounds=20, kind="winners"):
    """A result with the contenders even and slow, each with 1 and 2 threads; verdicts: (layer, a, b, verdict, ratio)."""
    names = [(f"{backend}, {threads}", backend, threads) for backend in ("even", "slow") for threads in ("1", "2")]
    return {"parts": [{
        "name": "layers", "kind": kind,
        "comparison": {"judged": {"rounds": rounds}, "measurements": {"contenders": [
            {"name": name, "configuration": {"backend": backend, "threads": threads}} for name, backend, threads in names]}},
        "pairs": {"verdicts": [{"benchmark": f"dense_step/{layer}/x", "a": a, "b": b, "verdict": verdict, "ratio": ratio,
                                "low": ratio - 0.05, "high": ratio + 0.05} for layer, a, b, verdict, ratio in verdicts]}}]}


class Checks(unittest.TestCase):
    def setUp(self):
        quiet = contextlib.redirect_stdout(io.StringIO())
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)

    def test_a_regression_and_an_improvement_both_say_who_is_slower(self):
        found = suites.slower_pairs(document([("p", "even, 1", "slow, 1", "regression", 2), ("q", "slow, 2", "even, 2", "improvement", 0.5),
                                              ("r", "even, 1", "slow, 1", "unchanged", 1)]))
        self.assertEqual(list(found), [("layers", "dense_step/p/x", "slow, 1 thread(s)", "even, 1 thread(s)"),
                                       ("layers", "dense_step/q/x", "slow, 2 thread(s)", "even, 2 thread(s)")])
        self.assertEqual(suites.slower_pairs(document([("p", "even, 1", "slow, 1", "regression", 2)], kind="threads")), {})

    def test_a_slow_layer_has_to_be_named_alone(self):
        here = (checks.SLOW, "even, 1", "slow, 1", "regression", 1.97)
        elsewhere = (checks.SHAPES[0], "even, 1", "slow, 1", "regression", 1.1)
        for verdicts, missed in (([here], []), ([], [f"{checks.SLOW} was not called slower"]),
                                 ([here, elsewhere], [f"dense_step/{checks.SHAPES[0]}/x: slow, 1 thread(s) was called slower"]),
                                 ([(*here[:4], 3)], [f"dense_step/{checks.SLOW}/x: found a factor of 3.00, expected about 2"])):
            with self.subTest(verdicts=verdicts):
                self.assertEqual(checks.missed_of_made_slow(document(verdicts), "slow"), missed)

    def test_too_few_rounds_are_no_check(self):
        with self.assertRaisesRegex(suites.Failed, "found 11 rounds, expected at least 12"):
            checks.missed_of_made_slow(document([], rounds=11), "slow")

    def test_copies_differ_only_with_the_same_number_of_threads(self):
        self.assertEqual(checks.told_apart(document([("p", "even, 1", "slow, 2", "regression", 2)])), [])
        self.assertEqual(checks.told_apart(document([("p", "even, 2", "slow, 2", "regression", 1.1)])), ["dense_step/p/x"])

    def test_answers_that_turn_round_contradict_each_other(self):
        first = suites.slower_pairs(document([("p", "even, 1", "slow, 1", "regression", 2)]))
        self.assertEqual(checks.contradictions(first, first), [])
        turned = suites.slower_pairs(document([("p", "even, 1", "slow, 1", "improvement", 0.5)]))
        self.assertEqual(len(checks.contradictions(first, turned)), 1)

    def test_output_without_a_row_fails_with_one_line(self):
        header = "name,iterations,real_time,cpu_time,time_unit\n"
        rows = '"dense_forward/x",10,1.7,1.7,us\n"dense_forward/x_mean",11,1.6,1.6,us\n"dense_forward/x_median",11,1.5,1.5,us\n'
        self.assertEqual(checks.median_of("some notes\n" + header + rows), 1500)
        for text in ("", "some notes", header, header + rows.splitlines()[0]):
            with self.assertRaises(suites.Failed):
                checks.median_of(text)

    def test_wrong_use(self):
        for flags, line in ((["speed"], "found 'speed', expected goldens, made_slow"), (["--runs", "0"], "found 0, expected")):
            done = subprocess.run([ROOT / "tools" / "check_backends", *flags], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(line, done.stderr)


if __name__ == "__main__":
    unittest.main()
