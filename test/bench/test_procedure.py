# SPDX-License-Identifier: BSD-3-Clause
"""The tests of RFC 2544 against a device that is known: it forwards so many frames per second and
buffers so many."""

import unittest

import lab_path  # noqa: F401  pylint: disable=unused-import

from lab.rfc2544 import cell, tests
from lab.rfc2544.profile import Profile

CAPACITY = 1e6
BUFFER = 1000
LIMIT = 2e6  # of the tester


class Device:
    """A generator and a device in one, in numbers."""

    def __init__(self, disturbed=()):
        self.disturbed = set(disturbed)  # numbers of trials in which the machine stands still
        self.words = None
        self.n_trials = 0

    def begin(self, words):
        self.words = words

    def part(self, rate, seconds, most):
        offered = int(rate * seconds)
        if most:
            offered = min(offered, most)
        lost = max(0, round(offered - CAPACITY * offered / rate - BUFFER))
        return offered, lost

    def finish(self, _seconds):
        w = self.words
        rate = LIMIT if w["rate"] == "max" else float(w["rate"])
        seconds = float(w["seconds"])
        offered, lost = self.part(rate, seconds, w["frames"])
        result = {
            "gaps": int(self.n_trials in self.disturbed), "gap_ms": 0.0, "skipped": 0, "refused": 0,
            "rate": rate, "drift": 0.0, "duplicates": 0, "reordered": 0, "n_ways": 1,
            "offered": offered, "sent": offered, "received": offered - lost, "seconds": seconds,
            "loss": lost / max(offered, 1), "rx_mpps": (offered - lost) / seconds / 1e6}
        if result["gaps"]:
            result |= {"received": 0, "loss": 1.0, "rx_mpps": 0.0}
        if float(w["step-seconds"]) > 0:
            more = int(float(w["step-rate"]) * float(w["step-seconds"]))
            result |= {"offered": offered + more, "received": offered - lost + more - 7,
                       "step": {"offered": more, "received": more - 7, "last_loss_ms": 1.5}}
        if w["latency"]:
            result["latency_us"] = {"n": offered, "min": 1.0, "mean": 2.0, "p50": 2.0, "p90": 3.0,
                                    "p99": 4.0, "p99.9": 5.0, "p99.99": 6.0, "max": 7.0,
                                    "buckets": [[2.0, offered - 1], [7.0, 1]]}
        self.n_trials += 1
        return result


def make(disturbed=(), **changed):
    profile = Profile("quick", [f"{k}={v}" for k, v in changed.items()])
    return cell.Cell(profile, Device(disturbed), None, 64, False, cell.Counts())


class Procedure(unittest.TestCase):
    def test_throughput(self):
        found = tests.throughput(make(), LIMIT)
        # A buffer hides a surplus in a short trial; the confirmation does not let that pass.
        self.assertTrue(0.96 * CAPACITY <= found["fps"] <= 1.001 * CAPACITY, found)
        self.assertEqual(len(found["searched_fps"]), 3)
        self.assertFalse(found["tester_is_limit"])
        self.assertAlmostEqual(found["overload_loss"], 0.5, 1)
        self.assertFalse(found["disturbed"])

    def test_throughput_on_a_restless_machine(self):
        c = make(disturbed=range(0, 2000, 3))
        found = tests.throughput(c, LIMIT)
        self.assertTrue(0.96 * CAPACITY <= found["fps"] <= 1.001 * CAPACITY, found)
        self.assertGreater(c.counts.voided, 4)
        self.assertEqual(c.counts.disturbed, 0)

    def test_tester_is_the_limit(self):
        found = tests.throughput(make(), 0.8 * CAPACITY)
        self.assertEqual(found["fps"], 0.8 * CAPACITY)
        self.assertTrue(found["tester_is_limit"])

    def test_pdr(self):
        found = tests.pdr(make(), LIMIT, CAPACITY)
        # 0.5 % of loss, and what the buffer takes in 0.25 s.
        self.assertTrue(CAPACITY <= found["fps"] <= 1.0095 * CAPACITY, found)

    def test_loss_curve(self):
        points = tests.loss_curve(make(), LIMIT)
        self.assertEqual([p["percent"] for p in points], [100, 90, 80, 70, 60, 50, 40])
        self.assertAlmostEqual(points[0]["loss"], 0.5, 2)
        self.assertEqual([p["loss"] for p in points[-2:]], [0, 0])

    def test_back_to_back(self):
        found = tests.back_to_back(make(burst_resolution=0.001), LIMIT, CAPACITY)
        # While n frames come at twice its rate, half of them leave: 2,000 fill the buffer.
        self.assertTrue(1990 <= found["mean"] <= 2002, found)
        self.assertFalse(found["endless"])
        self.assertAlmostEqual(found["implied_ms"], 1.0, 1)
        self.assertAlmostEqual(found["corrected_ms"], 0.5, 1)
        self.assertTrue(tests.back_to_back(make(), 0.9 * CAPACITY, CAPACITY)["endless"])

    def test_recovery(self):
        found = tests.recovery(make(), LIMIT, CAPACITY)
        self.assertAlmostEqual(found["overload_fps"], 1.1 * CAPACITY)
        self.assertAlmostEqual(found["step_fps"], 0.55 * CAPACITY)
        self.assertEqual((found["lost_after"], found["recovery_ms"]), (7, 1.5))
        self.assertEqual(found["lost_in_overload"], 0.1 * CAPACITY * 0.5 - BUFFER)
        self.assertTrue(found["recovered"])
        self.assertAlmostEqual(tests.recovery(make(), 1.02 * CAPACITY, CAPACITY)["overload_share"],
                               1.02)

    def test_latency(self):
        rows = tests.latency(make(), CAPACITY)
        self.assertEqual([r["load"] for r in rows], [100, 90, 50, 10])
        self.assertEqual(rows[2]["fps"], CAPACITY / 2)
        self.assertEqual(rows[0]["p99.9"], 5.0)
        self.assertEqual(sum(n for _, n in rows[0]["buckets"]), 500000)


if __name__ == "__main__":
    unittest.main()
