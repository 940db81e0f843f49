# SPDX-License-Identifier: BSD-3-Clause
"""One measurement: a mode of clickd, a link, a frame size."""

import statistics
import time

from lab.clickd import Clickd
from lab.generator import Generator
from lab.machine import idle_share

LOSS_ALLOWED = 0.001
OFFERED_AT_LEAST = 0.99  # of the rate that was wanted, else the trial says nothing
BLOCKED_SHARE = 0.01  # of the generator's attempts to send that met a full link
REPEATS_IF_LOSSY = 2
VOIDS_PER_TRIAL = 2
VOIDS_PER_MEASUREMENT = 6
WAIT_SHARE = 0.02  # a polling lcore that waited longer for its CPU had to share it
STALL_SHARE = 0.5  # a window of replay below this share of the median one is a stall
WARM_UP_SECONDS = 0.05
IDLE_SHARE = 0.95
IDLE_SECONDS = 0.5
SILENCE_MS = 50


class Settings:
    def __init__(self, clickd, generator, generator_cpu, directory, seconds, steps):
        self.clickd = clickd
        self.generator = generator
        self.generator_cpu = generator_cpu
        self.directory = directory
        self.seconds = seconds  # of a trial for the highest rate; the search takes half of it
        self.steps = steps  # of the binary search


class Counts:
    """What happened to trials, for the report: nothing is repeated in silence."""

    def __init__(self):
        self.trials = 0
        self.voided = 0  # hit by a stall of the machine, repeated
        self.disturbed = 0  # hit as well, but kept, since it was repeated often enough
        self.verified = 0  # lossy, repeated to see whether it was chance
        self.cleared = 0  # and it was
        self.redone = 0  # whole measurements, since a trial was disturbed
        self.waited_seconds = 0.0  # until the machine was idle


class Steady:
    """Trials; one that a stall of the machine spoiled is void and repeated, up to a limit."""

    def __init__(self, counts):
        self.counts = counts
        self.voids_left = VOIDS_PER_MEASUREMENT

    def run(self, trial):
        """trial() gives a dict with 'stalled'."""
        for attempt in range(VOIDS_PER_TRIAL + 1):
            self.counts.trials += 1
            result = trial()
            if not result["stalled"]:
                return result
            if attempt == VOIDS_PER_TRIAL or self.voids_left == 0:
                self.counts.disturbed += 1
                return result
            self.voids_left -= 1
            self.counts.voided += 1
        return result


class Loaded:
    """Trials of a generator against a running clickd."""

    def __init__(self, clickd, generator, mode, size, counts):
        self.polls = mode != "pcap"
        self.clickd = clickd
        self.generator = generator
        self.size = size
        self.counts = counts
        self.steady = Steady(counts)
        self.trials = []

    def trial(self, rate, seconds):
        def once():
            ran, waited = self.clickd.cpu()
            result = self.generator.trial(self.size, rate, seconds, silence=SILENCE_MS)
            ran_after, waited_after = self.clickd.cpu()
            result["cpu_seconds"] = ran_after - ran
            result["wait_seconds"] = waited_after - waited
            result["stalled"] = result["gaps"] > 0 or (self.polls and shared_cpu(result))
            self.trials.append(result)
            return result
        return self.steady.run(once)

    def clean(self, rate, seconds):
        """A lossless trial at this rate, or None. A lossy one is repeated: a stall of clickd's CPU,
        which nobody sees, loses frames as well, and that is not the rate's fault."""
        result = self.trial(rate, seconds)
        for _ in range(REPEATS_IF_LOSSY):
            if lossless(result):
                return result
            self.counts.verified += 1
            result = self.trial(rate, seconds)
            self.counts.cleared += lossless(result)
        return result if lossless(result) else None

    def search(self, highest, seconds, steps):
        """The highest rate without loss, by halving; None if every trial lost something."""
        low, high, best = 0.0, highest, None
        for _ in range(steps):
            rate = (low + high) / 2
            result = self.clean(rate, seconds)
            if result:
                low, best = rate, result
            else:
                high = rate
        return best


def shared_cpu(result):
    return result["wait_seconds"] > WAIT_SHARE * result["seconds"]


def lossless(result):
    """While the generator stood still, it could not offer; what it reached counts, not the wish."""
    active = 1 - min(result["gap_ms"] / 1e3 / result["seconds"], 0.99)
    return (result["loss"] <= LOSS_ALLOWED and result["rate"] > 0 and
            result["tx_mpps"] * 1e6 >= OFFERED_AT_LEAST * result["rate"] * active)


def cpu_per_packet(result):
    return result["cpu_seconds"] / result["received"] * 1e9 if result["received"] else None


def measure_loaded(settings, link, mode, size, counts):
    clickd = Clickd(settings.clickd, mode, link, size, settings.directory)
    generator = None
    try:
        generator = Generator(settings.generator, link.generator_ports(), link.generator_prefix(),
                              settings.generator_cpu, settings.directory)
        loaded = Loaded(clickd, generator, mode, size, counts)
        drops = link.kernel_drops()
        generator.trial(size, 0.01, WARM_UP_SECONDS, silence=SILENCE_MS)
        top = loaded.trial(None, settings.seconds)
        best = loaded.search(top["rx_mpps"] * 1.05, settings.seconds / 2, settings.steps)
        drops_after = link.kernel_drops()
    finally:
        if generator:
            generator.stop()
        counted = clickd.stop()
    noloss = best["tx_mpps"] * (1 - best["loss"]) if best else 0.0
    return {
        "mpps_max": max(top["rx_mpps"], noloss),
        "mpps_noloss": noloss,
        "loss_at_max": top["loss"],
        # Everything came through, and the link had room whenever the generator wanted to send.
        "generator_is_limit": top["loss"] <= LOSS_ALLOWED and top["blocked"] < BLOCKED_SHARE,
        "cpu_ns_per_packet": cpu_per_packet(top),
        "cpu_ns_per_packet_noloss": cpu_per_packet(best) if best else None,
        "wait_seconds": sum(t["wait_seconds"] for t in loaded.trials),
        "kernel_drops": None if drops is None else drops_after - drops,
        "clickd": counted,
        "trials": loaded.trials,
    }


def _sample_windows(clickd, seconds):
    samples = [clickd.sample()]
    while samples[-1][0] - samples[0][0] < seconds:
        samples.append(clickd.sample())
    return samples


def _replay_trial(clickd, seconds):
    ran, waited = clickd.cpu()
    samples = _sample_windows(clickd, seconds)
    ran_after, waited_after = clickd.cpu()
    span, packets = samples[-1][0] - samples[0][0], samples[-1][1] - samples[0][1]
    windows = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(samples, samples[1:])]
    result = {
        "seconds": span,
        "received": packets,
        "rx_mpps": packets / span / 1e6,
        "cpu_seconds": ran_after - ran,
        "wait_seconds": waited_after - waited,
    }
    result["stalled"] = (min(windows) < STALL_SHARE * statistics.median(windows) or
                         shared_cpu(result))
    return result


def measure_replay(settings, link, mode, size, counts):
    clickd = Clickd(settings.clickd, mode, link, size, settings.directory)
    steady, trials = Steady(counts), []
    try:
        def once():
            trials.append(_replay_trial(clickd, settings.seconds))
            return trials[-1]
        result = steady.run(once)
    finally:
        counted = clickd.stop()
    # The source never ends, so nothing is lost; but where the I/O lcore reads faster than the
    # elements take, the surplus is dropped, and then there is no rate without loss.
    dropped = counted.get("dropped", 0) > LOSS_ALLOWED * counted.get("received", 1)
    return {
        "mpps_max": result["rx_mpps"],
        "mpps_noloss": None if dropped else result["rx_mpps"],
        "generator_is_limit": False,
        "loss_at_max": counted.get("dropped", 0) / max(counted.get("received", 1), 1),
        "cpu_ns_per_packet": cpu_per_packet(result),
        "cpu_ns_per_packet_noloss": None,
        "wait_seconds": sum(t["wait_seconds"] for t in trials),
        "kernel_drops": None,
        "clickd": counted,
        "trials": trials,
    }


class Patience:
    """On a shared machine: waits until it is idle, and measures again what was disturbed, but all
    in all no longer than this."""

    def __init__(self, seconds, counts, on_wait):
        self.left = seconds
        self.counts = counts
        self.on_wait = on_wait  # called once for each wait, to tell the user

    def spend(self, seconds):
        self.left -= seconds
        self.counts.waited_seconds += seconds

    def wait_until_idle(self):
        told = False
        while self.left > 0 and idle_share(IDLE_SECONDS) < IDLE_SHARE:
            self.spend(IDLE_SECONDS)
            if not told:
                self.on_wait(self.left)
            told = True

    def measure(self, settings, link, mode, size):
        while True:
            self.wait_until_idle()
            before = self.counts.disturbed
            result = measure(settings, link, mode, size, self.counts)
            if self.counts.disturbed == before or self.left <= 0:
                return result
            self.counts.disturbed = before
            self.counts.redone += 1
            self.spend(result["took_seconds"])


def measure(settings, link, mode, size, counts):
    function = measure_loaded if link.has_generator else measure_replay
    started = time.monotonic()
    result = function(settings, link, mode, size, counts)
    result["took_seconds"] = time.monotonic() - started
    return result


def self_test(settings, link, sizes):
    """The generator with its ports joined: what it can do at most, by size."""
    ports = link.self_test_ports()
    if ports is None:
        return {}
    link.prepare()
    generator = Generator(settings.generator, ports, link.generator_prefix(), settings.generator_cpu,
                          settings.directory)
    try:
        generator.trial(sizes[0], 0.01, WARM_UP_SECONDS)
        return {size: generator.trial(size, None, settings.seconds / 2, silence=SILENCE_MS)
                ["rx_mpps"] for size in sizes}
    finally:
        generator.stop()
