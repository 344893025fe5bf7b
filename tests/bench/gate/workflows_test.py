"""The workflow files of docs/ci: what they may do, and their own shell steps on a made repository.

  python3 tests/bench/gate/workflows_test.py build/release/bin [unittest options]
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree

try:
    import yaml
except ImportError:
    yaml = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from support import programs
from support.programs import ROOT, Case

GITHUB = ROOT / "docs/ci/github"
GITLAB = ROOT / "docs/ci/gitlab/benchmark-gate.gitlab-ci.yml"
MARKER = "<!-- reprise gate -->"

# made_bench.cpp: "slow" takes FACTOR times as long as otherwise, "same" is the same
PROGRAM = '''#!/bin/sh
exec "MADE" good FACTOR "$@"
'''
BUILD = 'mkdir -p build && sed "s/FACTOR/$(cat factor)/" program.py > build/bench && chmod +x build/bench'


def steps(name):
    """The steps of the only job of a workflow for GitHub."""
    (job,) = yaml.safe_load((GITHUB / name).read_text())["jobs"].values()
    return job["steps"]


def step(name, title):
    return next(step for step in steps(name) if step.get("name") == title)


def gitlab_job():
    return yaml.safe_load(GITLAB.read_text())["benchmark-gate"]


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class Files(Case):
    """What a stranger's code could misuse is not there."""

    def triggers(self, name):
        return yaml.safe_load((GITHUB / name).read_text())[True]  # YAML 1.1 takes the key `on` for true

    def test_the_gate_has_no_secrets_and_may_only_read(self):
        text = (GITHUB / "benchmark-gate.yml").read_text()
        self.assertEqual(self.triggers("benchmark-gate.yml"), "pull_request")
        self.assertEqual(yaml.safe_load(text)["permissions"], {"contents": "read"})
        self.assertNotRegex(text, r"secrets\.|github\.token|GITHUB_TOKEN|self-hosted")
        checkout = steps("benchmark-gate.yml")[0]
        self.assertEqual(checkout["uses"], "actions/checkout@v4")
        self.assertEqual(checkout["with"]["fetch-depth"], 0)
        self.assertIs(checkout["with"]["persist-credentials"], False)

    def test_the_report_is_uploaded_when_the_gate_fails(self):
        upload = steps("benchmark-gate.yml")[-1]
        self.assertEqual(upload["uses"], "actions/upload-artifact@v4")
        self.assertEqual(upload["if"], "${{ !cancelled() }}")
        self.assertEqual(upload["with"]["path"], "gate-report/")

    def test_the_comment_runs_nothing_of_the_pull_request(self):
        workflow = yaml.safe_load((GITHUB / "benchmark-comment.yml").read_text())
        gate = yaml.safe_load((GITHUB / "benchmark-gate.yml").read_text())
        self.assertEqual(self.triggers("benchmark-comment.yml"),
                         {"workflow_run": {"workflows": [gate["name"]], "types": ["completed"]}})
        self.assertEqual(workflow["permissions"], {"actions": "read", "pull-requests": "write"})
        used = {step["uses"].split("@")[0] for step in steps("benchmark-comment.yml") if "uses" in step}
        self.assertEqual(used, {"actions/github-script", "actions/download-artifact"})
        download = next(step for step in steps("benchmark-comment.yml") if "download" in step.get("uses", ""))
        self.assertEqual(download["with"]["name"], steps("benchmark-gate.yml")[-1]["with"]["name"])
        self.assertTrue(download["with"]["path"].startswith("${{ runner.temp }}/"))

    def test_no_text_of_an_event_becomes_code(self):
        for name in ("benchmark-gate.yml", "benchmark-comment.yml"):
            for found in steps(name):
                with self.subTest(name=name, step=found.get("name", found.get("uses"))):
                    self.assertNotIn("${{", found.get("run", "") + found.get("with", {}).get("script", ""))
                    if "uses" in found:
                        self.assertRegex(found["uses"], r"^actions/[a-z-]+@v\d+$")

    def test_gitlab_warns_if_undecided_and_shows_the_tests(self):
        job = gitlab_job()
        self.assertEqual(job["allow_failure"], {"exit_codes": 4})
        self.assertEqual(job["artifacts"]["when"], "always")
        self.assertEqual(job["artifacts"]["reports"]["junit"], "gate-report/junit.xml")
        self.assertEqual(job["variables"]["GIT_DEPTH"], "0")


class StepCase(Case):
    """Runs a step of a workflow as CI does, but with `-u`: a variable that nobody sets is an error."""

    def setUp(self):
        super().setUp()
        self.summary = self.folder / "summary.md"
        self.report = self.folder / "repository" / "gate-report"
        self.report.parent.mkdir()
        self.environment = {"PATH": f"{programs.BIN}:{os.environ['PATH']}", "HOME": str(self.folder),
                            "TMPDIR": str(self.folder), "REPRISE_MEASURE_LOCK": str(self.folder / "lock"),
                            "GIT_CONFIG_NOSYSTEM": "1", "BUILD": BUILD, "PROGRAM": "build/bench",
                            "FAKE_FOLDER": str(self.folder)}
        for role in ("AUTHOR", "COMMITTER"):
            self.environment |= {f"GIT_{role}_NAME": "A", f"GIT_{role}_EMAIL": "a@example.org"}

    def run_step(self, text, **environment):
        return subprocess.run(["bash", "-eu", "-c", text], cwd=self.report.parent, capture_output=True, text=True,
                              env={**self.environment, **environment}, timeout=240)

    def github(self, base, head):
        return self.run_step(step("benchmark-gate.yml", "Gate")["run"], BASE=base, HEAD=head, NUMBER="17",
                             GITHUB_STEP_SUMMARY=str(self.summary))

    def gitlab(self, base, head):
        (text,) = gitlab_job()["script"]
        return self.run_step(text, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_COMMIT_SHA=head)

    def pretend(self, code, *lines):
        """Puts a program `reprise` into PATH that does nothing but end with an exit code."""
        program = self.folder / "reprise"
        program.write_text("\n".join(["#!/bin/sh", *lines, f"exit {code}", ""]))
        program.chmod(0o755)
        self.environment["PATH"] = f"{self.folder}:{self.environment['PATH']}"


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class ExitCodes(StepCase):
    """What a job makes of the gate's exit codes and arguments."""

    def test_the_exit_code_decides_the_job_on_github(self):
        for code in (0, 1, 2, 3, 4):
            self.pretend(code)
            run = self.github("base", "head")
            self.assertEqual(run.returncode, 0 if code == 4 else code, run.stderr)
            self.assertEqual("::warning" in run.stdout, code == 4)
            self.assertIn(f"exit code {code} and without a report", (self.report / "report.md").read_text())
            self.assertEqual((self.report / "pull-request.txt").read_text(), "17\n")
            (self.report / "report.md").unlink()

    def test_the_exit_code_is_that_of_the_job_on_gitlab(self):
        for code in (0, 1, 4):
            self.pretend(code)
            self.assertEqual(self.gitlab("base", "head").returncode, code)

    def test_the_arguments_are_the_commits_and_the_commands_of_the_project(self):
        self.pretend(0, 'printf "%s\\n" "$@"')
        for run in (self.github("base", "head"), self.gitlab("base", "head")):
            words = run.stdout.splitlines()
            self.assertEqual(words[:7], ["gate", "base", "head", "--build", BUILD, "--program", "build/bench"])
        # a pipeline for merged results compares with the branch that it was merged into
        (text,) = gitlab_job()["script"]
        run = self.run_step(text, CI_MERGE_REQUEST_TARGET_BRANCH_SHA="target", CI_MERGE_REQUEST_DIFF_BASE_SHA="base",
                            CI_COMMIT_SHA="merged")
        self.assertEqual(run.stdout.splitlines()[1:3], ["target", "merged"])


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
@unittest.skipUnless(shutil.which("git"), "git is not installed")
class Gate(StepCase):
    """The steps with the real gate. The branches: "equal" and "slow" begin before the last commit of "main"."""

    def setUp(self):
        super().setUp()
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("program.py", PROGRAM.replace("MADE", str(programs.BIN / "made_bench")))
        self.commit("main", factor="1")
        for branch, factor in (("equal", "1"), ("slow", "1.5"), ("main", "0.5")):
            if branch != "main":
                self.git("switch", "--quiet", "--create", branch, "main")
            else:
                self.git("switch", "--quiet", "main")
            self.commit(branch, factor=factor)

    def git(self, *arguments):
        run = subprocess.run(["git", *arguments], cwd=self.report.parent, capture_output=True, text=True,
                             env={**os.environ, **self.environment})
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip()

    def write(self, name, text):
        (self.report.parent / name).write_text(text)

    def commit(self, branch, **files):
        for name, text in files.items():
            self.write(name, text + "\n")
        self.write("README", f"{branch} {files}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", branch)

    def of(self, branch):
        return self.git("rev-parse", branch)

    def assert_files(self):
        """The files of the report: its Markdown, the test cases of its JUnit XML by name, its JSON."""
        report = (self.report / "report.md").read_text()
        self.assertIn(MARKER, report)
        self.assertLessEqual(len(report.encode()), 65000)
        cases = {case.get("name"): case
                 for case in xml.etree.ElementTree.parse(self.report / "junit.xml").iter("testcase")}
        self.assertEqual(set(cases), {"slow", "same"})
        self.assertTrue(json.loads((self.report / "gate.json").read_text()))
        return report, cases

    def test_an_equal_head_passes_on_github(self):
        # the last commit of "main" is twice as fast: only the merge base is as fast as the branch
        run = self.github(self.of("main"), self.of("equal"))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertNotIn("::warning", run.stdout)
        _, cases = self.assert_files()
        self.assertIsNone(cases["slow"].find("failure"))
        self.assertTrue(self.summary.read_text().strip())

    def test_a_slow_head_fails_on_github(self):
        run = self.github(self.of("main"), self.of("slow"))
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        report, cases = self.assert_files()
        self.assertIn("slow", report)
        self.assertIsNotNone(cases["slow"].find("failure"))
        self.assertIsNone(cases["same"].find("failure"))
        self.assertIn("slow", self.summary.read_text())

    def test_a_slow_head_fails_on_gitlab(self):
        run = self.gitlab(self.of("main"), self.of("slow"))
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assert_files()

    def test_a_head_that_does_not_build_fails_with_a_report(self):
        self.git("switch", "--quiet", "--create", "broken", "equal")
        self.git("rm", "--quiet", "program.py")
        self.commit("broken", factor="1")
        run = self.github(self.of("main"), self.of("broken"))
        self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
        self.assertTrue((self.report / "report.md").read_text().strip())


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class Comment(StepCase):
    """The second workflow believes nothing that the artifact says."""

    def check(self, number="17\n", report=f"{MARKER}\nfine\n"):
        folder = self.folder / "gate-report"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in (("pull-request.txt", number), ("report.md", report)):
            if isinstance(text, pathlib.Path):
                (folder / name).symlink_to(text)
            elif text is not None:
                (folder / name).write_text(text)
        output = self.folder / "output"
        output.write_text("")
        run = self.run_step(step("benchmark-comment.yml", "Check the artifact")["run"], RUNNER_TEMP=str(self.folder),
                            GITHUB_OUTPUT=str(output))
        return run, output.read_text()

    def test_a_report_is_accepted(self):
        run, output = self.check()
        self.assertEqual((run.returncode, output), (0, "number=17\n"), run.stdout + run.stderr)

    def test_other_artifacts_are_refused(self):
        secret = self.folder / "secret"
        secret.write_text("17\n")
        for changed in ({"number": "17; echo"}, {"number": "-1"}, {"number": "0"}, {"number": ""}, {"number": "1\nx=2"},
                        {"number": "9" * 10}, {"number": " " * 30}, {"number": None}, {"report": None},
                        {"report": "x" * 65001}, {"report": secret}, {"number": secret}):
            with self.subTest(changed=str(changed)[:40]):
                run, output = self.check(**changed)
                self.assertEqual((run.returncode, output), (1, ""), run.stdout)
                self.assertTrue(run.stdout.startswith("::error"), run.stdout)

    def post(self, pull, comments, report):
        """Runs the script that comments. Returns what it asks GitHub to do, one request a line."""
        script = step("benchmark-comment.yml", "Comment")["with"]["script"]
        file = self.folder / "report.md"
        file.write_text(report)
        harness = """
            const [pull, comments] = JSON.parse(process.argv[1]);
            const say = verb => async request => console.log(JSON.stringify({verb, ...request}));
            const github = {rest: {pulls: {get: async () => ({data: pull})},
                                   issues: {listComments: null, createComment: say('create'),
                                            updateComment: say('update')}},
                            paginate: async () => comments};
            const context = {repo: {owner: 'o', repo: 'r'}, payload: {workflow_run:
              {head_sha: 'abc', html_url: 'https://example.org/run', head_repository: {id: 5}}}};
            const core = {notice: () => {}};
            (async () => {""" + script + "})().catch(error => { console.error(error); process.exit(1); });"
        run = subprocess.run(["node", "-e", harness, json.dumps([pull, comments])], capture_output=True, text=True,
                             env={**self.environment, "NUMBER": "17", "REPORT": str(file)}, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_one_comment_is_written_to_the_pull_request_of_this_commit(self):
        pull = {"state": "open", "head": {"sha": "abc", "repo": {"id": 5}}}
        (asked,) = self.post(pull, [], f"{MARKER}\nslow, says @somebody\n/merge\n")
        self.assertEqual((asked["verb"], asked["issue_number"]), ("create", 17))
        self.assertTrue(asked["body"].startswith(MARKER))
        self.assertEqual(asked["body"].count(MARKER), 1)
        self.assertNotIn("@somebody", asked["body"])
        self.assertIsNone(re.search(r"^\s*/", asked["body"], re.M))
        own = {"id": 9, "user": {"login": "github-actions[bot]"}, "body": asked["body"]}
        other = {**own, "id": 8, "user": {"login": "somebody"}}
        (asked,) = self.post(pull, [other, own], "x" * 65000)
        self.assertEqual((asked["verb"], asked["comment_id"]), ("update", 9))
        for changed in ({"state": "closed"}, {"head": {"sha": "def", "repo": {"id": 5}}},
                        {"head": {"sha": "abc", "repo": {"id": 6}}}, {"head": {"sha": "abc", "repo": None}}):
            self.assertEqual(self.post({**pull, **changed}, [own], "fine"), [], changed)


if __name__ == "__main__":
    programs.main()
