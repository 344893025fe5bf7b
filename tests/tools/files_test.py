"""Files that the programs write: whole or unchanged after full disks, failing calls and kills, nothing left.

  python3 tests/tools/files_test.py build/release/bin [unittest options]
"""

import errno
import fcntl
import json
import os
import pathlib
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.programs import BIN, ROOT, Case, main, open_terminal, run

RUN = ["--standin", "--experiment", "boston_final", "--epochs", "1", "--quiet"]
PLOTS = ["--standin", "--experiment", "boston_kfold_500", "--epochs", "12", "--quiet"]
OLD = "the old file"
STANDIN = "STAND-IN: generated data; nothing of the book has been reproduced\n"


def tmpfs(case, size):
    """A file system of this size, or the test is skipped by name."""
    folder = case.folder / "small"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True,
                           text=True, check=False) if shutil.which("mount") else None
    if mount is None or mount.returncode:
        raise unittest.SkipTest("a small file system can be mounted by the superuser only")
    case.addCleanup(subprocess.run, ["umount", folder], check=True)
    return folder


def fill(case, folder):
    """Fills the file system of the folder with the file `filler`."""
    with open(folder / "filler", "wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError as error:
            case.assertEqual(error.errno, errno.ENOSPC)


class FilesCase(Case):
    def assert_one_line(self, answer, code, *parts, program=None):
        """The same after the line that the stand-in data print."""
        answer.stderr = answer.stderr.removeprefix(STANDIN)
        super().assert_one_line(answer, code, *parts, program=program)


class FullDisk(FilesCase):
    def test_a_record_is_kept(self):
        folder = tmpfs(self, "64k")
        record = folder / "record.json"
        record.write_text(OLD)
        (folder / "filler").write_bytes(bytes(40000))
        answer = run("boston", *RUN, "--seeds", "0..30", "--record", record)
        self.assert_one_line(answer, 2, str(record), "No space left on device")
        self.assertEqual({file.name for file in folder.iterdir()}, {"record.json", "filler"})
        self.assertTrue(record.read_text())

    def test_a_picture_is_kept(self):
        if not shutil.which("gnuplot"):
            self.skipTest("gnuplot is not installed")
        folder = tmpfs(self, "64k")
        self.assertEqual(run("boston", *PLOTS, "--plot-dir", folder).returncode, 0)
        pictures = {file.name: file.read_bytes() for file in folder.iterdir()}
        self.assertTrue(pictures)
        fill(self, folder)
        answer = run("boston", *PLOTS, "--plot-dir", folder)
        self.assert_one_line(answer, 2, ".svg: cannot be written: No space left on device")
        (folder / "filler").unlink()
        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, pictures)


class Outputs(FilesCase):
    def test_no_command_replaces_what_it_reads(self):
        record, other = self.folder / "record.json", self.folder / "link.json"
        run("boston", *RUN, "--edition", 1, "--seeds", "0..2", "--record", record)
        os.link(record, other)
        before = record.read_bytes()
        for flags in (["report", record, "--markdown", record], ["certify", record, "--json", record],
                      ["certify", record, "--markdown", other], ["certify", record, "--against", other, "--json", other],
                      ["compare", record, other, "--json", record],
                      ["data", "convert", record, other, "--to", "npz"]):
            with self.subTest(flags=flags):
                self.assertEqual(run("reprise", *flags).returncode, 2)
                self.assertEqual(record.read_bytes(), before)
        script = self.folder / "s.script"
        script.write_text("process keras=2.0.8\n")
        self.assertEqual(run("replay", script, "--record", script).returncode, 2)
        self.assertEqual(script.read_text(), "process keras=2.0.8\n")
        self.assert_one_line(run("reprise", "compare", record, record, "--json", self.folder / "o", "--markdown",
                                 self.folder / "o"), 2, "--markdown: found", "the file of --json")

    def test_a_record_does_not_replace_an_open_file(self):
        log = self.folder / "log"
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"):
            with self.subTest(name=name):
                log.write_text("kept\n")
                with open(log, "a") as out:
                    done = subprocess.run([BIN / "boston", *RUN, "--record", name], stdout=out, stderr=subprocess.PIPE,
                                          text=True, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(log.read_text().startswith("kept\n"))

    def test_a_limit_of_file_sizes_is_an_error(self):
        record = self.folder / "record.json"
        record.write_text(OLD)
        done = subprocess.run([BIN / "boston", *RUN, "--record", record], capture_output=True, text=True, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.assert_one_line(done, 2, str(record), "File too large")
        self.assertEqual(record.read_text(), OLD)


class FailingCalls(FilesCase):
    def test_the_old_file_is_kept_and_nothing_is_left(self):
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            self.skipTest("no C compiler is installed")
        library = self.folder / "failing_calls.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, ROOT / "tests/support/failing_calls.c",
                        "-ldl"], check=True)
        for call in ("write", "fsync", "close", "rename"):
            for number in (errno.ENOSPC, errno.EIO):
                with self.subTest(call=call, number=number):
                    folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
                    record = folder / "record.json"
                    record.write_text(OLD)
                    after = "1" if call == "close" else "0"  # the first file is closed without a commit
                    answer = run("boston", *RUN, "--record", record, LD_PRELOAD=str(library), FAIL_CALL=call,
                                 FAIL_ERROR=str(number), FAIL_FILE="record.json", FAIL_AFTER=after)
                    self.assert_one_line(answer, 2, str(record), os.strerror(number))
                    self.assertEqual([file.name for file in folder.iterdir()], ["record.json"])
                    self.assertEqual(record.read_text(), OLD)


class Kills(FilesCase):
    """Programs that are killed at random moments: 20 times in each test, or $REPRISE_KILLS times."""

    COUNT = int(os.environ.get("REPRISE_KILLS", "20"))
    SIGNALS = [signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT]

    def setUp(self):
        super().setUp()
        self.chance = random.Random(1)

    def start(self, *arguments):
        return subprocess.Popen([BIN / "boston", *map(str, arguments)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    def kill(self, process):
        time.sleep(self.chance.uniform(0.02, 0.3))
        process.send_signal(self.chance.choice(self.SIGNALS))

    def seeds_in(self, record):
        text = record.read_text() if record.exists() else '{"runs": []}'
        return {run["seed"] for run in json.loads(text)["runs"]}

    def test_two_writers_of_a_record_lose_no_run_and_leave_nothing(self):
        record = self.folder / "record.json"
        kept, refused = set(), 0
        for number in range(self.COUNT):
            ranges = [f"{first}..{first + number + 1}" for first in (0, 10000)]
            self.chance.shuffle(ranges)
            writers = [self.start(*RUN, "--seeds", seeds, "--resume", "--record", record) for seeds in ranges]
            self.kill(self.chance.choice(writers))
            for writer in writers:
                error = writer.communicate()[1].decode()
                if writer.returncode == 2:
                    self.assertIn("writing it, expected to be alone", error)
                    refused += 1
            self.assertLessEqual(kept, self.seeds_in(record))
            kept = self.seeds_in(record)
        self.assertGreater(refused, 0)
        for seeds in ("0..9", "10000..10009"):
            self.assertEqual(run("boston", *RUN, "--seeds", seeds, "--resume", "--record", record).returncode, 0)
        self.assertLessEqual(kept | {0, 9, 10000, 10009}, self.seeds_in(record))
        self.assertEqual([file.name for file in self.folder.iterdir()], ["record.json"])

    def test_a_record_is_whole_and_the_next_run_removes_what_is_left(self):
        record = self.folder / "record.json"
        for _ in range(self.COUNT):
            process = self.start(*RUN, "--seeds", "0..500", "--record", record)
            self.kill(process)
            process.communicate()
            self.seeds_in(record)
        self.assertEqual(run("boston", *RUN, "--record", record).returncode, 0)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["record.json"])

    def test_pictures_on_a_full_disk_are_kept(self):
        if not shutil.which("gnuplot"):
            self.skipTest("gnuplot is not installed")
        folder = tmpfs(self, "64k")
        self.assertEqual(run("boston", *PLOTS, "--plot-dir", folder).returncode, 0)
        pictures = {file.name: file.read_bytes() for file in folder.iterdir()}
        for _ in range(self.COUNT):
            fill(self, folder)
            process = self.start(*PLOTS, "--plot-dir", folder)
            self.kill(process)
            process.communicate()
            (folder / "filler").unlink()
            self.assertLessEqual(pictures.items(), {file.name: file.read_bytes() for file in folder.iterdir()}.items())
        self.assertEqual(run("boston", *PLOTS, "--plot-dir", folder).returncode, 0)
        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, pictures)

    def test_gnuplot_ends_with_the_program(self):
        commands, ended = self.folder / "bin", self.folder / "started"
        commands.mkdir()
        os.mkfifo(ended)
        # hangs once it has something to draw, and its child too holds the pipe open while it lives
        (commands / "gnuplot").write_text(f"#!/bin/sh\n[ -z \"$(cat)\" ] && exit 0\nexec >'{ended}'\necho\n"
                                          "sleep 600\n")
        (commands / "gnuplot").chmod(0o755)
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number=number):
                process = subprocess.Popen(
                    [BIN / "boston", *PLOTS, "--plot-dir", self.folder / "plots"], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"})
                with open(ended, "rb", buffering=0) as pipe:
                    self.assertEqual(pipe.read(1), b"\n")
                    process.send_signal(number)
                    self.assertTrue(select.select([pipe], [], [], 30)[0], "a process outlives the program")
                    self.assertEqual(pipe.read(1), b"")  # its last writer has ended
                process.wait()


class Locks(FilesCase):
    def test_a_second_writer_of_a_record_is_refused(self):
        record = self.folder / "record.json"
        first = subprocess.Popen([BIN / "boston", *RUN, "--seeds", "0..200", "--record", record],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not record.exists():
            self.assertIsNone(first.poll())
            time.sleep(0.01)
        for flags in (["--seeds", "300..301"], ["--seeds", "300..301", "--resume"]):
            self.assert_one_line(run("boston", *RUN, *flags, "--record", record), 2, str(record),
                                 f"found process {first.pid} writing it")
        self.assertEqual(first.wait(), 0)
        self.assertEqual(len(json.loads(record.read_text())["runs"]), 201)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["record.json"])

    def test_the_files_of_a_user_are_kept(self):
        for name in ("Cargo.lock", ".record.reprise-lock"):
            (self.folder / name).write_text("precious")
        self.assertEqual(run("boston", *RUN, "--record", self.folder / "Cargo").returncode, 0)
        self.assert_one_line(run("boston", *RUN, "--record", self.folder / "record"), 2, str(self.folder / "record"),
                             "found a file that is no lock of ours, expected to create it")
        self.assertEqual({file.name for file in self.folder.iterdir()}, {"Cargo", "Cargo.lock", ".record.reprise-lock"})
        for name in ("Cargo.lock", ".record.reprise-lock"):
            self.assertEqual((self.folder / name).read_text(), "precious")

    def test_a_record_can_have_the_longest_name(self):
        record = self.folder / ("r" * 255)
        self.assertEqual(run("boston", *RUN, "--record", record).returncode, 0)
        self.assertEqual(list(self.folder.iterdir()), [record])

    def test_a_record_is_no_pipe_and_no_device(self):
        for place in ("/dev/stdout", "/dev/null", "/dev/fd/1"):
            if not os.path.exists(place):
                self.skipTest(f"there is no {place}")
            self.assert_one_line(run("boston", *RUN, "--record", place), 2,
                                 f"{place}: cannot be written: expected a regular file")

    def test_two_benches_do_not_share_a_folder(self):
        # the programs of these tests are not needed: the second one is refused before anything is measured
        out = self.folder / "out"
        out.mkdir()
        (out / ".reprise-lock").write_text("77")
        with open(out / ".reprise-lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            answer = run("reprise", "bench", "--quick", "--out", out)
            self.assert_one_line(answer, 2, str(out), "found process 77 writing it")


class Terminals(FilesCase):
    def test_a_test_is_skipped_by_name_where_there_is_no_terminal(self):
        with unittest.mock.patch("pty.openpty", side_effect=OSError("out of pty devices")):
            with self.assertRaisesRegex(unittest.SkipTest, "there is no pseudo-terminal: out of pty devices"):
                open_terminal()


class Limits(FilesCase):
    def test_stacks_that_no_thread_can_have(self):
        """The OpenMP runtime would abort the process."""
        for size, code in (("100000G", 3), ("100000 G ", 3), ("1M", 0), ("nonsense", 0)):
            with self.subTest(size=size):
                answer = run("boston", *RUN, "--threads", "2", OMP_STACKSIZE=size)
                self.assertEqual(answer.returncode, code, answer.stderr)
                if code:
                    self.assert_one_line(answer, code, "OMP_STACKSIZE")

    def test_the_least_stack_is_enough(self):
        answer = run("reuters", "--standin", "--experiment", "reuters", "--epochs", "1", "--quiet", "--threads", "2",
                     OMP_STACKSIZE="512K")
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_stacks_that_are_too_small(self):
        answer = run("boston", *RUN, "--threads", "2", OMP_STACKSIZE="64K")
        self.assert_one_line(answer, 3, "OMP_STACKSIZE: found 64 KiB, expected at least 512")

        def limit():
            resource.setrlimit(resource.RLIMIT_STACK, (64 << 10, resource.RLIM_INFINITY))

        answer = subprocess.run([BIN / "boston", *RUN], capture_output=True, text=True, preexec_fn=limit,
                                check=False)
        self.assert_one_line(answer, 3, "stack: found a limit of 64 KiB, expected at least 512")

    def test_little_address_space(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (300 << 20, resource.RLIM_INFINITY))

        answer = subprocess.run([BIN / "boston", *RUN, "--threads", "2"], capture_output=True, text=True,
                                preexec_fn=limit, check=False, env={**os.environ, "OMP_STACKSIZE": "1G"})
        self.assert_one_line(answer, 3, "OMP_STACKSIZE")


    def test_a_blas_is_not_loaded_into_too_little_address_space(self):
        """OpenBLAS would wait forever. What was not asked for is not loaded, so other runs start."""
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (300 << 20, resource.RLIM_INFINITY))

        for backend, code in (("openmp", 0), ("netlib", 0), ("openblas", 3), ("blis", 3)):
            with self.subTest(backend=backend):
                answer = subprocess.run([BIN / "boston", *RUN, "--backend", backend, "--threads", "1"], text=True,
                                        capture_output=True, preexec_fn=limit, check=False, timeout=60)
                self.assertEqual(answer.returncode, code, answer.stderr)
                if code:
                    self.assert_one_line(answer, code, f"backend '{backend}'", "of address space (ulimit -v)")


class EmptyRoot(FilesCase):
    """Without /dev and /proc the programs work or end with one line."""

    def setUp(self):
        super().setUp()
        if os.geteuid() or not shutil.which("chroot"):
            self.skipTest("another root directory is for the superuser only")
        for program in ("boston", "reprise"):
            for line in subprocess.run(["ldd", BIN / program], capture_output=True, text=True, check=True).stdout.split():
                if line.startswith("/"):
                    target = self.folder / line[1:]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(line, target)
            shutil.copy(BIN / program, self.folder)
        if self.inside("boston", "--version").returncode:
            self.skipTest("no program can be run in another root directory")

    def inside(self, program, *arguments, **options):
        return subprocess.run(["chroot", self.folder, f"/{program}", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=False, **options)

    def test_every_program_says_at_most_one_line(self):
        for command, code in ((["boston", *RUN], 0), (["boston", *RUN, "--record", "/record.json"], 0),
                              (["boston", *RUN, "--plot-dir", "/plots"], 3),
                              (["reprise", "--version"], 0),
                              (["reprise", "bench", "--quick", "--out", "/out"], None)):
            with self.subTest(command=command):
                answer = self.inside(*command)
                self.assertIn(answer.returncode, (2, 3) if code is None else (code,), answer.stderr)
                self.assertLessEqual(answer.stderr.removeprefix(STANDIN).count("\n"), 1, answer.stderr)

    def test_closed_streams_receive_no_file(self):
        def close():
            for stream in (0, 1, 2):
                os.close(stream)

        subprocess.run(["chroot", self.folder, "/boston", *RUN[:-1], "--record", "/record.json"], preexec_fn=close,
                       check=True)
        self.assertTrue((self.folder / "record.json").read_text().startswith("{"))


if __name__ == "__main__":
    main()
