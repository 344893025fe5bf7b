"""Checks that another project can use an installed Reprise: find_package, headers, flags, README's program.

  python3 tests/consumer/consumer_test.py BUILD_DIR CMAKE CXX CXX_FLAGS [unittest options]

Installs into a temporary directory and builds tests/consumer, whose main.cpp README shows.
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

    def configure(self, source, name, *definitions):
        return run(CMAKE, "-S", source, "-B", self.folder / name, "-G", "Ninja",
                   f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={CXX}",
                   f"-DCMAKE_CXX_FLAGS={FLAGS}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *definitions)

    def project(self, name, *replaced):
        """A copy of tests/consumer with changes in its CMakeLists.txt."""
        source = self.folder / name
        shutil.copytree(HERE, source)
        lists = (source / "CMakeLists.txt").read_text()
        for old, new in replaced:
            self.assertIn(old, lists)
            lists = lists.replace(old, new)
        (source / "CMakeLists.txt").write_text(lists)
        return source

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
        self.assertLessEqual((HERE / "main.cpp").read_text().count("\n"), 25)

    def test_another_minor_version_is_refused(self):
        source = self.project("later", ("reprise 0.1", "reprise 0.2"))
        configured = self.configure(source, "later-build")
        self.assertNotEqual(configured.returncode, 0)
        self.assertIn("0.2", configured.stderr)

    def test_training_on_arrays_needs_neither_curl_nor_openssl_nor_json(self):
        source = self.project("arrays", ("0.1 REQUIRED", "0.1 REQUIRED COMPONENTS nn"),
                              ("reprise::reprise", "reprise::nn"))
        packages = ("CURL", "ZLIB", "OpenSSL", "LibDeflate", "LibZip", "nlohmann_json")
        configured = self.configure(source, "arrays-build",
                                    *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{p}=ON" for p in packages))
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run(CMAKE, "--build", self.folder / "arrays-build")
        self.assertEqual(built.returncode, 0, built.stdout)
        program = self.folder / "arrays-build" / "consumer"
        self.assertIn("accuracy", run(program).stdout)
        libraries = run("ldd", program).stdout
        self.assertIn("libgomp", libraries)
        headers = run(CXX, "-std=c++20", "-M", f"-I{self.prefix}/include", source / "main.cpp").stdout
        self.assertIn("reprise/nn/sequential.hpp", headers)
        for library in ("curl", "crypto", "libzip", "libz.so", "nlohmann"):
            self.assertNotIn(library, libraries + headers)

    def test_the_data_need_no_json(self):
        source = self.project("data", ("0.1 REQUIRED", "0.1 REQUIRED COMPONENTS data"),
                              ("reprise::reprise", "reprise::data"))
        main = (source / "main.cpp").read_text()
        at = main.rindex("}")
        (source / "main.cpp").write_text(main[:at] + """
  model.save_weights("weights.npz");
  model.load_weights("weights.npz");
  ModelCheckpoint checkpoint("weights.npz");
  return multi_hot(imdb::load_data({.name = "imdb.npz", .origin = Origin::standin}).train.sequences, 10000).rows() == 0;
}
""")
        configured = self.configure(source, "data-build", "-DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON")
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run(CMAKE, "--build", self.folder / "data-build")
        self.assertEqual(built.returncode, 0, built.stdout)

    def test_an_unknown_component_is_refused(self):
        source = self.project("unknown", ("0.1 REQUIRED", "0.1 REQUIRED COMPONENTS onions"))
        configured = self.configure(source, "unknown-build")
        self.assertNotEqual(configured.returncode, 0)
        self.assertIn("onions", configured.stderr)

    def test_the_example_compiles_with_every_activation_beside_cmath(self):
        rules = "".join(p.read_text() for p in
                        (self.prefix / "include/reprise/kernels/rules").glob("activation*.hpp"))
        activations = re.findall(r'string_view name = "(\w+)"', rules)
        self.assertEqual(len(activations), 22)
        self.assertIn("tanh", activations)
        head, main = (HERE / "main.cpp").read_text().split("int main() {\n")
        include = "#include <reprise/reprise.hpp>\n"
        text = head.replace(include, f"#include <cmath>\n#include <math.h>\n{include}#include <cmath>\n")
        for name in activations:
            body = main.replace("Dense{16, relu}, Dense{16, relu}",
                                f"Dense{{16, {name}}}, Dense{{.units = 16, .activation = {name}}}")
            self.assertIn(f".activation = {name}", body)
            text += f"void program_with_{name}() {{\n  (void)tanh(0.5);\n{body}"
        source = self.folder / "activations.cpp"
        for using in ("", "using namespace std;\n"):
            source.write_text(text.replace("namespace reprise;\n", "namespace reprise;\n" + using))
            compiled = run(CXX, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                           f"-I{self.prefix}/include", source)
            self.assertEqual(compiled.returncode, 0, compiled.stderr)

    def test_the_public_headers_are_installed_and_compile_alone(self):
        include = self.prefix / "include"
        installed = sorted(p.relative_to(include).as_posix() for p in include.rglob("*.hpp"))
        listed = (ROOT / "lib/cmake/public_headers.txt").read_text().split()
        self.assertEqual(installed, sorted(listed))
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
