"""The tool `reprise` from outside: its commands, their JSON, wrong use.

  python3 tests/tools/reprise_test.py build/release/bin [unittest options]
"""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import Case


def reprise(*arguments):
    return programs.run("reprise", *arguments)


class Commands(Case):
    def test_list_says_what_the_programs_say(self):
        table = programs.run("reprise", "list")
        listed = json.loads(programs.run("reprise", "list", "--json").stdout)
        self.assertEqual(len(table.stdout.splitlines()), 1 + len(listed))
        for row in listed:
            settings = row["settings"]
            hidden = settings["units"].replace(", ", "-")
            self.assertRegex(table.stdout, rf"(?m)^{row['id']} +{row['program']} .*{row['data']} +{hidden} ?")
            page = programs.run(row["program"], "--list").stdout
            self.assertRegex(page, rf"(?m)^  {row['id']} +{re.escape(row['about'])}$")
            if settings["epochs"] != "0":
                self.assertIn(f"{settings['optimizer']}, {settings['loss']}, {settings['epochs']} epochs of "
                              f"batch {settings['batch_size']}", page)
        # what the book prints stands in results/book
        self.assertRegex(table.stdout, r"(?m)^mnist .*test accuracy 0\.9785 \(print\), 0\.9777 \(notebook\)")

    def test_backends_are_those_of_the_flag(self):
        table = reprise("backends").stdout
        rows = json.loads(reprise("backends", "--json").stdout)
        self.assertEqual(rows[-1]["name"], "reference")
        names = ", ".join(row["name"] for row in rows)
        self.assertIn(f"who computes: {names} (default: {rows[0]['name']})",
                      programs.run("imdb", "--help").stdout)
        for row in rows:
            self.assertRegex(table, rf"(?m)^{row['name']} +{', '.join(row['dtypes'])} +"
                                    rf"{row['default_threads']}  {row['about']}$")
            self.assertEqual("float64" in row["dtypes"], programs.run(
                "imdb", "--dtype", "float64", "--backend", row["name"], "--data-dir",
                self.folder).returncode == 3)  # past the backend it is the data that are missing

    def test_version_names_commit_and_compiler(self):
        run = reprise("version")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"\Areprise 0\.1\.\d+ \(commit (unknown|[0-9a-f]{12})(, modified)?"
                                     r"\)\ncompiler: \S.*\nflags: .*\n")
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
        for command in ("list", "fetch", "verify", "convert"):
            page = reprise("data", command, "--help").stdout
            self.assertIn("Exit codes:", page)
            self.assertRegex(page, r"Help:\n  -h,--help [^\n]*\n\n", command)  # and nothing else there

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
