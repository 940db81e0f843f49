# SPDX-License-Identifier: BSD-3-Clause
"""Child processes that end with us, and a stack of things to undo."""

import ctypes
import os
import select
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 4  # a child gets this long to end by itself
_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """Something the user has to know; without a traceback."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM."""


def catch_signals():
    def handler(signo, _frame):
        # What is undone now must not be interrupted by a second one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Interrupted(signal.Signals(signo).name)

    for signo in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signo, handler)


class Undo:
    """Undoes in reverse order. A step that fails does not keep the others from being done."""

    def __init__(self):
        self.steps = []

    def add(self, function, *args):
        self.steps.append((function, args))

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        while self.steps:
            function, args = self.steps.pop()
            try:
                function(*args)
            except Exception:  # pylint: disable=broad-except
                pass


def run(*command, timeout=10):
    """Runs a command to its end; its output. Failure if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failure(f"{' '.join(command)}: {e}") from e
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def _before_exec():
    # Killed without a chance to clean up, we still leave no polling process behind.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A process whose output is read line by line with a deadline."""

    def __init__(self, name, command, log_path):
        self.name = name
        self.log_path = log_path
        self.buffer = b""
        with open(log_path, "wb") as log:
            # In a session of its own, Ctrl-C reaches us alone, and we end it in order.
            self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=log, start_new_session=True,
                                          preexec_fn=_before_exec)

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read().strip()

    def fail(self, what):
        raise Failure(f"{self.name} {what}\n{self.log()[-2000:]}")

    def write(self, line):
        try:
            self.popen.stdin.write(line.encode() + b"\n")
            self.popen.stdin.flush()
        except OSError:
            self.fail("has ended")

    def read_line(self, seconds):
        deadline = time.monotonic() + seconds
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.popen.stdout], [], [], left)[0]:
                self.fail(f"does not answer within {seconds:.0f} s")
            data = os.read(self.popen.stdout.fileno(), 65536)
            if not data:
                self.fail("has ended")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode(errors="replace")

    def kill(self):
        """Ends it as a crash would."""
        self.popen.kill()
        self.popen.wait(STOP_SECONDS)

    def close_input(self):
        self.popen.stdin.close()

    def stop(self):
        """Ends the process; its log. Safe to call twice."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait(STOP_SECONDS)
        for stream in (self.popen.stdin, self.popen.stdout):
            try:
                stream.close()
            except OSError:
                pass
        return self.log()

    def cpu(self):
        """Seconds that all threads ran on a CPU, in the kernel too, and that they waited for one."""
        ran = waited = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{thread}/schedstat", encoding="ascii") as f:
                    fields = f.read().split()
            except OSError:
                continue  # ended just now
            ran += int(fields[0])
            waited += int(fields[1])
        return ran / 1e9, waited / 1e9
