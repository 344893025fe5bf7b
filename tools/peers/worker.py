"""The driver's side of a worker: start it, have it train some epochs, let it wait without a cycle.

A waiting worker is stopped (SIGSTOP) and continued for its visit: neither a spinning thread nor a
library's own pool can then take time from who is measured.
"""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time


class Failed(Exception):
    """The worker ended or said something else than it should; the text is a line."""


class Worker:
    def __init__(self, command, variables, cpus, patience=240):
        """cpus: the processors it may run on. patience: seconds until an answer."""
        self.patience, self.errors = patience, tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=variables, start_new_session=True, preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        started = time.perf_counter()
        try:
            self.ready = self.answer("ready")
        except Failed:
            self.end()
            raise
        self.ready["start"] = time.perf_counter() - started
        self.stop()

    def stop(self):
        """Stopped, not only told to: on a busy processor the signal waits for the worker's turn."""
        self.send(signal.SIGSTOP)
        if self.process.poll() is None:
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def send(self, what):
        if self.process.poll() is None:
            os.killpg(self.process.pid, what)

    def last_words(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else f"ended with {self.process.poll()}, without a word"

    def answer(self, key):
        late = threading.Event()

        def give_up():
            late.set()
            self.send(signal.SIGKILL)

        timer = threading.Timer(self.patience, give_up)
        timer.start()
        try:
            line = self.process.stdout.readline()
        finally:
            timer.cancel()
        if late.is_set():
            raise Failed(f"no answer within {self.patience} s")
        try:
            words = json.loads(line)
        except ValueError:
            self.process.wait() if not line else None
            raise Failed(f"found '{line.strip()[:80]}', expected JSON" if line else self.last_words()) from None
        if not isinstance(words, dict) or key not in words:
            raise Failed(f"found '{line.strip()[:80]}', expected '{key}' in it")
        return words

    def visit(self, count):
        """{epochs: [{epoch, seconds, cpu, loss, score}], rss} of the next `count` epochs."""
        self.send(signal.SIGCONT)
        try:
            try:
                self.process.stdin.write(f"run {count}\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                raise Failed(self.last_words()) from None
            return self.answer("epochs")
        finally:
            self.stop()

    def end(self):
        self.send(signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
