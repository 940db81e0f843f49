# SPDX-License-Identifier: BSD-3-Clause
"""Frames for tests, as pcap files and on interfaces.

frames.py plain FILE N          writes N UDP frames of many sizes
frames.py count FILE            prints how many frames are in FILE
frames.py same FILE FILE        fails if the frames of the two differ, and says how
frames.py mirrored FILE FILE    the same, with the second one's addresses swapped back
frames.py send IFACE FILE       sends the frames of FILE
frames.py receive IFACE FILE    prints "ready", then writes to FILE as many of our frames as the file
                                named in FRAMES_WANTED has, or those of 8 seconds
frames.py input CONF DIR        writes DIR/in0.pcap, in1.pcap: input for conf/CONF.click
frames.py check CONF DIR        compares DIR/out0.pcap, out1.pcap with what must come out
"""
import os
import socket
import struct
import sys
import time

MAGIC = b"clickd-frame"
ETH_P_ALL = 3
PACKET_OUTGOING = 4


# ---- files

def write(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            f.write(struct.pack("<IIII", i, 0, len(frame), len(frame)) + frame)


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    if len(data) < 24 or struct.unpack("<I", data[:4])[0] not in (0xA1B2C3D4, 0xA1B23C4D):
        sys.exit("%s is no capture" % path)
    frames, at = [], 24
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return frames


def compare(what, got, want):
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w:
            sys.exit("%s: frame %d is\n  %s, not\n  %s" % (what, i, g.hex(), w.hex()))
    if len(got) != len(want):
        sys.exit("%s: %d frames, not %d" % (what, len(got), len(want)))


# ---- frames

def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(data):
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(src, dst, body, ttl=64, protocol=17, tos=0, ident=1):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(body), ident, 0, ttl, protocol, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def udp(src, dst, number, size, ttl=64):
    payload = MAGIC + struct.pack("!I", number)
    payload += bytes((number + i) & 255 for i in range(size - 42 - len(payload)))
    head = struct.pack("!HHHH", 1000 + number % 100, 2000, 8 + len(payload), 0)
    pseudo = socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack("!HH", 17, 8 + len(payload))
    head = head[:6] + struct.pack("!H", checksum(pseudo + head + payload))
    return ip(src, dst, head + payload, ttl, ident=number & 0xFFFF)


def ether(dst, src, body, kind=0x0800):
    return mac(dst) + mac(src) + struct.pack("!H", kind) + body


def aged(packet):
    """The packet one hop further."""
    head = packet[:8] + bytes([packet[8] - 1]) + packet[9:10] + b"\0\0" + packet[12:20]
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + packet[20:]


def swapped(frame):
    return frame[6:12] + frame[:6] + frame[12:]


def plain(n):
    sizes = [60, 61, 64, 128, 577, 1024, 1513, 1514]
    return [ether("02:00:00:00:00:b0", "02:00:00:00:00:a0",
                  udp("10.0.0.2", "10.0.1.2", i, sizes[i % len(sizes)])) for i in range(n)]


def time_exceeded(src, dst, packet, ident):
    body = struct.pack("!BBHI", 11, 0, 0, 0) + packet
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    return ip(src, dst, body, 200, 1, 0, ident)


# ---- what goes into the configurations, and what must come out: two lists each

ROUTER0, ROUTER1 = "02:00:00:00:00:10", "02:00:00:00:00:11"


def forward():
    frames = plain(150)
    return [frames, [swapped(f) for f in frames[:70]]], [[swapped(f) for f in frames[:70]], frames]


def mirror():
    frames = plain(150)
    return [frames], [[swapped(f) for f in frames]]


def bridge():
    a, b, other, every, group = ("02:00:00:00:00:0a", "02:00:00:00:00:0b", "02:00:00:00:00:cc",
                                 "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01")
    ins, outs = [[], []], [[], []]
    for i in range(60):
        for side, own, far in ((0, a, b), (1, b, a)):
            for dst in (far, own, other, every, group):
                frame = ether(dst, own, udp("10.0.0.2", "10.0.0.3", i, 60 + i))
                ins[side].append(frame)
                if dst != own:
                    outs[1 - side].append(frame)
    return ins, outs


def routed(dst, src, ttl=64, number=0, size=60):
    return udp(src, dst, number, size, ttl)


def ip_router_bench():
    peers = "02:00:00:00:00:01", "02:00:00:00:00:02"
    routers = ROUTER0, ROUTER1
    far = [["10.0.1.2", "10.0.3.7", "192.168.3.4", "8.8.8.8"], ["10.0.0.2", "10.0.2.9", "172.17.0.1"]]
    source = "10.0.0.2", "10.0.1.2"
    ins, outs = [[], []], [[], []]
    for side in 0, 1:
        for i in range(120):
            p = routed(far[side][i % len(far[side])], source[side], 64 - i % 60, i, 60 + 7 * i)
            ins[side].append(ether(routers[side], peers[side], p))
            outs[1 - side].append(ether(peers[1 - side], routers[1 - side], aged(p)))
        # None of these goes anywhere.
        p = routed("10.0.1.1", source[side])
        broken = p[:10] + bytes([p[10] ^ 1]) + p[11:]
        far_broken = routed(far[side][0], source[side])
        far_broken = far_broken[:10] + bytes([far_broken[10] ^ 1]) + far_broken[11:]
        ins[side] += [ether(routers[side], peers[side], q) for q in (p, broken, far_broken, p[:19])]
        ins[side].append(ether("ff:ff:ff:ff:ff:ff", peers[side], b"\0\1\x08\0\6\4\0\1" + bytes(38), 0x0806))
        ins[side].append(ether(routers[side], peers[side], bytes(46), 0x86DD))
    return ins, outs


def pcap_router():
    host0, host1 = "02:00:00:00:00:a0", "02:00:00:00:00:b0"
    frames, out = [], []
    for i in range(100):
        p = routed("10.0.1.%d" % (2 + i), "10.0.0.2", 64 - i % 60, i, 60 + 9 * i)
        frames.append(ether(ROUTER0, host0, p))
        out.append(ether(host1, ROUTER1, aged(p)))
        p = routed("10.0.0.%d" % (2 + i), "10.0.1.2", 2 + i % 60, i, 60 + 5 * i)
        frames.append(ether(ROUTER1, host1, p))
        out.append(ether(host0, ROUTER0, aged(p)))
    old = routed("10.0.1.2", "10.0.0.2", 1, 7, 60)
    frames += [ether(ROUTER0, host0, q) for q in (
        old, routed("10.0.0.1", "10.0.0.2"), routed("10.9.0.1", "10.0.0.2"),
        old[:10] + b"\0\0" + old[12:])]
    frames.append(ether("ff:ff:ff:ff:ff:ff", host0, bytes(46), 0x0806))
    out.append(lambda ident: ether(host0, ROUTER0, aged(
        time_exceeded("10.0.0.1", "10.0.0.2", old, ident))))
    return [frames], [out]


CONFS = {"forward": forward, "mirror": mirror, "bridge": bridge, "ip-router-bench": ip_router_bench,
         "pcap-router": pcap_router}


def make_input(name, folder):
    for i, frames in enumerate(CONFS[name]()[0]):
        write("%s/in%d.pcap" % (folder, i), frames)


def check(name, folder):
    for i, want in enumerate(CONFS[name]()[1]):
        got = read("%s/out%d.pcap" % (folder, i))
        # Who makes a packet chooses its identification.
        want = [w(struct.unpack("!H", g[18:20])[0]) if callable(w) else w
                for w, g in zip(want, got)] + want[len(got):]
        compare("out%d.pcap" % i, got, want)
    print(" ".join(str(len(frames)) for frames in CONFS[name]()[1]))


# ---- interfaces

def send(iface, path):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind((iface, 0))
        for i, frame in enumerate(read(path)):
            s.send(frame)
            if i % 16 == 15:
                time.sleep(0.002)


def receive(iface, path):
    wanted, frames = len(read(os.environ["FRAMES_WANTED"])), []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        s.bind((iface, ETH_P_ALL))
        s.settimeout(0.2)
        print("ready", flush=True)
        end = time.monotonic() + 8
        while len(frames) < wanted and time.monotonic() < end:
            try:
                frame, address = s.recvfrom(65535)
            except socket.timeout:
                continue
            if address[2] != PACKET_OUTGOING and frame[42:54] == MAGIC:
                frames.append(frame)
    write(path, frames)


def main(verb, *args):
    if verb == "plain":
        write(args[0], plain(int(args[1])))
    elif verb == "count":
        print(len(read(args[0])))
    elif verb == "same":
        compare(args[0], read(args[0]), read(args[1]))
    elif verb == "mirrored":
        compare(args[0], read(args[0]), [swapped(f) for f in read(args[1])])
    else:
        {"send": send, "receive": receive, "input": make_input, "check": check}[verb](*args)


if __name__ == "__main__":
    main(*sys.argv[1:])
