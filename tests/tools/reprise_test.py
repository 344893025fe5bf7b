"""The program `reprise`: its commands, their JSON output, and wrong use.

  python3 tests/tools/reprise_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import Case


def reprise(*arguments):
    return programs.run("reprise", *arguments)


class Commands(Case):
    def test_list_agrees_with_the_programs(self):
        table = programs.run("reprise", "list")
        listed = json.loads(programs.run("reprise", "list", "--json").stdout)
        self.assertEqual(len(table.stdout.splitlines()), 1 + len(listed))
        for row in listed:
            settings = row["settings"]
            hidden = "-".join(map(str, settings["units"]))
            self.assertRegex(table.stdout, rf"(?m)^{row['id']} +{row['program']} .*{row['data']} +{hidden} ?")
            page = programs.run(row["program"], "--list").stdout
            self.assertRegex(page, rf"(?m)^  {row['id']} +{re.escape(row['about'])}$")
            if settings["epochs"] > 0:
                self.assertIn(f"{settings['optimizer']}, {settings['loss']}, {settings['epochs']} epochs of "
                              f"batch {settings['batch_size']}", page)
        # the numbers in the book come from results/book
        self.assertRegex(table.stdout, r"(?m)^mnist .*test accuracy 0\.9785 \(print\), 0\.9777 \(notebook\)")

    def test_backends_are_those_of_the_flag(self):
        table = reprise("backends").stdout
        rows = json.loads(reprise("backends", "--json").stdout)
        self.assertEqual(rows[-1]["name"], "reference")
        names = ", ".join(row["name"] for row in rows).replace("blas, eigen", "blas, blas:FILE, eigen")
        self.assertIn(f"backend that computes the run: {names} (default: {rows[0]['name']})",
                      programs.run("imdb", "--help").stdout)
        for row in rows:
            guarantees = " +".join("yes" if row[guarantee] else "no"
                                   for guarantee in ("same_bits_on_any_threads", "reference_bits"))
            self.assertRegex(table, rf"(?m)^{row['name']} +{', '.join(row['dtypes'])} +"
                                    rf"{row['default_threads']}  {guarantees} +{row['about']}$")
            run = programs.run("imdb", "--backend", row["name"], "--dtype", row["dtypes"][-1],
                               "--data-dir", self.folder, "--offline")
            if row["available"]:  # the backend is accepted, so the missing data are reported
                self.assertEqual(run.returncode, 3)
                self.assertNotIn("backend", run.stderr)
                continue
            self.assert_one_line(run, 3, f"backend '{row['name']}': {row['unavailable_reason']}")
            self.assertIn(f"{row['name']}: {row['unavailable_reason']}", table)
        for row in rows:
            if row["available"] and "float64" not in row["dtypes"]:
                self.assert_one_line(programs.run("imdb", "--backend", row["name"], "--dtype", "float64"),
                                     2, "float32 only")

    def test_backends_name_the_backend_that_implements_each_operation(self):
        table = reprise("backends").stdout
        rows = json.loads(reprise("backends", "--json").stdout)
        for operation in rows[0]["operations"]:
            owners = " +".join(row["operations"][operation] for row in rows)
            self.assertRegex(table, rf"(?m)^{operation} +{owners}$")
        for row in rows:
            own = {name for name, owner in row["operations"].items() if owner == row["name"]}
            if own != set(row["operations"]):
                dense = {"dense_forward", "dense_backward_data", "dense_backward_weights"}
                sparse = {"csr_forward", "csr_backward_weights"} if row["name"] in ("eigen", "mkl") else set()
                self.assertEqual(own, dense | sparse)

    def test_each_blas_says_what_it_is(self):
        table = reprise("backends").stdout
        for row in json.loads(reprise("backends", "--json").stdout):
            if "library" not in row:
                continue
            library = row["library"]
            self.assertTrue(pathlib.Path(library["file"]).is_file(), library)
            self.assertEqual(library["integer_bits"], 32)
            self.assertRegex(table, rf"(?m)^{row['name']}: {re.escape(library['title'])}, .*{library['threading']}")
            slow = re.search(rf"(?m)^{row['name']}: .*slow reference BLAS", table)
            self.assertEqual(bool(slow), library["title"].startswith("Netlib"), table)

    def test_a_blas_that_cannot_be_used_is_one_line(self):
        short = ("--standin", "--epochs", "1", "--experiment", "boston_final")
        text = self.folder / "libtext.so"
        text.write_text("no library")
        for name, words in (("blas:/no/such/file.so", "found no such file"), (f"blas:{text}", "no shared library"),
                            ("blas:", "found no such file")):
            self.assert_one_line(programs.run("boston", "--backend", name, *short), 3, words)
        self.assert_one_line(reprise("backends", "--library", "openmp"), 2, "expected a backend that loads a BLAS")
        self.assert_one_line(programs.run("bench_dense", "--backend", "blas,netlib", "--benchmark_list_tests"), 2,
                             "expected one BLAS")

    def test_blas_is_exchanged_without_a_rebuild(self):
        rows = {row["name"]: row for row in json.loads(reprise("backends", "--json").stdout)}
        if not rows["blas"]["available"]:
            self.skipTest("this machine has no libblas.so.3")
        folders = [file.parent for file in pathlib.Path("/usr/lib/x86_64-linux-gnu").glob("*/libblas.so.3")]
        for folder in folders:
            os.environ["LD_LIBRARY_PATH"] = str(folder)
            self.addCleanup(os.environ.pop, "LD_LIBRARY_PATH", None)
            rows = {row["name"]: row for row in json.loads(reprise("backends", "--json").stdout)}
            self.assertTrue(pathlib.Path(rows["blas"]["library"]["file"]).is_file(), rows["blas"])
            family = {"blas": "netlib"}.get(folder.name, folder.name.split("-")[0])
            if family in rows:  # the same library under its own name
                self.assertEqual(rows["blas"]["library"]["title"].split()[0],
                                 rows[family]["library"]["title"].split()[0])
            asked = programs.run("boston", "--backend", "blas", "--threads", "2", "--standin", "--epochs", "1",
                                 "--experiment", "boston_final")
            many = rows["blas"]["library"]["threading"] in ("pthreads", "OpenMP")
            self.assertEqual(asked.returncode, 0 if many else 3, asked.stderr)
            self.assertEqual(programs.run("boston", "--backend", "blas", "--threads", "1", "--standin", "--epochs",
                                          "1", "--experiment", "boston_final").returncode, 0)

    def test_version_names_commit_and_compiler(self):
        run = reprise("version")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"\Areprise 0\.1\.\d+ \(commit (unknown|[0-9a-f]{12})(, modified)?"
                                     r"\)\ncompiler: \S.*\nflags: .*\nmachine: [a-z0-9][a-z0-9.-]*-(avx512|avx2|baseline)\n")
        self.assertEqual(reprise("--version").stdout, run.stdout.split("\n")[0] + "\n")

    def test_help_of_all_commands(self):
        page = reprise("--help").stdout
        commands = [line.split()[0] for line in page.split("Commands:\n")[1].split("\n\n")[0]
                    .splitlines() if line.startswith("  ") and line[2] != " "]
        self.assertLessEqual({"list", "backends", "version"}, set(commands))
        for command in commands:
            run = reprise(command, "--help")
            self.assertEqual(run.returncode, 0, run.stderr)
            for part in ("Examples:\n  reprise ", "Exit codes:", "\n  3    something is missing"):
                self.assertIn(part, run.stdout, command)
            self.assertEqual(run.stdout.split("Exit codes")[1:], page.split("Exit codes")[1:], command)
        for command in ("list", "fetch", "verify", "convert"):
            page = reprise("data", command, "--help").stdout
            self.assertIn("Exit codes:", page)
            self.assertRegex(page, r"Help:\n  -h,--help [^\n]*\n\n", command)  # and nothing else there

    def test_the_docs_list_the_exit_codes_of_the_help(self):
        docs = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text()
        codes = re.findall(r"(?m)^  (\d+) +(.+)$", reprise("--help").stdout.split("Exit codes:\n")[1])
        self.assertEqual(len(codes), 6)
        for code, meaning in codes:
            self.assertIn(f"| {code} | {meaning} |", docs)

    def test_wrong_use(self):
        for arguments, parts in (
            ([], ["found no command", "list, ", "backends"]),
            (["lst"], ["found 'lst'", "did you mean 'list'?"]),
            (["list", "version"], ["found 'version'"]),
            (["list", "--jsn"], ["'--jsn'", "did you mean '--json'?"]),
            (["--jsn"], ["'--jsn'", "unknown flag"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(reprise(*arguments), 2, *parts)


if __name__ == "__main__":
    programs.main()
