#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Packets for the demonstration without devices: makes them, and tells what became of them.

packets.py make FILE      a pcap file with IP packets, good and bad
packets.py check FILE     prints the packets of a pcap file; fails unless they are the ones that a
                          router makes of the former
"""

import struct
import sys
from ipaddress import IPv4Address

HOST_A, HOST_B, NOBODY = "10.0.0.2", "10.0.1.2", "192.0.2.1"
ROUTER_A = "10.0.0.1"
MAC_HOST_A, MAC_HOST_B = bytes.fromhex("0200000000a0"), bytes.fromhex("0200000000b0")
MAC_ROUTER_A = bytes.fromhex("020000000010")
UDP, ICMP = 17, 1
TIME_EXCEEDED = 11


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def udp_frame(source, target, ttl, damage=0):
    payload = struct.pack("!4H", 1000, 2000, 8 + 18, 0) + b"clickd's UDP data."
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, ttl, UDP, 0)
    header += IPv4Address(source).packed + IPv4Address(target).packed
    header = header[:10] + struct.pack("!H", checksum(header) ^ damage) + header[12:]
    return MAC_ROUTER_A + MAC_HOST_A + b"\x08\x00" + header + payload


def make(path):
    frames = [udp_frame(HOST_A, HOST_B, ttl) for ttl in range(64, 56, -1)]  # to be forwarded
    frames += [udp_frame(HOST_A, HOST_B, 1)] * 2  # to be answered: time exceeded
    frames += [udp_frame(HOST_A, HOST_B, 64, damage=1)]  # bad checksum
    frames += [udp_frame(HOST_A, NOBODY, 64)]  # no route
    frames += [b"\xff" * 6 + MAC_HOST_A + b"\x88\xb5" + bytes(46)]  # not IP
    with open(path, "wb") as f:
        f.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            f.write(struct.pack("=IIII", 1000000000 + i, 0, len(frame), len(frame)) + frame)
    print(len(frames))


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] not in (struct.pack("=I", 0xA1B2C3D4), struct.pack("=I", 0xA1B23C4D)):
        raise ValueError(f"{path}: no pcap file of this machine")
    at, frames = 24, []
    while at < len(data):
        (length,) = struct.unpack_from("=I", data, at + 8)
        frames.append(data[at + 16 : at + 16 + length])
        at += 16 + length
    return frames


def describe(frame):
    """(source, target, TTL, protocol, ICMP type or None, checksum is right, target MAC)"""
    ip = frame[14:]
    protocol = ip[9]
    kind = ip[20] if protocol == ICMP else None
    source, target = (str(IPv4Address(ip[i : i + 4])) for i in (12, 16))
    return source, target, ip[8], protocol, kind, checksum(ip[:20]) == 0, frame[:6]


def expected():
    for ttl in range(64, 56, -1):
        yield HOST_A, HOST_B, ttl - 1, UDP, None, True, MAC_HOST_B
    for _ in range(2):
        yield ROUTER_A, HOST_A, None, ICMP, TIME_EXCEEDED, True, MAC_HOST_A


def check(path):
    got, wanted = [describe(f) for f in read(path)], list(expected())
    for source, target, ttl, protocol, kind, _, _ in got:
        what = "UDP" if protocol == UDP else f"ICMP type {kind}"
        print(f"   {source:>9} -> {target:9} TTL {ttl:3}  {what}")
    # The TTL of what the router itself sends is its own affair.
    got = [g if g[3] == UDP else g[:2] + (None,) + g[3:] for g in got]
    if sorted(map(str, got)) != sorted(map(str, wanted)):
        sys.exit("packets.py: these are not the packets expected")


def main(args):
    if len(args) == 2 and args[0] == "make":
        make(args[1])
    elif len(args) == 2 and args[0] == "check":
        check(args[1])
    else:
        sys.exit(__doc__.strip())


try:
    main(sys.argv[1:])
except (OSError, ValueError, IndexError, struct.error) as e:
    sys.exit(f"packets.py: {e}")
