# SPDX-License-Identifier: BSD-3-Clause
"""Frames for replay, and the capture files that hold them."""

import struct

FCS = 4
ETHERNET = bytes.fromhex("0200000000020200000000010800")
# 28 x 64, 16 x 570, 4 x 1518 bytes with FCS, spread out.
IMIX = [64, 570, 64, 64, 570, 64, 64, 570, 64, 64, 570, 1518] * 4


def ip_checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp_frame(size, src, dst, sport, dport, ttl=64):
    """size with FCS; addresses and ports as numbers."""
    length = size - FCS
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, length - 14, sport, 0, ttl, 17, 0, src, dst)
    ip = ip[:10] + struct.pack(">H", ip_checksum(ip)) + ip[12:]
    udp = struct.pack(">HHHH", sport, dport, length - 34, 0)
    return (ETHERNET + ip + udp).ljust(length, b"\0")


def write_capture(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            f.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def read_capture(path):
    frames = []
    with open(path, "rb") as f:
        header = f.read(24)
        order = "<" if header[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
        while True:
            record = f.read(16)
            if len(record) < 16:
                return frames
            frames.append(f.read(struct.unpack(order + "IIII", record)[2]))
