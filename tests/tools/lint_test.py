"""tools/lint: each rule finds its violation, and a clean tree has no findings.

  python3 tests/tools/lint_test.py
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PUBLIC = "lib/cmake/public_headers.txt"


def lint(files):
    """Exit code and output of tools/lint for a tree with these files, {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        folder += "/fixtures"  # the rules read paths relative to the root
        for name, text in {PUBLIC: "", **files}.items():
            if text is None:
                continue
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (pathlib.Path(folder) / ".clang-format").write_text((ROOT / ".clang-format").read_text())
        run = subprocess.run([ROOT / "tools" / "lint", folder], capture_output=True, text=True)
        return run.returncode, run.stdout


class Lint(unittest.TestCase):
    def assert_finds(self, files, part):
        code, output = lint(files)
        self.assertEqual(code, 1, output)
        self.assertIn(part, output)

    def assert_clean(self, files):
        code, output = lint(files)
        self.assertEqual(code, 0, output)


class Files(Lint):
    def test_formatting(self):
        code, output = lint({"lib/reprise/core/a.hpp": "int   a ;\n"})
        if "not checked" in output:
            self.skipTest(output)
        self.assertEqual(code, 1)
        self.assertIn("a.hpp: not formatted", output)

    def test_long_files(self):
        self.assert_finds({"repro/a.cpp": "int a;\n" * 401}, "401 lines")
        self.assert_finds({"tools/a.py": "a = 1\n" * 500}, "500 lines")
        self.assert_clean({"tools/a.py": "a = 1\n" * 400})

    def test_fixtures_are_skipped_under_tests_only(self):
        self.assert_finds({"lib/cli/fixtures/a.cpp": '#include "b.hpp"\n'}, "lib/cli/fixtures/a.cpp: includes")
        self.assert_clean({"tests/data/fixtures/a.cpp": '#include "b.hpp"\n'})

    def test_suffixes_of_cpp_files(self):
        for suffix in (".h", ".cc", ".inc"):
            self.assert_finds({f"repro/a{suffix}": "int a;\n"}, f"found suffix {suffix}, expected .cpp or .hpp")
            self.assert_finds({f"repro/a{suffix}": "#include <omp.h>\n"}, "includes <omp.h>")
        self.assert_clean({"repro/a.cpp": "int a;\n", "repro/a.hpp": "int a;\n"})


class Options(Lint):
    def test_options_are_added_by_lib_cli(self):
        for call in ("app.add_option(", "command->add_option (", "app.add_option_function<int>(", "app\n    .add_option("):
            self.assert_finds({"repro/a.cpp": f"{call}x);\n"}, "found CLI11's add_option")
        self.assert_clean({"lib/cli/a.cpp": "int a = app.add_option(x);\n",
                           "repro/a.cpp": "int a = cli::add_value(app, x);\n"})


class Includes(Lint):
    def test_includes_that_point_downward_are_clean(self):
        self.assert_clean({
            "lib/reprise/core/a.hpp": "#include <vector>\n",
            "lib/reprise/nn/b.cpp": '#include "reprise/build_info.hpp"\n#include "reprise/core/a.hpp"\n',
            "lib/reprise/kernels/openmp/c.cpp": "#include <omp.h>\n",
            "lib/reprise/core/parallel.cpp": "#include <omp.h>\n",
            "repro/replay/d.cpp": '#include "cli/a.hpp"\n#include "repro/references/b.hpp"\n',
            "bench/suite/e.cpp": '#include "bench/compare/a.hpp"\n#include "bench/harness/b.hpp"\n',
            "tests/f.cpp": '#include "tests/support/a.hpp"\n#include "tools/b.hpp"\n',
        })

    def test_upward_includes(self):
        for name, header in (
            ("lib/reprise/core/a.hpp", "reprise/nn/b.hpp"),
            ("lib/reprise/data/a.cpp", "reprise/kernels/b.hpp"),
            ("lib/reprise/record/a.cpp", "cli/b.hpp"),
            ("lib/cli/a.cpp", "repro/b.hpp"),
            ("repro/a.cpp", "repro/references/b.hpp"),
            ("repro/references/a.cpp", "repro/program/b.hpp"),
            ("repro/program/a.cpp", "repro/replay/b.hpp"),
            ("repro/program/a.cpp", "bench/cases.hpp"),
            ("bench/cases.cpp", "bench/harness/b.hpp"),
            ("bench/harness/a.cpp", "bench/subjects.hpp"),
            ("bench/compare/a.cpp", "bench/suite/b.hpp"),
            ("bench/compare/a.cpp", "tools/b.hpp"),
            ("tools/a.cpp", "tests/b.hpp"),
        ):
            with self.subTest(name=name, header=header):
                self.assert_finds({name: f'#  include "{header}"\n'}, f"includes {header}, which is not below it")

    def test_unrooted_includes(self):
        self.assert_finds({"bench/suite/a.cpp": '#include "answers.hpp"\n'}, 'includes "answers.hpp", expected a path')
        self.assert_finds({"lib/cli/a.cpp": '#include "../cli/b.hpp"\n'}, "expected a path")
        for header in ('"reprise/core/../nn/b.hpp"', "<reprise/core/../nn/b.hpp>", "<../cli/b.hpp>",
                       "<lib/reprise/nn/sequential.hpp>", "<answers.hpp>"):
            with self.subTest(header=header):
                self.assert_finds({"lib/reprise/core/a.cpp": f"#include {header}\n",
                                   "lib/reprise/core/answers.hpp": "int a;\n"}, "expected a path")
        self.assert_clean({"bench/harness/control.cpp": '#include "control.hpp"\n',
                           "bench/harness/control.hpp": "int a;\n", "bench/a.cpp": "#include <answers.hpp>\n"})

    def test_circles(self):
        circle = {"repro/replay/a.hpp": '#include "repro/replay/b.hpp"\n', "repro/replay/b.hpp": "\n",
                  "repro/replay/b.cpp": '#include "repro/replay/a.hpp"\n'}
        self.assert_finds(circle, "circle of includes: repro/replay/a -> repro/replay/b -> repro/replay/a")
        self.assert_clean({name: text for name, text in circle.items() if name != "repro/replay/b.cpp"})

    def test_only_the_catalogue_may_include_the_sections(self):
        section = {"repro/sections.hpp": "\n", "repro/imdb.cpp":
                   '#include "repro/catalogue.hpp"\n#include "repro/sections.hpp"\n'}
        allowed = {**section, "repro/catalogue.hpp": "\n", "repro/catalogue.cpp": '#include "repro/sections.hpp"\n'}
        self.assert_clean(allowed)
        self.assert_finds({**allowed, "repro/imdb.cpp": '#include "repro/run.hpp"\n',
                           "repro/run.hpp": '#include "repro/sections.hpp"\n'}, "circle of includes")

    def test_library_headers_outside_their_place(self):
        for header in ("omp.h", "dnnl.hpp", "oneapi/dnnl/dnnl.hpp", "cblas.h", "mkl.h"):
            for name in ("lib/reprise/nn/a.cpp", "repro/a.cpp", "bench/a.cpp"):
                self.assert_finds({name: f"#include <{header}>\n"}, f"includes <{header}>")
            self.assert_clean({"lib/reprise/kernels/a.cpp": f"#include <{header}>\n"})

    def test_public_headers_include_public_headers_only(self):
        border = {PUBLIC: "# comment\nreprise/nn/a.hpp\nreprise/reprise.hpp\n",
                  "lib/reprise/nn/a.hpp": "#include <vector>\n",
                  "lib/reprise/nn/b.hpp": "\n",
                  "lib/reprise/reprise.hpp": '// All of it.\n#pragma once\n\n#include "reprise/nn/a.hpp"\n'}
        self.assert_clean(border)
        self.assert_finds({**border, "lib/reprise/nn/a.hpp": '#include "reprise/nn/b.hpp"\n'},
                          "public, but includes reprise/nn/b.hpp")
        self.assert_finds({**border, "lib/reprise/reprise.hpp": "int a;\n"}, "expected nothing but includes")
        for header in ("nlohmann/json.hpp", "nlohmann/json_fwd.hpp", "curl/curl.h", "openssl/evp.h", "zip.h", "omp.h"):
            self.assert_finds({**border, "lib/reprise/nn/a.hpp": f"#include <{header}>\n"},
                              f"public, but includes <{header}>")
        self.assert_clean({**border, "lib/reprise/nn/b.hpp": "#include <zip.h>\n"})
        self.assert_finds({**border, PUBLIC: None}, "public_headers.txt: not found")
        del border["lib/reprise/nn/a.hpp"]
        self.assert_finds(border, "there is no lib/reprise/nn/a.hpp")


class Words(Lint):
    def test_retired_words_are_found_everywhere(self):
        for name, text, word in (
            ("repro/a.cpp", "int Seat;\n", "Seat"),
            ("repro/a.cpp", "int TakeSeatNow;\n", "Seat"),
            ("repro/a.cpp", 'auto a = "own_folder_name";\n', "own_folder"),
            ("lib/cli/a.hpp", "// A matrix that is turned\n// round.\n", "turned round"),
            ("tools/a", "#!/bin/sh\necho turned round\n", "turned round"),
            ("tools/a.py", "own_folder = 1\n", "own_folder"),
            ("README.md", "A batch turned round.\n", "turned round"),
            ("docs/a.md", "`Seat`\n", "Seat"),
            ("lib/cli/own_folder.hpp", "\n", "own_folder"),
            ("repro/a.cpp", "int TakeSeats;\n", "Seat"),
            ("repro/a.cpp", "int Crews;\n", "Crew"),
            ("repro/a.cpp", "int crews;\n", "crew"),
            ("repro/a.cpp", "int crewSize;\n", "crew"),
            ("repro/a.cpp", "int SHELF;\n", "shelf"),
            ("repro/a.cpp", "int OwnFolder, b;\n", "own_folder"),
            ("repro/a.cpp", "int ownFolder, b;\n", "own_folder"),
            ("repro/a.cpp", 'auto a =\n    "turned "\n    "round";\n', "turned round"),
            ("repro/a.cpp", 'auto a =\n    "turned"\n    " round";\n', "turned round"),
            ("repro/a.cpp", "// Turned round.\n", "turned round"),
            ("README.md", "Who computes is shown.\n", "who computes"),
            ("README.md", "> A batch turned\n> round.\n", "turned round"),
        ):
            with self.subTest(name=name, text=text):
                self.assert_finds({name: text}, f"retired '{word}'")

    def test_other_words_are_not(self):
        self.assert_clean({"repro/a.cpp": "int Seattle, known_folder, crewed, SEATTLE;\n", "docs/a.md": "It turned around.\n",
                           "results/a.md": "turned round\n", "tests/data/fixtures/a.py": "Seat = 1\n"})

    def test_exceptions(self):
        self.assert_clean({"docs/a.md": "`--parting` is a flag\n"})
        for text in ("a parting\n", "a parting of `--parting`\n"):
            self.assert_finds({"docs/a.md": text}, "retired 'parting', expected divergence")


class Doors(Lint):
    def test_outside_text_has_one_door(self):
        for use, part in (("auto a = b.dump(1);", "uses .dump("), ("auto a = json::parse(b);", "uses json::parse("),
                          ("std::ifstream a(b);", "uses ifstream")):
            self.assert_finds({"repro/a.cpp": f"\nvoid a() {{ {use} }}\n"}, f"repro/a.cpp:2: {part}")
            self.assert_clean({"tests/a.cpp": f"void a() {{ {use} }}\n"})
        self.assert_clean({"lib/reprise/data/json.cpp": "void a() { json::parse(b); }\n"})


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
