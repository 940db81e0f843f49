# SPDX-License-Identifier: BSD-3-Clause
"""The device under test: clickd with a configuration, and what its handlers say."""

import os
import shutil
import subprocess
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

from lab.process import Child, Failure

START_SECONDS = 20
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))
# As users run libpcap, and as its manual would have it run for high rates: no immediate mode,
# which lets libpcap use TPACKET_V3, blocks that wait 1 ms at most, and a ring of 32 MiB.
TUNED = ",immediate=0,buffer=32768,timeout=1"
MODES = ("pcap", "pcap-tuned", "poll", "zerocopy", "full")


def _load_control():
    loader = SourceFileLoader("control", os.path.join(ROOT, "scripts", "control"))
    module = module_from_spec(spec_from_loader("control", loader))
    loader.exec_module(module)
    return module.Control


Control = _load_control()


class Counters:
    """What the handlers said at one moment."""

    def __init__(self, balance, drops, stalls, missed):
        self.balance = balance  # received, generated, sent, dropped, held
        self.drops = drops  # by "element: reason"
        self.stalls = stalls  # of each lcore: how often, microseconds in all, longest
        self.missed = missed  # by devices, as far as they tell


class Dut:
    def __init__(self, program, mode, config, devices, prefix, directory):
        self.mode = mode
        self.program = program
        self.prefix = list(prefix)
        self.directory = directory
        if mode == "pcap-tuned":
            devices = [device + TUNED for device in devices]
        text, variables = config.with_devices(devices)
        self.path = os.path.join(directory, "config.click")
        with open(self.path, "w", encoding="utf-8") as f:
            f.write(text)
        self.socket = os.path.join(directory, "control.sock")
        self.variables = variables
        self.child = self.control = None
        self.start()

    @property
    def polls(self):
        return not self.mode.startswith("pcap")

    def command(self):
        io = "pcap" if self.mode.startswith("pcap") else self.mode
        return self.prefix + [self.program, "--io", io, "-u", self.socket, self.path,
                              *self.variables]

    def start(self):
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self.child = Child(f"clickd --io {self.mode}", self.command(),
                           os.path.join(self.directory, "clickd.log"))
        try:
            self._connect()
        except BaseException:
            self.child.stop()
            raise

    def _connect(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.control = Control(self.socket)
                self.control.read("version")
                break
            except OSError:
                if self.child.popen.poll() is not None:
                    self.child.fail("has ended")
                if time.monotonic() > deadline:
                    self.child.fail(f"is not ready within {START_SECONDS} s")
                time.sleep(0.01)
        names = self.control.read("list").split()[1:]
        self.inputs = [n for n in names if self.control.has(n + ".hw_dropped")]

    def counters(self):
        try:
            return Counters(self._balance(), self._drops(), self._stalls(), self._missed())
        except (OSError, ValueError, IndexError) as e:
            self.child.fail(f"does not tell its counters: {e}")
        return None

    def _balance(self):
        rows = (line.split("\t") for line in self.control.read("balance").splitlines())
        return {name: int(value) for name, value in rows}

    def _drops(self):
        drops = {}
        for line in self.control.read("drops").splitlines():
            n, element, reason = line.split("\t")
            drops[f"{element}: {reason}"] = int(n)
        return drops

    def _stalls(self):
        return [tuple(float(v) for v in line.split("\t")[1:])
                for line in self.control.read("stalls").splitlines()]

    def _missed(self):
        values = [self.control.read(n + ".hw_dropped").strip() for n in self.inputs]
        return sum(int(v) for v in values if v.isdecimal())

    def cpu(self):
        return self.child.cpu()

    def kill(self):
        """As a crash would end it."""
        self.child.kill()
        shutil.rmtree(f"/var/run/dpdk/clickd-{self.child.pid}", ignore_errors=True)

    def stop(self):
        """Its log."""
        return self.child.stop()


def check_config(program, config, devices):
    """Failure if clickd does not like it, before anything is set up."""
    text, variables = config.with_devices(devices)
    done = subprocess.run([program, "--check", "-e", text, *variables], capture_output=True,
                          text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Failure(f"{config.path}:\n{done.stderr.strip()}")
