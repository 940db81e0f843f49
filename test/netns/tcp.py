# SPDX-License-Identifier: BSD-3-Clause
"""A TCP transfer with a checksum at both ends.

tcp.py serve PORT            takes one connection, prints "BYTES SHA256"
tcp.py send HOST PORT MIB    sends that many MiB of pseudo-random bytes, prints "BYTES SHA256 SECONDS"
"""
import hashlib
import random
import socket
import sys
import time

CHUNK = 1 << 20


def serve(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", port))
        s.listen(1)
        s.settimeout(60)
        print("ready", flush=True)
        peer, _ = s.accept()
        peer.settimeout(60)
        digest, size = hashlib.sha256(), 0
        while True:
            data = peer.recv(CHUNK)
            if not data:
                break
            digest.update(data)
            size += len(data)
        peer.close()
    print(size, digest.hexdigest(), flush=True)


def send(host, port, mib):
    block = random.Random(42).randbytes(CHUNK)
    digest = hashlib.sha256()
    with socket.create_connection((host, port), timeout=60) as s:
        start = time.monotonic()
        for i in range(mib):
            data = block[i % CHUNK:] + block[:i % CHUNK]
            digest.update(data)
            s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        seconds = time.monotonic() - start
    print(mib * CHUNK, digest.hexdigest(), "%.2f" % seconds, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
