# SPDX-License-Identifier: BSD-3-Clause
"""Reads or writes one handler over clickd's control socket.

control.py SOCKET read HANDLER [PARAMETER]
control.py SOCKET write HANDLER [VALUE]
"""
import socket
import sys


def line(f):
    return f.readline().decode(errors="replace").rstrip("\r\n")


def main():
    path, verb, handler = sys.argv[1:4]
    value = " ".join(sys.argv[4:])
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path)
        f = s.makefile("rwb")
        line(f)  # greeting
        f.write(("%s %s %s\r\n" % (verb.upper(), handler, value)).encode())
        f.flush()
        answer = line(f)
        texts = [answer[4:]]
        while answer[3:4] == "-":
            answer = line(f)
            texts.append(answer[4:])
        if not answer.startswith("2"):
            print("\n".join(texts), file=sys.stderr)
            return 1
        if verb == "read":
            size = int(line(f).split()[1])
            sys.stdout.buffer.write(f.read(size))
    return 0


if __name__ == "__main__":
    sys.exit(main())
