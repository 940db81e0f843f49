# SPDX-License-Identifier: BSD-3-Clause
"""The tests of RFC 2544 (26.1 to 26.6, with RFC 9004 and RFC 6201), NDR and PDR, for one cell.

Rates are frames per second in each direction; limit is the highest one that the tester was found
fit for on this link and with this size."""

import statistics
import time

from lab.rfc2544 import search
from lab.rfc2544.cell import is_lossless

ALL = ("throughput", "latency", "pdr", "loss", "burst", "recovery", "reset")
LIMIT_SHARE = 0.98  # what comes so near to the limit says nothing of the device
GUESS_SHARE = 0.95
LOADS = (100, 90, 50, 10)
OVERLOAD = 1.1
START_BURST = 256
MIN_TRIAL_FRAMES = 20
RESET_VOIDS = 2
KILL_SHARE = 0.2  # of the trial has passed when clickd is killed


def throughput(cell, limit):
    """26.1: the highest rate without loss, confirmed by a longer trial. Also NDR."""
    p = cell.profile
    # What comes through under overload is near to what comes through without loss.
    top = cell.trial("overload", limit, p.search_seconds)
    ways = top["n_ways"]
    through = top["received"] / max(top["seconds"], 0.001) / ways
    guess = limit if is_lossless(top) else min(through * GUESS_SHARE, limit)
    floor = max(MIN_TRIAL_FRAMES / p.search_seconds, 1)
    searched = []
    for _ in range(max(int(p.searches), 1)):
        searched.append(search.bisect(
            lambda fps: cell.good("throughput", fps, p.search_seconds)[0],
            limit, guess, p.resolution, floor))
        guess = max(searched[-1], floor)
    found = statistics.median_low(searched)
    best = {}

    def confirms(fps):
        good, result = cell.good("confirmation", fps, p.confirm_seconds)
        best.update(result)
        return good
    confirmed, attempts = search.confirm(confirms, found, p.resolution,
                                         p.confirmations) if found else (0.0, 0)
    return {
        "fps": confirmed, "total_fps": confirmed * ways, "searched_fps": searched,
        "resolution": p.resolution, "confirm_seconds": p.confirm_seconds,
        "confirm_attempts": attempts,
        "tester_is_limit": confirmed >= LIMIT_SHARE * limit,
        "limit_fps": limit,
        "overload_fps": through, "overload_loss": top["loss"],
        "cpu_ns_per_packet": _cpu_ns(best) if confirmed else None,
        "disturbed": bool(best.get("void")),
    }


def _cpu_ns(result):
    if not result.get("received") or "cpu_seconds" not in result:
        return None
    return result["cpu_seconds"] / result["received"] * 1e9


def pdr(cell, limit, ndr):
    """The highest rate with no more than so much loss."""
    p = cell.profile

    def is_good(result):
        return result["loss"] <= p.pdr_loss
    found = search.bisect(lambda fps: cell.good("PDR", fps, p.search_seconds, is_good)[0],
                          limit, min(max(ndr * 1.02, 1), limit), p.resolution,
                          max(MIN_TRIAL_FRAMES / p.search_seconds, 1))
    return {"fps": max(found, ndr), "loss": p.pdr_loss,
            "tester_is_limit": found >= LIMIT_SHARE * limit}


def latency(cell, rate):
    """26.2, but with every frame a tagged one: at the throughput and at shares of it."""
    p = cell.profile
    rows = []
    for load in LOADS:
        results = [cell.trial(f"latency at {load} %", rate * load / 100, p.latency_seconds,
                              latency=1, buckets=1) for _ in range(int(p.latency_repeats))]
        found = [r for r in results if r["latency_us"]["n"]]
        if not found:
            continue
        middle = sorted(found, key=lambda r: r["latency_us"]["p50"])[len(found) // 2]
        row = {k: v for k, v in middle["latency_us"].items() if k != "buckets"}
        row |= {"load": load, "fps": rate * load / 100, "repeats": len(found),
                "loss": middle["loss"], "reordered": middle["reordered"],
                "mean": statistics.mean(r["latency_us"]["mean"] for r in found),
                "disturbed": any(r["void"] for r in found),
                "buckets": thin(middle["latency_us"]["buckets"])}
        rows.append(row)
    return rows


def thin(buckets, most=150):
    """Joins neighbouring buckets of a histogram."""
    step = -(-len(buckets) // most) or 1
    return [[part[-1][0], sum(n for _, n in part)]
            for part in (buckets[i:i + step] for i in range(0, len(buckets), step))]


def loss_curve(cell, limit):
    """26.3: loss over the offered rate, from the top, until two trials in a row lose nothing."""
    points, calm = [], 0
    for percent in search.loss_points(int(cell.profile.loss_step)):
        rate = limit * percent / 100
        if rate * cell.profile.loss_seconds < MIN_TRIAL_FRAMES:
            break
        result = cell.trial(f"loss at {percent} %", rate, cell.profile.loss_seconds)
        points.append({"percent": percent, "fps": rate, "loss": result["loss"],
                       "rx_fps": result["rx_mpps"] * 1e6, "disturbed": bool(result["void"])})
        calm = calm + 1 if is_lossless(result) else 0
        if calm == 2:
            break
    return points


def back_to_back(cell, limit, rate):
    """26.4 and RFC 9004: the longest burst at the highest rate without loss, and the buffer that
    this implies."""
    p = cell.profile
    longest = max(int(limit * p.burst_seconds), 2)
    lengths = []
    guess = START_BURST
    for _ in range(int(p.burst_repeats)):
        def is_good(n):
            result = cell.trial("burst", limit, max(p.burst_seconds * 1.5, 0.01), frames=n)
            return result["received"] == result["offered"] == n
        lengths.append(search.bisect_count(is_good, longest, guess, p.burst_resolution))
        guess = max(lengths[-1], 1)
        if lengths[-1] >= longest:
            break  # no buffer fills at this rate
    mean = statistics.mean(lengths)
    return {
        "fps": limit, "lengths": lengths, "mean": mean, "min": min(lengths), "max": max(lengths),
        "deviation": statistics.stdev(lengths) if len(lengths) > 1 else 0.0,
        "endless": max(lengths) >= longest, "longest": longest,
        "implied_ms": mean / limit * 1e3,
        # What left the buffer while the burst came in did not need room in it.
        "corrected_ms": mean / limit * 1e3 * max(1 - rate / limit, 0),
    }


def recovery(cell, limit, rate):
    """26.5: overload, then half of it; the time from there to the last frame that is lost."""
    p = cell.profile
    over = min(rate * OVERLOAD, limit)
    result = cell.trial("recovery", over, p.recovery_seconds,
                        **{"step-rate": f"{over / 2:.3f}",
                           "step-seconds": f"{p.recovery_seconds:.6f}"})
    step = result["step"]
    return {
        "overload_fps": over, "overload_share": over / rate, "step_fps": over / 2,
        "lost_in_overload": result["offered"] - result["received"] -
        (step["offered"] - step["received"]),
        "lost_after": step["offered"] - step["received"],
        "recovery_ms": step["last_loss_ms"],
        "recovered": step["last_loss_ms"] < p.recovery_seconds * 1e3 * 0.999,
        "disturbed": bool(result["void"]),
    }


class Resettable:
    """What reset() needs: a clickd and a tester whose ports wait for it, instead of the other way
    round. Both are made anew for each trial."""

    def __init__(self, make_dut, make_generator, make_cell):
        self.make_dut = make_dut
        self.make_generator = make_generator
        self.make_cell = make_cell


def reset(resettable, rate, profile):
    """26.6 and RFC 6201: clickd is killed and started again while frames are sent. By time-stamps:
    the longest silence; by loss: frames lost over their rate."""
    outages = [_steady_reset(resettable, rate, profile)
               for _ in range(max(int(profile.reset_repeats), 1))]
    return {"fps": rate, "outages": outages,
            "silence_ms": statistics.mean(o["silence_ms"] for o in outages),
            "loss_ms": statistics.mean(o["loss_ms"] for o in outages),
            "start_ms": statistics.mean(o["start_ms"] for o in outages),
            "recovered": all(o["recovered"] for o in outages),
            "disturbed": any(o["disturbed"] for o in outages)}


def _steady_reset(resettable, rate, profile):
    for attempt in range(RESET_VOIDS + 1):
        generator = resettable.make_generator()
        dut = None
        try:
            dut = resettable.make_dut()
            generator.wait_ready()
            cell = resettable.make_cell(generator)
            outage = _one_reset(generator, dut, cell, rate, profile)
        finally:
            generator.stop()
            if dut:
                dut.stop()
        cell.counts.trials += 1
        if not outage["disturbed"]:
            break
        if attempt == RESET_VOIDS:
            cell.counts.disturbed += 1
        else:
            cell.counts.void(["the tester's CPU stood still"])
    return outage


def _one_reset(generator, dut, cell, rate, profile):
    seconds = profile.reset_seconds
    generator.begin(cell.words(min(rate, 1e4), 0.05))  # whoever has to learn or resolve, does
    generator.finish(0.1)
    generator.begin(cell.words(rate, seconds))
    time.sleep(profile.learn_ms / 1e3 + seconds * KILL_SHARE)
    began = time.monotonic()
    dut.kill()
    dut.start()
    start_ms = (time.monotonic() - began) * 1e3
    result = generator.finish(seconds + profile.learn_ms / 1e3 + 2)
    lost = result["offered"] - result["received"]
    return {"silence_ms": result["silence_ms"], "lost": lost, "start_ms": start_ms,
            "loss_ms": lost / max(rate * result["n_ways"], 1) * 1e3,
            # Silent to the end: it did not come back in time.
            "recovered": result["silence_ms"] < seconds * (1 - KILL_SHARE) * 0.95e3,
            "disturbed": result["gap_ms"] > profile.reset_gap_ms}
