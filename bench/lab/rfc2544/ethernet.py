# SPDX-License-Identifier: BSD-3-Clause
"""Frame sizes and what a wire would carry of them."""

from lab.process import Failure

SIZES = (64, 128, 256, 512, 1024, 1280, 1518)
IMIX = "imix"
IMIX_PARTS = ((64, 28), (570, 16), (1518, 4))
GAP_AND_PREAMBLE = 20


def mean_size(size):
    if size != IMIX:
        return float(size)
    return sum(s * n for s, n in IMIX_PARTS) / sum(n for _, n in IMIX_PARTS)


def max_fps(size, bits_per_second):
    """What Ethernet of this speed carries at most, in frames per second."""
    return bits_per_second / ((mean_size(size) + GAP_AND_PREAMBLE) * 8)


def gbps(size, fps):
    """The rate on the wire that it would take, preamble and gap included."""
    return fps * (mean_size(size) + GAP_AND_PREAMBLE) * 8 / 1e9


def parse_size(text):
    if text == IMIX:
        return IMIX
    if text.isdecimal() and 64 <= int(text) <= 1518:
        return int(text)
    raise Failure(f"frame size '{text}': expected 64 to 1518, or {IMIX}")


def parse_line_rate(text):
    unit = {"M": 1e6, "G": 1e9}.get(text[-1:].upper(), 0)
    try:
        rate = float(text[:-1]) * unit
    except ValueError:
        rate = 0
    if not 1e6 <= rate <= 1e13:
        raise Failure(f"line rate '{text}': expected such as 10G or 100M")
    return rate
