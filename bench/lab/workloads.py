# SPDX-License-Identifier: BSD-3-Clause
"""What bench/perf measures: a configuration, the frames that go through it, and what it must make of
them. Each runs on one port that replays a capture file and drops what is sent."""

import random
import struct

from lab.frames import ETHERNET, IMIX, ip_checksum, udp_frame

SEED = 20011
SRC = 0x0a000002  # 10.0.0.2
DST = 0x0a000102  # 10.0.1.2
MAC_A, MAC_B = "02:00:00:00:00:10", "02:00:00:00:00:11"
PEER_A, PEER_B = "02:00:00:00:00:01", "02:00:00:00:00:02"


PORTS_OF_HOST = 62500
NAT_ADDR = 0xcb007101  # 203.0.113.1
SERVERS = [0x0a000a01 + i for i in range(4)]
VLAN_TAG = bytes.fromhex("8100000a")


def addr(n):
    return ".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0))


# ---- frames

def flows(n, size=64):
    """n UDP flows of one host pair, told apart by their source ports."""
    return [udp_frame(size, SRC, DST, 1024 + i, 9) for i in range(n)]


def many_flows(n):
    """n UDP flows to as few hosts as have ports for them behind one address."""
    return [udp_frame(64, SRC, DST + i // PORTS_OF_HOST, 1024 + i % PORTS_OF_HOST, 9)
            for i in range(n)]


def tagged(frames):
    return [frame[:12] + VLAN_TAG + frame[12:60] for frame in frames]


def imix():
    return [udp_frame(IMIX[i % len(IMIX)], SRC, DST, 1024 + i, 9) for i in range(960)]


def destinations(prefixes, n=8192):
    """n destinations, each in another one of the prefixes, spread over all of them."""
    r = random.Random(SEED)
    chosen = [prefixes[len(prefixes) * i // n] for i in range(n)]
    r.shuffle(chosen)
    return [udp_frame(64, SRC, net | r.getrandbits(32 - bits), 1024 + i % 1000, 9)
            for i, (net, bits) in enumerate(chosen)]


# ---- routes and rules

def make_routes(n):
    """n different prefixes with the lengths that the Internet's tables have, mostly /24; none in
    10/8, where the hosts are, nor below another one's /16."""
    r = random.Random(SEED)
    routes = set()
    while len(routes) < n:
        bits = r.choices((16, 18, 20, 22, 23, 24), (2, 2, 6, 12, 10, 68))[0]
        net = r.getrandbits(bits) << 32 - bits
        if net >> 24 not in (0, 10, 127) and net >> 24 < 224:
            routes.add((net, bits))
    return sorted(routes)


def rules(n):
    """n rules of mixed prefix lengths, port ranges and protocols; only the last one matches the
    frames that are sent."""
    r = random.Random(SEED)
    lines = []
    for _ in range(n - 1):
        bits = r.randint(8, 32)
        src = (r.getrandbits(32) | 0x80000000) & ~((1 << 32 - bits) - 1)  # not 10/8
        terms = [f"src net {addr(src)}/{bits}"]
        if r.random() < 0.7:
            bits = r.randint(8, 32)
            terms.append(f"dst net {addr(r.getrandbits(32) & ~((1 << 32 - bits) - 1))}/{bits}")
        terms.append(r.choice(("tcp", "udp", "udp", "ip proto 47")))
        if terms[-1] != "ip proto 47" and r.random() < 0.6:
            low = r.randint(1, 60000)
            terms.append(r.choice((f"dst port {low}", f"dst port >= {low}", f"src port < {low}")))
        lines.append(f"{r.choice(('allow', 'deny'))} {' && '.join(terms)}")
    return lines + ["allow src net 10.0.0.0/24 && dst net 10.0.1.0/24 && udp && dst port 9"]


# ---- configurations

def port(device, body):
    return f'from :: FromDPDK("{device}") -> {body} -> to :: ToDPDK("{device.split(",")[0]}");\n'


def router(device, routes):
    lines = ",\n".join(routes)
    return f'''AddressInfo(if0 10.0.0.1/24 {MAC_A}, if1 10.0.1.1/24 {MAC_B});
elementclass InterfaceIn {{ $color |
    input -> c :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
    c[0] -> Discard; c[1] -> Discard; c[3] -> Discard;
    c[2] -> Paint($color) -> Strip(14) -> CheckIPHeader(INTERFACES 10.0.0.1/24 10.0.1.1/24) -> output }}
elementclass InterfaceOut {{ $addr, $color |
    input -> DropBroadcasts -> pt :: PaintTee($color) -> gio :: IPGWOptions($addr) -> FixIPSrc($addr)
          -> dt :: DecIPTTL -> fr :: IPFragmenter(1500) -> output;
    pt[1] -> [1] output; gio[1] -> [2] output; dt[1] -> [3] output; fr[1] -> [4] output }}
rt :: RadixIPLookup({lines});
from :: FromDPDK("{device}") -> InterfaceIn(1) -> rt;
rt[0] -> Discard;
rt[1] -> o0 :: InterfaceOut(if0, 1) -> EtherEncap(0x0800, {MAC_A}, {PEER_A}) -> to :: ToDPDK("{device.split(",")[0]}");
rt[2] -> o1 :: InterfaceOut(if1, 2) -> EtherEncap(0x0800, {MAC_B}, {PEER_B}) -> to;
o0[1] -> ICMPError(if0, redirect, host) -> rt; o0[2] -> ICMPError(if0, parameterproblem) -> rt;
o0[3] -> ICMPError(if0, timeexceeded) -> rt; o0[4] -> ICMPError(if0, unreachable, needfrag) -> rt;
o1[1] -> ICMPError(if1, redirect, host) -> rt; o1[2] -> ICMPError(if1, parameterproblem) -> rt;
o1[3] -> ICMPError(if1, timeexceeded) -> rt; o1[4] -> ICMPError(if1, unreachable, needfrag) -> rt;
'''


def nat(device):
    return port(device, f"Strip(14) -> CheckIPHeader -> "
                        f"IPRewriter(pattern {addr(NAT_ADDR)} 1024-65535# - - 0 0) -> "
                        f"EtherEncap(0x0800, {MAC_B}, {PEER_B})")


def balancer(device):
    servers = ", ".join(f"DST {addr(s)}" for s in SERVERS)
    return port(device, f"Strip(14) -> CheckIPHeader -> "
                        f"FlowIPLoadBalancer({servers}, VIP {addr(DST)}) -> Unstrip(14)")


def vlan_router_nat(device):
    """The router, with tags taken off and put on, and everything that leaves by interface 1 behind
    one address."""
    text = router(device, FEW_ROUTES)
    for old, new in (
            ("-> InterfaceIn(1)", "-> VLANDecap -> InterfaceIn(1)"),
            ("-> o1 :: InterfaceOut(if1, 2)", "-> o1 :: InterfaceOut(if1, 2) -> "
             f"IPRewriter(pattern {addr(NAT_ADDR)} 1024-65535# - - 0 0)"),
            ("-> to;", "-> tag :: VLANEncap(VLAN_TCI 20) -> to;"),
            ("-> to :: ToDPDK", "-> VLANEncap(VLAN_TCI 20) -> to :: ToDPDK")):
        assert old in text
        text = text.replace(old, new, 1)
    return text


OWN_ROUTES = ["if0 0", "if0:bcast 0", "if1 0", "if1:bcast 0", "if0:net 1", "if1:net 2",
              "255.255.255.255/32 0", "0.0.0.0/32 0"]
FEW_ROUTES = OWN_ROUTES + ["10.0.2.0/24 10.0.0.2 1", "10.0.3.0/24 10.0.1.2 2",
                           "172.16.0.0/12 10.0.0.2 1", "192.168.0.0/16 10.0.1.2 2",
                           "0.0.0.0/0 10.0.1.2 2"]


# ---- what must come out

def same(frame):
    return frame


def mirrored(frame):
    return frame[6:12] + frame[:6] + frame[12:]


def forwarded(frame, peer=PEER_B, mac=MAC_B):
    """One hop on: addresses of the next link, TTL one less, checksum to match."""
    header = bytearray(frame[14:34])
    header[8] -= 1
    header[10:12] = b"\0\0"
    header[10:12] = struct.pack(">H", ip_checksum(bytes(header)))
    ethernet = bytes.fromhex((peer + mac).replace(":", "")) + ETHERNET[12:]
    return ethernet + bytes(header) + frame[34:]


def with_checksum(header):
    header = header[:10] + b"\0\0" + header[12:]
    return header[:10] + struct.pack(">H", ip_checksum(header)) + header[12:]


def translated(frame):
    """From the router's address, by a port that any() leaves open."""
    header = with_checksum(frame[14:26] + struct.pack(">I", NAT_ADDR) + frame[30:34])
    ethernet = bytes.fromhex((PEER_B + MAC_B).replace(":", "")) + ETHERNET[12:]
    return ethernet + header + b"\0\0" + frame[36:]


def without_port(frame):
    return frame[:34] + b"\0\0" + frame[36:]


def tagged_translated(frame):
    out = translated(forwarded(frame[:12] + frame[16:]))
    return out[:12] + bytes.fromhex("81000014") + out[12:]


def without_tagged_port(frame):
    return frame[:38] + b"\0\0" + frame[40:]


class Balanced:
    """Flows go to the servers in turn, in the order in which they come."""

    def __init__(self):
        self.server = {}

    def __call__(self, frame):
        server = self.server.setdefault(frame[26:38], SERVERS[len(self.server) % len(SERVERS)])
        return frame[:14] + with_checksum(frame[14:30] + struct.pack(">I", server)) + frame[34:]


def distinct_flows(at):
    """No two flows may look alike from outside; at: where addresses and ports are."""
    return lambda frames: len({frame[at:at + 12] for frame in frames}) == len(frames)


class Workload:
    """config(device) gives the text; expected(frame) what a frame must look like that comes out
    (None: it must not). count: the read handler whose difference is the rate. open: takes out of a
    frame what clickd is free to choose, before it is compared; check: whether all frames together
    are as they should be."""

    def __init__(self, name, about, frames, config, expected, goal=None, lcores=1,
                 count="from.count", hugepages_mib=256, open=same, check=lambda frames: True):
        self.name, self.about = name, about
        self.frames, self.config, self.expected = frames, config, expected
        self.goal, self.lcores, self.count = goal, lcores, count
        self.hugepages_mib = hugepages_mib
        self.open, self.check = open, check


def _routes(n):
    return lambda device: router(device, OWN_ROUTES + [
        f"{addr(net)}/{bits} {'10.0.0.2 1' if i % 2 else '10.0.1.2 2'}"
        for i, (net, bits) in enumerate(make_routes(n))])


def _routed(n):
    """By longest prefix, each frame leaves by its route's interface."""
    outputs = {route: i % 2 for i, route in enumerate(make_routes(n))}
    lengths = sorted({bits for _, bits in outputs}, reverse=True)

    def expected(frame):
        dst = struct.unpack(">I", frame[30:34])[0]
        for bits in lengths:
            route = (dst >> 32 - bits << 32 - bits, bits)
            if route in outputs:
                return forwarded(frame, *((PEER_A, MAC_A) if outputs[route] else (PEER_B, MAC_B)))
        return None
    return expected


def _filter(n):
    return lambda device: port(device, "Strip(14) -> CheckIPHeader -> IPFilter(" +
                               ",\n".join(rules(n)) + ") -> Unstrip(14)")


def _chain(device):
    four = "Null -> Paint({0}) -> Counter -> CheckPaint({0})"
    return port(device, " -> ".join(four.format(i) for i in range(1, 6)))


ALL = [
    Workload("wire", "FromDPDK -> ToDPDK, 1,000 flows", lambda: flows(1000),
             lambda d: f'from :: FromDPDK("{d}") -> to :: ToDPDK("{d.split(",")[0]}");\n',
             same, 0.95),
    Workload("wire-1flow", "the same, one flow", lambda: flows(1),
             lambda d: f'from :: FromDPDK("{d}") -> to :: ToDPDK("{d.split(",")[0]}");\n', same),
    Workload("wire-1514", "the same, 1,514 bytes", lambda: flows(1000, 1518),
             lambda d: f'from :: FromDPDK("{d}") -> to :: ToDPDK("{d.split(",")[0]}");\n', same),
    Workload("wire-imix", "the same, IMIX", imix,
             lambda d: f'from :: FromDPDK("{d}") -> to :: ToDPDK("{d.split(",")[0]}");\n', same),
    Workload("mirror", "Counter -> EtherMirror", lambda: flows(1000),
             lambda d: port(d, "Counter -> EtherMirror"), mirrored, 0.90),
    Workload("router-13", "IP router, 13 routes, 1,000 flows", lambda: flows(1000),
             lambda d: router(d, FEW_ROUTES), forwarded, 0.50),
    Workload("router-imix", "the same, IMIX", imix, lambda d: router(d, FEW_ROUTES), forwarded),
    Workload("router-100k", "IP router, 100,000 routes, 8,192 destinations",
             lambda: destinations(make_routes(100000)), _routes(100000), _routed(100000), 0.50),
    Workload("router-1m", "IP router, 1,000,000 routes, 8,192 destinations",
             lambda: destinations(make_routes(1000000)), _routes(1000000), _routed(1000000), 0.45),
    Workload("filter-1", "IPFilter, 1 rule", lambda: flows(1000), _filter(1), same, 0.70),
    Workload("filter-10", "IPFilter, 10 rules", lambda: flows(1000), _filter(10), same),
    Workload("filter-100", "IPFilter, 100 rules", lambda: flows(1000), _filter(100), same, 0.40),
    Workload("filter-1k", "IPFilter, 1,000 rules", lambda: flows(1000), _filter(1000), same, 0.35),
    Workload("filter-10k", "IPFilter, 10,000 rules", lambda: flows(1000), _filter(10000), same, 0.30),
    Workload("nat-1k", "IPRewriter with a port pattern, 1,000 flows", lambda: flows(1000), nat,
             translated, 0.35, open=without_port, check=distinct_flows(26)),
    Workload("nat-1m", "the same, 1,000,000 flows", lambda: many_flows(1000000), nat,
             translated, 0.15, hugepages_mib=3200, open=without_port, check=distinct_flows(26)),
    Workload("balancer", "FlowIPLoadBalancer, 4 servers, 1,000 flows", lambda: flows(1000), balancer,
             Balanced()),
    Workload("vlan-router-nat", "VLAN tags, IP router and IPRewriter, 1,000 flows",
             lambda: tagged(flows(1000)), vlan_router_nat, tagged_translated,
             open=without_tagged_port, check=distinct_flows(30)),
    Workload("chain-20", "20 cheap elements: Null, Paint, Counter, CheckPaint", lambda: flows(1000),
             _chain, same, 0.40),
    Workload("tee", "Tee to two outputs, one of them dropped", lambda: flows(1000),
             lambda d: port(d, "t :: Tee(2)") + "t [1] -> Discard;\n", same),
    Workload("queue", "Queue and Unqueue on one lcore", lambda: flows(1000),
             lambda d: port(d, "Queue(4096) -> Unqueue(BURST 32)"), same, count="to.count"),
    Workload("queue-2", "Queue and Unqueue on two lcores", lambda: flows(1000),
             lambda d: port(d, "Queue(4096) -> u :: Unqueue(BURST 32)") +
             "StaticThreadSched(u 1, to 1);\n", same, lcores=2, count="to.count"),
]
