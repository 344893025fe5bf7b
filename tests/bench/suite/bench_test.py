"""Runs `reprise bench` with few rounds: answers, page, pictures, --render, --resume and wrong use.

  python3 tests/bench/suite/bench_test.py build/release/bin [unittest options]
"""

import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case


class Bench(Case):
    def setUp(self):
        super().setUp()
        if not (programs.BIN / "bench_dense").exists():
            self.skipTest("Google Benchmark is missing")
        # its own lock, because tests run at the same time
        self.environment = {"REPRISE_MEASURE_LOCK": str(self.folder / "lock")}

    def bench(self, *arguments):
        return programs.run("reprise", "bench", *arguments, **self.environment)

    def test_quick_writes_answers_page_and_pictures(self):
        out = self.folder / "out"
        run = self.bench("--quick", "--data", "stand-in", "--rounds", "1", "--out", out)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(run.stdout.startswith("STAND-IN"), run.stdout[:200])
        for part in ("measured peak rates with all CPUs: sgemm", "== layers", "== cold", "== epochs", "A/A control",
                     "imdb_1 (sparse)", "control kernel frozen_1: "):
            self.assertIn(part, run.stdout)
        kept = json.loads((out / "bench.json").read_text())
        parts = {part["name"]: part for part in kept["parts"]}
        kinds = {"first_look": "settings", "layers": "winners", "threads": "threads", "cold": "winners",
                 "epochs": "winners"}
        if "first_look" not in parts:  # there is one processor
            del kinds["first_look"], kinds["threads"]
        else:
            self.assertIn("threads instead of 1", run.stdout)
        self.assertEqual({name: part["kind"] for name, part in parts.items()}, kinds)
        contenders = parts["layers"]["comparison"]["measurements"]["contenders"]
        self.assert_backends_are_compared(kept, contenders, run.stdout)
        self.assertEqual(contenders[0]["configuration"],
                         {"backend": "openmp", "threads": "1", "wait_policy": "passive"})
        self.assertIn("**STAND-IN", (out / "README.md").read_text())
        for picture in ("layers.svg", "roofline.svg"):
            self.assertIn("</svg>", (out / picture).read_text())
        again = self.folder / "again"
        self.assertEqual(self.bench("--render", out / "bench.json", "--out", again).returncode, 0)
        for file in ("README.md", "bench.json"):
            self.assertEqual((again / file).read_text(), (out / file).read_text())
        stale = {**kept, "backend": "Use the abacus.", "parts": [{**part, "answers": []} for part in kept["parts"]]}
        (self.folder / "stale.json").write_text(json.dumps(stale))
        self.assertEqual(self.bench("--render", self.folder / "stale.json", "--out", again).returncode, 0)
        self.assertEqual((again / "bench.json").read_text(), (out / "bench.json").read_text())
        self.assert_hostile_runs_are_refused(kept)
        try:
            import jsonschema
        except ImportError:
            return
        for name, document in (("bench-2", kept), ("comparison-2", parts["layers"]["comparison"])):
            schema = json.loads((ROOT / f"results/schema/{name}.json").read_text())
            jsonschema.Draft202012Validator(schema).validate(document)

    def assert_backends_are_compared(self, kept, contenders, output):
        """Each library that is here, but neither the reference BLAS nor one under two names; none borrows a kernel."""
        measured = {c["configuration"]["backend"] for c in contenders}
        known = {row["name"]: row for row in json.loads(programs.run("reprise", "backends", "--json").stdout)}
        for name, row in known.items():
            if name in ("reference", "netlib", "blas"):
                self.assertNotIn(name, measured)
            elif row["available"]:
                self.assertIn(name, measured)
            else:
                self.assertIn(f"{name} was not measured: {row['unavailable_reason']}", output)
        self.assertIn("netlib was not measured: it is the slow reference BLAS", output)
        self.assertIn(f"openblas is {known['openblas']['library']['title']}", output)
        layers = next(part for part in kept["parts"] if part["name"] == "layers")
        answer = {a["subject"]: a["answer"] for a in layers["answers"]}["imdb_1 (sparse)"]
        self.assertNotIn("excluded", answer)
        for contender in contenders[:-1]:  # the last one is the control
            self.assertIn(contender["name"], answer)

    def assert_hostile_runs_are_refused(self, kept):
        """Files that contradict themselves, and one whose names contain gnuplot commands."""
        file = self.folder / "hostile.json"

        def render(change):
            changed = copy.deepcopy(kept)
            change(next(part for part in changed["parts"] if part["name"] == "layers")["comparison"])
            file.write_text(json.dumps(changed))
            return self.bench("--render", file, "--out", self.folder / "hostile")

        for details in ([], [[]]):
            with self.subTest(details=details):
                run = render(lambda c: c["measurements"].update(details=details))
                self.assert_one_line(run, 2, "hostile.json: found 'details' of another size")
        self.assert_one_line(render(lambda c: c["measurements"].update(rounds=[])), 2, "0 rounds, expected some")
        self.assert_one_line(render(lambda c: c["looks"].update(rounds=[], alpha_spent=[])), 2, "hostile.json: found looks")
        self.assert_one_line(render(lambda c: c["judged"].update(rounds=-1)), 2, "hostile.json: found -1 of 1 rounds")
        mark = self.folder / "mark"
        injected = f"dense_step/x\nEND\n!touch {mark}\n'.system('touch {mark}').'/y"

        def inject(comparison):
            comparison["measurements"]["rows"][0] = injected
            comparison["measurements"]["contenders"][0]["name"] = injected

        self.assertEqual(render(inject).returncode, 0)
        self.assertFalse(mark.exists())
        self.assert_one_line(self.bench("--render", file, "--rounds", "3"), 2, "--rounds and --render cannot be combined")

    def test_without_gnuplot_only_the_pictures_are_missing(self):
        out = self.folder / "out"
        self.environment["PATH"] = str(self.folder)
        run = self.bench("--quick", "--data", "stand-in", "--rounds", "1", "--backend", "openmp", "--quiet", "--out", out)
        self.assert_one_line(run, 0, "no pictures: gnuplot not found", f"--render {out}/bench.json")
        self.assertIn("imdb_1 (sparse)", run.stdout)
        self.assertEqual(sorted(file.name for file in out.iterdir()), ["README.md", "bench.json"])
        self.assert_one_line(self.bench("--render", out / "bench.json", "--out", self.folder / "again"), 3, "gnuplot")

    def test_resume_continues_an_interrupted_run(self):
        out = self.folder / "out"
        state = out / "state" / "layers.json"
        arguments = ("--quick", "--data", "stand-in", "--rounds", "2", "--backend", "openmp,openblas", "--quiet", "--out",
                     out)
        with subprocess.Popen([programs.BIN / "reprise", "bench", *map(str, arguments)],
                              env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL) as run:
            while not state.exists():
                self.assertIsNone(run.poll())
                time.sleep(0.02)
            run.send_signal(signal.SIGINT)
            self.assertEqual(run.wait(timeout=60), 130)
        first = json.loads(state.read_text())["measurements"]["rounds"][0]
        peaks = json.loads((out / "state" / "peaks.json").read_text())
        self.assert_one_line(self.bench(*arguments), 2, ".json: found the rounds of an interrupted run", "--resume")
        resumed = self.bench(*arguments, "--resume")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        kept = json.loads((out / "bench.json").read_text())
        layers = next(part for part in kept["parts"] if part["name"] == "layers")
        rounds = layers["comparison"]["measurements"]["rounds"]
        self.assertEqual(rounds[0], first)
        self.assertEqual(len(rounds), 2)
        self.assertIn(kept["peaks"]["gflops"], [pair[0] for pair in peaks.values()])
        self.assertFalse((out / "state").exists())

    def test_results_of_schema_1_are_rendered_as_schema_2(self):
        out = self.folder / "out"
        run = self.bench("--render", ROOT / "tests/bench/suite/bench-1.json", "--out", out)
        if run.returncode == 3:
            self.skipTest("gnuplot is missing")
        self.assertEqual(run.returncode, 0, run.stderr)
        written = json.loads((out / "bench.json").read_text())
        self.assertEqual(written["schema"], "reprise/bench/2")
        self.assertEqual([part["kind"] for part in written["parts"]], ["winners", "threads", "times"])
        answers = {a["subject"]: a["answer"] for part in written["parts"] for a in part["answers"]}
        self.assertTrue(answers["imdb_1 (sparse)"].endswith("excluded for lack of a kernel of their own: blas, onednn"))
        again = self.folder / "again"
        self.assertEqual(self.bench("--render", out / "bench.json", "--out", again).returncode, 0)
        for file in ("README.md", "bench.json"):
            self.assertEqual((again / file).read_text(), (out / file).read_text())

    def test_layers_and_networks_of_ones_own(self):
        out = self.folder / "out"
        run = self.bench("--network", "300-40-7", "--batch", "32", "--sparse", "0.05", "--optimizer", "adam", "--shape",
                         "16x20x30", "--backend", "openmp,eigen,openblas", "--rounds", "2", "--quiet", "--out", out)
        self.assertEqual(run.returncode, 0, run.stderr)
        kept = json.loads((out / "bench.json").read_text())
        self.assertEqual((kept["mode"], kept["own"]),
                         ("own", "--shape=16x20x30 --network=300-40-7 --batch=32 --sparse=0.05 --optimizer=adam"))
        parts = {part["name"]: [a["subject"] for a in part["answers"]] for part in kept["parts"]}
        self.assertEqual(parts["layers"], ["16x20x30", "network_1 (sparse)", "network_2"])
        self.assertEqual(parts["epochs"], ["network"])
        for line in ("16x20x30", "network_1 (sparse)"):
            self.assertRegex(run.stdout, rf"(?m)^{re.escape(line)} ")

    def test_what_cannot_be_had_is_one_line(self):
        huge = self.bench("--network", "9000000-9000000-2", "--out", self.folder / "out")
        self.assert_one_line(huge, 3, "--network 9000000-9000000-2: needs about", "of memory")
        missing = self.bench("--quick", "--backend", "blas:/no/such/file.so", "--out", self.folder / "out")
        self.assert_one_line(missing, 3, "found no such file")

    def test_wrong_use(self):
        broken = self.folder / "broken.json"
        broken.write_text("{")
        for arguments, parts in (
            ([], ["bench needs --quick, --full, --network or --shape"]),
            (["--quick", "--full"], ["cannot be combined"]),
            (["--quick", "--network", "2-1"], ["cannot be combined"]),
            (["--network", "2"], ["--network: found '2', expected the sizes"]),
            (["--shape", "0x1x1"], ["--shape: found '0x1x1', expected BATCHxINPUTSxUNITS"]),
            (["--quick", "--batch", "8"], ["--batch needs --network"]),
            (["--quick", "--backend", "openbals"], ["did you mean 'openblas'?"]),
            (["--quick", "--out", "/proc/none"], ["/proc/none"]),
            (["--quick", "--data", "reel"], ["--data", "did you mean 'real'?"]),
            (["--render", broken], ["broken.json: found no whole JSON"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.bench(*arguments), 2, *parts)


if __name__ == "__main__":
    programs.main()
