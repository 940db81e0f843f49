# SPDX-License-Identifier: BSD-3-Clause
"""The tester, bench/rfc2544: one process for many trials."""

import json
import os

from lab.process import Child, Failure

START_SECONDS = 15
TRIAL_SPARE_SECONDS = 10


def _command(program, ports, prefix, cpu, arguments):
    command = list(prefix) + [program, *arguments, "--cpu", str(cpu)]
    for port in ports:
        command += ["--port", port]
    return command


class Generator:
    def __init__(self, program, ports, prefix, cpu, directory, arguments=(), wait=True):
        """wait: until it is ready; otherwise that is wait_ready()'s work, once its peer is there."""
        self.child = Child("rfc2544",
                           _command(program, ports, prefix, cpu, ["--stdin", *arguments]),
                           os.path.join(directory, "gen.log"))
        if wait:
            self.wait_ready()

    def wait_ready(self):
        try:
            return self._read(START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def _read(self, seconds):
        line = self.child.read_line(seconds)
        try:
            return json.loads(line)
        except ValueError as e:
            raise Failure(f"rfc2544 says: {line}") from e

    def begin(self, words):
        """Starts a trial. Words that are not given are as in the trial before."""
        self.child.write(" ".join(f"{k}={v}" for k, v in words.items()))

    def finish(self, seconds):
        """The result of the trial that was begun and takes so long."""
        return self._read(seconds + TRIAL_SPARE_SECONDS)

    def trial(self, size, rate, seconds, **words):
        """rate in Mpps, None: as fast as it goes. The result as rfc2544 gives it."""
        self.begin(words | {"size": size, "seconds": f"{seconds:.6f}",
                            "rate": "max" if rate is None else f"{max(rate * 1e6, 1):.3f}"})
        return self.finish(seconds)

    def stop(self):
        self.child.stop()


class Loop:
    """Stands in for a device under test that only joins its two ports."""

    def __init__(self, program, ports, prefix, cpu, directory):
        self.child = Child("rfc2544 --loop", _command(program, ports, prefix, cpu, ["--loop"]),
                           os.path.join(directory, "loop.log"))
        try:
            self.child.read_line(START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def stop(self):
        self.child.close_input()
        self.child.stop()
