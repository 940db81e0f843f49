# SPDX-License-Identifier: BSD-3-Clause
"""Searches, and what voids a trial."""

import random
import unittest

import lab_path  # noqa: F401  pylint: disable=unused-import

from lab.process import Failure
from lab.rfc2544 import balance, cell, ethernet, search, selftest, tests
from lab.rfc2544.profile import PARAMETERS, Profile


class Asked:
    """A device that is good up to a rate."""

    def __init__(self, best, wrong=()):
        self.best = best
        self.wrong = set(wrong)  # numbers of the questions that it answers wrongly
        self.values = []

    def __call__(self, value):
        self.values.append(value)
        good = value <= self.best
        return not good if len(self.values) - 1 in self.wrong else good


class Bisect(unittest.TestCase):
    def find(self, best, limit, guess, resolution=0.01):
        asked = Asked(best)
        found = search.bisect(asked, limit, guess, resolution)
        self.assertLessEqual(found, best)
        for value in asked.values:
            self.assertLessEqual(value, limit)
        return found, len(asked.values)

    def test_finds_it_from_any_guess(self):
        for best in (3, 1000, 123456.7, 9.9e6):
            for guess in (1, best / 50, best * 0.5, best, best * 1.3, best * 40, 1e7):
                found, n = self.find(best, 1e7, guess)
                self.assertGreaterEqual(found, best * 0.985, (best, guess))
                self.assertLess(n, 45)

    def test_a_good_guess_is_cheap(self):
        self.assertLessEqual(self.find(8.1e6, 1e7, 8e6)[1], 5)

    def test_resolution(self):
        self.assertGreaterEqual(self.find(777777, 1e7, 5e5, 0.0005)[0], 777777 * 0.999)

    def test_limit(self):
        self.assertEqual(self.find(2e7, 1e7, 5e6)[0], 1e7)
        self.assertEqual(self.find(2e7, 1e7, 3e7), (1e7, 1))

    def test_nothing_is_good(self):
        asked = Asked(0)
        self.assertEqual(search.bisect(asked, 1e7, 1e6, 0.01, floor=100), 0)
        self.assertEqual(asked.values[-1], 100)

    def test_wrong_answers_end_all_the_same(self):
        rng = random.Random(1)
        for _ in range(300):
            asked = Asked(1e6, [i for i in range(60) if rng.random() < 0.2])
            search.bisect(asked, 1e7, 9e5, 0.01)
            self.assertLess(len(asked.values), 200)

    def test_counts(self):
        for best in (1, 2, 63, 64, 5000):
            asked = Asked(best)
            found = search.bisect_count(asked, 100000, 256, 0.001)
            self.assertTrue(best * 0.99 - 1 <= found <= best, (best, found))
            self.assertEqual(len(set(asked.values)), len(asked.values))

    def test_confirm(self):
        self.assertEqual(search.confirm(Asked(100), 100, 0.01, 5), (100, 1))
        value, attempts = search.confirm(Asked(95), 100, 0.01, 5)
        self.assertTrue(90 < value <= 95)
        self.assertGreater(attempts, 2)
        self.assertEqual(search.confirm(Asked(1), 100, 0.01, 5), (0.0, 6))

    def test_loss_points(self):
        self.assertEqual(search.loss_points(10), [100, 90, 80, 70, 60, 50, 40, 30, 20, 10])


def trial(**changed):
    return {"gaps": 0, "rate": 1e6, "drift": 0.0, "offered": 500000, "sent": 500000, "refused": 0,
            "received": 500000, "duplicates": 0, "reordered": 0, "skipped": 0, "seconds": 0.5,
            "late": 0, "strayed": 0, "foreign": 0, "announced": 6, "before": 6, "arp_answers": 1,
            "missed": 0, "clickd_stalls": 0, "wait_seconds": 0.0, "n_ways": 1, "loss": 0.0,
            "rx_mpps": 1.0, "gap_ms": 0.0} | changed


class Void(unittest.TestCase):
    def test_sound(self):
        self.assertEqual(cell.why_void(trial(), True, 0.001), [])

    def test_each_reason(self):
        for changed, text in (({"gaps": 1}, "tester's CPU"), ({"clickd_stalls": 2}, "clickd's CPU"),
                              ({"wait_seconds": 0.02}, "another program"),
                              ({"drift": -0.002}, "pace")):
            reasons = cell.why_void(trial(**changed), True, 0.001)
            self.assertEqual(len(reasons), 1)
            self.assertIn(text, reasons[0])

    def test_waiting_is_no_fault_of_pcap(self):
        self.assertEqual(cell.why_void(trial(wait_seconds=0.2), False, 0.001), [])

    def test_drift_of_few_frames(self):
        self.assertEqual(cell.why_void(trial(drift=0.05, offered=100), True, 0.001), [])


class FakeGenerator:
    """Answers with what it was given, one after the other."""

    def __init__(self, results):
        self.results = list(results)
        self.words = []

    def begin(self, words):
        self.words.append(words)

    def finish(self, _seconds):
        return self.results.pop(0)


def make_cell(results, **changed):
    profile = Profile("quick", [f"{k}={v}" for k, v in changed.items()])
    return cell.Cell(profile, FakeGenerator(results), None, 64, False, cell.Counts())


class Trials(unittest.TestCase):
    def test_void_ones_are_repeated_and_counted(self):
        c = make_cell([trial(gaps=1), trial(gaps=2), trial(), trial()])
        self.assertEqual(c.trial("x", 1e6, 0.1)["gaps"], 0)
        self.assertEqual((c.counts.trials, c.counts.voided, c.counts.disturbed), (3, 2, 0))
        self.assertEqual(c.counts.reasons, {"the tester's CPU stood still": 2})
        self.assertEqual([t.get("voided", False) for t in c.trials], [True, True, False])

    def test_not_for_ever(self):
        c = make_cell([trial(gaps=1)] * 9, voids=2)
        self.assertEqual(c.trial("x", 1e6, 0.1)["void"], ["the tester's CPU stood still"])
        self.assertEqual((c.counts.trials, c.counts.voided, c.counts.disturbed), (3, 2, 1))

    def test_loss_is_verified(self):
        c = make_cell([trial(received=499999), trial()])
        self.assertTrue(c.good("x", 1e6, 0.1)[0])
        self.assertEqual((c.counts.verified, c.counts.cleared), (1, 1))
        c = make_cell([trial(received=499999)] * 3, verifications=2)
        self.assertFalse(c.good("x", 1e6, 0.1)[0])
        self.assertEqual((c.counts.verified, c.counts.cleared), (2, 0))

    def test_words_are_always_all_there(self):
        c = make_cell([trial(step={}), trial()])
        c.trial("x", 1e6, 0.1, latency=1, frames=7)
        c.trial("x", None, 0.1)
        self.assertEqual(c.generator.words[0]["frames"], 7)
        self.assertEqual(c.generator.words[1]["frames"], 0)
        self.assertEqual(c.generator.words[1]["latency"], 0)
        self.assertEqual(c.generator.words[1]["rate"], "max")
        self.assertEqual(set(c.generator.words[0]), set(c.generator.words[1]))


class SelfTest(unittest.TestCase):
    def test_finds_the_rate_that_it_keeps(self):
        flat = trial(rate=0, rx_mpps=2.0)
        found = selftest.run(make_cell([flat] + [trial(received=1)] * 3 + [trial(drift=0.0009)]))
        self.assertEqual(found["limit_fps"], 2e6 * 0.95)
        self.assertEqual(len(found["tried"]), 4)

    def test_faults(self):
        for fault in ({"duplicates": 1}, {"reordered": 1}, {"refused": 1, "received": 499999}):
            self.assertFalse(selftest.is_clean(trial(**fault), 0.001))
        self.assertFalse(selftest.is_clean(trial(drift=0.0011), 0.001))
        with self.assertRaises(Failure):
            selftest.run(make_cell([trial(rate=0)] + [trial(received=1)] * 100))


class Balance(unittest.TestCase):
    @staticmethod
    def counters(received, sent, drops, held=0):
        class Counters:
            pass
        c = Counters()
        c.balance = {"received": received, "generated": 0, "sent": sent,
                     "dropped": sum(drops.values()), "held": held}
        c.drops = drops
        c.missed = 0
        return c

    def test_every_frame_has_a_place(self):
        tester = trial(offered=1000, sent=990, refused=10, received=930, missed=3)
        before = self.counters(50, 50, {"q: full": 4})
        # 990 frames and 7 of ARP were given to it; it got 980 + 7 of them.
        after = self.counters(50 + 987, 50 + 987 - 40, {"q: full": 34, "f: no": 10})
        b = balance.attribute(tester, before, after)
        self.assertEqual(b["generator"], 10)
        self.assertEqual(b["link_in"], 10)
        self.assertEqual(b["drops"], {"q: full": 30, "f: no": 10})
        self.assertEqual(b["receiver"], 3)
        # 947 were sent, 930 + 6 + 1 came back, 3 were lost by the tester's own device.
        self.assertEqual(b["link_out"], 7)
        self.assertEqual(balance.lost(b), 70)
        self.assertEqual(sum(n for _, n in balance.lines(b)), 70)
        self.assertTrue(balance.is_balanced(b))
        total = balance.add(balance.add({}, b), b)
        self.assertEqual(total["drops"]["q: full"], 60)
        self.assertEqual(total["offered"], 2000)


class Numbers(unittest.TestCase):
    def test_theory(self):
        for size, mpps in ((64, 14.881), (128, 8.446), (256, 4.529), (512, 2.350), (1024, 1.197),
                           (1280, 0.962), (1518, 0.813)):
            self.assertAlmostEqual(ethernet.max_fps(size, 10e9) / 1e6, mpps, 3)
        self.assertAlmostEqual(ethernet.mean_size("imix"), 353.83, 2)
        self.assertAlmostEqual(ethernet.gbps(64, ethernet.max_fps(64, 10e9)), 10)

    def test_words(self):
        self.assertEqual(ethernet.parse_size("imix"), "imix")
        self.assertEqual(ethernet.parse_line_rate("2.5G"), 2.5e9)
        for text in ("63", "1519", "x", ""):
            with self.assertRaises(Failure):
                ethernet.parse_size(text)
        for text in ("10", "xG", "", "-1G"):
            with self.assertRaises(Failure):
                ethernet.parse_line_rate(text)

    def test_profiles(self):
        p = Profile("standard", ["confirm_seconds=30", "voids=3"])
        self.assertEqual((p.confirm_seconds, p.voids), (30.0, 3))
        self.assertEqual(p.changed, {"confirm_seconds": 30.0, "voids": 3})
        self.assertEqual(Profile("standard").confirm_seconds, 60)
        self.assertEqual(set(Profile("quick").as_dict()), set(PARAMETERS))
        for text in ("x=1", "voids", "voids=x", "voids=1.5", "voids=-1", "resolution=nan"):
            with self.assertRaises(Failure):
                Profile("quick", [text])

    def test_thin(self):
        thinned = tests.thin([[i, 1] for i in range(1000)], 150)
        self.assertLessEqual(len(thinned), 150)
        self.assertEqual(sum(n for _, n in thinned), 1000)
        self.assertEqual(thinned[-1][0], 999)
        self.assertEqual(tests.thin([]), [])


if __name__ == "__main__":
    unittest.main()
