"""`reprise data` as a program: exit codes, one-line errors, no incomplete files.

  python3 tests/tools/data_test.py build/release/bin [unittest options]

A server on the loopback interface provides the files. Classes whose name ends in RealData need the data
files in Keras's cache and are skipped without them.
"""

import gzip
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
from support.programs import open_terminal

BIN = None


def cache():
    for folder in (os.environ.get("KERAS_HOME"), pathlib.Path.home() / ".keras"):
        if folder and (pathlib.Path(folder) / "datasets" / "mnist.npz").exists():
            return pathlib.Path(folder) / "datasets"
    return None


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.scratch)
        self.folder = self.scratch / "datasets"
        self.folder.mkdir()

    def serve(self, content):
        """Starts a server that serves this content, and returns its base address."""
        (self.scratch / "served").write_bytes(content)
        server = subprocess.Popen(
            [sys.executable, TESTS / "data" / "loopback_server.py", self.scratch / "served",
             self.scratch / "log"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        return f"http://127.0.0.1:{server.stdout.readline().split()[0]}/"

    def command(self, *arguments):
        return [BIN / "reprise", "data", *map(str, arguments)]

    def data(self, *arguments, **environment):
        environment = {**os.environ, "no_proxy": "*", **environment}
        return subprocess.run(self.command(*arguments), capture_output=True, text=True,
                              env=environment, timeout=120)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def assert_one_line(self, run, code, *parts):
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertTrue(run.stderr.startswith("reprise: "), run.stderr)
        for part in parts:
            self.assertIn(part, run.stderr)


class Files(Case):
    def test_wrong_use(self):
        for arguments, parts in (
            ([], ["list, fetch, verify, convert"]),
            (["fetch", "imbd"], ["'imbd'", "did you mean 'imdb'?"]),
            (["verify", "rueters.npz"], ["did you mean 'reuters.npz'?"]),
            (["fetch", "x\n"], ["'x?': unknown\n"]),
            (["fetch", "--base-url", "ftp://x/", "mnist", "--data-dir", self.folder],
             ["'ftp://x/'", "https://"]),
            (["convert", "a", "b"], ["--to"]),
            (["convert", "a", "b", "--to", "idz"], ["--to", "'idz'", "did you mean 'idx'?"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_one_line(self.data(*arguments), 2, *parts)

    def test_list_shows_the_state_of_each_file(self):
        (self.folder / "mnist.npz").write_bytes(b"abc")
        run = self.data("list", "--data-dir", self.folder)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = {line.split()[0]: line.split() for line in run.stdout.splitlines()}
        self.assertEqual(rows["mnist.npz"], ["mnist.npz", "11490434", "WRONG",
                                             str(self.folder / "mnist.npz")])
        self.assertEqual(rows["imdb.npz"], ["imdb.npz", "17464789", "missing", "-"])
        self.assertEqual(len(rows), 8)

    def test_verify_distinguishes_wrong_from_missing(self):
        run = self.data("verify", "--data-dir", self.folder, "reuters")
        self.assert_one_line(run, 3, "reuters.npz", str(self.folder))
        self.assertIn("reuters_word_index.json", run.stdout)
        (self.folder / "reuters_word_index.json").write_bytes(b"abc")
        run = self.data("verify", "--quiet", "--data-dir", self.folder)
        self.assert_one_line(run, 1, "900150983cd24fb0d6963f7d28e17f72", "4d44cc38712099c9")
        self.assertEqual(run.stdout, "")

    def test_fetch_refuses_files_that_are_not_keras_s(self):
        url = self.serve(bytes(57026))
        for behaviour, code, parts in (
            ("whole", 2, ["boston_housing.npz: found sha256 ", "expected f553886a1f8d5643"]),
            ("longer", 2, ["found 57027 bytes, expected 57026"]),
            ("status404", 3, ["not found in: " + str(self.folder), "answered 404"]),
            ("to_file", 3, ["redirect to another scheme"]),
        ):
            with self.subTest(behaviour=behaviour):
                run = self.data("fetch", "boston_housing", "--data-dir", self.folder,
                                "--base-url", url + behaviour)
                self.assert_one_line(run, code, url + behaviour + "/boston_housing.npz", *parts)
                self.assertEqual(self.names(), [])

    def test_unverified_data_is_accepted_with_a_warning(self):
        url = self.serve(b"abc")
        run = self.data("fetch", "mnist", "--unverified-data", "--quiet", "--data-dir", self.folder,
                        REPRISE_DATA_URL=url + "whole")
        self.assert_one_line(run, 0, "UNVERIFIED", "ba7816bf8f01cfea", "731c5ac602752760")
        self.assertEqual((self.folder / "mnist.npz").read_bytes(), b"abc")
        run = self.data("fetch", "mnist", "--data-dir", self.folder)
        self.assert_one_line(run, 2, "remove it")
        self.assertEqual((self.folder / "mnist.npz").read_bytes(), b"abc")

    def test_folders_that_cannot_be_written(self):
        url = self.serve(b"abc")
        run = self.data("fetch", "mnist", "--data-dir", "/dev/null/x", "--base-url", url + "whole")
        self.assert_one_line(run, 2, "mnist.npz", "/dev/null/x")
        # the next directory is used instead
        run = self.data("fetch", "mnist", "--unverified-data", "--base-url", url + "whole",
                        KERAS_HOME="/dev/null", HOME=str(self.scratch / "home"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue((self.scratch / "home/.keras/datasets/mnist.npz").exists())

    def test_every_program_shows_the_progress_of_a_download(self):
        url = self.serve(bytes(17464789))  # as long as imdb.npz, but with other content
        environment = {**os.environ, "no_proxy": "*", "REPRISE_DATA_URL": url + "whole"}
        for command in (["imdb", "--data-dir", self.folder],
                        ["reprise", "data", "fetch", "imdb.npz", "--data-dir", self.folder]):
            with self.subTest(command=command):
                command = [BIN / command[0], *command[1:]]
                run = subprocess.run(command, capture_output=True, text=True, env=environment,
                                     timeout=120)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn("imdb.npz: downloading 17.5 MB\n", run.stdout)
                run = subprocess.run([*command, "--quiet"], capture_output=True, text=True,
                                     env=environment, timeout=120)
                self.assertEqual((run.returncode, run.stdout), (2, ""))
                self.assertRegex(self.in_terminal(command, environment),
                                 r"\rimdb.npz ━+ 17.5 MB of 17.5 MB, [0-9.]+ MB/s, 0:00 left\r\n")

    def in_terminal(self, command, environment):
        """The output of the command on a terminal, without the sequences that erase lines."""
        ours, its = open_terminal()
        with subprocess.Popen(command, stdout=its, stderr=subprocess.DEVNULL, env=environment):
            os.close(its)
            pieces = []
            try:
                while piece := os.read(ours, 65536):
                    pieces.append(piece)
            except OSError:  # EIO: the command has ended
                pass
        os.close(ours)
        return b"".join(pieces).decode().replace("\033[K", "")

    def test_an_interrupt_leaves_the_partial_file(self):
        url = self.serve(bytes(57026))
        process = subprocess.Popen(
            self.command("fetch", "boston_housing", "--data-dir", self.folder, "--base-url",
                         url + "slow"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "no_proxy": "*"})
        part = self.folder / "boston_housing.npz.part"
        while process.poll() is None and not (part.exists() and part.stat().st_size):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.communicate(timeout=60)[1], "reprise: interrupted\n")
        self.assertEqual(process.returncode, 130)
        self.assertEqual(self.names(), [part.name])


class Convert(Case):
    def test_idx_files_become_a_npz_and_idx_files_again(self):
        images = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])
        labels = bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])
        names = [f"{part}-{kind}" for part in ("train", "t10k")
                 for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]
        for name in names:
            content = images if "images" in name else labels
            if name.startswith("train"):
                (self.folder / (name + ".gz")).write_bytes(gzip.compress(content))
            else:
                (self.folder / name).write_bytes(content)
        npz, back = self.scratch / "mnist.npz", self.scratch / "back"
        self.assertEqual(self.data("convert", self.folder, "--to", "npz", npz).returncode, 0)
        self.assertEqual(self.data("convert", npz, "--to", "idx", back).returncode, 0)
        for name in names:
            content = images if "images" in name else labels
            self.assertEqual((back / name).read_bytes(), content)

        gz = self.folder / "train-images-idx3-ubyte.gz"
        npz.unlink()
        for content, part in ((gz.read_bytes()[:-3], "damaged"), (labels, "with 3 axes"),
                              (images + b"x", "found at least 7 bytes, expected 2 x 1 x 3"),
                              (images[:4] + bytes(3) + b"\3" + images[8:], "found 6 bytes"),
                              (images[:7] + b"\1" + images[8:19], "labels, expected 1")):
            gz.write_bytes(content)
            run = self.data("convert", self.folder, "--to", "npz", npz)
            self.assert_one_line(run, 2, part)
        gz.unlink()
        run = self.data("convert", self.folder, "--to", "npz", npz)
        self.assert_one_line(run, 3, "train-images-idx3-ubyte")
        run = self.data("convert", self.folder / "no.npz", "--to", "npz", npz)
        self.assert_one_line(run, 3, "no.npz", "No such file")
        self.assertEqual([p.name for p in self.scratch.glob("mnist.npz*")], [])

    def test_lists_become_plain_arrays(self):
        for source in (TESTS / "data" / "fixtures").glob("imdb_*.npz"):
            plain = self.scratch / "plain.npz"
            run = self.data("convert", source, "--to", "npz", plain)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn(b"|O", plain.read_bytes())
        # a program reads it like the original
        shutil.copy(plain, self.folder / "imdb.npz")
        run = subprocess.run([BIN / "imdb", "--show-review", "0", "--data-dir", self.folder, "--offline",
                              "--unverified-data"], capture_output=True, text=True, timeout=120)
        self.assertIn("imdb_word_index.json", run.stderr)  # the reviews were read
        run = self.data("convert", plain, "--to", "idx", self.scratch / "idx")
        self.assert_one_line(run, 2, "plain.npz", "x_train.npy")
        self.assertFalse((self.scratch / "idx").exists())


@unittest.skipUnless(cache(), "mnist.npz is not in $KERAS_HOME/datasets or ~/.keras/datasets")
class FetchRealData(Case):
    def test_a_fetched_file_is_verified_and_not_fetched_again(self):
        content = (cache() / "boston_housing.npz").read_bytes()
        url = self.serve(content)
        for word in ("downloaded", "already there"):
            run = self.data("fetch", "boston_housing", "--data-dir", self.folder, "--base-url",
                            url + "cut+whole")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(word, run.stdout)
            self.assertEqual(self.names(), ["boston_housing.npz"])
        self.assertEqual((self.folder / "boston_housing.npz").read_bytes(), content)
        self.assertEqual((self.scratch / "log").read_text().count("\n"), 2)
        run = self.data("verify", "boston_housing", "--data-dir", self.folder)
        self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    program = unittest.main(exit=False)
    skipped, ran = len(program.result.skipped), program.result.testsRun
    if program.result.wasSuccessful() and ran and skipped == ran:
        sys.exit(77)  # "skipped" for ctest
    sys.exit(not program.result.wasSuccessful())
