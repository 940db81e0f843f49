# SPDX-License-Identifier: BSD-3-Clause
"""Rates over frame sizes as an SVG, one panel for each link, all with one logarithmic scale."""

import math
from xml.sax.saxutils import escape

COLORS = {"pcap": "#555555", "poll": "#b85c00", "zerocopy": "#1f6fb2", "full": "#11803b",
          "zerocopy-ringed": "#c79be0", "full-ringed": "#8a3fb0"}
PANEL_WIDTH, PLOT_HEIGHT = 400, 340
LEFT, RIGHT, TOP, BOTTOM = 58, 104, 92, 62
LABEL_STEP = 15
FONT = "font-family='DejaVu Sans, Helvetica, Arial, sans-serif'"


def _text(x, y, text, size=12, anchor="start", fill="#222", extra=""):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' "
            f"fill='{fill}' {extra}>{escape(text)}</text>\n")


def _line(x1, y1, x2, y2, stroke, width=1.0):
    return (f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{stroke}' "
            f"stroke-width='{width}'/>\n")


class Scale:
    """Rates to heights. Whole powers of ten at both ends."""

    def __init__(self, values):
        values = [v for v in values if v and v > 0] or [1]
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)

    def y(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return TOP + PLOT_HEIGHT * (1 - share)

    def grid(self):
        """Values with a line, and whether they have a label."""
        for power in range(self.low, self.high + 1):
            for digit in (1, 2, 5) if power < self.high else (1,):
                yield digit * 10.0 ** power


def _axes(left, sizes, scale):
    right, bottom = left + PANEL_WIDTH - LEFT - RIGHT, TOP + PLOT_HEIGHT
    out = ""
    for value in scale.grid():
        y = scale.y(value)
        major = math.isclose(math.log10(value) % 1, 0, abs_tol=1e-9)
        out += _line(left, y, right, y, "#bbb" if major else "#e6e6e6")
        out += _text(left - 6, y + 4, f"{value:g}", 11, "end")
    for i, size in enumerate(sizes):
        x = _x(left, i, len(sizes))
        out += _line(x, bottom, x, bottom + 5, "#444")
        out += _text(x, bottom + 19, str(size), 11, "middle")
    out += _line(left, bottom, right, bottom, "#444")
    out += _line(left, TOP, left, bottom, "#444")
    return out + _text((left + right) / 2, bottom + 40, "frame size with FCS, bytes", 11, "middle")


def _x(left, i, n):
    width = PANEL_WIDTH - LEFT - RIGHT
    return left + width / 2 if n == 1 else left + 14 + (width - 28) * i / (n - 1)


def _curve(points, color, dashed):
    if not points:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = " stroke-dasharray='5 4'" if dashed else ""
    out = (f"<polyline points='{path}' fill='none' stroke='{color}' "
           f"stroke-width='{1.6 if dashed else 2.2}'{dash}/>\n")
    for x, y in points:
        out += (f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.4' stroke='{color}' stroke-width='1.6' "
                f"fill='{'#fff' if dashed else color}'/>\n")
    return out


def _spread_labels(labels):
    """Moves labels (y, text, color) apart so that none covers another."""
    placed, last = [], -math.inf
    for y, text, color in sorted(labels):
        y = max(y, last + LABEL_STEP)
        placed.append((y, text, color))
        last = y
    overflow = max(0, last - (TOP + PLOT_HEIGHT)) if placed else 0
    return [(y - overflow, text, color) for y, text, color in placed]


def _panel(results, link, left, scale):
    sizes = results.sizes(link)
    out = _text(left - LEFT + 12, TOP - 16, link, 15, extra="font-weight='bold'")
    out += _axes(left, sizes, scale)
    labels = []
    for mode in results.modes(link):
        color = COLORS.get(mode, "#000")
        best, noloss = ([(_x(left, i, len(sizes)), scale.y(v)) for i, v in
                         enumerate(results.median(link, mode, s, key) for s in sizes) if v]
                        for key in ("mpps_max", "mpps_noloss"))
        if noloss != best:
            out += _curve(noloss, color, True)
        out += _curve(best, color, False)
        if best:
            labels.append((best[-1][1], mode, color))
    for y, text, color in _spread_labels(labels):
        out += _text(left + PANEL_WIDTH - LEFT - RIGHT + 8, y + 4, text, 12, fill=color,
                     extra="font-weight='bold'")
    return out


def chart(results, machine, settings):
    links = results.links()
    scale = Scale([results.median(link, mode, size, key) for link in links
                   for mode in results.modes(link) for size in results.sizes(link)
                   for key in ("mpps_max", "mpps_noloss")])
    width = max(PANEL_WIDTH * len(links), 2 * PANEL_WIDTH)
    height = TOP + PLOT_HEIGHT + BOTTOM + 24
    out = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
           f"viewBox='0 0 {width} {height}' {FONT}>\n"
           "<title>clickd: packet rates of its four I/O modes</title>\n"
           f"<rect width='{width}' height='{height}' fill='#fff'/>\n")
    out += _text(12, 24, "clickd FromDPDK -> EtherMirror -> ToDPDK, Mpps on one lcore (ringed: two), logarithmic", 16,
                 extra="font-weight='bold'")
    out += _text(12, 44, "Solid: highest rate. Dashed, open circles: highest rate with at most "
                 "0.1 % loss (on replay the same).", 12)
    for i, link in enumerate(links):
        out += _panel(results, link, LEFT + PANEL_WIDTH * i, scale)
    out += _text(12, height - 14, f"Different links: compare modes within a panel. Median of "
                 f"{settings['runs']} runs; {machine['cpu']}, DPDK {machine['dpdk']}.", 11)
    return out + "</svg>\n"
