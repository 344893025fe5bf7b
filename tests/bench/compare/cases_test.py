"""`reprise compare` on the files and programs in cases/, each of which has one property of foreign results.

  python3 tests/bench/compare/cases_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import Case

CASES = pathlib.Path(__file__).resolve().parent / "cases"
FAKE = CASES / "fake_program.py"
TEN = ("--rounds", 10)  # enough for a factor of two in two benchmarks: 4 / 2^10 is below 0.05


class CasesCase(Case):
    def compare(self, *arguments, **environment):
        return programs.run("reprise", "compare", "--quiet", *arguments, TMPDIR=str(self.folder),
                            REPRISE_MEASURE_LOCK=str(self.folder / "lock"), **environment)

    def verdicts(self, *arguments, code, **environment):
        """The verdicts of the JSON report as {benchmark: verdict}; the exit code has to be `code`."""
        report = self.folder / "report.json"
        run = self.compare(*arguments, "--json", report, **environment)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        for word in ("nan", "inf"):
            self.assertNotRegex(run.stdout.replace(f"{FAKE.name} {word}", ""), rf"\b{word}\b")
        self.run_found, self.report = run, json.loads(report.read_text())
        self.validate(self.report)
        return {v["benchmark"]: v["verdict"] for v in self.report["verdicts"]}

    @staticmethod
    def validate(report):
        try:
            import jsonschema
        except ImportError:
            return
        name = report["schema"].split("/")
        schema = json.loads((programs.ROOT / f"results/schema/{name[1]}-{name[2]}.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(report)

    def write(self, name, rows, context=None, text=None):
        file = self.folder / name
        file.write_text(text or json.dumps({"context": context or {}, "benchmarks": rows}, indent=1))
        return file

    @staticmethod
    def rows(name, time, count=10, **more):
        return [{"name": name, "run_name": name, "run_type": "iteration", "repetition_index": i, "real_time": time + i / 100,
                 "cpu_time": time, "time_unit": "ns", **more} for i in range(count)]


class FileCases(CasesCase):
    def both(self, a, b=None, *arguments, code):
        return self.verdicts(CASES / a, CASES / (b or a), *arguments, code=code)

    def test_two_families_of_one_name_are_two_benchmarks(self):
        found = self.both("dup_names_A.json", "dup_names_B.json", "--drift", "1%", code=1)
        self.assertEqual(found, {"BM_Map": "unchanged", "BM_Map (duplicate 2)": "regression"})
        ratios = [v["ratio"] for v in self.report["verdicts"]]
        self.assertAlmostEqual(ratios[0], 1, places=2)
        self.assertAlmostEqual(ratios[1], 2, places=2)

    def test_families_are_matched_by_their_order_however_a_file_writes_them(self):
        def file(name, first, second, swap):
            parts = [self.rows("BM_Map", first, family_index=3), self.rows("BM_Map", second, family_index=7)]
            return self.write(name, sum(reversed(parts) if swap else parts, []))
        found = self.verdicts(file("a.json", 100, 10, False), file("b.json", 100, 20, True), "--drift", "1%", code=1)
        self.assertEqual(found, {"BM_Map": "unchanged", "BM_Map (duplicate 2)": "regression"})
        # a number in the user's own name is no number of ours
        own = self.write("own.json", self.rows("BM_Map", 100) + self.rows("BM_Map (duplicate 2)", 10))
        found = self.verdicts(own, own, code=4)
        self.assertEqual(list(found), ["BM_Map", "BM_Map (duplicate 2) (duplicate 1)"])

    def test_different_numbers_of_one_name_are_left_out(self):
        a = self.write("a.json", self.rows("BM_Map", 100, family_index=0) + self.rows("BM_Map", 10, family_index=1)
                       + self.rows("BM_Sort", 5, family_index=2))
        b = self.write("b.json", self.rows("BM_Map", 10, family_index=0) + self.rows("BM_Sort", 5, family_index=1))
        alone = self.write("alone.json", self.rows("BM_Map", 10, family_index=0))
        self.assert_one_line(self.compare(a, alone), 2, "alone.json: found no benchmark that is also in",
                             "left out: BM_Map (2 of this name in ")
        self.assertEqual(self.verdicts(a, b, "--drift", "1%", code=0), {"BM_Sort": "unchanged"})
        self.assertIn("left out: BM_Map (2 of this name in ", self.run_found.stdout)

    def test_entries_that_may_be_either_are_refused(self):
        rows = [{k: r[k] for k in ("name", "real_time", "cpu_time", "time_unit")} for r in self.rows("BM_Map", 5, 2)]
        file = self.write("a.json", rows)
        self.assert_one_line(self.compare(file, file), 2, "a.json: benchmark 'BM_Map'", "may be its repetitions or other")
        file = self.write("b.json", 2 * self.rows("BM_Map", 5, family_index=0))
        self.assert_one_line(self.compare(file, file), 2, "b.json: benchmark 'BM_Map'", "repetition 0 of one family twice")
        # without families the repetition index tells
        file = self.write("c.json", self.rows("BM_Map", 5) + self.rows("BM_Map", 50))
        self.assertEqual(len(self.verdicts(file, file, code=4)), 2)
        mixed = [row for pair in zip(self.rows("BM_Map", 5), self.rows("BM_Map", 50)) for row in pair]
        file = self.write("d.json", mixed)
        self.assert_one_line(self.compare(file, file), 2, "d.json: benchmark 'BM_Map'", "may be its repetitions or other")

    def test_version_1_4_is_read_as_it_was_meant(self):
        found = self.both("v141_repetitions_A.json", "v141_repetitions_B_equal.json", "--drift", "1%", code=0)
        self.assertEqual(found, {"BM_Sort": "unchanged"})
        self.assertEqual(self.report["verdicts"][0]["repetitions"], 10)

    def test_version_1_0_has_no_time_unit(self):
        a = json.loads((CASES / "v100_no_time_unit.json").read_text())["benchmarks"]
        us = self.write("us.json", [dict(row, time_unit="us") for row in a])
        found = self.verdicts(CASES / "v100_no_time_unit.json", us, code=4)
        self.assertEqual(list(found), ["BM_Sum/8", "BM_Sum/64"])
        self.assertAlmostEqual(self.report["verdicts"][0]["ratio"], 1000)
        run = self.compare(CASES / "v100_no_time_unit.json", CASES / "plain.json")
        self.assert_one_line(run, 2, "found no benchmark that is also in")

    def test_a_benchmark_that_its_user_called_mean(self):
        def row(name, iterations=1000, time=5):
            return {"name": name, "iterations": iterations, "real_time": time, "cpu_time": time, "time_unit": "ns"}
        file = self.write("a.json", [row("BM_compute_mean"), row("BM_mean", 10), row("BM_median", 20), row("BM_stddev", 30),
                                     row("BM_Sort_mean"), row("BM_Sort_stddev", time=0.1),
                                     row("BM_Old_mean"), row("BM_Old_median"), row("BM_Old_stddev", time=0.1)])
        run = self.verdicts(file, file, code=1)
        self.assertEqual(run, {"BM_compute_mean": "insufficient data", "BM_mean": "insufficient data",
                               "BM_median": "insufficient data", "BM_stddev": "insufficient data",
                               "BM_Sort": "failed", "BM_Old": "insufficient data"})
        self.assertIn("found neither repetitions nor their median", self.run_found.stdout)

    def test_a_benchmark_of_0_ns_is_named_and_the_other_is_judged(self):
        found = self.both("modern_zero_row.json", "modern_zero_row.json", "--drift", "1%", code=1)
        self.assertEqual(found, {"BM_Optimized_away": "failed", "BM_Sort": "unchanged"})
        self.assertIn("the clock read 0 (real_time)", self.run_found.stdout)
        file = CASES / "modern_zero_row.json"
        self.assertRegex(self.run_found.stdout, f"BM_Optimized_away .* failed in {file} and {file}: ")

    def test_one_clock_may_be_usable_alone(self):
        file = self.write("a.json", [dict(row, cpu_time=-1) for row in self.rows("BM_A", 5)])
        self.assertEqual(self.verdicts(file, file, "--drift", "1%", code=0), {"BM_A": "unchanged"})
        self.assert_one_line(self.compare(file, file, "--clock", "cpu_time"), 2,
                             "a.json: benchmark 'BM_A': found cpu_time -1 ns, expected a time of at least 0")

    def test_a_cpu_time_of_0_concerns_only_that_clock(self):
        found = self.both("cpu_time_zero.json", "cpu_time_zero.json", "--drift", "1%", code=0)
        self.assertEqual(found, {"BM_Gpu/manual_time": "unchanged"})
        found = self.both("cpu_time_zero.json", "cpu_time_zero.json", "--clock", "cpu_time", code=1)
        self.assertEqual(found, {"BM_Gpu/manual_time": "failed"})
        self.assertIn("the clock read 0 (cpu_time)", self.run_found.stdout)

    def test_a_nan_counter_is_read(self):
        found = self.both("nan_crlf.json", "plain.json", "--drift", "5%", code=4)
        self.assertEqual(set(found), {"BM_Sort"})

    def test_times_that_overflow_are_refused(self):
        for pair in (("inf_a.json", "inf_b.json"), ("inf_b.json", "inf_a.json")):
            run = self.compare(CASES / pair[0], CASES / pair[1])
            self.assert_one_line(run, 2, "inf_a.json: benchmark 'a': found real_time 1e+305 s, expected at most")
        huge = self.write("huge.json", self.rows("a", 5) + self.rows("b", 1e17) + self.rows("c", 1e300))
        tiny = self.write("tiny.json", self.rows("a", 5) + self.rows("b", 1e-11) + self.rows("c", 1e-300))
        for pair in ((huge, tiny), (tiny, huge)):
            found = self.verdicts(*pair, code=1)
            self.assertEqual(found["a"], "insufficient data")
            self.assertIn(found["b"], ("regression", "improvement"))
            self.assertEqual(found["c"], "failed")

    def test_the_file_whose_benchmark_failed_is_named(self):
        failing, working = CASES / "err_in_A.json", CASES / "err_in_none.json"
        found = self.verdicts(failing, working, "--drift", "1%", code=0)
        self.assertEqual(found, {"BM_Load": "failed", "BM_Sort": "unchanged"})
        self.assertIn(f"failed in {failing}: no file", self.run_found.stdout)
        self.assertIn(f"failed only in {failing} in 1", self.run_found.stdout)
        self.assertEqual(self.report["verdicts"][0]["failed_in"], [str(failing)])
        found = self.verdicts(working, failing, "--drift", "1%", "--markdown", self.folder / "report.md", code=1)
        self.assertIn(f"failed in {failing}: no file", self.run_found.stdout)
        self.assertIn(f"failed in {failing}: no file", (self.folder / "report.md").read_text())
        self.verdicts(failing, failing, "--drift", "1%", code=1)
        self.assertEqual(self.report["verdicts"][0]["failed_in"], [str(failing), str(failing)])
        # nothing else is compared: nothing is decided
        self.verdicts(failing, working, "--filter", "Load", code=4)

    def test_what_is_no_json_is_said(self):
        for name, part in {
            "thousands_separator.json": "found the number 1,000, written with a locale's separators",
            "utf16le_bom.json": "found UTF-16 text",
            "log_before.json": "found other text before the JSON ('min number of neighbours 3')",
            "two_runs_concatenated.json": "found several results one after the other",
        }.items():
            with self.subTest(name=name):
                for pair in ((CASES / name, CASES / "plain.json"), (CASES / "plain.json", CASES / name)):
                    self.assert_one_line(self.compare(*pair), 2, f"{name}: {part}, expected Google Benchmark's JSON")
        plain = (CASES / "plain.json").read_text()
        for text, part in ((plain + "Done.\n", "found other text after the JSON ('Done.')"),
                           (plain.replace("50.7,", "50,7,"), "found the number 50,7, written"),
                           (plain.replace("1000", "1.000.000"), "found the number 1.000.000, written"),
                           (plain[:900], "found no whole JSON document")):
            file = self.write("a.json", None, text=text)
            self.assert_one_line(self.compare(file, file), 2, f"a.json: {part}")
        marked = self.write("marked.json", None, text="\ufeff" + plain)  # a mark of UTF-8 is harmless
        self.assertEqual(self.verdicts(marked, CASES / "plain.json", "--drift", "1%", code=0), {"BM_Sort": "unchanged"})

    def test_a_users_counter_called_digest_is_no_checksum(self):
        found = self.both("digest_is_a_user_counter.json", "digest_is_a_user_counter.json", "--drift", "5%", code=4)
        self.assertEqual(set(found), {"BM_Hash"})
        self.assertFalse(self.report["verdicts"][0]["different_bits"])
        rows = json.loads((CASES / "digest_is_a_user_counter.json").read_text())["benchmarks"]
        ours = self.write("ours.json", rows, {"reprise": "1.0.0 (commit 0123456)"})
        self.assert_one_line(self.compare(ours, ours), 2, "found two digests")

    def test_aggregates_alone_are_compared_by_their_medians(self):
        median = {"name": "a_median", "run_name": "a", "run_type": "aggregate", "aggregate_name": "median", "real_time": 9,
                  "cpu_time": 9, "time_unit": "ns"}
        alone, many = self.write("alone.json", [median]), self.write("many.json", self.rows("a", 1, 100))
        for pair in ((alone, many), (many, alone)):
            self.assertEqual(self.verdicts(*pair, "--drift", "1%", code=4), {"a": "insufficient data"})
            self.assertIn("(medians: a file has aggregates only; ", self.run_found.stdout)
            self.assertTrue(self.report["verdicts"][0]["aggregates_only"])

    def test_a_regression_advises_alignment(self):
        a, b = self.write("a.json", self.rows("a", 5)), self.write("b.json", self.rows("a", 9))
        page = self.folder / "report.md"
        for pair, count in (((a, b), 1), ((b, a), 0)):
            run = self.compare(*pair, "--markdown", page)
            self.assertEqual(run.stdout.count("-falign-functions=64"), count)
            self.assertEqual(page.read_text().count("-falign-functions=64"), count)


class SubjectCases(CasesCase):
    """Result files and programs are known by what they contain."""

    def test_a_result_file_may_have_any_name_and_permissions(self):
        for name in ("my results.json", "results", "results.txt", "run.exe"):
            for mode in (0o644, 0o755):
                with self.subTest(name=name, mode=mode):
                    file = self.folder / name
                    shutil.copy(CASES / "plain.json", file)
                    file.chmod(mode)
                    self.assertEqual(self.verdicts(file, CASES / "plain.json", "--drift", "1%", code=0), {"BM_Sort": "unchanged"})

    def test_a_pipe_is_a_result_file(self):
        command = (f"'{programs.BIN}/reprise' compare --quiet --drift 1% <(cat '{CASES}/plain.json') "
                   f"<(sleep 0.1; cat '{CASES}/plain.json')")
        run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, "BM_Sort .* unchanged")

    def test_one_pipe_is_not_read_twice(self):
        run = subprocess.run([programs.BIN / "reprise", "compare", "--quiet", "/dev/stdin", "/dev/stdin"],
                             input=(CASES / "plain.json").read_text(), capture_output=True, text=True, timeout=60)
        self.assert_one_line(run, 2, "/dev/stdin: found the same pipe as /dev/stdin, expected another file")

    def test_a_program_may_have_any_name(self):
        for name in ("bench.json", "my bench", "bench"):
            with self.subTest(name=name):
                file = self.folder / name
                shutil.copy(FAKE, file)
                file.chmod(0o755)
                escaped = str(file).replace(" ", "\\ ")
                run = self.compare(f"{escaped} plain", f"{escaped} plain", "--rounds", 1)
                self.assertEqual(run.returncode, 4, run.stderr)
                # its whole path, without flags: it was run, but without its word it writes nothing
                run = self.compare(file, file, "--rounds", 1)
                self.assert_one_line(run, 2, f"{file}: found nothing in the file of --benchmark_out")

    def test_what_is_neither_is_named(self):
        text = self.folder / "notes"
        text.write_text("hello\n")
        self.assert_one_line(self.compare(text, text), 2, "notes: found no whole JSON document")
        text.chmod(0o755)
        self.assert_one_line(self.compare(text, text), 2, "notes', a text that is neither a result file")
        script = self.folder / "script"
        script.write_text("#!/bin/sh\n")
        self.assert_one_line(self.compare(script, script), 2, "script', which may not be executed")

    def test_variables_before_a_program_are_its_environment(self):
        found = self.verdicts(f"{FAKE} env", f"FACTOR=2 {FAKE} env", *TEN, code=1)
        self.assertEqual(found, {"BM_Sort": "regression"})
        found = self.verdicts(f"env FACTOR=2 {FAKE} env", f"{FAKE} env", *TEN, code=0)
        self.assertEqual(found, {"BM_Sort": "improvement"})


class ProgramCases(CasesCase):
    def pair(self, word, factor=2, *arguments, code=1):
        return self.verdicts(f"{FAKE} {word}", f"{FAKE} {word} {factor}", *(arguments or TEN), code=code)

    def test_families(self):
        self.assertEqual(self.pair("dup"), {"BM_Map": "regression", "BM_Map (duplicate 2)": "unchanged"})
        for word in ("order", "interleaved"):
            self.assertEqual(self.pair(word), {"BM_A": "unchanged", "BM_B": "regression"})

    def test_names_with_brackets(self):
        found = self.pair("template", 2, *TEN, "--markdown", self.folder / "report.md")
        self.assertEqual(found, {"Parser<int>": "regression", "Parser<double>": "unchanged"})
        self.assertIn("| Parser\\<int> |", (self.folder / "report.md").read_text())

    def test_old_versions(self):
        for word in ("old", "oldreps"):
            self.assertEqual(self.pair(word), {"BM_Sort/8": "regression"})
            self.assertEqual(self.pair(word, 1, *TEN, code=0), {"BM_Sort/8": "unchanged"})

    def test_a_bad_benchmark_is_named_and_the_others_are_judged(self):
        self.assertEqual(self.pair("zero"), {"BM_Gone": "failed", "BM_Sort": "regression"})
        self.assertIn("failed in A and B: the clock read 0 (real_time)", self.run_found.stdout)
        self.assertEqual(self.pair("nan"), {"BM_Sort": "regression"})
        self.assertEqual(self.pair("lowcpu"), {"BM_Gpu/manual_time": "regression"})
        self.assertEqual(self.pair("lowcpu", 2, "--clock", "cpu_time", "--rounds", 2), {"BM_Gpu/manual_time": "failed"})
        self.assertIn("failed in A and B: the clock read 0 (cpu_time)", self.run_found.stdout)

    def test_a_base_that_fails_is_no_failure_of_the_head(self):
        for name, failing in (("works", False), ("fails", True)):
            rows = self.rows("BM_Sort", 100) + self.rows("BM_Load", 50)
            if failing:
                rows[10:] = [dict(rows[10], error_occurred=True, error_message="no file")]
            program = self.folder / name
            self.write(f"{name}.json", rows)
            program.write_text(f"#!/bin/sh\nfor word; do case $word in --benchmark_out=*) cp '{program}.json' "
                               "\"${word#*=}\";; esac; done\n")
            program.chmod(0o755)
        works, fails = self.folder / "works", self.folder / "fails"
        found = self.verdicts(fails, works, *TEN, code=0)
        self.assertEqual(found, {"BM_Sort": "unchanged", "BM_Load": "failed"})
        self.assertIn("failed in A: no file", self.run_found.stdout)
        self.assertIn("failed only in A in 1", self.run_found.stdout)
        self.verdicts(works, fails, *TEN, code=1)
        self.assertIn("failed in B: no file", self.run_found.stdout)
        self.assertEqual([v.get("failed_in") for v in self.report["verdicts"]], [None, ["B"]])
        self.verdicts(fails, fails, *TEN, code=1)
        self.assertIn("failed in A and B: no file", self.run_found.stdout)

    def test_like_is_compared_with_like(self):
        program = CASES / "fake_program_median_against_minimum.py"
        for pair in (("rep", "agg"), ("agg", "rep")):
            found = self.verdicts(*(f"{program} {word}" for word in pair), *TEN, code=ANY_BUT_1)
            self.assertNotIn(found["BM_Noisy"], ("regression", "improvement"))
            self.assertIn("compared by the median of the repetitions", self.run_found.stdout)
            self.assertEqual(self.report["measurements"]["statistics"], ["median"])
        found = self.verdicts(f"{program} rep", f"{program} rep", "--rounds", 2, code=ANY_BUT_1)
        self.assertEqual(self.report["measurements"]["statistics"], ["minimum"])

    def test_a_program_that_removes_its_output_is_named(self):
        for code in (0, 1):
            program = self.folder / f"removes{code}"
            program.write_text("#!/bin/sh\nfor word; do case $word in --benchmark_out=*) rm \"${word#*=}\";; esac; "
                               f"done\nexit {code}\n")
            program.chmod(0o755)
            self.assert_one_line(self.compare(program, program), 2, f"{program}: ")

    def test_programs_that_are_none_or_fail(self):
        for word, parts in {
            "noflags": ["found nothing in the file of --benchmark_out"],
            "unknown": ["exit code 2 (unknown option: --benchmark_"],
            "locale": ["found the number 1,000, written with a locale's separators"],
            "crashatexit": ["crashed: Aborted after benchmark 'BM_Sort'"],
        }.items():
            with self.subTest(word=word):
                run = self.compare(f"{FAKE} plain", f"{FAKE} {word}")
                self.assert_one_line(run, 2, f"fake_program.py {word}: ", *parts)
        # standard input is empty: nothing waits for it
        self.assertEqual(self.verdicts(f"{FAKE} stdin", f"{FAKE} stdin", *TEN, code=0), {"BM_Read": "unchanged"})


class AnyBut1:
    def __eq__(self, code):
        return code in (0, 4)


ANY_BUT_1 = AnyBut1()

if __name__ == "__main__":
    programs.main()
