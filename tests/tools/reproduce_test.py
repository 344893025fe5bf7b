"""tools/reproduce: it rejects wrong flags before it does anything, and it chooses stand-in data correctly.

  python3 tests/tools/reproduce_test.py

The script runs in a directory where set-up, build and programs are fakes that record their calls.
"""

import contextlib
import functools
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# a program that records its call and exits with the code in the environment, e.g. FETCH="3"
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >>"{calls}"
case "$*" in
  "data fetch imdb.npz"*) exit ${{FETCH:-0}} ;;
  "data fetch imdb_word_index.json"*) exit ${{FETCH_VOCABULARY:-0}} ;;
  "data fetch mnist.npz"*) exit ${{FETCH_MNIST:-0}} ;;
  "list --json") echo '[{{"id": "mnist", "program": "mnist", "data": "mnist.npz"}},
    {{"id": "imdb", "program": "imdb", "data": "imdb.npz"}},
    {{"id": "imdb_final", "program": "imdb", "data": "imdb.npz"}}]' ;;
esac
[ "$(basename "$0")" != imdb ] || exit ${{IMDB:-0}}
[ "$(basename "$0")" != replay ] || exit ${{REPLAY:-0}}
"""


class Reproduce(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.calls = self.folder / "calls"
        for name in ("tools/setup", "tools/build", "tools/certify", "build/release/bin/imdb",
                     "build/release/bin/mnist", "build/release/bin/replay",
                     "build/release/bin/reprise"):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(FAKE.format(calls=self.calls))
            path.chmod(0o755)
        shutil.copy(ROOT / "tools/reproduce", self.folder / "tools/reproduce")

    def list_more(self, *entries):
        """Adds experiments to those that the fake reprise lists."""
        program = self.folder / "build/release/bin/reprise"
        program.write_text(program.read_text().replace("echo '[", "echo '[" + ", ".join(entries) + ","))

    def reproduce(self, *arguments, **environment):
        """Runs the script without data, and without a network except for REPRISE_DATA_URL."""
        nowhere = {"HOME": str(self.folder), "KERAS_HOME": "", "no_proxy": "127.0.0.1",
                   "REPRISE_DATA_URL": "http://127.0.0.1:1/"}
        return subprocess.run([self.folder / "tools/reproduce", *map(str, arguments)],
                              capture_output=True, text=True,
                              env={**os.environ, **nowhere, **environment})

    def data(self, *parts):
        """A directory with an imdb.npz."""
        folder = self.folder.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "imdb.npz").write_text("data")
        return folder

    def without_curl(self):
        """A PATH with all programs that the script calls, except curl."""
        programs = self.folder / "programs"
        programs.mkdir(exist_ok=True)
        for name in ("awk", "basename", "bash", "cat", "dirname", "env", "grep", "mkdir", "python3", "realpath", "sh",
                     "sort", "timeout", "uniq"):
            if not (programs / name).exists():
                (programs / name).symlink_to(shutil.which(name))
        return {"PATH": str(programs), **{
            name: "" for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY")}}

    @contextlib.contextmanager
    def server(self, folder):
        """The address of a server on this machine that serves the files of the directory."""
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(
                ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/"
            finally:
                server.shutdown()
                thread.join()

    def called(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def test_wrong_flags_are_reported_before_anything_is_done(self):
        for arguments, parts in (
            (["--seed", "-1"], ["--seed", "'-1'", "0 to 4294967295"]),
            (["--seed", "4294967296"], ["--seed", "'4294967296'"]),
            (["--seed", "9" * 30], ["--seed"]),
            (["--seed=x"], ["--seed", "'x'", "whole number"]),
            (["--seed"], ["--seed needs a value"]),
            (["--threads", "0"], ["--threads", "'0'", "1 to 1024"]),
            (["--data-dir", self.folder / "no"], ["--data-dir", str(self.folder / "no"), "a directory"]),
            (["--standin", "--data-dir", self.folder], ["--standin", "--data-dir"]),
            (["--standin=yes"], ["--standin", "'yes'"]),
            (["--standing"], ["'--standing'", "--standin"]),
            (["--only", "imdb mnist"], ["--only", "'imdb mnist'"]),
            (["--only="], ["--only", "''"]),
            (["--full=1"], ["--full", "'1'"]),
        ):
            with self.subTest(arguments=arguments):
                run = self.reproduce(*arguments)
                self.assertEqual((run.returncode, run.stdout, run.stderr.count("\n")), (2, "", 1))
                for part in parts:
                    self.assertIn(part, run.stderr)
        self.assertEqual(self.called(), [])

    def test_with_data_nothing_is_standin(self):
        self.data()
        run = self.reproduce("--data-dir", self.folder, "--seed", "08", "--seed", 7, "--threads=2")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("STAND-IN", run.stdout)
        self.assertIn("every check held", run.stdout.splitlines()[-1])
        flags = f"--seed 08 --seed 7 --threads 2 --data-dir {self.folder} --check results --record "
        self.assertEqual(self.called(), [
            "setup ", "build release programs", "reprise list --json",
            f"reprise data fetch imdb.npz --data-dir {self.folder}",
            f"reprise data fetch mnist.npz --data-dir {self.folder}",
            f"reprise data fetch imdb_word_index.json --data-dir {self.folder}",
            f"mnist --experiment mnist {flags}build/reproduce/mnist.json --plot-dir build/reproduce",
            f"imdb --experiment imdb --experiment imdb_final {flags}build/reproduce/imdb.json "
            "--plot-dir build/reproduce",
            f"replay 3.5-imdb 4.4-overfitting --quiet --threads 2 --data-dir {self.folder} "
            "--record build/reproduce/replay/notebooks.json",
            "reprise report build/reproduce/mnist.json build/reproduce/imdb.json --results results "
            "--markdown build/reproduce/README.md",
            f"certify --seconds 110 --costs build/reproduce --out build/reproduce/certificate --threads 2 --data-dir {self.folder}"])

    def test_only_runs_the_named_experiments_and_fetches_their_data(self):
        self.data()
        run = self.reproduce("--data-dir", self.folder, "--only", "imdb_final", FETCH_MNIST="3")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("mnist", self.calls.read_text())
        self.assertIn("imdb --experiment imdb_final --data-dir", self.calls.read_text())
        self.assertNotIn("replay", self.calls.read_text())
        self.assertIn("--out build/reproduce/certificate --only imdb_final --data-dir", self.called()[-1])
        run = self.reproduce("--data-dir", self.folder, "--only", "imdb,imbd_final")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--only: found 'imbd_final'", run.stderr)

    def test_a_replay_may_differ_but_not_fail(self):
        self.data()
        self.assertEqual(self.reproduce("--data-dir", self.folder, REPLAY="1").returncode, 0)
        self.assertEqual(self.reproduce("--data-dir", self.folder, REPLAY="2").returncode, 2)

    def test_full_runs_every_stored_run_of_keras_again(self):
        self.data()
        keras = self.folder / "results" / "keras"
        keras.mkdir(parents=True)
        for name in ("imdb__seed7", "imdb__seed7__x64", "imdb__seed7__sgd", "imdb__seed7__x64__mse",
                     "imdb__seed7__tanh", "imdb__seed7__eager", "mnist__seed0__algsimp_off",
                     "boston_final__seed1"):
            (keras / f"{name}.json").write_text("{}")
        run = self.reproduce("--data-dir", self.folder, "--full")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.called()[-1], f"certify --full --data-dir {self.folder}")
        full = [call for call in self.called() if "--quiet --experiment" in call]
        self.assertEqual(sorted(full), sorted(
            f"imdb --quiet --experiment imdb --seed 7 --dtype {what} --data-dir {self.folder} --check results"
            for what in ("float32", "float64", "float32 --optimizer sgd", "float64 --loss mse",
                         "float32 --activation tanh")))

    def test_experiments_whose_data_are_missing_are_left_out(self):
        self.data()
        run = self.reproduce("--data-dir", self.folder, FETCH_MNIST="3")
        self.assertEqual(run.returncode, 3)
        self.assertEqual(run.stderr.count("\n"), 1)
        self.assertIn("data missing: mnist.npz", run.stderr)
        self.assertIn("data missing: mnist.npz", run.stdout)
        self.assertNotIn("STAND-IN", run.stdout)
        runs = [call.split()[0] for call in self.called() if "--record" in call]
        self.assertEqual(runs, ["imdb", "replay"])
        run = self.reproduce("--data-dir", self.folder, "--only", "mnist", FETCH_MNIST="3")
        self.assertEqual((run.returncode, run.stderr.count("\n")), (3, 1))
        self.assertIn("mnist.npz missing", run.stderr)

    def test_what_takes_minutes_and_what_needs_no_data(self):
        self.data()
        self.list_more('{"id": "points", "program": "mnist", "data": "", "takes_minutes": false}',
                       '{"id": "large", "program": "mnist", "data": "mnist.npz", "takes_minutes": true}')
        for flags, expected in ((), "--experiment points"), (("--full",), "--experiment large"), \
                (("--only", "large"), "--experiment large"):
            run = self.reproduce("--data-dir", self.folder, *flags)
            self.assertEqual(run.returncode, 0, run.stderr)
            first = next(call for call in self.called() if call.startswith("mnist "))
            self.assertIn(expected, first)
            self.assertEqual("large" in first, bool(flags))
            self.assertNotIn("fetch -", self.calls.read_text())
            self.calls.unlink()

    def test_data_in_either_cache_are_found(self):
        self.data("k", "datasets")
        run = self.reproduce(KERAS_HOME=str(self.folder / "k"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("STAND-IN", run.stdout)
        self.data(".keras", "datasets")
        self.assertNotIn("STAND-IN", self.reproduce(KERAS_HOME=str(self.folder / "no")).stdout)

    def assert_all_standin(self, run):
        self.assertEqual(run.returncode, 0, run.stderr)
        lines = run.stdout.splitlines()
        self.assertTrue(any(line.startswith("STAND-IN run: ") for line in lines), run.stdout)
        self.assertIn("nothing of the book has been reproduced", lines[-1])
        self.assertTrue(lines[-1].startswith("STAND-IN: "))
        runs = [call for call in self.called() if "--record" in call]
        self.assertEqual([call.split()[0] for call in runs[-2:]], ["mnist", "imdb"])
        for call in runs:
            self.assertIn(" --standin --check results", call)
            self.assertNotIn("--data-dir", call)

    def test_without_data_and_network_it_uses_standin_and_says_so_in_the_first_line(self):
        for where in ({}, self.without_curl(), {"REPRISE_DATA_URL": "http://[::1]:1/"}):
            for arguments in ([], ["--data-dir", self.folder]):
                with self.subTest(where=where, arguments=arguments):
                    run = self.reproduce(*arguments, **where)
                    self.assert_all_standin(run)
                    self.assertTrue(run.stdout.startswith("STAND-IN: found neither "), run.stdout)
                    self.assertNotIn("fetch", self.calls.read_text())

    def test_data_that_can_be_downloaded_is_no_standin(self):
        with self.server(self.data("served")) as url:
            for where in ({}, self.without_curl()):
                with self.subTest(where=where):
                    run = self.reproduce(REPRISE_DATA_URL=url, **where)
                    self.assertEqual(run.returncode, 0, run.stderr)
                    self.assertNotIn("STAND-IN", run.stdout)

    @unittest.skipIf(shutil.which("curl") is None, "curl is not installed")
    def test_a_server_without_the_file_is_reported_in_the_first_line(self):
        with self.server(self.folder / "tools") as url:
            run = self.reproduce(REPRISE_DATA_URL=url)
        self.assert_all_standin(run)
        self.assertTrue(run.stdout.startswith("STAND-IN: "), run.stdout)

    def test_a_download_that_fails_later_leads_to_standin(self):
        with self.server(self.folder / "tools") as url:
            self.assert_all_standin(
                self.reproduce(REPRISE_DATA_URL=url, FETCH="3", **self.without_curl()))

    def test_the_flag_standin_fetches_nothing(self):
        run = self.reproduce("--standin")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(run.stdout.startswith("STAND-IN: "))
        self.assertEqual([call.split()[0] for call in self.called()], ["setup", "build", "reprise", "mnist", "imdb", "reprise"])

    def test_a_damaged_file_is_no_reason_for_standin(self):
        self.data(".keras", "datasets")
        run = self.reproduce(FETCH="2")
        self.assertEqual(run.returncode, 2)
        self.assertNotIn("imdb ", "\n".join(self.called()[3:]))

    def test_the_vocabulary_is_not_needed_and_a_failed_check_is_reported(self):
        self.data(".keras", "datasets")
        self.assertEqual(self.reproduce(FETCH_VOCABULARY="3").returncode, 0)
        run = self.reproduce(IMDB="1")
        self.assertEqual(run.returncode, 1)
        self.assertNotIn("every check held", run.stdout)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
