# SPDX-License-Identifier: BSD-3-Clause
"""clickd-gen, one process for many trials."""

import json
import os

from lab.process import Child, Failure

START_SECONDS = 15
TRIAL_SPARE_SECONDS = 10


class Generator:
    def __init__(self, program, ports, prefix, cpu, directory):
        command = list(prefix) + [program, "--stdin", "--cpu", str(cpu)]
        for port in ports:
            command += ["--port", port]
        self.child = Child("clickd-gen", command, os.path.join(directory, "gen.log"))
        try:
            self._read(START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def _read(self, seconds):
        line = self.child.read_line(seconds)
        try:
            return json.loads(line)
        except ValueError as e:
            raise Failure(f"clickd-gen says: {line}") from e

    def trial(self, size, rate, seconds, **words):
        """rate in Mpps, None: as fast as it goes. The result as clickd-gen gives it."""
        words |= {"size": size, "seconds": f"{seconds:.6f}",
                  "rate": "max" if rate is None else f"{max(rate * 1e6, 1):.3f}"}
        self.child.write(" ".join(f"{k}={v}" for k, v in words.items()))
        return self._read(seconds + TRIAL_SPARE_SECONDS)

    def stop(self):
        self.child.stop()
