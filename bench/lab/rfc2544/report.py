# SPDX-License-Identifier: BSD-3-Clause
"""The report directory: report.html, report.md, CSV files, results.json, the configuration."""

import csv
import json
import os
import re
from html import escape

from lab.rfc2544 import balance, plots, profile, tables
from lab.rfc2544.view import View

STYLE = """
body { font: 15px/1.5 -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif;
  color: #1c1c1c; max-width: 1180px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px;
  border-bottom: 1px solid #d5d5d5; padding-bottom: 4px; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
th, td { padding: 3px 9px; border-bottom: 1px solid #e4e4e4; text-align: right; white-space: nowrap; }
th { background: #f3f4f6; white-space: normal; vertical-align: bottom; }
td.text, th.text { text-align: left; }
p.note, figcaption { color: #555; font-size: 13px; max-width: 900px; }
figure { margin: 18px 0; } figure svg { max-width: 100%; height: auto; }
pre { background: #f6f7f9; padding: 12px; overflow-x: auto; font-size: 12.5px; }
.warning { background: #fff4e0; border-left: 4px solid #d98a00; padding: 8px 12px; }
nav a { margin-right: 14px; }
"""


def paragraphs(v):
    """(class, text) of what is to be known before any figure."""
    r, m = v.results, v.results["machine"]
    counts = r["counts"]
    links = "; ".join(f"{name}: {about}" for name, about in r["links"].items())
    yield "", (f"{os.path.basename(r['config']['path'])} (SHA-256 {r['config']['sha256'][:16]}…), "
               f"profile {r['profile']}, {r['started']}, {r['took_seconds']:.0f} s. "
               f"{m['clickd']} on {m['cpu']}, {len(m['cpus'])} CPUs, Linux {m['kernel']}, DPDK "
               f"{m['dpdk']}; clickd's worker on CPU {m['clickd_cpu']}, the tester on CPU "
               f"{m['tester_cpu']}.")
    if "ports" not in r["links"]:
        yield "", ("All figures are from virtual links on one machine, between processes; nothing "
                   f"here was measured on a wire. Links: {links}.")
    else:
        yield "", f"Links: {links}."
    if v.other_links():
        yield "warning", v.other_links()
    text = (f"{counts['trials']} trials. {counts['voided']} of them were void and were repeated"
            + (": " + ", ".join(f"{why} ({n})" for why, n in sorted(counts["reasons"].items()))
               if counts["reasons"] else "") +
            f". {counts['disturbed']} were disturbed as well, but kept, having been repeated as "
            f"often as allowed. {counts['verified']} lossy trials of searches were repeated to "
            f"verify the loss; {counts['cleared']} of these repetitions lost nothing.")
    busy = counts["disturbed"] > counts["trials"] / 20
    yield "warning" if busy else "", text + (
        " THE MACHINE WAS BUSY: do not rely on these figures." if busy else "")


def balance_table(v):
    """A column for each mode."""
    columns = []
    for mode in v.modes:
        b, kernel = v.balance(mode)
        column = {"offered": b["offered"], "came back": b["returned"], "lost": balance.lost(b)}
        column |= dict(balance.lines(b))
        column |= {label: n for label, n in (
            ("of the link to clickd, as clickd's devices tell", b["missed"]),
            ("of both links, as the kernel's interfaces tell", kernel),
            ("came back more than once", b["duplicates"])) if n}
        columns.append(column)
    names = list(dict.fromkeys(name for column in columns for name in column))
    # What stands for parts of other rows comes last.
    names.sort(key=lambda name: name.startswith(("of ", "came back more")))
    rows = [[name] + [str(column.get(name, 0)) for column in columns] for name in names]
    return tables.Table("balance", "Where the frames went", ["frames"] + [v.named(m) for m in v.modes],
                        rows, "All trials that count, but not the reset. What clickd dropped is from "
                        "its handlers, read after the traffic had stopped.")


def parameters_table(v):
    rows = [[name, f"{value:g}", profile.PARAMETERS[name][2]]
            for name, value in v.results["parameters"].items()]
    return tables.Table("parameters", "Parameters", ["name", "value", "what it is"], rows,
                        "Each can be set with --set NAME=VALUE.")


# ---- forms

def _html_table(table):
    texts = [any(row[i][:1].isalpha() for row in table.rows if row[i]) or
             all(not row[i] for row in table.rows) for i in range(len(table.header))]

    def cell(tag, text, is_text):
        return f"<{tag}{' class=text' if is_text else ''}>{escape(text)}</{tag}>"
    head = "".join(cell("th", h, t) for h, t in zip(table.header, texts))
    body = "".join("<tr>" + "".join(cell("td", c, t) for c, t in zip(row, texts)) + "</tr>\n"
                   for row in table.rows)
    return (f"<h2 id='{table.name}'>{escape(table.title)}</h2>\n"
            f"<p class=note>{escape(table.note)}</p>\n"
            f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n")


def _html_figure(figure):
    svg = figure.svg[figure.svg.index("<svg"):]
    # Names inside are the page's: two figures must not share them.
    svg = re.sub(r"""(\bid=["']|href=["']#|url\(["']?#)""", rf"\g<1>{figure.name}-", svg)
    return (f"<figure>{svg}<figcaption>{escape(figure.title)}. {escape(figure.caption)}"
            "</figcaption></figure>\n")


def html(v, made, figures):
    r = v.results
    out = ("<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
           "<meta name=viewport content='width=device-width, initial-scale=1'>\n"
           f"<title>RFC 2544: {escape(os.path.basename(r['config']['path']))}</title>\n"
           f"<style>{STYLE}</style></head><body>\n"
           f"<h1>RFC 2544 report: {escape(os.path.basename(r['config']['path']))}</h1>\n")
    for kind, text in paragraphs(v):
        out += f"<p{' class=' + kind if kind else ''}>{escape(text)}</p>\n"
    out += "<nav>" + "".join(f"<a href='#{t.name}'>{escape(t.title)}</a>" for t in made) + "</nav>\n"
    if not figures:
        out += "<p class=warning>No figures: gnuplot is not installed (scripts/install-deps --bench).</p>\n"
    placed = set()
    for table in made:
        out += _html_table(table)
        for figure in figures:
            if _belongs(figure.name, table.name):
                out += _html_figure(figure)
                placed.add(figure.name)
    out += "".join(_html_figure(f) for f in figures if f.name not in placed)
    out += (f"<h2>Configuration</h2>\n<p class=note>SHA-256 {r['config']['sha256']}"
            f"{escape(' ' + ' '.join(r['config']['variables']))}</p>\n"
            f"<pre>{escape(r['config']['text'])}</pre>\n"
            f"<h2>Machine</h2>\n<pre>{escape(json.dumps(r['machine'], indent=1))}</pre>\n")
    return out + "</body></html>\n"


PLACES = {"summary": ("throughput", "ratio"), "latency": ("latency",), "loss": ("loss",),
          "burst": ("back-to-back",)}


def _belongs(figure, table):
    return figure.startswith(PLACES.get(table, ("\0",)))


def markdown(v, made, figures):
    r = v.results
    out = f"# RFC 2544 report: {os.path.basename(r['config']['path'])}\n\n"
    for kind, text in paragraphs(v):
        out += ("**" + text + "**" if kind else text) + "\n\n"
    for table in made:
        out += f"## {table.title}\n\n{table.note}\n\n{tables.as_markdown(table)}\n"
        for figure in figures:
            if _belongs(figure.name, table.name):
                out += f"![{figure.title}](plots/{figure.name}.svg)\n\n{figure.title}. {figure.caption}\n\n"
    out += f"## Configuration\n\nSHA-256 {r['config']['sha256']}\n\n```\n{r['config']['text']}\n```\n\n"
    return out + f"## Machine\n\n```\n{json.dumps(r['machine'], indent=1)}\n```\n"


def write_csv(path, table):
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(table.header)
        writer.writerows([["" if c == "-" else c for c in row] for row in table.rows])


TRIAL_KEYS = ("what", "size", "rate", "seconds", "n_ways", "offered", "sent", "refused", "skipped",
              "received", "duplicates", "reordered", "loss", "drift", "gaps", "gap_ms",
              "clickd_stalls", "clickd_stall_ms", "kernel_drops", "voided")


def write_trials(path, results):
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(("mode", "link") + TRIAL_KEYS)
        for cell in results["cells"]:
            for trial in cell["trials"]:
                writer.writerow([cell["mode"], cell["link"]] +
                                [trial.get(key, "") for key in TRIAL_KEYS])


def _write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as f:
        f.write(text)


def write(results, directory):
    """All files of the report; the View of the results."""
    v = View(results)
    os.makedirs(directory, exist_ok=True)
    # First what took so long to measure: whatever happens to the rest, it is there.
    _write(directory, "results.json", json.dumps(results, indent=1))
    _write(directory, "config.click", results["config"]["text"])
    made = tables.every(v) + [balance_table(v), parameters_table(v)]
    for table in made:
        write_csv(os.path.join(directory, table.name + ".csv"), table)
    write_trials(os.path.join(directory, "trials.csv"), results)
    figures = plots.draw(v, os.path.join(directory, "plots"))
    _write(directory, "report.html", html(v, made, figures))
    _write(directory, "report.md", markdown(v, made, figures))
    return v
