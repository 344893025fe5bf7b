"""An installed Reprise serves another project: find_package, headers, flags; README's example.

  python3 tests/consumer/consumer_test.py BUILD_DIR CMAKE CXX CXX_FLAGS [unittest options]

Installs into a folder of its own and builds tests/consumer, whose main.cpp README shows.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = CMAKE = CXX = FLAGS = None


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True)


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / "prefix"
        installed = run(CMAKE, "--install", BUILD, "--prefix", cls.prefix)
        assert installed.returncode == 0, installed.stdout + installed.stderr

    def configure(self, source, name):
        return run(CMAKE, "-S", source, "-B", self.folder / name, "-G", "Ninja",
                   f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={CXX}",
                   f"-DCMAKE_CXX_FLAGS={FLAGS}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")

    def test_the_example_is_found_built_and_learns(self):
        configured = self.configure(HERE, "build")
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run(CMAKE, "--build", self.folder / "build")
        self.assertEqual(built.returncode, 0, built.stdout)
        program = run(self.folder / "build" / "consumer")
        self.assertEqual(program.returncode, 0, program.stderr)
        found = re.fullmatch(r"loss (0\.\d{4})\naccuracy ([01]\.\d{4})\n", program.stdout)
        self.assertTrue(found, program.stdout)
        self.assertLess(float(found[1]), 0.1)
        self.assertGreater(float(found[2]), 0.97)
        command = json.loads((self.folder / "build/compile_commands.json").read_text())[0]["command"]
        self.assertIn("-std=gnu++20", command)
        self.assertNotIn(str(ROOT / "lib"), command)
        for ours in ("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-fno-math-errno"):
            self.assertNotIn(ours, command)

    def test_readme_shows_the_example(self):
        readme = (ROOT / "README.md").read_text()
        for name, language in (("main.cpp", "cpp"), ("CMakeLists.txt", "cmake")):
            source = (HERE / name).read_text()
            block = source[source.index("cmake_minimum"):] if language == "cmake" else source
            self.assertIn(f"```{language}\n{block}```\n", readme, f"tests/consumer/{name}")
        lines = (HERE / "main.cpp").read_text().split("int main() {\n")[1]
        self.assertLessEqual(lines.count("\n"), 20)

    def test_another_minor_version_is_refused(self):
        source = self.folder / "later"
        source.mkdir()
        project = (HERE / "CMakeLists.txt").read_text()
        (source / "CMakeLists.txt").write_text(project.replace("reprise 0.1", "reprise 0.2"))
        configured = self.configure(source, "later-build")
        self.assertNotEqual(configured.returncode, 0)
        self.assertIn("0.2", configured.stderr)

    def test_every_header_is_installed_and_compiles_alone(self):
        include = self.prefix / "include"
        installed = sorted(p.relative_to(include).as_posix() for p in include.rglob("*.hpp"))
        ours = sorted(p.relative_to(ROOT / "lib").as_posix()
                      for p in (ROOT / "lib" / "reprise").rglob("*.hpp"))
        self.assertEqual(installed, ours)
        for header in installed:
            with self.subTest(header=header):
                source = self.folder / "header.cpp"
                source.write_text(f'#include "{header}"\n#include "{header}"\n')
                compiled = run(CXX, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                               f"-I{include}", source)
                self.assertEqual(compiled.returncode, 0, compiled.stderr)

    def test_programs_and_what_they_compare_with_are_installed(self):
        for program in ("imdb", "reprise"):
            version = run(self.prefix / "bin" / program, "--version")
            self.assertTrue(version.stdout.startswith(f"{program} 0.1."), version.stderr)
        results = self.prefix / "share" / "reprise" / "results"
        for name in ("keras/imdb__seed42.json", "book/imdb.json", "schema/run-1.json"):
            self.assertEqual((results / name).read_bytes(), (ROOT / "results" / name).read_bytes())


if __name__ == "__main__":
    BUILD, CMAKE, CXX, FLAGS = (sys.argv.pop(1) for _ in range(4))
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
