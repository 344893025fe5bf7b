"""tools/calibrate: its page on a copy, wrong usage, and the numbers that exceed what is promised.

  python3 tests/tools/calibrate_test.py build/release/bin [unittest options]
"""

import importlib.machinery
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case


def loaded():
    loader = importlib.machinery.SourceFileLoader("calibrate", str(ROOT / "tools" / "calibrate"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("calibrate", loader))
    loader.exec_module(module)
    return module


class Copy(Case):
    """Works on a copy of the tools and the page."""

    def setUp(self):
        super().setUp()
        self.root = self.folder / "checkout"
        for name in ("tools/calibrate", "tools/pages/pages.py", "docs/comparison.md"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)

    def calibrate(self, *arguments, bin=programs.BIN):
        return subprocess.run([sys.executable, self.root / "tools" / "calibrate", "--bin", bin, *arguments],
                              capture_output=True, text=True, timeout=240)

    def fake_reprise(self, script=""):
        """A stand-in that names its machine, and else runs this Python script."""
        reprise = self.folder / "reprise"
        reprise.write_text(f"""#!{sys.executable}
import json, pathlib, sys
if sys.argv[1] == "version":
    sys.exit(print("reprise 0\\nmachine: made-1.2.3-4cpu-avx2\\nfmt: 9"))
{script}""")
        reprise.chmod(0o755)

    def kept(self):
        return json.loads(self.own("calibration.json").read_text())

    def own(self, name):
        """A file of the results that are not stored in the project."""
        file, = self.root.glob(f"results/own/*/comparison/{name}")
        self.assertFalse((self.root / "results/machines").exists())
        return file

    def test_coverage_and_page(self):
        page = self.root / "docs" / "comparison.md"
        text = page.read_text()
        page.write_text(text.replace("| normal | sign test |", "| normal | sign test, forgotten |"))
        before = page.read_text()
        run = self.calibrate("--steps", "coverage,page")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(len(self.kept()["coverage"]), 35)
        self.assertEqual(page.read_text(), before)  # the project's page stays
        self.assertNotIn("forgotten", self.own("comparison.md").read_text())
        run = self.calibrate("--steps", "page", "--store")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        stored, = self.root.glob("results/machines/*/comparison/calibration.json")
        self.assertEqual(len(json.loads(stored.read_text())["coverage"]), 35)
        self.assertIn("| normal | sign test |", page.read_text())
        self.assertNotIn("forgotten", page.read_text())
        # a step without results is marked as not measured
        self.assertIn("Not measured on this machine yet (`./tools/calibrate --steps resample,page`)", page.read_text())

    def test_wrong_use(self):
        for arguments, code, part in ((("--steps", "cover"), 2, "--steps: found 'cover'"),
                                      (("--steps", "resample"), 2, "expected the step 'record' to run first"),
                                      (("--data", "reel"), 2, "--data")):
            run = self.calibrate(*arguments)
            self.assertEqual(run.returncode, code, run.stderr)
            self.assertIn(part, run.stderr)
        run = self.calibrate("--steps", "live", bin=self.folder)
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn("reprise: found no such program", run.stderr)

    def test_a_crash_of_a_child_is_reported(self):
        self.fake_reprise()
        crashing = self.folder / "calibration"
        crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
        crashing.chmod(0o755)
        run = self.calibrate("--steps", "coverage", bin=self.folder)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("coverage: ended by SIGSEGV", run.stderr)

    def test_the_folder_is_the_machine_that_the_program_names(self):
        self.fake_reprise()
        self.assertEqual(self.calibrate("--steps", "page", bin=self.folder).returncode, 0)
        self.assertEqual(self.own("comparison.md").parents[1].name, "made-1.2.3-4cpu-avx2")
        (self.folder / "reprise").write_text("#!/bin/sh\necho reprise 0\n")  # of an earlier version
        run = self.calibrate("--steps", "page", bin=self.folder)
        self.assertEqual(run.returncode, 3)
        self.assertIn("reprise version: found no machine", run.stderr)

    def test_live_comparisons_can_be_resumed(self):
        # a stand-in for reprise that counts its runs and fails the third time
        (self.folder / "bench_dense").write_text("")
        self.fake_reprise("""
count = pathlib.Path(sys.argv[0]).with_name("count")
n = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(n))
if n == 3:
    sys.exit("no more")
assert "--data=real" in sys.argv[3], sys.argv
out = sys.argv[sys.argv.index("--json") + 1]
pathlib.Path(out).write_text(json.dumps({"verdicts": [{"benchmark": "r/backend:x", "verdict": "regression" if n == 1
    else "unchanged"}], "control": {"median_minimum_detectable_effect": 0.1}, "judged": {"rounds": n}, "seconds": 1}))
""")
        self.assertEqual(self.calibrate("--steps", "live", bin=self.folder).returncode, 2)
        self.assertEqual(len(self.kept()["live_so_far"]["found"]), 2)
        run = self.calibrate("--steps", "live,page", bin=self.folder)
        self.assertEqual(run.returncode, 0, run.stderr)
        live = self.kept()["live"]
        self.assertEqual([of["rounds"] for of in live], [1, 2, *range(4, 22)])
        self.assertEqual(sum(bool(of["different"]) for of in live), 1)
        self.assertNotIn("live_so_far", self.kept())
        self.assertIn("1 of 20 live A/A comparisons called any benchmark different.", self.own("comparison.md").read_text())


class Beyond(unittest.TestCase):
    def setUp(self):
        self.calibrate = loaded()

    def lines(self, **kept):
        return list(self.calibrate.beyond(kept))

    @staticmethod
    def resampled(alarms=0, power=0.95, rounds=84):
        row = {"rounds": rounds, "false_alarms": alarms, "mean_power": 0.99, "lowest_power": power}
        return {"1": {"by_rounds": [{"rounds": 12, "false_alarms": 0, "mean_power": 0.1, "lowest_power": 0.1}, row]}}

    def test_alarms_and_power(self):
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.lines(resample=self.resampled(16)), [])
        self.assertEqual(len(self.lines(resample=self.resampled(17))), 1)
        self.assertIn("power 89%", self.lines(resample=self.resampled(power=0.89))[0])
        self.assertIn("no power at the default", self.lines(resample=self.resampled(rounds=36))[0])
        live = [{"different": ["r"]}] * 4 + [{"different": []}] * 16
        self.assertEqual(self.lines(live=live), [])
        self.assertEqual(len(self.lines(live=live + live[:1])), 1)

    def test_slowed_benchmarks_and_no_others(self):
        def slowed(**verdicts):
            return {"verdicts": [{"benchmark": f"{name.replace('__', '/')}/dtype:x", "verdict": verdict}
                                 for name, verdict in verdicts.items()]}

        right = {"csr_forward__imdb_1": "regression", "dense_forward__imdb_2": "unchanged",
                 "csr_backward_weights__imdb_1": "insufficient data"}
        self.assertEqual(self.lines(slowed=slowed(**right)), [])
        for name, verdict, part in (("csr_forward__imdb_1", "insufficient data", "csr_forward/imdb_1 is slower but called"),
                                   ("dense_forward__imdb_2", "regression", "dense_forward/imdb_2 is not slower"),
                                   ("csr_backward_weights__imdb_1", "improvement", "is not slower")):
            found = self.lines(slowed=slowed(**{**right, name: verdict}))
            self.assertEqual(len(found), 1)
            self.assertIn(part, found[0])
        self.assertIn("no benchmark csr_forward/", self.lines(slowed=slowed(dense_forward__x="unchanged"))[0])

    def test_the_defaults_are_those_of_the_engine(self):
        source = (ROOT / "bench" / "compare" / "comparison_plan.hpp").read_text()
        self.assertIn(f"kDefaultRounds = {self.calibrate.DEFAULT_ROUNDS};", source)

    def test_stand_in_data_are_marked(self):
        live = [{"different": [], "rounds": 9, "control": {"median_detectable": None}}]
        self.assertTrue(self.calibrate.blocks({"live": live, "data": {"live": "stand-in"}})["live"].startswith("STAND-IN"))
        self.assertFalse(self.calibrate.blocks({"live": live, "data": {"live": "real"}})["live"].startswith("STAND-IN"))

    def test_results_of_earlier_schemas_are_read(self):
        verdict = {"row": "csr_forward/imdb_1/dtype:x/backend:y", "verdict": "unchanged"}
        self.assertIn("csr_forward/imdb_1 is slower but called unchanged", self.lines(slowed={"verdicts": [verdict]})[0])
        live = [{"different": [], "rounds": 9, "control": {"median_detectable": 0.25}}]
        self.assertIn("was 25% to 25%", self.calibrate.blocks({"live": live})["live"])


if __name__ == "__main__":
    programs.main()
