# SPDX-License-Identifier: BSD-3-Clause
"""The report directory, out of results that were never measured."""

import csv
import json
import os
import re
import tempfile
import unittest
from html.parser import HTMLParser
from unittest import mock

import lab_path  # noqa: F401  pylint: disable=unused-import
import results

from lab.rfc2544 import plots, report, tables
from lab.rfc2544.view import View

VOID_TAGS = {"meta", "br", "path", "use", "rect", "circle", "line", "polyline", "stop", "image", "desc"}


class Checker(HTMLParser):
    """Tags are closed in order; nothing is fetched from elsewhere; names are unique."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.ids = []
        self.faults = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("src", "href", "xlink:href"):
            if not attributes.get(name, "#").startswith("#"):
                self.faults.append(f"{tag} fetches {attributes[name]}")
        if tag in ("script", "link", "img"):
            self.faults.append(tag)
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID_TAGS:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID_TAGS:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


class Report(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.directory = os.path.join(self.temporary.name, "out")

    def read(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8") as f:
            return f.read()

    def check_page(self):
        page = self.read("report.html")
        checker = Checker()
        checker.feed(page)
        self.assertEqual(checker.faults, [])
        self.assertEqual(checker.open, [])
        self.assertEqual(len(checker.ids), len(set(checker.ids)), "an id is there twice")
        self.assertNotIn("url(http", page)
        self.assertNotIn("<b>", page)
        self.assertIn("&lt;b&gt;", page)
        return page

    def test_without_gnuplot(self):
        with mock.patch.object(plots, "is_there", lambda: False):
            report.write(results.results(), self.directory)
        page = self.check_page()
        self.assertIn("gnuplot is not installed", page)
        self.assertNotIn("<svg", page)

    @unittest.skipUnless(plots.is_there(), "no gnuplot")
    def test_with_gnuplot(self):
        report.write(results.results(directions=(False, True)), self.directory)
        page = self.check_page()
        names = os.listdir(os.path.join(self.directory, "plots"))
        svgs = [n for n in names if n.endswith(".svg")]
        self.assertEqual(page.count("<figure>"), len(svgs))
        # For each direction: throughput, ratio, bursts; loss by mode; latency by size, twice.
        self.assertEqual(len(svgs), 2 * (3 + len(results.MODES) + 2 * 2))
        for name in names:
            path = os.path.join(self.directory, "plots", name)
            self.assertGreater(os.path.getsize(path), 200, name)
        self.assertIn("10 Gb/s Ethernet in theory", self.read("plots/throughput.svg"))
        text = self.read("report.md")
        for name in re.findall(r"\((plots/[^)]*)\)", text):
            self.assertTrue(os.path.exists(os.path.join(self.directory, name)), name)

    def test_other_forms(self):
        with mock.patch.object(plots, "is_there", lambda: False):
            report.write(results.results(), self.directory)
        self.assertEqual(json.loads(self.read("results.json"))["what"], "test")
        self.assertEqual(self.read("config.click"), results.results()["config"]["text"])
        with open(os.path.join(self.directory, "summary.csv"), encoding="utf-8") as f:
            rows = list(csv.DictReader(f))
        self.assertEqual(len(rows), 6)
        full = next(r for r in rows if r["mode"] == "full" and r["size"] == "64")
        self.assertEqual(full["throughput, Mpps"], "8.000")
        self.assertEqual(full["to pcap"], "32.0x")
        self.assertEqual(full["remark"], "the tester is the limit")
        for name in ("throughput", "latency", "loss", "burst", "recovery", "reset", "balance",
                     "self-test", "parameters", "trials"):
            self.assertTrue(os.path.exists(os.path.join(self.directory, name + ".csv")), name)
        text = self.read("report.md")
        bars = [line.count("|") for line in text.splitlines()]
        for before, after in zip(bars, bars[1:]):
            self.assertTrue(0 in (before, after) or before == after, (before, after))

    def test_captions_name_the_links(self):
        v = View(results.results())
        self.assertEqual(v.stands_on(), "pcap, pcap-tuned: virtual link (veth of the kernel); "
                         "full: virtual link (vhost-user, in memory).")
        self.assertIn("The baseline stands on veth, but full stands on another link", v.other_links())
        for figure in plots.figures(v):
            self.assertIn("virtual link", figure.caption, figure.name)

    def test_balance(self):
        table = report.balance_table(View(results.results()))
        self.assertEqual(table.header[1:], ["pcap (veth)", "pcap-tuned (veth)", "full (vhost-user)"])
        rows = {row[0]: row[1] for row in table.rows}
        self.assertEqual(rows["lost"], "800")
        self.assertEqual(rows["clickd: dropped by to: device full"], "400")
        self.assertEqual(sum(int(n) for name, n in rows.items() if ":" in name), 800)

    def test_tables_are_rectangular(self):
        v = View(results.results())
        for table in tables.every(v) + [report.balance_table(v), report.parameters_table(v)]:
            for row in table.rows:
                self.assertEqual(len(row), len(table.header), table.name)
            tables.as_text(table)

    def test_no_rate_without_loss(self):
        r = results.results(sizes=(64,))
        for cell in r["cells"]:
            cell["throughput"] |= {"fps": 0.0, "total_fps": 0.0, "cpu_ns_per_packet": None}
            for key in ("latency", "loss", "burst", "recovery", "reset", "pdr"):
                del cell[key]
        v = View(r)
        self.assertIn("no rate without loss", tables.as_text(tables.summary(v)))
        self.assertEqual([t.name for t in tables.every(v)], ["summary", "throughput", "self-test"])
        report.write(r, self.directory)
        self.check_page()

    def test_says_that_the_machine_was_busy(self):
        r = results.results()
        self.assertNotIn("BUSY", " ".join(text for _, text in report.paragraphs(View(r))))
        r["counts"]["disturbed"] = 6
        self.assertIn(("warning", True), [(kind, "THE MACHINE WAS BUSY" in text)
                                          for kind, text in report.paragraphs(View(r))])


if __name__ == "__main__":
    unittest.main()
