# SPDX-License-Identifier: BSD-3-Clause
"""Trials against one running clickd: void ones are repeated and counted, losses attributed."""

import time

from lab.rfc2544 import balance

WAIT_SHARE = 0.02  # a polling lcore that waited longer for its CPU had to share it
BLOCKED_SHARE = 0.01


class Counts:
    """What became of trials: nothing is repeated in silence."""

    def __init__(self):
        self.trials = 0
        self.voided = 0  # disturbed by the machine, repeated
        self.disturbed = 0  # as well, but kept, having been repeated often enough
        self.verified = 0  # lossy, repeated to see whether that was chance
        self.cleared = 0  # and it was
        self.reasons = {}

    def void(self, reasons):
        self.voided += 1
        for reason in reasons:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


def stalls_between(before, after):
    """Of all lcores: how many and how many milliseconds."""
    n = us = 0
    for old, new in zip(before.stalls, after.stalls):
        n += new[0] - old[0]
        us += new[1] - old[1]
    return int(n), us / 1e3


def is_lossless(result):
    return result["received"] == result["offered"] and result["offered"] > 0


def keeps_pace(result, drift):
    """The tester sent what it should have: only then a trial says something of its rate."""
    return result["rate"] == 0 or abs(result["drift"]) <= drift + 64 / max(result["offered"], 1)


def why_void(result, polls, drift):
    """What speaks against a trial that is otherwise as it should be."""
    reasons = []
    if not keeps_pace(result, drift):
        reasons.append("the tester did not keep its pace")
    if result["gaps"] > 0:
        reasons.append("the tester's CPU stood still")
    if result.get("clickd_stalls", 0) > 0:
        reasons.append("clickd's CPU stood still")
    if polls and result.get("wait_seconds", 0) > WAIT_SHARE * max(result["seconds"], 0.001):
        reasons.append("another program had clickd's CPU")
    return reasons


class Cell:
    """One mode, size and direction. dut None: the tester's self-test."""

    def __init__(self, profile, generator, dut, size, both_ways, counts, kernel_drops=None):
        self.profile = profile
        self.generator = generator
        self.dut = dut
        self.size = size
        self.both_ways = both_ways
        self.counts = counts
        self.kernel_drops = kernel_drops or (lambda: None)
        self.trials = []
        self.balance = {}
        self.before = dut.counters() if dut else None

    def words(self, fps, seconds, **more):
        p = self.profile
        return {"size": self.size, "rate": "max" if fps is None else f"{max(fps, 1):.3f}",
                "seconds": f"{seconds:.6f}", "frames": 0, "step-rate": 0, "step-seconds": 0,
                "latency": 0, "buckets": 0, "both-ways": int(self.both_ways), "flows": p.flows,
                "burst": p.burst, "learn": p.learn_ms, "silence": p.silence_ms,
                "drain": max(2000, p.silence_ms)} | more

    def once(self, what, fps, seconds, **more):
        """A trial as it comes out, with what it did to clickd."""
        words = self.words(fps, seconds, **more)
        ran, waited = self.dut.cpu() if self.dut else (0, 0)
        kernel = self.kernel_drops()
        self.generator.begin(words)
        result = self.generator.finish(
            seconds + float(words["step-seconds"]) + (self.profile.learn_ms + 2000) / 1e3)
        self.look_at(result, ran, waited, kernel)
        result["what"] = what
        self.counts.trials += 1
        self.trials.append({k: v for k, v in result.items() if k != "latency_us"})
        if self.profile.pause_seconds > 0:
            time.sleep(self.profile.pause_seconds)
        return result

    def look_at(self, result, ran, waited, kernel):
        if kernel is not None:
            result["kernel_drops"] = self.kernel_drops() - kernel
        if self.dut is None:
            result["void"] = why_void(result, False, self.profile.drift)
            return
        ran_after, waited_after = self.dut.cpu()
        result["cpu_seconds"] = ran_after - ran
        result["wait_seconds"] = waited_after - waited
        after = self.dut.counters()
        result["clickd_stalls"], result["clickd_stall_ms"] = stalls_between(self.before, after)
        result["balance"] = balance.attribute(result, self.before, after)
        self.before = after
        result["void"] = why_void(result, self.dut.polls, self.profile.drift)

    def trial(self, what, fps, seconds, **more):
        """A trial that the machine did not disturb, if that can be had."""
        for attempt in range(self.profile.voids + 1):
            result = self.once(what, fps, seconds, **more)
            if not result["void"]:
                break
            if attempt == self.profile.voids:
                self.counts.disturbed += 1
                break
            self.counts.void(result["void"])
            self.trials[-1]["voided"] = True
        if "balance" in result:
            balance.add(self.balance, result["balance"])
        return result

    def good(self, what, fps, seconds, is_good=is_lossless):
        """(whether, result). One that is not good is repeated: ETSI TST 009's loss verification."""
        result = self.trial(what, fps, seconds)
        for _ in range(int(self.profile.verifications)):
            if is_good(result):
                return True, result
            self.counts.verified += 1
            result = self.trial(what, fps, seconds)
            self.counts.cleared += is_good(result)
        return is_good(result), result
