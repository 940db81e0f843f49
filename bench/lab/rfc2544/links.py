# SPDX-License-Identifier: BSD-3-Clause
"""Which link each mode stands on."""

from lab import links
from lab.process import Failure

VIRTUAL = ("vhost-user", "memif", "veth")
KIND = {
    "vhost-user": "virtual link (vhost-user, in memory)",
    "memif": "virtual link (memif, in memory)",
    "veth": "virtual link (veth of the kernel)",
    "ports": "the ports that were named",
}


class NamedPorts(links.Link):
    """Devices that the user names; nothing is made, nothing removed."""

    name = "ports"
    about = "ports named by the user"

    def __init__(self, directory, dut_ports, tester_ports):
        super().__init__(directory)
        self.dut_ports = dut_ports
        self.tester_ports = tester_ports
        self.about = (f"ports that were named: clickd has {' and '.join(dut_ports)}, the tester "
                      f"{' and '.join(tester_ports)}")

    def devices(self, size):
        return self.dut_ports

    def generator_ports(self):
        return self.tester_ports


def words(text):
    """Device strings have commas: they are separated by blanks or semicolons."""
    return text.replace(";", " ").split()


def choose(args, modes, directory):
    """The link of each mode. What they make comes with their setup()."""
    named = None
    if args.dut_ports or args.tester_ports:
        if not (args.dut_ports and args.tester_ports):
            raise Failure("--dut-ports and --tester-ports belong together")
        named = NamedPorts(directory, words(args.dut_ports), words(args.tester_ports))
    pcap = named
    if named and any(m.startswith("pcap") for m in modes):
        if not args.pcap_ports:
            raise Failure("--modes pcap on named ports needs --pcap-ports, clickd's ports as the "
                          "kernel calls them")
        pcap = NamedPorts(directory, words(args.pcap_ports), words(args.tester_ports))
    dpdk = named or links.make(args.link, directory)
    if pcap is None:
        pcap = dpdk if args.link == "veth" else links.make("veth", directory)
    return {mode: pcap if mode.startswith("pcap") else dpdk for mode in modes}
