# SPDX-License-Identifier: BSD-3-Clause
"""A whole run: self-tests of the tester, then all tests of each mode, size and direction."""

import datetime
import os
import time

from lab import machine
from lab.generator import Generator, Loop
from lab.process import Failure
from lab.progress import Progress
from lab.rfc2544 import ethernet, selftest, tests
from lab.rfc2544.cell import Cell, Counts
from lab.rfc2544.dut import Dut, check_config

START_SECONDS = 1.0
SOCKET_SECONDS = 15
WARM_UP_SECONDS = 0.05
WARM_UP_FPS = 20000
DIRECTIONS = {"uni": (False,), "bi": (True,), "both": (False, True)}


class Settings:
    """Who is measured by whom."""

    def __init__(self, clickd, tester, directory, arguments):
        self.clickd = clickd
        self.tester = tester
        self.directory = directory
        self.arguments = arguments  # for the tester: addresses
        cpus = machine.cpus()
        self.tester_cpu, self.dut_cpu = cpus[0], cpus[-1]


def guess_cell(p, chosen):
    """Seconds that the tests of one cell take, about."""
    each = (p.learn_ms + 2 * p.silence_ms) / 1e3 + p.pause_seconds + 0.02
    cost = {
        "throughput": p.searches * 6 * (p.search_seconds + each) + p.confirm_seconds * 1.5,
        "latency": 4 * p.latency_repeats * (p.latency_seconds + each),
        "pdr": 6 * (p.search_seconds + each),
        "loss": 8 * (p.loss_seconds + each),
        "burst": p.burst_repeats * 8 * each,
        "recovery": 2 * p.recovery_seconds + each,
        "reset": p.reset_repeats * (p.reset_seconds + 2.5),
    }
    return sum(cost[test] for test in chosen)


class Session:
    def __init__(self, args, config, profile, settings, link_of):
        self.args = args
        self.config = config
        self.profile = profile
        self.settings = settings
        self.link_of = link_of  # by mode
        self.counts = Counts()
        self.self_tests = []
        self.cells = []
        self.progress = None

    @property
    def links(self):
        return list(dict.fromkeys(self.link_of.values()))

    @property
    def directions(self):
        return DIRECTIONS[self.args.directions]

    def guesses(self):
        """Seconds of each step: self-tests of the links, then cells."""
        n = len(self.keys())
        return ([START_SECONDS + n * selftest.guess(self.profile)] * len(self.links) +
                [guess_cell(self.profile, self.args.tests)] * (len(self.link_of) * n))

    def guess_hours(self):
        return sum(self.guesses()) / 3600

    def keys(self):
        return [(size, both) for size in self.args.sizes for both in self.directions]

    # ---- what is run

    def run(self, undo):
        check_config(self.settings.clickd, self.config, ["net_null0", "net_null1"])
        for link in self.links:
            link.setup(undo)
        keys = self.keys()
        self.progress = Progress(self.guesses())
        began = time.monotonic()
        started = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        limits = {}
        for link in self.links:
            limits[link.name] = self.self_test(link, keys)
            self.progress.finished()
        for mode, link in self.link_of.items():
            self.run_mode(mode, link, keys, limits[link.name])
        self.progress.end()
        return self.results(started, time.monotonic() - began)

    def ports(self, ports):
        """One, where the configuration has one."""
        return ports[:self.config.n_ports]

    def say(self, *what):
        self.progress.say(" ".join(str(w) for w in what))

    def make_generator(self, link, ports, wait=True):
        s = self.settings
        return Generator(s.tester, self.ports(ports), link.generator_prefix(), s.tester_cpu, s.directory,
                         s.arguments, wait)

    def make_dut(self, mode, link, devices):
        s = self.settings
        return Dut(s.clickd, mode, self.config, self.ports(devices), link.prefix(), s.directory)

    @staticmethod
    def wait_for(paths, generator):
        deadline = time.monotonic() + SOCKET_SECONDS
        try:
            while not all(os.path.exists(path) for path in paths):
                if time.monotonic() > deadline:
                    generator.child.fail("does not open its ports")
                time.sleep(0.005)
        except BaseException:
            generator.stop()
            raise

    def self_test(self, link, keys):
        """The highest rate that the tester is fit for, by size and direction."""
        s = self.settings
        joined = link.self_test_ports() if link.name == "veth" else None
        loop, limits = None, {}
        link.prepare()
        try:
            if joined is None:
                loop = Loop(s.tester, self.ports(link.devices(0)), link.prefix(), s.dut_cpu,
                            s.directory)
            # Two joined ports are one way, also for a configuration with one port.
            generator = Generator(s.tester, joined or self.ports(link.generator_ports()),
                                  link.generator_prefix(), s.tester_cpu, s.directory, s.arguments)
            try:
                for size, both in keys:
                    self.say(f"self-test on {link.name},", size, "both ways" if both else "")
                    cell = Cell(self.profile, generator, None, size, both, self.counts)
                    found = selftest.run(cell)
                    found |= {"link": link.name, "size": size, "both_ways": both}
                    self.self_tests.append(found)
                    limits[size, both] = self.capped(size, found["limit_fps"])
            finally:
                generator.stop()
        finally:
            if loop:
                loop.stop()
        return limits

    def capped(self, size, fps):
        if self.args.cap:
            return min(fps, ethernet.max_fps(size, self.args.line_rate))
        return fps

    def run_mode(self, mode, link, keys, limits):
        self.say(mode, "starts")
        link.prepare()
        rates = {}
        dut = self.make_dut(mode, link, link.devices(0))
        try:
            generator = self.make_generator(link, link.generator_ports())
            try:
                for size, both in keys:
                    entry = self.run_cell(mode, link, generator, dut, size, both,
                                          limits[size, both])
                    rates[size, both] = entry
                    self.cells.append(entry)
                    if "reset" not in self.args.tests:
                        self.progress.finished()
            finally:
                generator.stop()
        finally:
            dut.stop()
        if "reset" in self.args.tests:
            for (size, both), entry in rates.items():
                self.say(mode, size, "reset")
                self.run_reset(mode, link, size, both, entry)
                self.progress.finished()

    def run_cell(self, mode, link, generator, dut, size, both, limit):
        cell = Cell(self.profile, generator, dut, size, both, self.counts, link.kernel_drops)
        entry = {"mode": mode, "link": link.name, "size": size, "both_ways": both,
                 "mean_size": ethernet.mean_size(size), "limit_fps": limit}
        cell.once("warm-up", WARM_UP_FPS, WARM_UP_SECONDS)
        if not cell.trials[-1]["received"]:
            raise Failure(
                f"nothing comes back through {self.config.path} with --io {mode}\n"
                "its addresses may not be those of the test frames: --dst-mac, --src-ip, ...\n"
                f"what became of the frames: {cell.trials[-1]['balance']}")
        chosen = self.args.tests
        self.say(mode, size, "throughput")
        entry["throughput"] = tests.throughput(cell, limit)
        rate = entry["throughput"]["fps"]
        # Without a rate that loses nothing, the others stand on what comes through.
        base = rate or entry["throughput"]["overload_fps"]
        if "pdr" in chosen:
            self.say(mode, size, "PDR")
            entry["pdr"] = tests.pdr(cell, limit, base)
        if "latency" in chosen:
            self.say(mode, size, "latency")
            entry["latency"] = tests.latency(cell, base)
        if "loss" in chosen:
            self.say(mode, size, "frame loss")
            entry["loss"] = tests.loss_curve(cell, limit)
        if "burst" in chosen:
            self.say(mode, size, "back-to-back")
            entry["burst"] = tests.back_to_back(cell, limit, rate)
        if "recovery" in chosen:
            self.say(mode, size, "system recovery")
            entry["recovery"] = tests.recovery(cell, limit, base)
        entry["balance"] = cell.balance
        entry["trials"] = cell.trials
        return entry

    def run_reset(self, mode, link, size, both, entry):
        share = self.profile.reset_share
        rate = (entry["throughput"]["fps"] or entry["throughput"]["overload_fps"]) * share

        def make_generator():
            link.prepare()
            generator = self.make_generator(link, link.patient_generator_ports(), wait=False)
            self.wait_for(self.ports(link.patient_sockets()), generator)
            return generator
        entry["reset"] = tests.reset(tests.Resettable(
            lambda: self.make_dut(mode, link, link.patient_devices()), make_generator,
            lambda generator: Cell(self.profile, generator, None, size, both, self.counts),
        ), rate, self.profile)

    # ---- what comes of it

    def results(self, started, took):
        return {
            "what": "RFC 2544 tests of a clickd configuration",
            "started": started,
            "took_seconds": round(took, 1),
            "config": self.config.describe(),
            "profile": self.profile.name,
            "changed": self.profile.changed,
            "parameters": self.profile.as_dict(),
            "tests": list(self.args.tests),
            "sizes": list(self.args.sizes),
            "modes": list(self.link_of),
            "directions": self.args.directions,
            "line_rate": self.args.line_rate,
            "capped": self.args.cap,
            "link_of": {mode: link.name for mode, link in self.link_of.items()},
            "links": {link.name: link.about for link in self.links},
            "machine": machine.describe(self.settings.clickd) | {
                "tester_cpu": self.settings.tester_cpu, "clickd_cpu": self.settings.dut_cpu},
            "tester_arguments": self.settings.arguments,
            "counts": vars(self.counts),
            "self_tests": self.self_tests,
            "cells": self.cells,
        }
