# SPDX-License-Identifier: BSD-3-Clause
"""Ratios to the floor as horizontal bars, with the range of the runs and the goal."""

from xml.sax.saxutils import escape

LEFT, WIDTH, ROW, TOP = 120, 520, 26, 56
FONT = "font-family='DejaVu Sans, Helvetica, Arial, sans-serif'"


def _text(x, y, text, size=12, anchor="start"):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' fill='#222'>"
            f"{escape(text)}</text>\n")


def draw(results, title="clickd's packet rate as a share of testpmd io's, replay from memory",
         legend="bar: median of pairs; line: range; mark: goal"):
    top = max([1.0] + [r["ratio_max"] for r in results])
    scale = WIDTH / top
    height = TOP + ROW * len(results) + 46
    out = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{LEFT + WIDTH + 150}' "
           f"height='{height}' {FONT}>\n<rect width='100%' height='100%' fill='white'/>\n")
    out += _text(LEFT, 22, title, 14)
    out += _text(LEFT, 40, legend, 11)
    for tenth in range(0, int(top * 10) + 1, 2):
        x = LEFT + tenth / 10 * scale
        out += f"<line x1='{x:.1f}' y1='{TOP - 6}' x2='{x:.1f}' y2='{height - 36}' stroke='#ddd'/>\n"
        out += _text(x, height - 20, f"{tenth / 10:g}", 11, "middle")
    for i, r in enumerate(results):
        y = TOP + i * ROW
        middle = y + ROW / 2 - 3
        color = "#11803b" if r["goal"] is None or r["ratio"] >= r["goal"] else "#b85c00"
        out += _text(LEFT - 8, middle + 4, r["workload"], 12, "end")
        out += (f"<rect x='{LEFT}' y='{y}' width='{r['ratio'] * scale:.1f}' height='{ROW - 8}' "
                f"fill='{color}'/>\n")
        out += (f"<line x1='{LEFT + r['ratio_min'] * scale:.1f}' y1='{middle}' "
                f"x2='{LEFT + r['ratio_max'] * scale:.1f}' y2='{middle}' stroke='#000' "
                f"stroke-width='1.5'/>\n")
        if r["goal"] is not None:
            x = LEFT + r["goal"] * scale
            out += (f"<line x1='{x:.1f}' y1='{y - 3}' x2='{x:.1f}' y2='{y + ROW - 5}' "
                    f"stroke='#c00' stroke-width='2'/>\n")
        out += _text(LEFT + max(r["ratio"], r["ratio_max"]) * scale + 8, middle + 4,
                     f"{r['ratio']:.2f}  {r['ns_per_packet']:.0f} ns")
    return out + "</svg>\n"
