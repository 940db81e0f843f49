#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reads handlers of a running clickd over its control socket.

control.py SOCKET read HANDLER...    prints the values
control.py SOCKET counts             prints which elements have counted packets, and how many
"""

import socket
import sys

TIMEOUT_S = 5


class Control:
    def __init__(self, path):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(TIMEOUT_S)
        s.connect(path)
        self.stream = s.makefile("rwb")
        greeting = self.line()
        if not greeting.startswith("Click::ControlSocket/"):
            raise OSError(f"unexpected greeting: {greeting}")

    def line(self):
        line = self.stream.readline()
        if not line.endswith(b"\n"):
            raise OSError("clickd has closed the control connection")
        return line.decode().rstrip("\r\n")

    def command(self, text):
        """Sends a command; returns its code and its lines."""
        self.stream.write(text.encode() + b"\r\n")
        self.stream.flush()
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return int(lines[-1][:3]), [line[4:] for line in lines]

    def read(self, handler):
        code, lines = self.command("READ " + handler)
        if code != 200:
            raise OSError(f"{handler}: {code} {lines[-1]}")
        return self.stream.read(int(self.line().split()[1])).decode()

    def has(self, handler):
        return self.command("CHECKREAD " + handler)[0] == 200


def print_counts(control):
    names = control.read("list").split()[1:]
    counting = [n for n in names if control.has(n + ".count")]
    for name in counting:
        count = int(control.read(name + ".count"))
        if count > 0:
            print(f"   {name:12} {control.read(name + '.class').strip():12} {count:>10} packets")


def main(args):
    if len(args) < 2 or args[1] not in ("read", "counts"):
        sys.exit(__doc__.strip())
    control = Control(args[0])
    if args[1] == "counts":
        print_counts(control)
    for handler in args[2:]:
        print(control.read(handler).rstrip("\n"))


try:
    main(sys.argv[1:])
except (OSError, ValueError, IndexError) as e:
    sys.exit(f"control.py: {e}")
