# SPDX-License-Identifier: BSD-3-Clause
"""The links that a configuration is measured over. Each one makes and removes what it needs."""

import json
import os

from lab.frames import udp_frame, write_capture
from lab.process import Failure, run

FLOWS = 1000
# Both sides of the comparison on veth get the same room in the kernel: libpcap's default of 2 MiB
# holds about 1,000 frames.
AF_PACKET_FRAMES = 1024
GENERATOR_FRAMES = 4096


class Link:
    name = ""
    modes = ("poll", "zerocopy", "full")
    has_generator = True
    needs_root = False
    about = ""

    def __init__(self, directory):
        self.directory = directory  # for files and sockets; removed with what is in it

    def setup(self, undo):
        pass

    def prepare(self):
        """Before clickd starts."""

    def prefix(self):
        """In front of a command that has to see clickd's side of the link."""
        return []

    def generator_prefix(self):
        """The same for the generator's side."""
        return self.prefix()

    def devices(self, size):
        """The two ports of clickd."""
        raise NotImplementedError

    def generator_ports(self):
        raise NotImplementedError

    def self_test_ports(self):
        """Two ports of the generator that are joined without a device under test. None: no way."""
        return None

    def patient_devices(self):
        """The two ports of clickd where it may be restarted while the generator goes on."""
        return self.devices(0)

    def patient_generator_ports(self):
        """The generator's other ends of these. They wait for clickd."""
        return self.generator_ports()

    def patient_sockets(self):
        """What the generator makes of these before clickd may come."""
        return []

    def kernel_drops(self):
        """Frames that the kernel's interfaces dropped so far. None: there are none."""
        return None


class Veth(Link):
    name = "veth"
    modes = ("pcap", "poll", "zerocopy", "full")
    needs_root = True
    about = ("two veth pairs of the kernel between two network namespaces: generator - veth - clickd - "
             "veth - generator. pcap opens the interfaces with libpcap, the other modes with "
             "net_af_packet; the generator uses net_af_packet")

    def __init__(self, directory):
        super().__init__(directory)
        self.netns = f"clickd-bench-{os.getpid()}"
        # One of its own: net_af_packet's fanout groups are numbered by process number xor interface,
        # so that two processes in one namespace can be in each other's way.
        self.generator_netns = self.netns + "-gen"

    def setup(self, undo):
        for netns in (self.netns, self.generator_netns):
            run("ip", "netns", "add", netns)
            undo.add(run, "ip", "netns", "del", netns)  # takes the interfaces along
            run(*self._inside(netns), "sh", "-c",
                "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; "
                "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6")
        for a, b, netns in (("gen-a", "clickd-a", self.netns), ("gen-b", "clickd-b", self.netns),
                            ("self-a", "self-b", self.generator_netns)):
            run("ip", "-n", self.generator_netns, "link", "add", a, "type", "veth",
                "peer", "name", b, "netns", netns)
            run("ip", "-n", self.generator_netns, "link", "set", a, "up")
            run("ip", "-n", netns, "link", "set", b, "up")

    @staticmethod
    def _inside(netns):
        # Not `ip netns exec`, which mounts another /sys: no hugepages there.
        return ["nsenter", f"--net=/run/netns/{netns}", "--"]

    def prefix(self):
        return self._inside(self.netns)

    def generator_prefix(self):
        return self._inside(self.generator_netns)

    def devices(self, size):
        return [f"net_af_packet{i},iface=clickd-{c},framecnt={AF_PACKET_FRAMES}"
                for i, c in enumerate("ab")]

    def generator_ports(self):
        return [f"net_af_packet{i},iface=gen-{c},framecnt={GENERATOR_FRAMES}"
                for i, c in enumerate("ab")]

    def self_test_ports(self):
        return [f"net_af_packet{i},iface=self-{c},framecnt={GENERATOR_FRAMES}"
                for i, c in enumerate("ab")]

    def kernel_drops(self):
        drops = 0
        for netns in (self.netns, self.generator_netns):
            for link in json.loads(run("ip", "-n", netns, "-s", "-j", "link", "show")):
                if link["ifname"].startswith(("gen-", "clickd-")):
                    stats = link["stats64"]
                    drops += stats["rx"]["dropped"] + stats["tx"]["dropped"]
        return drops


class SocketLink(Link):
    sockets = ()

    def path(self, name):
        return os.path.join(self.directory, name)

    def prepare(self):
        for name in self.sockets:
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))


class Memif(SocketLink):
    name = "memif"
    sockets = ("memif.sock", "self.sock")
    about = ("two shared-memory links (net_memif, rings of 4,096): clickd is the server, the "
             "generator the client. Each side copies what it sends and what it receives")

    def devices(self, size):
        return [f"net_memif{i},role=server,id={i},socket={self.path('memif.sock')},"
                "socket-abstract=no,rsize=12" for i in range(2)]

    def generator_ports(self):
        return [f"net_memif{i},role=client,id={i},socket={self.path('memif.sock')},"
                "socket-abstract=no,rsize=12" for i in range(2)]

    def patient_devices(self):
        return [device.replace("role=server", "role=client") for device in self.devices(0)]

    def patient_generator_ports(self):
        return [port.replace("role=client", "role=server") for port in self.generator_ports()]

    def patient_sockets(self):
        return [self.path("memif.sock")]

    def self_test_ports(self):
        return [f"net_memif{i},role={role},id=0,socket={self.path('self.sock')},"
                "socket-abstract=no,rsize=12" for i, role in ((1, "server"), (0, "client"))]


class VhostUser(SocketLink):
    name = "vhost-user"
    sockets = ("vhost-a.sock", "vhost-b.sock")
    about = ("two vhost-user links: clickd is the server (net_vhost, what a virtual machine "
             "connects to), the generator the guest's driver (net_virtio_user, packed rings of "
             "1,024). clickd's side copies in both directions, the guest's side copies nothing")

    def devices(self, size):
        return [f"net_vhost{i},iface={self.path(name)},queues=1"
                for i, name in enumerate(self.sockets)]

    def generator_ports(self):
        return [f"net_virtio_user{i},path={self.path(name)},queue_size=1024,packed_vq=1,"
                f"mac=02:00:00:00:00:0{i + 1}" for i, name in enumerate(self.sockets)]

    def patient_devices(self):
        return [device + ",client=1" for device in self.devices(0)]

    def patient_generator_ports(self):
        # clickd may come before them: its driver tries again until they are there.
        return [port + ",server=1" for port in self.generator_ports()]


class Replay(Link):
    name = "replay"
    has_generator = False
    about = ("net_pcap gives out the frames of a file again and again (infinite_rx=1) and drops "
             "what is sent: no generator, no kernel, no other side; what is left is clickd, the "
             "driver's copy of each frame into an mbuf, and the memory pool")

    def setup(self, undo):
        # Files are written when a size is first asked for, in the directory that is removed.
        pass

    def devices(self, size):
        path = os.path.join(self.directory, f"replay-{size}.pcap")
        if not os.path.exists(path):
            write_pcap(path, size, FLOWS)
        # The same device twice: what it received is sent back into it.
        return [f"net_pcap0,rx_pcap={path},infinite_rx=1", "net_pcap0"]


def write_pcap(path, size, n_flows):
    """A capture file with one UDP frame of each flow."""
    write_capture(path, [udp_frame(size, 0x0a000001, 0x0a010001, 1024 + flow, 9)
                         for flow in range(n_flows)])


ALL = {link.name: link for link in (Veth, VhostUser, Memif, Replay)}


def make(name, directory):
    if name not in ALL:
        raise Failure(f"unknown link '{name}', expected {', '.join(ALL)}")
    return ALL[name](directory)
