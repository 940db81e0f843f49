#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Both ends of a TCP transfer, to be compared by their checksums.

transfer.py receive PORT          prints "ready", then "BYTES SHA256" of what one peer sends
transfer.py send HOST PORT BYTES  sends random bytes; prints "BYTES SHA256 SECONDS"
"""

import hashlib
import os
import socket
import sys
import time

TIMEOUT_S = 30  # without any progress
BLOCK = 1 << 18


def receive(port):
    digest, n = hashlib.sha256(), 0
    with socket.create_server(("0.0.0.0", port)) as server:
        server.settimeout(TIMEOUT_S)
        print("ready", flush=True)
        peer, _ = server.accept()
    with peer:
        peer.settimeout(TIMEOUT_S)
        while block := peer.recv(BLOCK):
            digest.update(block)
            n += len(block)
        peer.sendall(b"done")
    print(n, digest.hexdigest(), flush=True)


def send(host, port, wanted):
    digest, n, start = hashlib.sha256(), 0, time.monotonic()
    with socket.create_connection((host, port), timeout=TIMEOUT_S) as peer:
        while n < wanted:
            block = os.urandom(min(BLOCK, wanted - n))
            peer.sendall(block)
            digest.update(block)
            n += len(block)
        peer.shutdown(socket.SHUT_WR)
        peer.recv(4)  # the peer has it all
    print(n, digest.hexdigest(), f"{time.monotonic() - start:.3f}")


def main(args):
    if len(args) == 2 and args[0] == "receive":
        receive(int(args[1]))
    elif len(args) == 4 and args[0] == "send":
        send(args[1], int(args[2]), int(args[3]))
    else:
        sys.exit(__doc__.strip())


try:
    main(sys.argv[1:])
except (OSError, ValueError) as e:
    sys.exit(f"transfer.py: {e}")
