"""Every program takes its arguments literally, refuses numbers beyond their range and heeds OpenMP's variables.

  python3 tests/cli/programs_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import Case

COMMANDS = (("boston",), ("replay",), ("bench_dense",), ("reprise", "compare"), ("reprise", "certify"),
            ("reprise", "bench"), ("reprise", "report"), ("reprise", "data", "list"), ("reprise", "data", "fetch"),
            ("reprise", "data", "verify"), ("reprise", "data", "convert"))
# what --help calls a value that is checked when it is parsed
CHECKED = {"ID", "N", "A..B", "TIME", "FRACTION", "X", "FORMAT", "F,B"}
NAMES = {"--optimizer", "--loss", "--activation", "--dtype", "--semantics", "--backend", "--isa", "--clock", "--data"}
ODD = ("[a,b]", "{}", "%%", "[ -f x ]", '"x"', "x\\n", "-x", "--quiet", "--", " ", "a=b", "++")

QUICK = ("--standin", "--epochs", "1", "--experiment", "boston_final", "--quiet")
SHELL = ("compare", "--command", "true", "true ", "--rounds", "1", "--quiet")
# {(command, option): arguments that make the program write to, or name, the file @}
FILES = {
    ("boston", "--data-dir"): ("boston", "--offline", "--data-dir=@"),
    ("boston", "--record"): ("boston", *QUICK, "--record=@"),
    ("boston", "--plot-dir"): ("boston", *QUICK, "--plot-dir=@"),
    ("boston", "--check"): ("boston", *QUICK, "--check=@"),
    ("replay", "--data-dir"): ("replay", "3.7-boston", "--offline", "--data-dir=@"),
    ("replay", "--against"): ("replay", "3.7-boston", "--against=@"),
    ("replay", "--record"): ("replay", "3.7-boston", "--standin", "--quiet", "--record=@/x"),
    ("bench_dense", "--data-dir"): ("bench_dense", "--data", "real", "--data-dir=@", "--case", "boston_1",
                                    "--peaks", "1,1", "--threads", "1", "--backend", "openmp"),
    ("bench_dense", "--kept"): ("bench_dense", "--kept=@", "--case", "boston_3", "--peaks", "1,1", "--threads", "1",
                                "--backend", "openmp", "--benchmark_filter=forward/"),
    ("compare", "--state"): ("reprise", "compare", "bench_dense", "bench_dense", "--state=@/x"),
    ("compare", "--json"): ("reprise", *SHELL, "--json=@"),
    ("compare", "--markdown"): ("reprise", *SHELL, "--markdown=@"),
    ("certify", "--results"): ("reprise", "certify", "--list", "--results=@"),
    ("certify", "--against"): ("reprise", "certify", "none", "--against=@"),
    ("certify", "--render"): ("reprise", "certify", "--render=@"),
    ("certify", "--json"): ("reprise", "certify", "none", "--json=@/x"),
    ("certify", "--markdown"): ("reprise", "certify", "none", "--markdown=@/x"),
    ("certify", "--plot-dir"): ("reprise", "certify", "none", "--plot-dir=@"),
    ("certify", "--extend"): ("reprise", "certify", "none", "--extend=@"),
    ("certify", "--expect"): ("reprise", "certify", "none", "--expect=@"),
    ("bench", "--data-dir"): None,  # it measures for minutes
    ("bench", "--out"): ("reprise", "bench", "--render", "none", "--out=@"),
    ("bench", "--render"): ("reprise", "bench", "--render=@"),
    ("report", "--results"): ("reprise", "report", "none", "--results=@"),
    ("report", "--markdown"): None,  # needs a record
    ("list", "--data-dir"): None,  # prints no directory without files
    ("fetch", "--data-dir"): ("reprise", "data", "fetch", "boston_housing", "--data-dir=@"),
    ("verify", "--data-dir"): ("reprise", "data", "verify", "boston_housing", "--data-dir=@"),
}


def options_of(command):
    """[(option, what --help calls its value)] of the options that take one."""
    text = programs.run(*command, "--help").stdout
    return re.findall(r"^  (--[a-z-]+) ([A-Za-z.,]+)(?: |$)", text, re.M)


class CliCase(Case):
    def run_here(self, program, *arguments, **environment):
        if not (programs.BIN / program).exists():
            self.skipTest(f"{program} is missing")
        return subprocess.run([programs.BIN / program, *arguments], cwd=self.folder, capture_output=True, text=True,
                              env={**os.environ, "OMP_WAIT_POLICY": "passive",
                                   "REPRISE_DATA_URL": "http://127.0.0.1:1/", **environment},
                              stdin=subprocess.DEVNULL, timeout=120)


class Literally(CliCase):
    def test_checked_values_are_refused_as_they_were_given(self):
        seen = 0
        for command in COMMANDS:
            if not (programs.BIN / command[0]).exists():
                continue
            for option, kind in options_of(command):
                is_list = kind == "LIST" and command[0] == "bench_dense"
                if kind not in CHECKED and not (kind == "NAME" and option in NAMES) and not is_list:
                    continue
                text = "[a]" if is_list else ("[a,b]", "{}", "--quiet")[seen % 3]
                seen += 1
                with self.subTest(command=command, option=option, text=text):
                    self.assert_one_line(self.run_here(*command, f"{option}={text}"), 2, f"'{text}'")
        self.assertGreater(seen, 20)

    def test_files_have_the_names_that_were_given(self):
        options = {(command[-1], option) for command in COMMANDS if (programs.BIN / command[0]).exists()
                   for option, kind in options_of(command) if kind in ("FILE", "DIR", "LOG.json", "RECORD")}
        self.assertLessEqual(options, set(FILES), "give the new option a row in FILES")
        for i, row in enumerate(sorted(row for row in options if FILES[row])):
            text = ("[a,b]", "{}", "-x")[i % 3]
            with self.subTest(row=row, text=text):
                run = self.run_here(*(part.replace("@", text) for part in FILES[row]))
                self.assertTrue(text in run.stderr or (self.folder / text).exists(), run.stderr)

    def test_records_of_odd_names_are_written(self):
        for text in ODD:
            with self.subTest(text=text):
                given = ["--record", text]
                if text == "--quiet":  # a flag of the program means that the value was forgotten
                    self.assert_one_line(self.run_here("boston", *QUICK, *given), 2, "--record: found the flag --quiet")
                    given = [f"--record={text}"]
                run = self.run_here("boston", *QUICK, *given)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertTrue((self.folder / text).is_file())

    def test_positional_arguments(self):
        for program, *command in (("reprise", "report"), ("reprise", "certify"), ("reprise", "data", "verify"),
                                  ("replay",), ("reprise", "data", "convert", "--to", "npz", "--", "none")):
            for text in ODD:
                with self.subTest(command=command, text=text):
                    run = self.run_here(program, *command, "--", text) if "--" not in command else \
                        self.run_here(program, *command[:-1], text, "out")
                    self.assertIn(run.returncode, (2, 3))
                    self.assertEqual(run.stderr.count("\n"), 1)
                    # printable() may show a character in another way
                    self.assertIn(text.replace("\\", ""), run.stderr.replace("\\", ""))

    def test_the_commands_that_are_compared(self):
        (self.folder / "x").touch()
        for first, second in (("[ -f x ]", "test -f x"), ("{ true; }", "[ a,b = a,b ]"), ("exit 0; %%", "test {} = '{}'"),
                              ("[ 1 -eq 1 ]", "[ 2 -eq 2 ] # a=b")):
            with self.subTest(first=first):
                out = self.folder / "out.json"
                run = self.run_here("reprise", "compare", "--command", "--rounds", "1", "--quiet", "--json", out,
                                    "--", first, second)
                self.assertEqual(run.returncode, 4, run.stderr)
                self.assertEqual(json.loads(out.read_text())["commands"], [first, second, first])

    def test_empty_arguments_are_refused(self):
        for arguments, line in ((("boston", "--record", ""), "--record: found '', expected FILE"),
                                (("boston", "--record=", "--list"), "--record: found '', expected FILE"),
                                (("boston", "--seed="), "--seed: found '', expected N"),
                                (("boston", "--seed"), "--seed: found no value, expected N"),
                                (("replay", ""), "SCRIPT: found '', expected SCRIPT"),
                                (("reprise", "report", ""), "RECORD: found '', expected RECORD"),
                                (("reprise", "compare", "a", ""), "SUBJECT: found '', expected SUBJECT"),
                                (("boston", "--list=no"), "--list: found the value 'no', expected none")):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.run_here(*arguments), 2, line)


class Numbers(CliCase):
    BAD = ("4294967296", "-1", "1e3", "0x10", "99999999999999999999", " 5", "5 ", "+5", "nan", "inf", "5.0", "five")

    def test_whole_numbers(self):
        for option, extra, limits in (("--seed", (), "from 0 to 4294967295"),
                                      ("--epochs", ("0", "1000001"), "from 1 to 1000000"),
                                      ("--batch-size", ("0", "1000001"), "from 1 to 1000000"),
                                      ("--threads", ("0", "1025"), "from 1 to 1024"),
                                      ("--edition", ("0", "4", "01", "1.0"), "one of: 1, 2, 3")):
            for text in (*self.BAD, *extra):
                with self.subTest(option=option, text=text):
                    self.assert_one_line(self.run_here("boston", option, text), 2, f"{option}: found '{text}'", limits)

    def test_ranges_of_seeds(self):
        for text in ("2..1", "0..4294967296", "-1..1", "0..99999999999999999999", "0..1e3", " 0..1", "0..", "5", "0.."):
            with self.subTest(text=text):
                self.assert_one_line(self.run_here("boston", "--seeds", text), 2, f"--seeds: found '{text}'",
                                     "integers from 0 to 4294967295 with A <= B")
        self.assert_one_line(self.run_here("boston", "--seeds", "0..4294967295"), 2, "found 4294967296 seeds",
                             "at most 1000000")

    def test_a_number_with_a_leading_zero_is_decimal(self):
        self.assertEqual(self.run_here("boston", *QUICK, "--seed", "010", "--record", "r.json").returncode, 0)
        run, = json.loads((self.folder / "r.json").read_text())["runs"]
        self.assertEqual(run["seed"], 10)

    def test_durations_and_fractions(self):
        for option in ("--min-time", "--time-budget", "--timeout"):
            for text in ("nan", "inf", "nans", "infs", "1e400s", "9" * 150 + "s", "-5s", "10s-5s", "0s", "5", " 5s",
                         "5s ", "0x5s", "721h", "1e3s"):
                with self.subTest(option=option, text=text):
                    run = self.run_here("reprise", "compare", option, text, "a", "b")
                    self.assert_one_line(run, 2, f"{option}: found '{text}'", "above 0, at most 720h")
        for option in ("--margin", "--level", "--drift"):
            for text in ("nan", "inf", "1e400", "9" * 150, "-0.1", "-5%", "0", "0%", "1", "100%", "1e-2", " 5%", "5 %",
                         "nan%", "inf%", "5%%"):
                with self.subTest(option=option, text=text):
                    run = self.run_here("reprise", "compare", option, text, "a", "b")
                    self.assert_one_line(run, 2, f"{option}: found '{text}'", "above 0 and below 100%")
        for text in ("nan", "inf", "0", "-1", "11", "1e400", "0x1", " 1"):
            self.assert_one_line(self.run_here("reprise", "certify", "--margin", text), 2, f"--margin: found '{text}'",
                                 "above 0, at most 10")

    def test_peaks(self):
        for text in ("1", "1,", ",1", "1,2,3", "nan,1", "1,inf", "1e400,1", "0,1", "-1,1", " 1,1", "1;1", "0x1,1"):
            with self.subTest(text=text):
                self.assert_one_line(self.run_here("bench_dense", "--peaks", text), 2, f"--peaks: found '{text}'",
                                     "two numbers above 0")

    def test_lists_have_no_empty_items(self):
        for option in ("--backend", "--threads", "--dtype", "--cache"):
            for text in ("1,", ",1", ",", "1,,2"):
                with self.subTest(option=option, text=text):
                    run = self.run_here("bench_dense", f"{option}={text}")
                    self.assertEqual((run.returncode, run.stderr.count("\n")), (2, 1), run.stderr)


class Environment(CliCase):
    RUN = ("boston", *QUICK)

    def default_threads(self, **environment):
        text = self.run_here("boston", "--help", **environment).stdout
        return int(re.search(r"here (\d+)\)", text)[1])

    def test_the_default_number_of_threads(self):
        for environment, threads in (({"OMP_THREAD_LIMIT": "1"}, 1), ({"OMP_NUM_THREADS": "1"}, 1),
                                     ({"OMP_NUM_THREADS": "1,4"}, 1), ({"OMP_MAX_ACTIVE_LEVELS": "0"}, 1)):
            with self.subTest(environment=environment):
                self.assertEqual(self.default_threads(**environment), threads)
        for variable in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT"):
            for text in ("0", "abc", "-1", "", "4096", "4,2,x"):
                with self.subTest(variable=variable, text=text):
                    self.assertEqual(self.default_threads(**{variable: text}), self.default_threads())

    def test_no_program_fails_by_default(self):
        commands = (self.RUN, ("boston", *QUICK, "--seeds", "0..1"), ("replay", "3.7-boston", "--standin", "--quiet"),
                    ("bench_dense", "--case", "boston_3", "--data", "stand-in", "--peaks", "1,1",
                     "--benchmark_min_time=0.001"), ("reprise", "backends"))
        for environment in ({"OMP_THREAD_LIMIT": "1", "OMP_MAX_ACTIVE_LEVELS": "0"},
                            {"OMP_NUM_THREADS": "0", "OMP_DYNAMIC": "true", "OMP_PROC_BIND": "odd"}):
            for command in commands:
                with self.subTest(environment=environment, command=command):
                    run = self.run_here(*command, **environment)
                    self.assertIn(run.returncode, (0, 1) if command[0] == "replay" else (0,), run.stderr)
                    self.assertNotIn("asked for", run.stderr + run.stdout)

    def test_more_threads_than_the_limit_are_refused(self):
        for command in (self.RUN, ("bench_dense", "--case", "boston_3")):
            run = self.run_here(*command, "--threads", "2", OMP_THREAD_LIMIT="1")
            self.assertEqual(run.returncode, 3)
            line = run.stderr.splitlines()[-1]  # after the note on stand-in data
            self.assertIn("asked for 2", line)
            self.assertIn("OMP_THREAD_LIMIT", line)

    def test_no_peaks_are_measured_without_need(self):
        few = ("bench_dense", "--case", "boston_3", "--backend", "openmp", "--threads", "1", "--data", "stand-in",
               "--benchmark_min_time=0.001", "--benchmark_format=json")
        file = self.folder / "reprise" / "peaks.json"
        place = {"XDG_CACHE_HOME": str(self.folder)}
        def counters(**environment):
            benchmarks = json.loads(self.run_here(*few, **place, **environment).stdout)["benchmarks"]
            return {name for benchmark in benchmarks for name in benchmark}
        without = counters(REPRISE_PEAKS="none")
        self.assertIn("GFLOP/s", without)
        self.assertNotIn("%sgemm", without)
        self.assertFalse(file.exists())
        self.assertIn("%sgemm", counters())
        kept = json.loads(file.read_text())
        self.assertEqual(list(kept["peaks"]), ["1"])
        kept["peaks"]["1"] = [1, 1, "memory"]
        file.write_text(json.dumps(kept))
        counters()
        self.assertEqual(json.loads(file.read_text()), kept)  # not measured again

    def test_compare_measures_no_peaks(self):
        if not (programs.BIN / "bench_dense").exists():
            self.skipTest("Google Benchmark is missing")
        program = f"{programs.BIN}/bench_dense --case boston_3 --backend openmp --threads 1 --data stand-in"
        run = self.run_here("reprise", "compare", program, program, "--rounds", "1", "--quiet",
                            XDG_CACHE_HOME=str(self.folder))
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertFalse((self.folder / "reprise").exists())


if __name__ == "__main__":
    programs.main()
