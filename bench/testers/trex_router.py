# SPDX-License-Identifier: BSD-3-Clause
"""TRex stateless profile for conf/ip-router-bench.click and conf/ip-router.click: UDP between
10.0.0.2, behind TRex's port 0, and 10.0.1.2, behind its port 1.

start -f trex_router.py -p 0 1 -m 100% -d 60 -t --size 64 --flows 1000

Hardware addresses come from trex_cfg.yaml (dest_mac), or from ARP (default_gw). --latency adds a
stream of 1,000 frames a second whose delay TRex measures; it needs at least 68 bytes with FCS.
"""

import argparse

from trex_stl_lib.api import (Ether, IP, STLFlowLatencyStats, STLPktBuilder, STLScVmRaw, STLStream,
                              STLTXCont, STLVmFixIpv4, STLVmFlowVar, STLVmWrFlowVar, UDP)

HOSTS = ("10.0.0.2", "10.0.1.2")
FIRST_PORT = 1024
FCS = 4
# Sizes of RFC 2544, and frames of each in a cycle of IMIX.
IMIX = ((64, 28), (570, 16), (1518, 4))


class Router:
    def packet(self, source, target, size, flows):
        # A checksum of 0 is none, so that the flow's port may change.
        base = Ether() / IP(src=source, dst=target) / UDP(sport=FIRST_PORT, dport=9, chksum=0)
        vm = STLScVmRaw([
            STLVmFlowVar("port", min_value=FIRST_PORT, max_value=FIRST_PORT + flows - 1, size=2, op="inc"),
            STLVmWrFlowVar(fv_name="port", pkt_offset="UDP.sport"),
            STLVmFixIpv4(offset="IP"),
        ])
        return STLPktBuilder(pkt=base / (b"x" * max(0, size - FCS - len(base))), vm=vm)

    def get_streams(self, direction=0, tunables=(), **kwargs):
        p = argparse.ArgumentParser(description="IP router")
        p.add_argument("--size", default="64", help="with FCS, or imix")
        p.add_argument("--flows", type=int, default=1000)
        p.add_argument("--latency", action="store_true")
        args = p.parse_args(tunables)
        source, target = HOSTS if direction == 0 else HOSTS[::-1]
        sizes = IMIX if args.size == "imix" else ((int(args.size), 1),)
        streams = [STLStream(packet=self.packet(source, target, size, args.flows),
                             mode=STLTXCont(pps=share)) for size, share in sizes]
        if args.latency:
            streams.append(STLStream(packet=self.packet(source, target, max(sizes[0][0], 68), 1),
                                     mode=STLTXCont(pps=1000),
                                     flow_stats=STLFlowLatencyStats(pg_id=10 + direction)))
        return streams


def register():
    return Router()
