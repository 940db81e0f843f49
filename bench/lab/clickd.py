# SPDX-License-Identifier: BSD-3-Clause
"""The device under test."""

import os
import re

from lab.process import Child

START_SECONDS = 15
READY = "clickd is ready"

# What is measured, on every link and in every mode.
CONFIG = 'from :: FromDPDK("{a}") -> EtherMirror -> to :: ToDPDK("{b}");\n'
# The second line tells when it runs, or how much it has sent so far, for ever.
TELL_READY = f'Script(wait 0.02s, print "{READY}");\n'
TELL_COUNT = ('Script(wait 0.2s, label again, print "$(now) $(to.count)", wait 0.02s, '
              'goto again);\n')


def mode_arguments(mode):
    """'full-ringed' is --io full --ringed -j 2."""
    io, _, ringed = mode.partition("-")
    return ["--io", io] + (["--ringed", "-j", "2"] if ringed else [])


def lcores_of(mode):
    return 2 if mode.endswith("-ringed") else 1


class Clickd:
    def __init__(self, program, mode, link, size, directory):
        link.prepare()
        a, b = link.devices(size)
        self.config = os.path.join(directory, "ablation.click")
        self.link = link
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(a=a, b=b))
            f.write(TELL_READY if link.has_generator else TELL_COUNT)
        command = link.prefix() + [program] + mode_arguments(mode) + [self.config]
        self.child = Child(f"clickd --io {mode}", command, os.path.join(directory, "clickd.log"))
        try:
            self._wait()
        except BaseException:
            self.child.stop()
            raise

    def _wait(self):
        if self.link.has_generator:
            while self.child.read_line(START_SECONDS) != READY:
                pass
        else:
            self.sample()

    def sample(self):
        """Of a link without a generator: the time in seconds, packets sent so far."""
        now, count = self.child.read_line(START_SECONDS).split()
        return float(now), int(count)

    def cpu(self):
        return self.child.cpu()

    def stop(self):
        """Ends it; what it counted: received, sent, dropped, held."""
        log = self.child.stop()
        found = re.search(r"received (\d+) \+ generated \d+ = sent (\d+) \+ dropped (\d+) \+ "
                          r"held (\d+)(.*)", log)
        if not found:
            return {}
        counts = dict(zip(("received", "sent", "dropped", "held"), map(int, found.groups()[:4])))
        counts["balanced"] = found.group(5) == ""
        return counts
