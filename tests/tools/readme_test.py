"""The commands in README work: each is run in a temporary directory.

  python3 tests/tools/readme_test.py build/release/bin [unittest options]

LONG lists the commands that install, build or take minutes; only their help is printed. On a machine
without data the other commands run on stand-in data.
"""

import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case, real_cache

PAGES = ("README.md", "docs/cli.md", "docs/library.md")
# {command in PAGES: command that is run instead, or None}
LONG = {
    "./tools/reproduce": "./tools/reproduce --help",
    "./tools/check": "./tools/check --help",
    "cmake --preset release && cmake --build --preset release": "cmake --list-presets",
    "build/release/bin/reprise bench --quick": "build/release/bin/reprise bench --help",
    # 80 runs; tests/repro/own_network_test.py compares networks
    "build/release/bin/imdb --experiment imdb --seeds 0..39 --record relu.json":
        "build/release/bin/imdb --experiment imdb --seeds 0..1 --epochs 1 --record relu.json",
    "build/release/bin/imdb --experiment imdb --activation tanh --seeds 0..39 --record tanh.json":
        "build/release/bin/imdb --experiment imdb --activation tanh --seeds 0..1 --epochs 1 --record tanh.json",
    "build/release/bin/reprise certify tanh.json --against relu.json": "build/release/bin/reprise certify --help",
    "cmake --install build/release --prefix ~/.local": None,  # tested by tests/consumer
}
# {command in PAGES: part of its output}; other commands only have to succeed
PRINTS = {
    "./tools/reproduce": "--standin",
    "./tools/check": "Usage: ./tools/check",
    "cmake --preset release && cmake --build --preset release": '"release"',
    "build/release/bin/imdb --standin --epochs 2": "STAND-IN",
    "build/release/bin/imdb --dtype float64 --check results": "agrees with Keras",
    "build/release/bin/replay --list": "3.6-reuters@2.2.2",
}


def commands():
    """The lines of the sh blocks in PAGES, without comments."""
    blocks = [block for page in PAGES
              for block in re.findall(r"^```sh\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S)]
    lines = [re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.strip()]


class Readme(Case):
    def setUp(self):
        super().setUp()
        # a directory that looks like the checkout, so that the commands write their files there
        for name in ("CMakePresets.json", "CMakeLists.txt", "results", "tools"):
            (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "build" / "release").mkdir(parents=True)
        (self.folder / "build" / "release" / "bin").symlink_to(programs.BIN)

    def run_line(self, line):
        program = shlex.split(line)[0]
        if pathlib.Path(program).name in ("imdb", "boston", "replay", "reuters") and not real_cache() and "--standin" not in line:
            line += " --standin"
        return subprocess.run(["bash", "-c", line], cwd=self.folder, capture_output=True, text=True,
                              timeout=300)

    def test_every_command_runs(self):
        found = commands()
        self.assertGreater(len(found), 12)
        for line in found:
            with self.subTest(line=line):
                instead = LONG.get(line, line)
                if instead is None:
                    continue
                run = self.run_line(instead)
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                # without the data sets there is nothing of Keras to agree with
                trained_on_standin = run.stdout.startswith("STAND-IN")
                self.assertIn("STAND-IN" if trained_on_standin else PRINTS.get(line, ""), run.stdout)
        self.assertTrue((self.folder / "run.json").is_file())
        self.assertTrue(any((self.folder / "pictures").glob("*.svg")))

    def test_generated_pages_are_up_to_date(self):
        run = subprocess.run([ROOT / "tools/readme", "--check", "--bin", programs.BIN],
                             capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def copy_of_results(self):
        """A checkout whose results/machines may be changed."""
        root = self.folder / "checkout"
        shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "results/machines", root / "results/machines")
        for name in ("README.md", "docs", *(f"results/{name}" for name in ("book", "keras", "replay", "schema"))):
            (root / name).symlink_to(ROOT / name)
        return root

    def check(self, root):
        return subprocess.run([root / "tools/readme", "--check", "--bin", programs.BIN], capture_output=True, text=True)

    def test_pages_are_made_from_the_listed_machines_only(self):
        root = self.copy_of_results()
        listed = (root / "results/machines/machines.txt").read_text()
        machine = [line for line in listed.splitlines() if not line.startswith("#")][0]
        foreign = root / "results/machines/foreign"
        shutil.copytree(root / "results/machines" / machine, foreign)
        for part in ("peers/peers.json", "bench/bench.json", "certificate/certificate.json"):
            (foreign / part).parent.mkdir(exist_ok=True)
            (foreign / part).write_text("{")
        (foreign / "reproduce/README.md").write_text("of another machine")
        run = self.check(root)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        shutil.rmtree(foreign)
        shutil.copytree(root / "results/machines" / machine, foreign)
        (foreign / "reproduce/README.md").write_text("of another machine")
        (root / "results/machines/machines.txt").write_text(listed + "foreign\n")
        run = self.check(root)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("results/machines/foreign/reproduce/README.md differs", run.stderr)

    def test_the_newest_bench_is_quoted_whatever_its_folder_is_called(self):
        root = self.copy_of_results()
        machines = root / "results/machines"
        newest = max(machines.glob("*/bench/bench.json"), key=lambda file: json.loads(file.read_text())["created"])
        quoted = f"({newest.parent.relative_to(root)}/README.md)"
        for name in ("a-first-19.01.1-2cpu-avx2", "z-last-19.01.1-2cpu-avx2"):
            with (machines / "machines.txt").open("a") as file:
                file.write(name + "\n")
            folder = machines / name / "bench"
            shutil.copytree(newest.parent, folder)
            document = json.loads(newest.read_text())
            (folder / "bench.json").write_text(json.dumps({**document, "created": "2020-01-01T00:00:00Z"}))
        run = self.check(root)
        self.assertIn(quoted, (ROOT / "README.md").read_text())
        self.assertNotIn("readme: README.md differs", run.stderr)

    def test_the_lists_in_this_file_name_commands_of_the_pages(self):
        self.assertLessEqual(set(LONG) | set(PRINTS), set(commands()))

    def test_links_have_targets(self):
        for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
            for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
                with self.subTest(page=page.name, link=link):
                    self.assertTrue((page.parent / link).exists())

    def test_exit_codes_are_those_in_the_header(self):
        header = (ROOT / "lib/reprise/core/exit_code.hpp").read_text()
        codes = re.findall(r"= (\d+),", header)
        self.assertEqual(len(codes), 6)
        help_page = programs.run("imdb", "--help").stdout
        page = (ROOT / "docs/cli.md").read_text()
        for code in codes:
            meaning = re.search(rf"^\| {code} \| (.+) \|$", page, re.M)
            self.assertTrue(meaning, code)
            self.assertRegex(help_page, rf"(?m)^  {code} +{re.escape(meaning[1])}$")

    def test_readme_is_short(self):
        text = (ROOT / "README.md").read_text()
        self.assertLessEqual(len(text.splitlines()), 140)
        self.assertLessEqual(len(text.split()), 1100)


if __name__ == "__main__":
    programs.main()
