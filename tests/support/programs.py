"""Helpers for tests that run the programs: a runner, a temporary directory, checks of one-line errors."""

import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# the first argument of a test is the directory of the built programs
BIN = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build/release/bin"


# Programs keep ignored signals ignored, as under nohup or in the background of a shell. The tests need
# the default handlers.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


# Tests run side by side, and programs that measure wait for nobody: every test has a lock of its own.
LOCKS = tempfile.TemporaryDirectory()
os.environ["REPRISE_MEASURE_LOCK"] = os.path.join(LOCKS.name, "lock")


def run(program, *arguments, **environment):
    return subprocess.run(
        [BIN / program, *map(str, arguments)],
        capture_output=True,
        text=True,
        # tests never use the network, even if a data file is missing
        env={**os.environ, "REPRISE_DATA_URL": "http://127.0.0.1:1/", **environment},
        timeout=240,
    )


def real_cache():
    """The directory of Keras's cache that contains imdb.npz, or None."""
    home = pathlib.Path.home() / ".keras"
    for folder in (os.environ.get("KERAS_HOME"), home):
        if folder and (pathlib.Path(folder) / "datasets" / "imdb.npz").exists():
            return pathlib.Path(folder) / "datasets"
    return None


def open_terminal():
    """A new pseudo-terminal: the descriptors of our side and of the program's. The test is skipped where
    there is none, as in a root directory without /dev/pts."""
    try:
        return pty.openpty()
    except OSError as error:
        raise unittest.SkipTest(f"there is no pseudo-terminal: {error}") from error


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def assert_one_line(self, answer, code, *parts, program=None):
        """Checks the exit code, and that standard error is one line "program: ..." with all `parts`."""
        self.assertEqual(answer.returncode, code, answer.stderr)
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        name = program or pathlib.Path(answer.args[0]).name
        self.assertTrue(answer.stderr.startswith(f"{name}: "), answer.stderr)
        for part in parts:
            self.assertIn(part, answer.stderr)


def main():
    """Runs the tests of the calling file; the exit code is 77, "skipped" for ctest, if all were skipped."""
    del sys.argv[1:2]
    result = unittest.main(exit=False).result
    if result.wasSuccessful() and result.testsRun and len(result.skipped) == result.testsRun:
        sys.exit(77)
    sys.exit(not result.wasSuccessful())
