# SPDX-License-Identifier: BSD-3-Clause
"""Where a configuration names its ports, and the command line."""

import contextlib
import glob
import io
import os
import tempfile
import unittest

import lab_path

from lab.process import Failure
from lab.rfc2544 import main
from lab.rfc2544.config import Config


class Ports(unittest.TestCase):
    def config(self, text, *variables):
        with tempfile.NamedTemporaryFile("w", suffix=".click", delete=False) as f:
            f.write(text)
        self.addCleanup(os.unlink, f.name)
        return Config(f.name, variables)

    def test_variables(self):
        c = self.config('define($X net_tap0, $Y 1) FromDPDK("$X", BURST 4) -> ToDPDKDevice($Y);', "Q=5")
        self.assertEqual(c.ports, ["$X", "$Y"])
        text, variables = c.with_devices(["net_a0,iface=1", "net_b0"])
        self.assertEqual(text, c.text)
        self.assertEqual(variables, ["Q=5", "X=net_a0,iface=1", "Y=net_b0"])

    def test_literal_devices(self):
        c = self.config('// FromDPDK(7)\nFromDPDK(0) -> ToDPDK( "net_tap0,iface=x" , IQUEUE 64);\n'
                        'FromDPDKDevice("net_tap0,iface=x")->ToDPDKDevice(0, BURST 1);')
        self.assertEqual(c.ports, ["0", "net_tap0,iface=x"])
        text, variables = c.with_devices(["A,a=1", "B"])
        self.assertEqual(variables, [])
        self.assertEqual(text, '// FromDPDK(7)\nFromDPDK("A,a=1") -> ToDPDK( "B" , IQUEUE 64);\n'
                         'FromDPDKDevice("B")->ToDPDKDevice("A,a=1", BURST 1);')

    def test_one_port(self):
        c = self.config('FromDPDK("$PORT") -> EtherMirror -> ToDPDK("$PORT");')
        self.assertEqual(c.n_ports, 1)
        self.assertEqual(c.with_devices(["x"])[1], ["PORT=x"])

    def test_none_and_too_many(self):
        with self.assertRaisesRegex(Failure, "there is no FromDPDK or ToDPDK in it$"):
            self.config("Idle -> Discard;")
        with self.assertRaisesRegex(Failure, "with --io pcap through libpcap"):
            self.config("FromDevice(eth0) -> ToDevice(eth1);")
        with self.assertRaisesRegex(Failure, "it has 3 ports"):
            self.config("FromDPDK(0) -> ToDPDK(1); FromDPDK(2) -> Discard;")

    def test_those_that_come_with_clickd(self):
        for path in glob.glob(os.path.join(lab_path.ROOT, "conf", "*.click")):
            if os.path.basename(path) in ("pcap-router.click",):
                continue
            self.assertIn(Config(path).n_ports, (1, 2), path)


class CommandLine(unittest.TestCase):
    def parse(self, *words):
        return main.parse_arguments(list(words))

    def test_defaults(self):
        args = self.parse("a.click", "X=1")
        self.assertEqual(args.variables, ["X=1"])
        self.assertEqual(args.sizes, [64, 1518])
        self.assertEqual(main.expand(args.modes),
                         ["pcap", "pcap-tuned", "poll", "zerocopy", "full"])
        self.assertEqual(args.profile, "quick")

    def test_words(self):
        args = self.parse("a.click", "--modes", "full,pcap", "--sizes", "1518 64,imix", "--standard",
                          "--tests", "reset", "--out", "d")
        self.assertEqual(args.modes, ["pcap", "full"])
        self.assertEqual(args.sizes, [1518, 64, "imix"])
        self.assertEqual(args.tests, ["throughput", "reset"])
        self.assertEqual(args.out, "d")
        self.assertEqual(self.parse("a.click", "--standard").sizes,
                         [64, 128, 256, 512, 1024, 1280, 1518, "imix"])

    def test_errors(self):
        for words in (["--modes", "fast"], ["--sizes", "63"], ["--tests", "x"],
                      ["--quick", "--standard"], ["--line-rate", "fast"], []):
            said = io.StringIO()
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(said):
                self.parse(*(["a.click"] if words else []), *words)
            self.assertIn("error:", said.getvalue())


if __name__ == "__main__":
    unittest.main()
