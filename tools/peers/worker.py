"""The driver's side of a worker: starts it, has it train some epochs, and stops it in between.

A waiting worker is stopped (SIGSTOP) and continued for its measurement, so that neither a spinning thread
nor a library's thread pool takes time from the library that is being measured.
"""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time


class Failed(Exception):
    """The worker ended or sent an unexpected answer; the message is one line."""


class Worker:
    def __init__(self, command, variables, cpus, patience=240):
        """cpus: the processors it may use. patience: the longest time to wait for an answer, in seconds."""
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
        """Returns when the worker has stopped: on a busy processor the signal takes effect later."""
        self.send(signal.SIGSTOP)
        if self.process.poll() is None:
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def send(self, what):
        if self.process.poll() is None:
            os.killpg(self.process.pid, what)

    def last_error(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else f"exit code {self.process.poll()}, no message"

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
            answer = json.loads(line)
        except ValueError:
            self.process.wait() if not line else None
            raise Failed(f"found '{line.strip()[:80]}', expected JSON" if line else self.last_error()) from None
        if not isinstance(answer, dict) or key not in answer:
            raise Failed(f"found '{line.strip()[:80]}', expected '{key}' in it")
        return answer

    def train(self, count):
        """Trains `count` more epochs: {epochs: [{epoch, seconds, cpu, loss, score}], rss}."""
        self.send(signal.SIGCONT)
        try:
            try:
                self.process.stdin.write(f"run {count}\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                raise Failed(self.last_error()) from None
            return self.answer("epochs")
        finally:
            self.stop()

    def end(self):
        self.send(signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
