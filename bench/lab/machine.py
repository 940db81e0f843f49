# SPDX-License-Identifier: BSD-3-Clause
"""What we run on, for the report, and whether it will do."""

import glob
import os
import platform
import subprocess
import time

from lab.process import Failure

HUGEPAGES_NEEDED_MIB = 256


def _first_line(path, default="?"):
    try:
        with open(path, encoding="utf-8") as f:
            return f.readline().strip()
    except OSError:
        return default


def _output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        return done.stdout.strip() or "?"
    except (OSError, subprocess.TimeoutExpired):
        return "?"


def cpus():
    return sorted(os.sched_getaffinity(0))


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "?"


def hugepages_free_mib():
    total = 0
    for directory in glob.glob("/sys/kernel/mm/hugepages/hugepages-*kB"):
        size_kib = int(directory.rsplit("-", 1)[1][:-2])
        total += int(_first_line(directory + "/free_hugepages", "0")) * size_kib // 1024
    return total


def require_hugepages(needed_mib=HUGEPAGES_NEEDED_MIB):
    free = hugepages_free_mib()
    if free < needed_mib:
        raise Failure(f"{free} MiB of hugepages are free, {needed_mib} MiB are needed: "
                      "without them every figure would be several times too low\n"
                      f"reserve some: scripts/hugepages reserve {max(needed_mib, 512)}M")


def _cpu_times():
    with open("/proc/stat", encoding="ascii") as f:
        times = [int(v) for v in f.readline().split()[1:]]
    return times[3] + times[4], sum(times[:8])


def idle_share(seconds):
    """Of all CPUs, over this time."""
    idle, total = _cpu_times()
    time.sleep(seconds)
    idle_after, total_after = _cpu_times()
    return (idle_after - idle) / max(total_after - total, 1)


def describe(clickd):
    return {
        "cpu": cpu_model(),
        "cpus": cpus(),
        "kernel": platform.release(),
        "dpdk": _output("pkg-config", "--modversion", "libdpdk"),
        "libpcap": _output("pkg-config", "--modversion", "libpcap"),
        "clickd": _output(clickd, "--version"),
        "clickd_sha256": _output("sha256sum", clickd).split()[0],
        "hugepages_free_mib": hugepages_free_mib(),
        "load_before": _first_line("/proc/loadavg").split()[0],
    }
