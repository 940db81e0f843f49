# SPDX-License-Identifier: BSD-3-Clause
"""The command line of scripts/rfc2544."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from lab import machine
from lab.process import Failure, Interrupted, Undo, catch_signals
from lab.rfc2544 import ethernet, links, plots, report, tables, tests
from lab.rfc2544.config import Config
from lab.rfc2544.dut import ROOT
from lab.rfc2544.profile import PARAMETERS, Profile
from lab.rfc2544.session import DIRECTIONS, Session, Settings

MODES = ("pcap", "poll", "zerocopy", "full")
QUICK_SIZES = (64, 1518)
IDLE_SHARE = 0.95
ADDRESSES = (("src-mac", "02:00:00:00:00:01", "of the host that is played behind the first port"),
             ("dst-mac", "02:00:00:00:00:02", "whom it sends to: a router's first port, or the host "
              "behind the second one"),
             ("peer-mac", "02:00:00:00:00:02", "of the host behind the second port"),
             ("peer-dst-mac", "02:00:00:00:00:01", "whom that one sends to"),
             ("src-ip", "10.0.0.2", "of the first host"), ("dst-ip", "10.0.1.2", "of the second one"))
HELP = """Measures a configuration of clickd as RFC 2544 has it, in each of its I/O modes beside the libpcap
baseline, and writes a report. The configuration names its one or two ports as FromDPDK("$A") and
ToDPDK("$B"), by any names. Brings up everything that it needs and removes it again."""


def some_of(allowed, what):
    def parse(text):
        words = text.replace(",", " ").split()
        for word in words:
            if word not in allowed:
                raise argparse.ArgumentTypeError(
                    f"{what} '{word}', expected some of {', '.join(allowed)}")
        return [word for word in allowed if word in words]
    return parse


def wrapped(function):
    """For argparse: a Failure becomes its error."""
    def parse(text):
        try:
            return function(text)
        except Failure as e:
            raise argparse.ArgumentTypeError(str(e)) from e
    return parse


def sizes(text):
    return list(dict.fromkeys(ethernet.parse_size(w) for w in text.replace(",", " ").split()))


def parse_arguments(argv):
    p = argparse.ArgumentParser(
        prog="scripts/rfc2544", description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="parameters for --set (quick, standard):\n" + "\n".join(
            f"  {k:18} {q:<7g} {s:<7g} {what}" for k, (q, s, what) in PARAMETERS.items()))
    p.add_argument("config", metavar="CONFIG", nargs="?", help="the configuration")
    p.add_argument("variables", metavar="NAME=VALUE", nargs="*", help="its other variables")
    p.add_argument("--modes", type=some_of(MODES, "mode"), default=list(MODES), metavar="MODE,...",
                   help="out of pcap,poll,zerocopy,full (all); pcap is measured twice, as users run "
                        "libpcap and tuned")
    p.add_argument("--sizes", type=wrapped(sizes), metavar="N,...",
                   help="frame sizes with FCS, 64 to 1518, or imix (quick: 64,1518; standard: the "
                        "seven of the RFC and imix)")
    p.add_argument("--tests", type=some_of(tests.ALL, "test"), default=list(tests.ALL),
                   metavar="TEST,...", help=f"out of {','.join(tests.ALL)} (all); throughput is "
                   "always measured")
    profile = p.add_mutually_exclusive_group()
    profile.add_argument("--quick", action="store_const", dest="profile", const="quick",
                         default="quick", help="a few seconds for each size (default)")
    profile.add_argument("--standard", action="store_const", dest="profile", const="standard",
                         help="times and repetitions of the standard: a day or more for all of it")
    p.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
                   help="change one parameter of the profile; see below")
    p.add_argument("--out", metavar="DIR", help="where the report goes (rfc2544-DATE-TIME)")
    p.add_argument("--directions", choices=tuple(DIRECTIONS), default="uni",
                   help="one direction, both at once, or first one and then both (uni)")
    p.add_argument("--link", choices=links.VIRTUAL, default="vhost-user",
                   help="for the modes on DPDK; pcap stands on veth (vhost-user)")
    p.add_argument("--line-rate", type=wrapped(ethernet.parse_line_rate), default=10e9,
                   metavar="RATE", help="the wire whose theoretical maximum is drawn (10G)")
    p.add_argument("--cap", action="store_true", help="offer no more than such a wire carries")
    for name, default, what in ADDRESSES:
        p.add_argument("--" + name, default=default, metavar="ADDR", help=f"{what} ({default})")
    p.add_argument("--dut-ports", metavar="'DEVICE DEVICE'",
                   help="clickd's ports, instead of a virtual link")
    p.add_argument("--tester-ports", metavar="'DEVICE DEVICE'", help="what they are connected to")
    p.add_argument("--pcap-ports", metavar="'INTERFACE INTERFACE'",
                   help="clickd's ports as the kernel has them, for --modes pcap")
    p.add_argument("--clickd", metavar="PATH", default=os.path.join(ROOT, "build", "clickd"))
    p.add_argument("--tester", metavar="PATH", help="bench/rfc2544 beside clickd")
    p.add_argument("--render", metavar="DIR",
                   help="write the report of an earlier run anew, out of its results.json")
    args = p.parse_intermixed_args(argv)
    if not args.config and not args.render:
        p.error("CONFIG is missing")
    if args.sizes is None:
        args.sizes = list(QUICK_SIZES if args.profile == "quick"
                          else ethernet.SIZES + (ethernet.IMIX,))
    args.tests = [t for t in tests.ALL if t in args.tests or t == "throughput"]
    if args.tester is None:
        args.tester = os.path.join(os.path.dirname(args.clickd), "bench", "rfc2544")
    if args.out is None:
        args.out = time.strftime("rfc2544-%Y%m%d-%H%M%S")
    return args


def expand(modes):
    """The baseline is measured twice."""
    return [m for mode in modes for m in ((mode, "pcap-tuned") if mode == "pcap" else (mode,))]


def check_machine(args):
    if not os.access(args.clickd, os.X_OK) or not os.access(args.tester, os.X_OK):
        raise Failure(f"no program {args.clickd} or {args.tester}\n"
                      "build them: meson setup build && ninja -C build")
    machine.require_hugepages()
    if len(machine.cpus()) < 2:
        raise Failure("two CPUs are needed, one for clickd and one for the tester")
    if os.geteuid() != 0:
        raise Failure("needs root, for network namespaces and hugepages")
    if machine.idle_share(0.5) < IDLE_SHARE:
        print("rfc2544: other programs are running; trials will be void, and rates too low",
              file=sys.stderr)
    if args.directions != "uni" and Config(args.config).n_ports < 2:
        raise Failure(f"{args.config} has one port: --directions uni is all that it can do")


def install_gnuplot():
    if plots.is_there():
        return
    subprocess.run([os.path.join(ROOT, "scripts", "install-deps"), "--bench"], check=False)
    if not plots.is_there():
        print("rfc2544: without gnuplot the report has no figures; --render draws them later",
              file=sys.stderr)


def measure(args, undo):
    check_machine(args)
    config = Config(args.config, args.variables)
    profile = Profile(args.profile, args.changes)
    install_gnuplot()
    directory = tempfile.mkdtemp(prefix="clickd-rfc2544-")
    undo.add(shutil.rmtree, directory)
    made_here = not os.path.isdir(args.out)
    os.makedirs(args.out, exist_ok=True)
    arguments = [w for name, _, _ in ADDRESSES
                 for w in ("--" + name, getattr(args, name.replace("-", "_")))]
    settings = Settings(args.clickd, args.tester, directory, arguments)
    session = Session(args, config, profile, settings,
                      links.choose(args, expand(args.modes), directory))
    if profile.name == "standard":
        print(f"rfc2544: about {session.guess_hours():.1f} hours", file=sys.stderr)
    try:
        return session.run(undo)
    except BaseException:
        if made_here:
            shutil.rmtree(args.out, ignore_errors=True)
        raise


def render(directory):
    try:
        with open(os.path.join(directory, "results.json"), encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError) as e:
        raise Failure(f"{directory}/results.json: {e}") from e


def conclude(results, directory):
    v = report.write(results, directory)
    table = tables.summary(v)
    print(tables.as_text(table))
    for _, text in report.paragraphs(v):
        print(text)
    print(f"\nreport: {os.path.join(directory, 'report.html')}")


def main(argv):
    args = parse_arguments(argv)
    catch_signals()
    try:
        if args.render:
            conclude(render(args.render), args.render)
            return 0
        with Undo() as undo:
            results = measure(args, undo)
        conclude(results, args.out)
    except Failure as e:
        print(f"rfc2544: {e}", file=sys.stderr)
        return 1
    except Interrupted as e:
        print(f"\nrfc2544: stopped by {e}", file=sys.stderr)
        return 128 + signal.SIGINT
    return 0
