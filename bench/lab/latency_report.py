# SPDX-License-Identifier: BSD-3-Clause
"""Histograms of latencies as text and as an SVG."""

import math
from xml.sax.saxutils import escape

STEPS_PER_DOUBLING = 2  # of the text's lines
BAR = 40
PANEL_HEIGHT, WIDTH, LEFT, TOP, RIGHT = 230, 860, 70, 70, 190
COLORS = {"lone": "#777777", 10: "#1f6fb2", 50: "#b85c00", 90: "#b02020"}
FONT = "font-family='DejaVu Sans, Helvetica, Arial, sans-serif'"


def columns(histogram, steps):
    """Counts between powers of 2 ** (1 / steps): [(lower end, upper end, count)], without holes."""
    found = {}
    for end, n in histogram.items():
        step = math.ceil(round(math.log2(max(end, 0.01)) * steps, 6))
        found[step] = found.get(step, 0) + n
    if not found:
        return []
    return [(2 ** ((i - 1) / steps), 2 ** (i / steps), found.get(i, 0))
            for i in range(min(found), max(found) + 1)]


def text_histogram(load):
    """A line for each column; bars are logarithmic, or the tail, which matters, would not show."""
    total = load.histogram.n
    lines = [f"  {load.name}, {load.rate:.3f} Mpps, {total} packets"]
    for low, high, n in columns(load.histogram, STEPS_PER_DOUBLING):
        length = round(BAR * math.log10(1 + n) / math.log10(1 + total))
        lines.append(f"    {low:8.1f} - {high:8.1f} us {'#' * length:<{BAR}} {n / total:9.4%}")
    return "\n".join(lines)


HEAD = (f"{'config':<8} {'device':<11} {'load':<5} {'Mpps':>7} {'median':>8} {'99 %':>8} {'99.9 %':>8} "
        f"{'max':>8} {'runs':>4} {'lost':>7}")


def table_row(config, device, load):
    s = load.histogram.summary()
    if s["n"] == 0:
        return f"{config:<8} {device:<11} {load.name:<5} {load.rate:>7.3f}   no trial without a gap"
    lost = sum(r["offered"] - r["received"] for r in load.runs)
    return (f"{config:<8} {device:<11} {load.name:<5} {load.rate:>7.3f} {s['p50']:>8.1f} "
            f"{s['p99']:>8.1f} {s['p99.9']:>8.1f} {s['max']:>8.0f} {len(load.runs):>4} {lost:>7}")


# ---- SVG

def _text(x, y, text, size=12, anchor="start", fill="#222"):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' fill='{fill}'>"
            f"{escape(text)}</text>\n")


def _line(x1, y1, x2, y2, stroke, extra=""):
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{stroke}' {extra}/>\n"


class Axes:
    """x: microseconds, logarithmic; y: share of packets that took longer, logarithmic down to a
    millionth, so that a straight look at the tail is possible."""
    LOWEST = 1e-6

    def __init__(self, top, low, high):
        self.top, self.low, self.high = top, math.floor(math.log10(low)), math.ceil(math.log10(high))

    def x(self, us):
        share = (math.log10(us) - self.low) / max(self.high - self.low, 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * share

    def y(self, share):
        share = max(share, self.LOWEST)
        return self.top + PANEL_HEIGHT * math.log10(share) / math.log10(self.LOWEST)

    def draw(self):
        out = ""
        for power in range(self.low, self.high + 1):
            x = self.x(10 ** power)
            out += _line(x, self.top, x, self.top + PANEL_HEIGHT, "#ccc")
            out += _text(x, self.top + PANEL_HEIGHT + 16, f"{10 ** power:g} us", 11, "middle")
        for power in range(0, 7):
            y = self.y(10 ** -power)
            out += _line(LEFT, y, WIDTH - RIGHT, y, "#e6e6e6" if power else "#444")
            out += _text(LEFT - 6, y + 4, "all" if power == 0 else f"{10 ** -power * 100:g} %", 11, "end")
        return out + _line(LEFT, self.top, LEFT, self.top + PANEL_HEIGHT, "#444")


def _curve(axes, histogram, color, dashed):
    left, points = histogram.n, []
    for end, n in histogram.items():
        x = axes.x(end)
        points += [(x, axes.y(left / histogram.n)), (x, axes.y((left - n) / histogram.n))]
        left -= n
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = " stroke-dasharray='4 3'" if dashed else ""
    return f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='1.8'{dash}/>\n"


def draw(results, size):
    """results: {config: {device: {load: Load}}}"""
    every = [end for devices in results.values() for loads in devices.values()
             for load in loads.values() for end, _ in load.histogram.items()] or [1]
    height = TOP + (PANEL_HEIGHT + 70) * len(results)
    out = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' {FONT}>\n"
           "<rect width='100%' height='100%' fill='white'/>\n")
    out += _text(12, 24, f"Share of packets that took longer, {size}-byte frames over a virtual link", 15)
    out += _text(12, 44, "Solid: clickd. Dashed: testpmd io, the same link without a graph.", 12)
    for i, (config, devices) in enumerate(results.items()):
        axes = Axes(TOP + 20 + i * (PANEL_HEIGHT + 70), max(min(every), 0.1), max(every))
        out += _text(LEFT, axes.top - 8, config, 13) + axes.draw()
        row = 0
        for device, loads in devices.items():
            for key, load in loads.items():
                if load.histogram.n == 0:
                    continue
                color = COLORS.get(key, "#333")
                dashed = device != "clickd"
                out += _curve(axes, load.histogram, color, dashed)
                y = axes.top + 12 + row * 17
                out += _line(WIDTH - RIGHT + 12, y - 4, WIDTH - RIGHT + 34, y - 4, color,
                             "stroke-width='2'" + (" stroke-dasharray='4 3'" if dashed else ""))
                out += _text(WIDTH - RIGHT + 40, y, f"{device} {load.name}", 11)
                row += 1
    return out + "</svg>\n"
