# SPDX-License-Identifier: BSD-3-Clause
"""From single measurements to rows and ratios."""

import statistics

BASELINE = "pcap"
BASELINE_LINK = "veth"  # the only one that libpcap can open


def spread(values):
    """Median, smallest and largest of the values that are there; None if there is none."""
    values = [v for v in values if v is not None]
    if not values:
        return None
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def median(values):
    found = spread(values)
    return found["median"] if found else None


class Results:
    """Runs by link, mode and size; run number i of two modes stood side by side in time."""

    def __init__(self):
        self.runs = {}

    def add(self, link, mode, size, run):
        self.runs.setdefault((link, mode, size), []).append(run)

    def links(self):
        return list(dict.fromkeys(link for link, _, _ in self.runs))

    def modes(self, link):
        return list(dict.fromkeys(m for l, m, _ in self.runs if l == link))

    def sizes(self, link):
        return sorted({s for l, _, s in self.runs if l == link})

    def values(self, link, mode, size, key):
        return [run[key] for run in self.runs.get((link, mode, size), [])]

    def median(self, link, mode, size, key):
        return median(self.values(link, mode, size, key))

    def ratio(self, link, mode, base_mode, size, key="mpps_max"):
        """Pair by pair: what was measured one after the other is divided by each other."""
        mine = self.values(link, mode, size, key)
        base = self.values(link, base_mode, size, key)
        return spread([m / b for m, b in zip(mine, base) if m is not None and b])

    def ratio_to_baseline(self, link, mode, size, key="mpps_max"):
        if BASELINE in self.modes(link):
            return self.ratio(link, mode, BASELINE, size, key)
        base = self.median(BASELINE_LINK, BASELINE, size, key)
        if not base:
            return None
        return spread([v / base for v in self.values(link, mode, size, key) if v is not None])

    def ns(self, link, mode, size):
        rate = self.median(link, mode, size, "mpps_max")
        return 1e3 / rate if rate else None

    def generator_is_limit(self, link, mode, size):
        flags = self.values(link, mode, size, "generator_is_limit")
        return sum(flags) * 2 > len(flags)

    def row(self, link, mode, size):
        drops = self.values(link, mode, size, "kernel_drops")
        best, noloss = (spread(self.values(link, mode, size, key))
                        for key in ("mpps_max", "mpps_noloss"))
        return {
            "mode": mode,
            "link": link,
            "size": size,
            "mpps_max": best["median"],
            "mpps_max_spread": best,
            "mpps_noloss": noloss and noloss["median"],
            "mpps_noloss_spread": noloss,
            "ns_per_packet": self.ns(link, mode, size),
            "cpu_ns_per_packet": self.median(link, mode, size, "cpu_ns_per_packet"),
            "cpu_ns_per_packet_noloss": self.median(link, mode, size, "cpu_ns_per_packet_noloss"),
            "loss_at_max": self.median(link, mode, size, "loss_at_max"),
            "kernel_drops": None if None in drops else sum(drops),
            "generator_is_limit": self.generator_is_limit(link, mode, size),
            "ratio_to_pcap": self.ratio_to_baseline(link, mode, size),
            "ratio_to_pcap_noloss": self.ratio_to_baseline(link, mode, size, "mpps_noloss"),
            "ratio_is_paired": BASELINE in self.modes(link),
            "runs": self.runs[(link, mode, size)],
        }

    def rows(self):
        return [self.row(link, mode, size) for link in self.links() for size in self.sizes(link)
                for mode in self.modes(link) if (link, mode, size) in self.runs]

    def headline(self, key):
        """full/pcap at 64 bytes on each link. None where one of both is missing or 0."""
        found = {}
        for link in self.links():
            ratio = self.ratio_to_baseline(link, "full", 64, key)
            found[link] = ratio and ratio["median"]
        return found
