# SPDX-License-Identifier: BSD-3-Clause
"""Where the frames of a trial went, from the tester's counters and clickd's."""


def attribute(tester, before, after):
    """tester: result of a trial; before, after: clickd's Counters. Each frame that was offered and
    did not come back is under one of generator, link_in, drops, held, link_out, receiver."""
    moved = {k: after.balance[k] - before.balance[k] for k in after.balance}
    drops = {k: n - before.drops.get(k, 0) for k, n in after.drops.items()
             if n != before.drops.get(k, 0)}
    # What the tester gave to clickd and took from it beside the frames of the trial.
    given = tester["sent"] + tester["announced"] + tester["arp_answers"]
    taken = (tester["received"] + tester["duplicates"] + tester["late"] + tester["strayed"] +
             tester["foreign"] + tester["arp_answers"] + tester["before"])
    return {
        "offered": tester["offered"],
        "generator": tester["refused"],  # the link had no room when they were due
        "link_in": given - moved["received"],
        "missed": after.missed - before.missed,  # of link_in, as the device tells
        "received": moved["received"],
        "generated": moved["generated"],
        "drops": drops,
        "held": moved["held"],
        "sent": moved["sent"],
        "link_out": moved["sent"] - taken - tester["missed"],
        "receiver": tester["missed"],
        "returned": tester["received"],
        "duplicates": tester["duplicates"],
    }


def add(total, part):
    """Sums up; total may be empty."""
    for key, value in part.items():
        if isinstance(value, dict):
            mine = total.setdefault(key, {})
            for reason, n in value.items():
                mine[reason] = mine.get(reason, 0) + n
        else:
            total[key] = total.get(key, 0) + value
    return total


def is_balanced(b):
    """What clickd received or made, it sent, dropped or holds."""
    return b["received"] + b["generated"] == b["sent"] + sum(b["drops"].values()) + b["held"]


def lost(b):
    return b["offered"] - b["returned"]


LABELS = (
    ("generator", "generator: no room on the link when they were due"),
    ("link_in", "link to clickd: never received by it"),
    ("held", "still held by clickd"),
    ("link_out", "link from clickd: sent by it, not received"),
    ("receiver", "receiver: lost in the tester's own device"),
)


def lines(b):
    """(what, frames) for all that is not 0."""
    rows = [(label, b[key]) for key, label in LABELS if b[key]]
    return rows[:2] + [(f"clickd: dropped by {reason}", n) for reason, n in sorted(
        b["drops"].items(), key=lambda item: -item[1])] + rows[2:]
