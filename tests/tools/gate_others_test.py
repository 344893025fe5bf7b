"""What tools/calibration/others.py reads from the output of other tools, and its table.

  python3 tests/tools/gate_others_test.py
"""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools" / "calibration"))
import others

PYTEST = """..                                                       [100%]

------------------- benchmark: 4 tests -------------------
Name (time in ms)             Min             Max            Mean         StdDev
test_sum (0001_base)      57.98 (1.0)    139.42 (1.0)     100.00 (1.0)   1.0 (1.0)
test_sum (NOW)            57.98 (1.0)    139.42 (1.0)     102.00 (1.0)   1.0 (1.0)
test_sort (0001_base)    141.42 (2.7)    186.42 (2.1)   1,000.00 (2.2)   1.0 (1.0)
test_sort (NOW)          141.42 (2.7)    186.42 (2.1)   1,100.00 (2.2)   1.0 (1.0)
"""
REGRESSED = """
Performance has regressed:
\ttest_sort (0001_base) - Field 'mean' has failed PercentageRegressionCheck: 10.000000000 > 5.000000000
"""
ASV = """
All benchmarks:

| Change   | Before [82873ed9] <main~1>   | After [52f9bb07] <main>   |   Ratio | Benchmark (Parameter)   |
|----------|------------------------------|---------------------------|---------|-------------------------|
| +        | 76.2±10ms                    | 84±6ms                    |    1.1  | work.time_sort          |
|          | 86.8±20ms                    | 94.4±20ms                 |   ~1.08 | work.time_sum           |
"""


def calls(said):
    return {kernel: call for kernel, (call, _) in said.items()}


class Others(unittest.TestCase):
    def test_compare_py_calls_by_p_and_the_sign_of_the_median(self):
        def document(p, change):
            return [{"name": "BM_Sort", "run_type": "iteration", "aggregate_name": "", "utest": {"time_pvalue": p},
                     "measurements": [{"time": 0.5}]},
                    {"name": "BM_Sort_median", "run_type": "aggregate", "aggregate_name": "median", "utest": {},
                     "measurements": [{"time": change}]},
                    {"name": "BM_Sort_cv", "run_type": "aggregate", "aggregate_name": "cv", "utest": {}, "measurements": [{"time": 9}]}]
        for p, change, call in ((0.0002, 0.1, "slower"), (0.0002, -0.1, "faster"), (0.06, 0.1, "same")):
            self.assertEqual(others.said_by_compare_py(document(p, change)), {"sort": (call, f"p = {p:.4f}, median {change:+.1%}")})

    def test_hyperfine_is_read_as_a_difference_if_1_lies_outside_the_deviation(self):
        summary = "Summary\n  {} ran\n    {} ± {} times faster than {}\n"
        for faster, ratio, deviation, call in (("'BASE'", 1.10, 0.02, "slower"), ("HEAD", 1.10, 0.02, "faster"), ("'BASE'", 1.10, 0.30, "same")):
            slower = "'HEAD'" if "BASE" in faster else "BASE"
            self.assertEqual(others.said_by_hyperfine(summary.format(faster, ratio, deviation, slower))[0], call)
        with self.assertRaisesRegex(others.Failed, "no summary"):
            others.said_by_hyperfine("Benchmark 1: BASE")

    def test_pytest_benchmark_lists_what_has_regressed(self):
        self.assertEqual(others.said_by_pytest_benchmark(PYTEST), {"sort": ("same", "not failed, mean +10.0%"),
                                                                   "sum": ("same", "not failed, mean +2.0%")})
        self.assertEqual(others.said_by_pytest_benchmark(PYTEST + REGRESSED)["sort"], ("slower", "failed, mean +10.0%"))
        for text in (REGRESSED, PYTEST + "Performance has regressed:"):
            with self.assertRaisesRegex(others.Failed, "another report"):
                others.said_by_pytest_benchmark(text)

    def test_asv_marks_what_has_changed(self):
        self.assertEqual(others.said_by_asv(ASV), {"sort": ("slower", "marked +, ratio 1.1"), "sum": ("same", "not marked, ratio ~1.08")})
        self.assertEqual(calls(others.said_by_asv(ASV.replace("| + ", "| - ")))["sort"], "faster")
        with self.assertRaisesRegex(others.Failed, "both kernels"):
            others.said_by_asv("All benchmarks:\n")

    def test_the_gate_can_be_undecided(self):
        document = {"verdicts": [{"benchmark": "BM_Sort", "verdict": "regression", "ratio": 1.1},
                                 {"benchmark": "BM_Sum", "verdict": "undecided", "ratio": None}]}
        self.assertEqual(others.said_by_gate(document), {"sort": ("slower", "regression, ratio 1.100"), "sum": ("undecided", "undecided")})

    def test_only_the_slower_sort_is_rightly_called_slower(self):
        for pair, kernel, call, expected in (("slower", "sort", "slower", "right"), ("slower", "sort", "same", "**missed**"),
                                             ("slower", "sort", "faster", "**wrong**"), ("equal", "sum", "same", "right"),
                                             ("slower", "sum", "slower", "**false alarm**"), ("equal", "sort", "faster", "**false alarm**"),
                                             ("equal", "sum", "undecided", "no answer")):
            self.assertEqual(others.judged(pair, kernel, call), expected)

    def test_the_table_names_tools_that_are_missing(self):
        answer = {"tool": "asv", "pair": "slower", "seconds": 12.3, "load": 0.5,
                  "kernels": {"sort": {"call": "slower", "said": "marked +"}, "sum": {"call": "same", "said": "not marked"}}}
        text = others.block({"here": {"answers": [answer, {"tool": "hyperfine", "missing": "apt-get install hyperfine"}]}})
        self.assertIn("| asv | 10% slower | marked + | right | not marked | right | 12 s |", text)
        self.assertIn("| hyperfine | not installed |", text)
        self.assertEqual(len({line.count("|") for line in text.splitlines() if line.startswith("|")}), 1)


if __name__ == "__main__":
    unittest.main()
