# SPDX-License-Identifier: BSD-3-Clause
"""The configuration under test, and where its two ports are named."""

import hashlib
import os
import re

from lab.process import Failure

# FromDPDK("$A"), FromDPDKDevice(0), ToDPDK("$B", IQUEUE 64)
_DEVICE = re.compile(r"\b((?:From|To)DPDK(?:Device)?)(\s*\(\s*)(\"[^\"]*\"|[^\s,)\"]+)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_KERNEL_DEVICE = re.compile(r"\b(From|To)Device(?:\.u)?\s*\(")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?$")
PORTS_MAX = 2


class Config:
    def __init__(self, path, variables=()):
        """variables: NAME=VALUE for clickd."""
        self.path = path
        self.variables = list(variables)
        try:
            with open(path, encoding="utf-8") as f:
                self.text = f.read()
        except (OSError, UnicodeDecodeError) as e:
            raise Failure(f"{path}: {e}") from e
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        self.ports = self._find_ports()

    def _find_ports(self):
        """What the devices are called, in order: '$A', '$B', or '0', 'net_tap0'."""
        code = _COMMENT.sub("", self.text)
        names = []
        for _, _, argument in _DEVICE.findall(code):
            name = argument.strip('"')
            if name not in names:
                names.append(name)
        if not names:
            hint = ("\nFromDPDK and ToDPDK work in all modes, with --io pcap through libpcap"
                    if _KERNEL_DEVICE.search(code) else "")
            raise Failure(f"{self.path}: there is no FromDPDK or ToDPDK in it{hint}")
        if len(names) > PORTS_MAX:
            raise Failure(f"{self.path}: it has {len(names)} ports ({', '.join(names)}), "
                          f"and at most {PORTS_MAX} can be tested")
        return names

    @property
    def n_ports(self):
        return len(self.ports)

    def with_devices(self, devices):
        """The text and the variables for clickd, with these device strings for the ports."""
        wanted = dict(zip(self.ports, devices))
        variables = list(self.variables)
        literal = {}
        for name, device in wanted.items():
            variable = _VARIABLE.match(name)
            if variable:
                variables.append(f"{variable.group(1)}={device}")
            else:
                literal[name] = device

        def replace(match):
            name = match.group(3).strip('"')
            if name not in literal:
                return match.group(0)
            return f'{match.group(1)}{match.group(2)}"{literal[name]}"'
        return _DEVICE.sub(replace, self.text), variables

    def describe(self):
        return {"path": os.path.abspath(self.path), "sha256": self.sha256, "text": self.text,
                "variables": self.variables, "ports": self.ports}
