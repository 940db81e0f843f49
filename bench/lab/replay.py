# SPDX-License-Identifier: BSD-3-Clause
"""Forwarding rates of clickd and of DPDK's testpmd on one and the same replayed file."""

import os
import re
import shutil
from collections import Counter

from lab.frames import read_capture
from lab.process import Child, Failure

START_SECONDS = 120  # a million routes take a while
WARM_UP_SECONDS = 0.3
POOL_SPARE = 16384
PRINT_COUNT = ('Script(wait {warm_up}s, label again, print "$(now) $({count})", wait 0.02s, '
               'goto again);\n')
# Until as many frames have come as the file has, or for a while.
PRINT_END = ('Script(set tries 0, label again, wait 0.1s, set tries $(add $tries 1), '
             'goto again $(and $(lt $({count}) {n}) $(lt $tries 100)), wait 0.1s, print "done", stop);\n')


def rate(samples, seconds):
    """Packets per second between the first sample and the first one that is long enough behind."""
    first = next(samples)
    for now, count in samples:
        if now - first[0] >= seconds:
            return (count - first[1]) / (now - first[0])
    raise Failure("no more samples")


class Clickd:
    name = "clickd"

    def __init__(self, program, directory, arguments=()):
        self.program, self.directory, self.arguments = program, directory, list(arguments)

    def _start(self, workload, device, script):
        path = os.path.join(self.directory, workload.name + ".click")
        with open(path, "w", encoding="utf-8") as f:
            f.write(workload.config(device) + script)
        command = [self.program, "-j", str(workload.lcores)] + self.arguments + [path]
        return Child(f"clickd ({workload.name})", command,
                     os.path.join(self.directory, "clickd.log"))

    def device(self, capture):
        return f"net_pcap0,rx_pcap={capture},infinite_rx=1"

    def measure(self, workload, capture, seconds):
        child = self._start(workload, self.device(capture),
                            PRINT_COUNT.format(warm_up=WARM_UP_SECONDS, count=workload.count))

        def samples():
            while True:
                now, count = child.read_line(START_SECONDS).split()
                yield float(now), int(count)
        try:
            return rate(samples(), seconds)
        finally:
            child.stop()

    def verify(self, workload, capture):
        """Each frame of the capture once, and what comes out against the reference."""
        out = os.path.join(self.directory, "out.pcap")
        frames = read_capture(capture)
        child = self._start(workload, f"net_pcap0,rx_pcap={capture},tx_pcap={out}",
                            PRINT_END.format(count="from.count", n=len(frames)))
        try:
            child.read_line(START_SECONDS)
            child.popen.wait(START_SECONDS)
        finally:
            log = child.stop()
        wanted = [workload.expected(frame) for frame in frames]
        missing = Counter(w for w in wanted if w is not None)
        sent = read_capture(out)
        missing.subtract(map(workload.open, sent))
        wrong = [frame for frame, n in missing.items() if n != 0]
        if wrong:
            raise Failure(f"{workload.name}: {len(wrong)} of {len(frames)} frames do not come out "
                          f"as they should, such as {wrong[0].hex()} (x {missing[wrong[0]]})\n{log}")
        if not workload.check(sent):
            raise Failure(f"{workload.name}: frames of two flows cannot be told apart\n{log}")
        return len(frames)


class Testpmd:
    """Forwards without looking: what the device and the driver cost. One lcore, as clickd has."""
    name = "testpmd io"

    def __init__(self, directory, cpu):
        self.directory, self.cpu = directory, cpu
        self.program = shutil.which("dpdk-testpmd")
        if self.program is None:
            raise Failure("there is no dpdk-testpmd, which gives the floor\n"
                          "install it: apt-get install dpdk")

    def measure(self, _workload, capture, seconds):
        mbufs = len(read_capture(capture)) + POOL_SPARE
        other = next(c for c in sorted(os.sched_getaffinity(0)) if c != self.cpu)
        command = [self.program, "--lcores", f"0@{other},1@{self.cpu}", "--in-memory", "--no-pci",
                   "--no-telemetry", f"--vdev=net_pcap0,rx_pcap={capture},infinite_rx=1", "--",
                   "--forward-mode=io", "--port-topology=loop", "--burst=32", "--stats-period=1",
                   f"--total-num-mbufs={mbufs}", "--nb-cores=1", "--auto-start"]
        child = Child("testpmd", command, os.path.join(self.directory, "testpmd.log"))
        rates = []
        try:
            # It prints its own rates each second; the first is of the time before the start.
            while len(rates) < int(seconds + 0.5) + 1:
                found = re.search(r"Rx-pps:\s+(\d+)", child.read_line(START_SECONDS))
                if found:
                    rates.append(int(found.group(1)))
        finally:
            child.stop()
        return sum(rates[1:]) / len(rates[1:])
