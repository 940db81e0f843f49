# SPDX-License-Identifier: BSD-3-Clause
"""How long a packet is under way between two ports of the generator, at a share of the highest rate."""

import os
import shutil
import subprocess
import sys
import time

from lab import clickd as lab_clickd
from lab.measure import SILENCE_MS, WARM_UP_SECONDS, Counts, Loaded
from lab.process import Child, Failure

START_SECONDS = 15
LONE = 1000  # frames a second: each is alone
RATE_REACHED = 0.97
GAP_SHARE = 0.005  # of a trial's time, that the device under test may have been kept from its CPU
TRIES_PER_RUN = 10
CONTROL = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "scripts", "control")
FILE_PREFIX = f"clickd-latency-{os.getpid()}"
# Testpmd leaves it.
RUNTIME_DIRECTORY = f"/var/run/dpdk/{FILE_PREFIX}"
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999}


class Histogram:
    """Counts by upper end of a bucket, in microseconds."""

    def __init__(self, buckets=()):
        self.counts = {}
        self.add(buckets)

    def add(self, buckets):
        for end, n in buckets:
            self.counts[end] = self.counts.get(end, 0) + n

    @property
    def n(self):
        return sum(self.counts.values())

    def items(self):
        return sorted(self.counts.items())

    def quantile(self, share):
        """As the tester: the smallest end that at least this share does not exceed."""
        wanted, seen = share * self.n, 0
        for end, n in self.items():
            seen += n
            if seen >= wanted:
                return end
        return None

    def summary(self):
        if not self.counts:
            return {"n": 0}
        return {"n": self.n, **{name: self.quantile(q) for name, q in QUANTILES.items()},
                "max": max(self.counts)}


# ---- what stands between the two ports

class Config:
    def __init__(self, name, about, text, words=()):
        self.name, self.about, self.text = name, about, text
        self.words = dict(words)  # for the generator


CONFIGS = {c.name: c for c in (
    Config("mirror", "FromDPDK -> EtherMirror -> ToDPDK", lab_clickd.CONFIG),
    Config("router", "conf/ip-router-bench.click, one direction", None,
           {"dst-mac": "02:00:00:00:00:10", "src-ip": "10.0.0.2", "dst-ip": "10.0.1.2"}),
)}


class Clickd:
    name = "clickd"

    def __init__(self, program, root, config, link, directory):
        link.prepare()
        ports = link.devices(64)
        path = os.path.join(directory, "latency.click")
        with open(path, "w", encoding="utf-8") as f:
            if config.text is not None:
                f.write(config.text.format(a=ports[0], b=ports[1]))
            else:
                with open(os.path.join(root, "conf", "ip-router-bench.click"), encoding="utf-8") as r:
                    f.write(r.read())
            f.write(lab_clickd.TELL_READY)
        self.socket = os.path.join(directory, "clickd.ctl")
        values = [] if config.text is not None else [f"PORT{i}={p}" for i, p in enumerate(ports)]
        self.child = Child("clickd", link.prefix() + [program, "-w", "-u", self.socket, path, *values],
                           os.path.join(directory, "clickd.log"))
        self.tells_stalls = True
        try:
            while self.child.read_line(START_SECONDS) != lab_clickd.READY:
                pass
        except BaseException:
            self.child.stop()
            raise

    def cpu(self):
        return self.child.cpu()

    def stalls(self):
        """Seconds for which its lcores stood still so far, as they saw it. 0 if they do not look."""
        if not self.tells_stalls:
            return 0
        done = subprocess.run([sys.executable, CONTROL, self.socket, "read", "stalls"],
                              capture_output=True, text=True, timeout=10, check=False)
        if done.returncode != 0:
            self.tells_stalls = False
            return 0
        # Lines: lcore, how often, microseconds in all, longest.
        return sum(float(line.split()[2]) for line in done.stdout.splitlines() if line.strip()) / 1e6

    def stop(self):
        self.child.stop()
        if os.path.exists(self.socket):
            os.unlink(self.socket)


class Testpmd:
    """The link and its drivers alone: forwards without looking. On the same lcore as clickd."""
    name = "testpmd io"
    tells_stalls = False

    def __init__(self, link, directory, worker):
        program = shutil.which("dpdk-testpmd")
        if program is None:
            raise Failure("there is no dpdk-testpmd\ninstall it: apt-get install dpdk-dev")
        link.prepare()
        other = next(c for c in sorted(os.sched_getaffinity(0)) if c != worker)
        command = link.prefix() + [program, "--lcores", f"0@{other},1@{worker}", "--in-memory", "--no-pci",
                                   "--no-telemetry", "--log-level=error",
                                   f"--file-prefix={FILE_PREFIX}"]
        command += [f"--vdev={d}" for d in link.devices(64)]
        command += ["--", "--forward-mode=io", "--nb-cores=1", "--auto-start", "--disable-link-check",
                    "--stats-period=60", "--total-num-mbufs=16384"]
        self.child = Child("testpmd", command, os.path.join(directory, "testpmd.log"))
        try:
            while "port 0" not in self.child.read_line(START_SECONDS).lower():
                pass
            time.sleep(0.3)
        except BaseException:
            self.child.stop()
            raise

    def cpu(self):
        return self.child.cpu()

    def stalls(self):
        return 0

    def stop(self):
        self.child.stop()


# ---- trials

class Voids(Counts):
    """How many trials were void, by reason. A trial may have several."""

    def __init__(self):
        super().__init__()
        self.reasons = {}

    def judge(self, result, rate):
        """The reasons why a trial is void; none if it is not."""
        reasons = []
        allowed = GAP_SHARE * result["seconds"]
        # Under a high load even a short one fills the rings, which takes long to be made up for.
        if result["gaps"] > 0:
            reasons.append("the tester's CPU stood still")
        if result["device_gap_seconds"] > allowed:
            reasons.append("clickd's CPU stood still")
        if result["wait_seconds"] > allowed:
            reasons.append("the device's lcore waited for its CPU")
        if result["tx_mpps"] < RATE_REACHED * rate:
            reasons.append("the tester missed its pace")
        for reason in reasons:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        return reasons


class Trials:
    """Trials with the histogram of their latencies against one device under test."""

    def __init__(self, device, generator, size, words, counts):
        self.device, self.generator = device, generator
        self.size, self.words, self.counts = size, words, counts

    def find_rate(self, seconds, steps):
        """The highest rate in Mpps without loss."""
        loaded = Loaded(self.device, self.generator, "full", self.size, self.counts)
        self.generator.trial(self.size, 0.01, WARM_UP_SECONDS, silence=SILENCE_MS, **self.words)
        top = loaded.trial(None, seconds)
        best = loaded.search(top["rx_mpps"] * 1.05, seconds, steps)
        if best is None:
            raise Failure(f"{self.device.name}: no rate without loss; is the machine busy?")
        return best["tx_mpps"]

    def _once(self, rate, seconds):
        stalls, (_, waited) = self.device.stalls(), self.device.cpu()
        result = self.generator.trial(self.size, rate, seconds, silence=SILENCE_MS, latency=1, buckets=1)
        result["wait_seconds"] = self.device.cpu()[1] - waited
        result["device_gap_seconds"] = self.device.stalls() - stalls
        result["void"] = self.counts.judge(result, rate)
        return result

    def run(self, rate, seconds):
        """A trial without a gap, or None. Those that had one are void, and counted."""
        for attempt in range(TRIES_PER_RUN):
            self.counts.trials += 1
            result = self._once(rate, seconds)
            if not result["void"]:
                return result
            self.counts.voided += 1
            if attempt == TRIES_PER_RUN - 1:
                self.counts.disturbed += 1
        return None


class Load:
    """All clean trials of one device at one rate."""

    def __init__(self, name, rate):
        self.name, self.rate = name, rate
        self.histogram, self.runs = Histogram(), []

    def add(self, result):
        buckets = result["latency_us"].pop("buckets")
        self.histogram.add(buckets)
        self.runs.append(result)

    def row(self):
        return {"load": self.name, "rate_mpps": self.rate, "latency_us": self.histogram.summary(),
                "lost": sum(r["offered"] - r["received"] for r in self.runs),
                "offered": sum(r["offered"] for r in self.runs),
                "histogram": self.histogram.items(), "runs": self.runs}


def measure(open_device, generator_of, settings, counts, say):
    """{load: Load} of the device at the shares of its own highest rate, and that rate. Loads take
    turns, so that a slow drift of the machine does not fall on one of them."""
    device = open_device()
    generator = None
    try:
        generator = generator_of()
        trials = Trials(device, generator, settings["size"], settings["words"], counts)
        say(f"{device.name}: highest rate")
        highest = trials.find_rate(settings["search_seconds"], settings["steps"])
        loads = {"lone": Load("lone", LONE / 1e6)}
        for share in settings["shares"]:
            loads[share] = Load(f"{share} %", highest * share / 100)
        for i in range(settings["runs"]):
            for load in loads.values():
                say(f"{device.name}: run {i + 1} of {settings['runs']}, {load.name}")
                result = trials.run(load.rate, settings["seconds"])
                if result is not None:
                    load.add(result)
        return {"highest_mpps": highest, "loads": loads, "tells_stalls": device.tells_stalls}
    finally:
        if generator:
            generator.stop()
        device.stop()
