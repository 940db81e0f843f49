# SPDX-License-Identifier: BSD-3-Clause
"""What else runs here, and whether a CPU stands still."""

import os
import time

from host import place
from host.finding import ok, problem, warning
from host.tree import list_text

BUSY_SHARE = 0.2  # of a CPU
GAP_S = 0.001
SPIN_S = 0.3
SHOWN = 5


class Thread:
    def __init__(self, tree, pid, tid):
        # 'number (name) state ...': a name may hold anything.
        head, _, tail = (tree.read(f"/proc/{pid}/task/{tid}/stat") or "").rpartition(")")
        fields = tail.split()
        if len(fields) < 37:
            raise OSError
        self.pid, self.key = pid, (pid, tid)
        self.name = head.partition("(")[2]
        self.ticks = int(fields[11]) + int(fields[12])
        self.cpu = int(fields[36])


def threads(tree):
    found = {}
    for pid in tree.names("/proc"):
        if not pid.isdigit() or int(pid) == os.getpid():
            continue
        for tid in tree.names(f"/proc/{pid}/task"):
            try:
                thread = Thread(tree, pid, tid)
            except OSError:
                continue  # ended just now
            found[thread.key] = thread
    return found


def longest_gap(seconds):
    """This thread looks at the clock without a pause: the longest time between two looks."""
    end = now = time.perf_counter()
    end, longest, n = now + seconds, 0.0, 0
    while now < end:
        before, now = now, time.perf_counter()
        if now - before > GAP_S:
            n += 1
            longest = max(longest, now - before)
    return longest, n


class Sample:
    """Who ran between two looks."""

    def __init__(self, tree, seconds):
        ticks_per_s = os.sysconf("SC_CLK_TCK")
        before, cpu_before = threads(tree), (tree.lines("/proc/stat") or [""])[0]
        started = time.monotonic()
        time.sleep(seconds)
        self.threads, cpu_after = threads(tree), (tree.lines("/proc/stat") or [""])[0]
        took = max(time.monotonic() - started, 0.01)
        self.steal = place.steal_share(cpu_before, cpu_after) if cpu_before and cpu_after else None
        self.busy = {}
        for key, thread in self.threads.items():
            if key in before:
                share = (thread.ticks - before[key].ticks) / ticks_per_s / took
                if share > BUSY_SHARE:
                    self.busy[key] = share
        # Afterwards, so that it is not among those that were busy.
        self.gap, self.n_gaps = longest_gap(SPIN_S) if tree.is_real else (0.0, 0)


def describe(sample, keys):
    """The busiest first."""
    order = sorted(keys, key=lambda k: -sample.busy[k])
    text = ", ".join(f"{sample.threads[k].name} ({k[0]}, {sample.busy[k]:.0%} of CPU "
                     f"{sample.threads[k].cpu})" for k in order[:SHOWN])
    return text + (f" and {len(order) - SHOWN} more" if len(order) > SHOWN else "")


def dpdk_processes(tree):
    found = {}
    for pid in tree.names("/proc"):
        if pid.isdigit() and "librte_eal" in (tree.read(f"/proc/{pid}/maps") or ""):
            found[pid] = tree.read(f"/proc/{pid}/comm", "?")
    return found


def check_busy(sample, cpus, dpdk):
    busy = {k for k in sample.busy if k[0] not in dpdk}
    on_isolated = {k for k in busy if sample.threads[k].cpu in cpus.isolated}
    if on_isolated:
        yield problem("isolated cpus in use", f"{describe(sample, on_isolated)} on CPUs that are kept "
                      "for forwarding",
                      f"taskset -apc {list_text(cpus.online - cpus.isolated)} {min(on_isolated)[0]}")
    elif cpus.isolated:
        yield ok("isolated cpus in use", "nobody but clickd and the like runs there")
    rest = busy - on_isolated
    if rest and not cpus.isolated:
        yield warning("busy processes", f"{describe(sample, rest)}: figures will be too low",
                      f"kill -STOP {min(rest, key=lambda k: -sample.busy[k])[0]}")
    elif not cpus.isolated:
        yield ok("busy processes", "none")


def check_stalls(sample):
    if sample.n_gaps > 0:
        return [warning("stalls", f"a CPU stood still {sample.n_gaps} times in {SPIN_S:g} s, up to "
                        f"{sample.gap * 1e3:.0f} ms: trials without loss will fail by chance")]
    return [ok("stalls", f"no CPU stood still for more than {GAP_S * 1e3:g} ms, in {SPIN_S:g} s")]


def check_irqbalance(tree, cpus):
    running = [pid for pid in tree.names("/proc") if pid.isdigit() and
               tree.read(f"/proc/{pid}/comm") == "irqbalance"]
    if running and not cpus.isolated:
        return warning("irqbalance", "moves interrupts to the CPUs that poll", "systemctl stop irqbalance")
    return ok("irqbalance", "runs, and keeps away from isolated CPUs" if running else "does not run")


def check(tree, cpus, sample):
    dpdk = dpdk_processes(tree)
    if dpdk:
        yield warning("other dpdk processes", ", ".join(f"{name} ({pid})" for pid, name in dpdk.items()) +
                      ": they poll, and hold hugepages", f"kill {' '.join(dpdk)}")
    else:
        yield ok("other dpdk processes", "none")
    yield from check_busy(sample, cpus, dpdk)
    yield check_irqbalance(tree, cpus)
    if tree.is_real:
        yield from check_stalls(sample)
