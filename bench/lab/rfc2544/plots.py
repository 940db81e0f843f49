# SPDX-License-Identifier: BSD-3-Clause
"""The figures, by gnuplot: SVG for the page, PNG for whoever wants to take them elsewhere."""

import os
import shutil
import subprocess

from lab.process import Failure
from lab.rfc2544 import ethernet, view

COLORS = {"pcap": "#555555", "pcap-tuned": "#a0522d", "poll": "#b85c00", "zerocopy": "#1f6fb2",
          "full": "#11803b", "theory": "#aa0000"}
SIZE_COLORS = ("#1f6fb2", "#b85c00", "#11803b", "#8a3fb0", "#555555", "#c0392b", "#16a085",
               "#7f8c00")
WIDTH, HEIGHT = 760, 430
HEAD = """set encoding utf8
set datafile missing "?"
set border 3 lc rgb "#444444"
set tics nomirror
set grid ytics lc rgb "#cccccc" lw 1
set bmargin 7
set key at screen 0.5, screen 0.02 center bottom horizontal Left reverse samplen 2 maxrows 2
"""


class Figure:
    def __init__(self, name, title, caption, script):
        self.name = name
        self.title = title
        self.caption = caption  # on which link each curve stands
        self.script = script
        self.svg = None  # text


def is_there():
    return shutil.which("gnuplot") is not None


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def block(name, rows):
    """A data block; None is a hole."""
    lines = [" ".join("?" if v is None else f"{v:.9g}" if isinstance(v, float) else str(v)
                      for v in row) for row in rows]
    return f"${name} << EOD\n" + "\n".join(lines) + "\nEOD\n"


def label(text):
    return text.replace("_", " ")


# ---- one function for each kind of figure

def _tics(sizes):
    return "set xtics (" + ", ".join(f"{quote(str(s))} {i}" for i, s in enumerate(sizes)) + ")\n"


def throughput(v, both):
    """26.1: frames per second over frame size, theoretical and measured."""
    sizes = v.sizes
    script, curves = "", []
    ways = 2 if both else 1
    for i, mode in enumerate(v.modes):
        rows = [(k, v.mpps(v.cell(mode, size, both))) for k, size in enumerate(sizes)]
        script += block(f"m{i}", rows)
        curves.append(f"$m{i} using 1:2 with linespoints pt 7 ps 0.8 lw 2 "
                      f"lc rgb '{COLORS[mode]}' title {quote(v.named(mode))}")
    script += block("theory", [(k, ways * ethernet.max_fps(size, v.line_rate) / 1e6)
                               for k, size in enumerate(sizes)])
    curves.append(f"$theory using 1:2 with linespoints pt 2 ps 0.7 dt 2 lw 1.5 "
                  f"lc rgb '{COLORS['theory']}' title {quote(v.line_name + ' in theory')}")
    script += (_tics(sizes) + f"set xrange [-0.3:{len(sizes) - 0.7}]\nset logscale y\n"
               "set xlabel 'frame size with FCS, bytes'\nset ylabel 'million frames per second'\n")
    return script + "plot " + ", ".join(curves) + "\n"


def ratio(v, both):
    """How many times the baseline."""
    modes = [m for m in v.modes if m != view.BASELINE]
    script, curves = "", []
    for i, mode in enumerate(modes):
        script += block(f"m{i}", [(k, v.ratio(mode, size, both)) for k, size in enumerate(v.sizes)])
        width = 0.8 / len(modes)
        shift = (i - (len(modes) - 1) / 2) * width
        curves.append(f"$m{i} using ($1+{shift:.3f}):2:({width * 0.9:.3f}) with boxes fill solid 0.85 "
                      f"noborder lc rgb '{COLORS[mode]}' title {quote(v.named(mode))}")
    script += (_tics(v.sizes) + f"set xrange [-0.6:{len(v.sizes) - 0.4}]\nset yrange [0:*]\n"
               "set xlabel 'frame size with FCS, bytes'\n"
               "set ylabel 'times the throughput of libpcap as users run it'\n")
    return script + "plot " + ", ".join(curves + ["1 with lines dt 3 lc rgb '#555555' notitle"]) + "\n"


def loss(v, mode, both):
    """26.3: % lost over % offered, a line per size."""
    script, curves = "", []
    for i, size in enumerate(v.sizes):
        cell = v.cell(mode, size, both)
        points = (cell or {}).get("loss")
        if not points:
            continue
        script += block(f"s{i}", [(p["percent"], 100 * p["loss"]) for p in points])
        curves.append(f"$s{i} using 1:2 with linespoints pt 7 ps 0.8 lw 2 "
                      f"lc rgb '{SIZE_COLORS[i % len(SIZE_COLORS)]}' title {quote(f'{size} bytes')}")
    if not curves:
        return None
    script += ("set xrange [0:102]\nset yrange [0:*]\nset xlabel 'offered, % of the highest rate that "
               "the tester is fit for'\nset ylabel 'frames lost, %'\n")
    return script + "plot " + ", ".join(curves) + "\n"


def latency(v, size, both, load):
    """The distribution at one load: how long all but so few frames took at most."""
    script, curves = "", []
    for i, mode in enumerate(v.modes):
        row = v.latency_row(mode, size, both, load)
        if not row or not row["buckets"]:
            continue
        total, seen, rows = sum(n for _, n in row["buckets"]), 0, []
        for us, n in row["buckets"]:
            # The share of frames that took longer, before this bucket is counted.
            rows.append((1 - seen / total, us))
            seen += n
        rows.append((0, rows[-1][1]))
        script += block(f"m{i}", [(max(share, 1 / total), max(us, 0.01)) for share, us in rows])
        curves.append(f"$m{i} using 1:2 with steps lw 2 lc rgb '{COLORS[mode]}' "
                      f"title {quote(v.named(mode))}")
    if not curves:
        return None
    script += ("set logscale xy\nset xrange [1:1e-6]\n"
               "set xtics ('0 %%' 1, '90 %%' 0.1, '99 %%' 0.01, '99.9 %%' 0.001, '99.99 %%' 1e-4, "
               "'99.999 %%' 1e-5, '' 1e-6)\nset xlabel 'share of frames'\n"
               "set ylabel 'latency at most, microseconds'\n")
    return script + "plot " + ", ".join(curves) + "\n"


def latency_loads(v, size, both):
    """Median and 99.9th percentile over the load."""
    script, curves = "", []
    for i, mode in enumerate(v.modes):
        rows = ((v.cell(mode, size, both) or {}).get("latency")) or []
        if not rows:
            continue
        script += block(f"m{i}", [(r["load"], max(r["p50"], 0.01), max(r["p99.9"], 0.01))
                                  for r in sorted(rows, key=lambda r: r["load"])])
        curves.append(f"$m{i} using 1:2 with linespoints pt 7 ps 0.8 lw 2 "
                      f"lc rgb '{COLORS[mode]}' title {quote(v.named(mode))}")
        curves.append(f"$m{i} using 1:3 with linespoints pt 6 ps 0.7 dt 2 lw 1.3 "
                      f"lc rgb '{COLORS[mode]}' notitle")
    if not curves:
        return None
    script += ("set logscale y\nset xrange [0:105]\nset xlabel 'offered, % of the throughput'\n"
               "set ylabel 'latency, microseconds'\n")
    return script + "plot " + ", ".join(curves) + "\n"


def bursts(v, both):
    """26.4: the longest burst without loss."""
    script, curves = "", []
    for i, mode in enumerate(v.modes):
        rows = []
        for k, size in enumerate(v.sizes):
            b = (v.cell(mode, size, both) or {}).get("burst")
            if b:
                rows.append((k, float(b["mean"]), float(b["min"]), float(b["max"])))
        if not rows:
            continue
        width = 0.8 / len(v.modes)
        shift = (i - (len(v.modes) - 1) / 2) * width
        script += block(f"m{i}", rows)
        curves.append(f"$m{i} using ($1+{shift:.3f}):2:3:4 with yerrorbars pt 7 ps 0.9 lw 1.8 "
                      f"lc rgb '{COLORS[mode]}' title {quote(v.named(mode))}")
    if not curves:
        return None
    script += (_tics(v.sizes) + f"set xrange [-0.6:{len(v.sizes) - 0.4}]\nset logscale y\n"
               "set xlabel 'frame size with FCS, bytes'\n"
               "set ylabel 'longest burst without loss, frames'\n")
    return script + "plot " + ", ".join(curves) + "\n"


# ---- all of them

def figures(v):
    made = []

    def add(name, title, caption, script):
        if script:
            made.append(Figure(name, title, caption, script))
    for both in v.directions:
        way = v.way(both)
        tail = "-bidirectional" if both else ""
        add("throughput" + tail, f"Throughput, {way}",
            f"Highest rate without loss. {v.stands_on()} The dashed line is what {v.line_name} "
            "carries at most; no such wire was used.", throughput(v, both))
        if v.has_baseline and len(v.modes) > 1:
            add("ratio" + tail, f"Throughput against the libpcap baseline, {way}",
                f"{v.stands_on()} {v.other_links()}", ratio(v, both))
        for mode in v.modes:
            add(f"loss-{mode}{tail}", f"Frame loss, {mode}, {way}",
                f"{v.stands_on([mode])} 100 % is the highest rate that the tester is fit for on "
                "this link at that size.", loss(v, mode, both))
        for size in v.sizes:
            add(f"latency-{size}{tail}", f"Latency over load, {size} bytes, {way}",
                f"Solid: median; dashed: 99.9th percentile. {v.stands_on()}",
                latency_loads(v, size, both))
            add(f"latency-distribution-{size}{tail}",
                f"Distribution of latency at half the throughput, {size} bytes, {way}",
                v.stands_on(), latency(v, size, both, 50))
        add("back-to-back" + tail, f"Back-to-back frames, {way}",
            f"Mean, smallest and largest of the repetitions. {v.stands_on()}", bursts(v, both))
    return made


def _run_gnuplot(script, cwd):
    done = subprocess.run(["gnuplot", "-"], input=script, text=True, capture_output=True, cwd=cwd,
                          timeout=60, check=False)
    if done.returncode != 0:
        raise Failure(f"gnuplot: {done.stderr.strip()[-600:]}")


def draw(v, directory):
    """Writes plots/*.svg, *.png and *.gp; the figures. None of them without gnuplot."""
    if not is_there():
        return []
    os.makedirs(directory, exist_ok=True)
    made = figures(v)
    for figure in made:
        script = HEAD + f"set title {quote(figure.title)} font ',13'\n" + figure.script
        with open(os.path.join(directory, figure.name + ".gp"), "w", encoding="utf-8") as f:
            f.write(script)
        for terminal, ending in (
                (f"svg size {WIDTH},{HEIGHT} dynamic font 'DejaVu Sans,Helvetica,12'", "svg"),
                (f"pngcairo size {2 * WIDTH},{2 * HEIGHT} font 'DejaVu Sans,11' fontscale 1.9 "
                 "linewidth 1.7", "png")):
            _run_gnuplot(f"set terminal {terminal}\nset output {quote(figure.name + '.' + ending)}\n" +
                         script, directory)
        with open(os.path.join(directory, figure.name + ".svg"), encoding="utf-8") as f:
            figure.svg = f.read()
    return made
