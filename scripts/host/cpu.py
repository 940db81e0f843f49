# SPDX-License-Identifier: BSD-3-Clause
"""CPUs: what they can, whose they are, and whether their clock stands still."""

import os

from host.finding import kernel_option, ok, problem, warning
from host.tree import list_text, number_list

CPUS = "/sys/devices/system/cpu"
NEEDED_FLAGS = ("sse4_1", "sse4_2", "ssse3", "popcnt", "cx16")  # x86-64-v2
VECTOR_FLAGS = ("avx2", "avx512f")


class Cpus:
    def __init__(self, tree):
        self.tree = tree
        words = dict(w.split("=", 1) for w in (tree.read("/proc/cmdline") or "").split() if "=" in w)
        self.online = number_list(tree.read(f"{CPUS}/online")) or {0}
        self.isolated = number_list(tree.read(f"{CPUS}/isolated"))
        self.nohz_full = number_list(tree.read(f"{CPUS}/nohz_full") or words.get("nohz_full"))
        self.rcu_nocbs = number_list(words.get("rcu_nocbs"))
        # nohz_full implies it.
        self.rcu_nocbs |= self.nohz_full
        self.allowed = self._allowed()

    def _allowed(self):
        for line in self.tree.lines("/proc/self/status"):
            if line.startswith("Cpus_allowed_list:"):
                return number_list(line.split()[1])
        return self.online

    def siblings(self, cpu):
        return number_list(self.tree.read(f"{CPUS}/cpu{cpu}/topology/thread_siblings_list")) or {cpu}

    def node(self, cpu):
        for name in self.tree.names(f"{CPUS}/cpu{cpu}"):
            if name.startswith("node") and name[4:].isdigit():
                return int(name[4:])
        return None

    def to_isolate(self):
        """All but the first core: something has to run the rest."""
        first = self.siblings(min(self.online))
        return self.online - first or self.online - {min(self.online)}


def check_flags(place):
    missing = [f for f in NEEDED_FLAGS if f not in place.flags]
    has = [f for f in VECTOR_FLAGS if f in place.flags]
    if not place.flags:
        return warning("cpu", "/proc/cpuinfo does not tell what this CPU can do")
    if missing:
        tip = ("; give the virtual machine the host's CPU (QEMU: -cpu host)" if place.hypervisor
               else "")
        return problem("cpu", f"{place.cpu_model} lacks {', '.join(missing)}, which clickd and DPDK "
                       f"are compiled for{tip}")
    return ok("cpu", f"{place.cpu_model}, {', '.join(has) if has else 'without AVX2'}")


def check_tsc(tree, place):
    clock = tree.read("/sys/devices/system/clocksource/clocksource0/current_clocksource", "unknown")
    if not {"constant_tsc", "nonstop_tsc"} <= place.flags:
        return warning("tsc", "the TSC's rate is not said to be constant, so times and rates that are "
                       f"told from it may be wrong (clock source {clock})")
    if clock not in ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen"):
        return warning("tsc", f"the kernel does not trust the TSC (clock source {clock}), and asking "
                       "for the time costs a microsecond",
                       "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource",
                       place.is_shared)
    return ok("tsc", f"constant rate, clock source {clock}")


def check_isolation(tree, cpus, place):
    if len(cpus.online) < 2:
        return [problem("cpus", "there is one CPU: a polling lcore takes all of it. Let it sleep "
                        "while idle (clickd --idle), and measure nothing here")]
    wanted = list_text(cpus.to_isolate())
    option = kernel_option(tree, f"isolcpus={wanted} nohz_full={wanted} rcu_nocbs={wanted}")
    if not cpus.isolated:
        return [warning("isolated cpus", "none of the "
                        f"{len(cpus.online)} CPUs is kept free of other work (isolcpus)",
                        option, place.is_shared)]
    found = [ok("isolated cpus", f"{list_text(cpus.isolated)}: clickd "
                f"--affinity={min(cpus.isolated)}")]
    for name, have in (("nohz_full", cpus.nohz_full), ("rcu_nocbs", cpus.rcu_nocbs)):
        lacking = cpus.isolated - have
        if lacking:
            found.append(warning(name, f"the kernel still interrupts the isolated CPUs "
                                 f"{list_text(lacking)}",
                                 kernel_option(tree, f"{name}={list_text(cpus.isolated)}"),
                                 place.is_shared))
        else:
            found.append(ok(name, list_text(have)))
    return found


def check_allowed(tree, cpus):
    forbidden = (cpus.isolated or cpus.online) - cpus.allowed
    if cpus.online - cpus.allowed and not cpus.isolated:
        yield warning("affinity", f"this shell may use the CPUs {list_text(cpus.allowed)} of "
                      f"{list_text(cpus.online)}, and so may what it starts",
                      f"taskset -pc {list_text(cpus.online)} $$")
    elif forbidden and len(cpus.allowed) < 2:
        yield warning("affinity", f"this shell may use the CPU {list_text(cpus.allowed)} only",
                      f"taskset -pc {list_text(cpus.online)} $$")
    # cgroup v2, then v1.
    quota = (tree.read("/sys/fs/cgroup/cpu.max") or "max").split()
    if quota[0] != "max":
        share = int(quota[0]) / int(quota[1])
    else:
        us = tree.number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", -1)
        share = us / tree.number("/sys/fs/cgroup/cpu/cpu.cfs_period_us", 100000) if us > 0 else None
    if share is not None:
        yield problem("cpu quota", f"a cgroup stops this container after {share:g} CPUs' worth of "
                      "time, and a polling lcore uses all it gets: give it whole CPUs instead",
                      "docker update --cpus 0 --cpuset-cpus LIST CONTAINER", True)


def check_siblings(cpus, place):
    if not any(len(cpus.siblings(c)) > 1 for c in cpus.online):
        return ok("smt", "no CPU shares its core with another one")
    halves = {c for c in cpus.isolated if not cpus.siblings(c) & cpus.online <= cpus.isolated}
    if halves:
        others = set().union(*(cpus.siblings(c) for c in halves)) - halves
        return warning("smt", f"the isolated CPUs {list_text(halves)} share their cores with "
                       f"{list_text(others)}, which are not isolated",
                       f"echo 0 | tee {' '.join(f'{CPUS}/cpu{c}/online' for c in sorted(others))}",
                       place.is_shared)
    if cpus.isolated:
        cores = sorted({tuple(sorted(cpus.siblings(c))) for c in cpus.isolated})
        return ok("smt", "cores are isolated as a whole; put one worker on each of " + ", ".join(
            "+".join(map(str, core)) for core in cores))
    return warning("smt", "CPUs share cores in pairs: two workers on one core take turns",
                   "echo off > /sys/devices/system/cpu/smt/control", place.is_shared)


def check_frequency(tree, place):
    governors = {tree.read(path) for path in
                 tree.glob(f"{CPUS}/cpu[0-9]*/cpufreq/scaling_governor")}
    governors.discard(None)
    if not governors:
        yield ok("governor", "the kernel does not change the CPUs' frequency" +
                 ("; the host may" if place.hypervisor else ""))
    elif governors == {"performance"}:
        yield ok("governor", "performance")
    else:
        yield warning("governor", f"{', '.join(sorted(governors))}: frequencies follow the load",
                      f"echo performance | tee {CPUS}/cpu*/cpufreq/scaling_governor", place.is_shared)
    no_turbo, boost = (tree.number(path) for path in (f"{CPUS}/intel_pstate/no_turbo",
                                                      f"{CPUS}/cpufreq/boost"))
    if no_turbo is None and boost is None:
        return
    if no_turbo == 0 or (no_turbo is None and boost == 1):
        path, off = ("intel_pstate/no_turbo", 1) if no_turbo == 0 else ("cpufreq/boost", 0)
        yield warning("turbo", "on: rates depend on how warm the machine is and what its other CPUs do",
                      f"echo {off} > {CPUS}/{path}", place.is_shared)
    else:
        yield ok("turbo", "off")


def check(tree, place, cpus):
    if os.uname().machine != "x86_64" and tree.is_real:
        yield problem("cpu", f"this is a {os.uname().machine}; clickd is tested on x86_64 alone")
    else:
        yield check_flags(place)
        yield check_tsc(tree, place)
    yield from check_isolation(tree, cpus, place)
    yield from check_allowed(tree, cpus)
    yield check_siblings(cpus, place)
    yield from check_frequency(tree, place)
