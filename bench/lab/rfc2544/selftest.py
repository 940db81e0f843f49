# SPDX-License-Identifier: BSD-3-Clause
"""The tester against itself, on a looped link without a device under test: up to which rate it loses
nothing, repeats nothing, keeps the order and its own pace. No test goes above."""

from lab.process import Failure
from lab.rfc2544.cell import is_lossless

SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
TRIES = 3


def guess(profile):
    """Seconds."""
    return 4 * (profile.search_seconds + (profile.learn_ms + profile.silence_ms) / 1e3 +
                profile.pause_seconds)


def is_clean(result, drift):
    return (is_lossless(result) and result["duplicates"] == 0 and result["reordered"] == 0 and
            abs(result["drift"]) <= drift)


def run(cell):
    p = cell.profile
    top = cell.trial("self-test, flat out", None, p.search_seconds)
    highest = top["rx_mpps"] * 1e6 / top["n_ways"]
    tried = []
    for share in (s for s in SHARES if s >= p.fit_share):
        for _ in range(TRIES):
            result = cell.trial("self-test", highest * share, p.search_seconds)
            tried.append({k: result[k] for k in (
                "rate", "offered", "refused", "skipped", "received", "duplicates", "reordered",
                "drift", "gaps", "void")})
            if is_clean(result, p.drift):
                return {"limit_fps": highest * share, "flat_out_fps": highest,
                        "drift": result["drift"], "tried": tried}
    raise Failure(f"the tester loses frames or misses its pace even at {100 * p.fit_share:g} % of what "
                  "the looped link takes: is the machine busy?\n"
                  f"its last trial: {tried[-1] if tried else top}")
