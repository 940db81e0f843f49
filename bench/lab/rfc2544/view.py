# SPDX-License-Identifier: BSD-3-Clause
"""Questions to the results of a run, as the reports ask them."""

from lab.rfc2544 import balance, links

BASELINE = "pcap"
TUNED = "pcap-tuned"


class View:
    def __init__(self, results):
        self.results = results
        self.modes = results["modes"]
        self.sizes = results["sizes"]
        self.line_rate = results["line_rate"]
        self.cells = {(c["mode"], c["size"], c["both_ways"]): c for c in results["cells"]}
        self.directions = sorted({c["both_ways"] for c in results["cells"]})

    @property
    def line_name(self):
        return f"{self.line_rate / 1e9:g} Gb/s Ethernet"

    @property
    def has_baseline(self):
        return BASELINE in self.modes

    def cell(self, mode, size, both):
        return self.cells.get((mode, size, both))

    def link(self, mode):
        return self.results["link_of"][mode]

    def named(self, mode):
        return f"{mode} ({self.link(mode)})"

    @staticmethod
    def way(both):
        return "bidirectional" if both else "one direction"

    @staticmethod
    def mpps(cell):
        """Both directions together; None where there is no rate without loss."""
        fps = cell and cell["throughput"]["total_fps"]
        return fps / 1e6 if fps else None

    def ratio(self, mode, size, both, base=BASELINE):
        mine, theirs = (self.mpps(self.cell(m, size, both)) for m in (mode, base))
        return mine / theirs if mine and theirs else None

    def latency_row(self, mode, size, both, load):
        cell = self.cell(mode, size, both) or {}
        return next((r for r in cell.get("latency") or [] if r["load"] == load), None)

    def stands_on(self, modes=None):
        """For a caption: which link each of these modes was measured on."""
        by_link = {}
        for mode in modes or self.modes:
            by_link.setdefault(self.link(mode), []).append(mode)
        return "; ".join(f"{', '.join(m)}: {links.KIND[link]}"
                         for link, m in by_link.items()) + "."

    def other_links(self):
        """A warning, where modes on different links are compared."""
        if not self.has_baseline:
            return ""
        base = self.link(BASELINE)
        others = [m for m in self.modes if self.link(m) != base]
        if not others:
            return ""
        return (f"The baseline stands on {base}, but {', '.join(others)} "
                f"{'stands' if len(others) == 1 else 'stand'} on another link: such a ratio "
                "compares the kernel's path with the one in user space, link and all.")

    def balance(self, mode):
        """Of all trials that count, and what the kernel's interfaces dropped."""
        total, kernel = {}, 0
        for cell in self.results["cells"]:
            if cell["mode"] == mode:
                balance.add(total, cell["balance"])
                kernel += sum(t.get("kernel_drops", 0) for t in cell["trials"])
        return total, kernel
