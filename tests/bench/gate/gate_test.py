"""`reprise gate` from outside: its exit codes, reports and states, on pretended programs and made repositories.

  python3 tests/bench/gate/gate_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import Case

FAKE = programs.BIN / "made_bench"


class GateCase(Case):
    def setUp(self):
        super().setUp()
        self.environment = {"FAKE_FOLDER": str(self.folder), "TMPDIR": str(self.folder)}

    def gate(self, *arguments, cwd=None, **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
        return subprocess.run([programs.BIN / "reprise", "gate", *map(str, arguments)], cwd=cwd or self.folder,
                              capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL,
                              env={**clean, **self.environment, **environment})

    @staticmethod
    def fake(*arguments):
        return " ".join(map(str, (FAKE, *arguments)))


class Verdicts(GateCase):
    def verdicts(self, *arguments, **environment):
        file = self.folder / "gate.json"
        run = self.gate("--quiet", "--json", file, *arguments, **environment)
        document = json.loads(file.read_text()) if file.exists() else None
        file.unlink(missing_ok=True)
        for count in self.folder.glob("*.count"):
            count.unlink()
        return run, document and {v["benchmark"]: v["verdict"] for v in document["verdicts"]}, document

    def test_equal_programs_pass_and_all_reports_are_written(self):
        summary = self.folder / "summary.md"
        summary.write_text("before\n")
        run, verdicts, document = self.verdicts(
            self.fake("good"), self.fake("good"), "--markdown", self.folder / "g.md", "--junit", self.folder / "g.xml",
            GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(verdicts, {"slow": "not slower", "same": "not slower"})
        markdown = (self.folder / "g.md").read_text()
        self.assertTrue(markdown.startswith("<!-- reprise gate -->"), markdown[:80])
        self.assertIn("reprise gate", markdown.split("```")[1])
        self.assertEqual(summary.read_text(), "before\n" + markdown + "\n")
        cases = list(xml.parse(self.folder / "g.xml").getroot().iter("testcase"))
        self.assertEqual([case.find(kind) for case in cases for kind in ("failure", "error", "skipped")], [None] * 6)
        self.assertEqual(document["exit_code"], 0)

    def test_a_slower_benchmark_is_confirmed_and_named_alone(self):
        run, verdicts, document = self.verdicts(self.fake("good"), self.fake("good", 1.3), "--junit", self.folder / "g.xml")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(verdicts, {"slow": "regression", "same": "not slower"})
        row, = (v for v in document["verdicts"] if v["verdict"] == "regression")
        self.assertAlmostEqual(row["ratio"], 1.3, delta=0.03)
        self.assertEqual(row["confirmed"]["rounds"], 24)
        self.assertIn("slower", run.stdout.splitlines()[0])
        self.assertEqual(len(xml.parse(self.folder / "g.xml").findall(".//failure")), 1)

    def test_a_faster_head_passes(self):
        run, verdicts, _ = self.verdicts(self.fake("good"), self.fake("good", 0.7))
        self.assertEqual((run.returncode, verdicts["slow"]), (0, "not slower"))

    def test_what_head_does_not_have_fails(self):
        for behaviour, why in (("fewer", "HEAD does not have it"), ("skip", "HEAD skips it: no such unit here")):
            with self.subTest(behaviour=behaviour):
                run, verdicts, document = self.verdicts(self.fake("good"), self.fake(behaviour))
                self.assertEqual((run.returncode, verdicts), (1, {"same": "not slower", "slow": "missing"}), run.stderr)
                self.assertEqual(document["verdicts"][-1]["why"], why)
                run, verdicts, _ = self.verdicts(self.fake("good"), self.fake(behaviour), "--missing", "warn")
                self.assertEqual(run.returncode, 4)
        # no benchmark in common
        run, verdicts, _ = self.verdicts(self.fake("good"), self.fake("others"))
        self.assertEqual((run.returncode, verdicts), (1, {"slow": "missing", "same": "missing"}), run.stderr)
        run, verdicts, document = self.verdicts(self.fake("fewer"), self.fake("good"))
        self.assertEqual((run.returncode, document["new_in_head"]), (0, ["slow"]))

    def test_a_benchmark_that_fails_is_the_fault_of_head_alone(self):
        run, verdicts, _ = self.verdicts(self.fake("good"), self.fake("error"))
        self.assertEqual((run.returncode, verdicts), (1, {"slow": "failed in HEAD", "same": "not slower"}), run.stdout)
        run, verdicts, _ = self.verdicts(self.fake("error"), self.fake("good"))
        self.assertEqual((run.returncode, verdicts["slow"]), (0, "failed in BASE"), run.stdout)

    def test_a_benchmark_that_needs_another_one_is_undecided(self):
        run, verdicts, document = self.verdicts(self.fake("depends"), self.fake("depends", 1.3))
        self.assertEqual((run.returncode, verdicts), (4, {"slow": "undecided", "same": "not slower"}), run.stdout)
        self.assertIn("nothing is prepared", document["verdicts"][0]["why"])

    def test_the_files_that_it_writes(self):
        good, program = self.fake("good"), self.folder / "program"
        shutil.copy2(FAKE, program)
        before = program.read_bytes()
        self.assert_one_line(self.gate("--quiet", program, program, "--json", program), 2, "--json", program="reprise")
        self.assertEqual(program.read_bytes(), before)
        run = self.gate("--quiet", good, good, "--summary", self.folder / "none" / "x")
        self.assert_one_line(run, 2, "--summary: found", program="reprise")
        # the path of a summary may lie outside of the job's container
        run, _, _ = self.verdicts(good, good, GITHUB_STEP_SUMMARY="/none/x")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("--summary: found '/none/x'", run.stdout)
        # a reader that leaves
        json_file = self.folder / "left.json"
        process = subprocess.Popen([programs.BIN / "reprise", "gate", "--quiet", good, good, "--json", json_file],
                                   stdout=subprocess.PIPE, env={**os.environ, **self.environment})
        process.stdout.close()
        process.wait(timeout=60)
        self.assertEqual(json.loads(json_file.read_text())["exit_code"], 0)

    def test_other_bits_warn_or_fail(self):
        run, _, document = self.verdicts(self.fake("good"), self.fake("bits"))
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertIn("bits", run.stdout)
        self.assertTrue(document["verdicts"][0]["different_bits"])
        run, _, _ = self.verdicts(self.fake("good"), self.fake("bits"), "--bits", "fail")
        self.assertEqual(run.returncode, 1)

    def test_programs_that_break(self):
        for behaviour, part in (("crash", "Segmentation fault"), ("hang", "still running after 1 s"),
                                ("silent", "found nothing in the file"), ("cut", "found no whole JSON"), ("foreign", "without a list"),
                                ("crash-late", "crashed"), ("renamed", "expected the benchmarks of round 1")):
            with self.subTest(behaviour=behaviour):
                run, verdicts, _ = self.verdicts(self.fake("good"), self.fake(behaviour), "--timeout", "1s")
                self.assert_one_line(run, 2, part, program="reprise")
                # what was measured before it is reported
                self.assertEqual(verdicts is not None, behaviour in ("crash-late", "renamed"))
                run, _, _ = self.verdicts(self.fake("good"), self.fake(behaviour), "--timeout", "1s", "--bisect")
                self.assertEqual(run.returncode, 125)

    def test_bisect_keeps_0_and_1(self):
        self.assertEqual(self.verdicts(self.fake("good"), self.fake("good", 1.3), "--bisect")[0].returncode, 1)
        self.assertEqual(self.verdicts(self.fake("good"), self.fake("good"), "--bisect")[0].returncode, 0)
        self.assertEqual(self.verdicts(self.fake("good"), "--bisect")[0].returncode, 125)
        # a flag that is spelled wrongly must not make a commit bad
        run = self.gate(self.fake("good"), self.fake("good"), "--bisect", "--margn", "5%")
        self.assert_one_line(run, 125, "--margn", program="reprise")

    def test_shell_commands(self):
        run, verdicts, _ = self.verdicts("--command", "sleep 0.02", "sleep 0.04")
        self.assertEqual((run.returncode, verdicts), (1, {"wall_time": "regression"}), run.stderr)
        run, _, _ = self.verdicts("--command", "sleep 0.02", "sleep 0.02; exit 3")
        self.assert_one_line(run, 2, "exit code 3", program="reprise")

    def test_wrong_use(self):
        good = self.fake("good")
        for arguments, line in (((), "found neither BASE nor HEAD"), ((good,), "found BASE alone"),
                                ((good, good, "--preset", "x"), "--preset needs --program"),
                                ((good, good, "--accepted", "x"), "--accepted needs --program"),
                                (("a", "b", "--program", "x"), "found no way to build it"),
                                (("a", "b", "--program", "x", "--preset", "p", "--build", "b"), "--preset and --build"),
                                ((good, good, "--resume"), "--resume needs --state"),
                                ((good, "missing-program"), "found 'missing-program', expected a program"),
                                ((good, good, "--time-budget", "10ms"), "for a single round"),
                                ((good, good, "--command", "--filter", "x"), "--filter cannot be used with --command"),
                                ((good + " --benchmark_repetitions=3", good), "expected --repetitions"),
                                ((good, good, "--markdown", "none/x.md"), "none/x.md"),
                                ((good, good, "--json", "x", "--junit", "x"), "--junit")):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.gate("--quiet", *arguments), 2, line, program="reprise")


class Refs(GateCase):
    def setUp(self):
        super().setUp()
        if shutil.which("git") is None:
            self.skipTest("git is missing")
        self.repository = self.folder / "repository"
        self.repository.mkdir()
        self.git("init", "-q", "-b", "main")
        self.commits = 0
        self.commit(factor=1.0)

    def git(self, *arguments, cwd=None):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always",
                               *arguments], cwd=cwd or self.repository, check=True, capture_output=True, text=True,
                              env=clean).stdout.strip()

    def commit(self, factor, **files):
        """A commit whose program is slower by the factor in one benchmark."""
        program = self.repository / "bench"
        program.write_text(f'#!/bin/sh\nexec "{FAKE}" good {factor} "$@"\n')
        program.chmod(0o755)
        for name, text in files.items():
            (self.repository / name).write_text(text)
        self.git("add", "-A")
        self.commits += 1  # otherwise equal changes of two branches would be one commit
        self.git("commit", "-q", "--allow-empty", "-m", f"factor {factor}, {self.commits}")
        return self.git("rev-parse", "HEAD")

    def of_refs(self, base, head, *arguments, cwd=None, build="true", program="./bench", **environment):
        return self.gate(base, head, "--quiet", "--build", build, "--program", program, *arguments,
                         cwd=cwd or self.repository, **environment)

    def test_the_merge_base_is_measured_and_the_tree_stays_as_it_is(self):
        self.git("checkout", "-q", "-b", "topic")
        self.commit(factor=1.0)
        self.git("checkout", "-q", "main")
        self.commit(factor=0.5)  # main became faster: no fault of topic
        before = self.git("status", "--porcelain"), self.git("branch", "-a"), self.git("rev-parse", "HEAD")
        run = self.of_refs("main", "topic")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        run = self.of_refs("main", "topic", "--no-merge-base")
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertEqual((self.git("status", "--porcelain"), self.git("branch", "-a"), self.git("rev-parse", "HEAD")), before)

    def test_a_slower_commit_is_accepted_while_it_lies_between(self):
        base = self.git("rev-parse", "HEAD")
        slower = self.commit(factor=1.3)
        run = self.of_refs(base, "HEAD", "--json", self.folder / "g.json")
        self.assertEqual(run.returncode, 1, run.stderr)
        run = self.gate("accept", "HEAD", "slow", "--from", self.folder / "g.json", "--why", "checks its input",
                        cwd=self.repository)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "accept")
        run = self.of_refs(base, "HEAD")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("checks its input", run.stdout)
        # beyond the factor, and where the commit does not lie between
        self.commit(factor=1.6)
        self.assertEqual(self.of_refs(base, "HEAD").returncode, 1)
        run = self.of_refs(slower, "HEAD")
        self.assertEqual(run.returncode, 1)
        self.assertIn("accepted", run.stdout)
        for arguments, line in ((("HEAD", "slow", "--why", "x"), "neither --from nor --factor"),
                                (("HEAD", "slow", "--factor", "0.9", "--why", "x"), "above 1"),
                                (("HEAD", "slow", "--factor", "1.2"), "--why"),
                                (("none", "slow", "--factor", "1.2", "--why", "x"), "none"),
                                (("HEAD", "other", "--from", self.folder / "g.json", "--why", "x"), "no benchmark 'other'"),
                                (("HEAD", "same", "--from", self.folder / "g.json", "--why", "x"), "expected a regression")):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.gate("accept", *arguments, cwd=self.repository), 2, line, program="reprise")

    def test_changes_that_no_commit_has(self):
        self.commit(factor=1.0)
        (self.repository / "bench").write_text(f'#!/bin/sh\nexec "{FAKE}" good 1.4 "$@"\n')
        run = self.of_refs("HEAD~1", "HEAD")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("not measured", run.stdout)
        run = self.of_refs("HEAD", ".")
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("the same commit", self.of_refs("HEAD", "HEAD").stdout)

    def test_what_is_missing_or_breaks(self):
        self.commit(factor=1.0)
        for arguments, code, part in ((dict(build="exit 3"), 2, "exit code 3"), (dict(build="no-such-tool"), 3, "no-such-tool"),
                                      (dict(program="./none"), 2, "none"), (dict(program="/bin/true"), 2, "/bin/true"),
                                      (dict(build="sleep 9", more=("--build-timeout", "1s")), 2, "1 s")):
            with self.subTest(arguments=arguments):
                more = arguments.pop("more", ())
                run = self.of_refs("HEAD~1", "HEAD", *more, **arguments)
                self.assert_one_line(run, code, part, program="reprise")
        run = self.gate("HEAD~1", "HEAD", "--quiet", "--preset", "none", "--program", "./bench", cwd=self.repository)
        self.assert_one_line(run, 3, "none", program="reprise")
        self.assert_one_line(self.of_refs("none", "HEAD"), 2, "none", program="reprise")
        self.assert_one_line(self.of_refs("HEAD~1", "HEAD", cwd=self.folder), 3, program="reprise")
        self.assert_one_line(self.of_refs("HEAD~1", "HEAD", PATH="/none"), 3, "git", program="reprise")

    def test_a_shallow_clone_says_what_helps(self):
        self.git("checkout", "-q", "-b", "topic")
        self.commit(factor=1.0)
        self.git("checkout", "-q", "main")
        self.commit(factor=1.0)
        shallow = self.folder / "shallow"
        self.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{self.repository}", str(shallow))
        run = self.of_refs("origin/main", "origin/topic", cwd=shallow)
        self.assert_one_line(run, 3, "git fetch --unshallow", program="reprise")

    def test_a_branch_that_moved_is_another_gate(self):
        self.commit(factor=1.0)
        state = self.folder / "state"
        run = self.of_refs("HEAD~1", "main", "--state", state)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.commit(factor=1.0)
        run = self.of_refs("HEAD~2", "main", "--state", state, "--resume")
        self.assert_one_line(run, 2, "the state of another gate", program="reprise")

    def test_git_bisect_finds_the_commit(self):
        good = self.git("rev-parse", "HEAD")
        commits = [self.commit(factor=1.0 if i < 3 else 1.3) for i in range(5)]
        self.git("bisect", "start", "HEAD", good)
        script = (f'"{programs.BIN / "reprise"}" gate {good} . --build true --program ./bench --quiet --bisect --margin 10%')
        environment = {**os.environ, **self.environment}
        run = subprocess.run(["git", "bisect", "run", "sh", "-c", script], cwd=self.repository, capture_output=True, text=True,
                             env=environment, timeout=240)
        self.assertIn(f"{commits[3]} is the first bad commit", run.stdout, run.stderr)


class States(GateCase):
    # 10 by default; by hand: REPRISE_KILLS=100
    KILLS = int(os.environ.get("REPRISE_KILLS", "10"))

    def test_a_kill_at_any_moment_loses_nothing(self):
        state = self.folder / "state"
        arguments = [programs.BIN / "reprise", "gate", "--quiet", self.fake("good"), self.fake("good", 1.3), "--state", state,
                     "--json", self.folder / "g.json", "--time-budget", "10m"]
        environment = {**os.environ, **self.environment}
        rounds, killed = 0, 0
        while killed < self.KILLS:
            more = ["--resume"] if state.exists() else []
            process = subprocess.Popen([*arguments, *more], env=environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, text=True)
            try:
                process.wait(timeout=random.uniform(0, 0.3))
                self.assertEqual(process.returncode, 1, process.stderr.read())
                self.assertTrue(more)  # it came to its end in spite of the kills
                state.unlink()
                rounds = 0
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            process.stderr.close()
            if state.exists() and state.stat().st_size > 0:
                document = json.loads(state.read_text())
                found = sum(len(document[part]["rounds"]) for part in ("screen", "fresh") if document[part])
                self.assertGreaterEqual(found, rounds)
                rounds = found
        more = ["--resume"] if state.exists() else []
        run = subprocess.run([*arguments, *more], env=environment, capture_output=True, text=True, timeout=240)
        self.assertEqual(run.returncode, 1, run.stderr)
        document = json.loads((self.folder / "g.json").read_text())
        self.assertEqual([v["verdict"] for v in document["verdicts"]], ["regression", "not slower"])

    def test_states_of_other_gates_are_refused(self):
        state = self.folder / "state"
        good, other = self.fake("good"), self.fake("good", 1.1)
        self.assertEqual(self.gate("--quiet", good, good, "--state", state).returncode, 0)
        whole = state.read_text()
        self.assert_one_line(self.gate("--quiet", good, good, "--state", state), 2, "exists already", program="reprise")
        self.assert_one_line(self.gate("--quiet", good, other, "--state", state, "--resume"), 2, "another gate", program="reprise")
        looks = json.dumps({**json.loads(whole), "screen_looks": [18, 9000]})
        for text, part in ((whole[:len(whole) // 2], "state"), ("{}", "schema"), ("", "state"), (looks, "looks"),
                           (whole.replace("gate-state/1", "gate-state/9"), "gate-state/9")):
            state.write_text(text)
            with self.subTest(text=text[:20]):
                self.assert_one_line(self.gate("--quiet", good, good, "--state", state, "--resume"), 2, part, program="reprise")
        run = self.gate("--quiet", good, good, "--state", self.folder / "none", "--resume")
        self.assert_one_line(run, 2, "found no file", program="reprise")
        # a gate that has ended says the same again
        state.write_text(whole)
        run = self.gate("--quiet", good, good, "--state", state, "--resume")
        self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    programs.main()
