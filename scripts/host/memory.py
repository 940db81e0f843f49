# SPDX-License-Identifier: BSD-3-Clause
"""Hugepages, and how much memory may be locked."""

import os

from host.finding import ok, problem, warning
from host.tree import list_text

POOLS = "/sys/kernel/mm/hugepages"
NODES = "/sys/devices/system/node"
ENOUGH_MIB = 256  # two ports and a few thousand routes
SIZES = {2048: "2 MiB", 1048576: "1 GiB"}
CAP_IPC_LOCK = 14  # bit in a set of capabilities
RESERVE = "scripts/hugepages reserve 512M"


class Pool:
    def __init__(self, tree, kib):
        directory = f"{POOLS}/hugepages-{kib}kB"
        self.kib, self.name = kib, SIZES[kib]
        self.total = tree.number(f"{directory}/nr_hugepages", 0)
        self.free = (tree.number(f"{directory}/free_hugepages", 0) -
                     tree.number(f"{directory}/resv_hugepages", 0))

    @property
    def free_mib(self):
        return self.free * self.kib // 1024


def pools(tree):
    return [Pool(tree, kib) for kib in SIZES if tree.exists(f"{POOLS}/hugepages-{kib}kB")]


def owners(tree):
    """Processes that have hugepages mapped: 'name (number)'."""
    found = []
    for pid in tree.names("/proc"):
        if not pid.isdigit():
            continue
        for line in tree.lines(f"/proc/{pid}/status"):
            if line.startswith("HugetlbPages:") and int(line.split()[1]) > 0:
                found.append(f"{tree.read(f'/proc/{pid}/comm', '?')} ({pid})")
    return found


def check_pools(tree, place):
    found = pools(tree)
    if not found:
        return problem("hugepages", "this kernel has none, or /sys does not show them; clickd "
                       "--no-huge does without, several times slower")
    free = sum(p.free_mib for p in found)
    text = ", ".join(f"{p.free} of {p.total} pages of {p.name} are free" for p in found if p.total)
    if free == 0:
        holders = owners(tree)
        if any(p.total for p in found) and holders:
            return problem("hugepages", f"none is free; they are held by {', '.join(holders)}", RESERVE,
                           place.is_shared)
        return problem("hugepages", "none is reserved" if not text else f"{text}, and no process that "
                       "is seen here holds them", RESERVE, place.is_shared)
    if free < ENOUGH_MIB:
        return warning("hugepages", f"{free} MiB are free; two ports take up to {ENOUGH_MIB} MiB",
                       RESERVE, place.is_shared)
    return ok("hugepages", text)


def mounts(tree):
    return [line.split()[1] for line in tree.lines("/proc/mounts")
            if len(line.split()) > 2 and line.split()[2] == "hugetlbfs"]


def check_mounts(tree, place):
    where = mounts(tree)
    if not where:
        yield warning("hugetlbfs", "mounted nowhere: clickd does without, dpdk-testpmd and other "
                      "programs need it", "mkdir -p /dev/hugepages && mount -t hugetlbfs hugetlbfs "
                      "/dev/hugepages", place.is_shared)
        return
    writable = [w for w in where if tree.can(w, os.W_OK)]
    if writable:
        yield ok("hugetlbfs", f"mounted on {', '.join(writable)}")
    else:
        yield warning("hugetlbfs", f"{where[0]} may not be written by this user; clickd does without, "
                      "other programs do not",
                      f"mount -o remount,uid={os.geteuid()} {where[0]}", place.is_shared)
    if owners(tree):
        return
    for directory in where:
        left = [n for n in tree.names(directory) if "map_" in n]
        if left:
            yield warning("left-over pages", f"{len(left)} files in {directory} of a program that was "
                          "killed keep their pages", f"rm {directory}/*map_*", place.is_shared)


def nodes_with_pages(tree):
    found = set()
    for name in tree.names(NODES):
        if name.startswith("node") and name[4:].isdigit():
            if any(tree.number(f"{NODES}/{name}/hugepages/hugepages-{kib}kB/free_hugepages", 0) > 0
                   for kib in SIZES):
                found.add(int(name[4:]))
    return found


def check_nodes(tree, place, nic_nodes):
    """nic_nodes: of the devices that DPDK may have."""
    have = nodes_with_pages(tree)
    lacking = {n for n in nic_nodes if n not in have and tree.exists(f"{NODES}/node{n}")}
    if lacking and have:
        node = min(lacking)
        return [problem("hugepages by node", f"no free hugepages on NUMA node {list_text(lacking)}, "
                        "where a network device is: its packets would cross to another node",
                        f"echo 256 > {NODES}/node{node}/hugepages/hugepages-2048kB/nr_hugepages",
                        place.is_shared)]
    if len([n for n in tree.names(NODES) if n[:4] == "node" and n[4:].isdigit()]) > 1 and have:
        return [ok("hugepages by node", f"free on NUMA node {list_text(have)}")]
    return []


def check_locked(tree, capabilities):
    for line in tree.lines("/proc/self/limits"):
        if line.startswith("Max locked memory"):
            soft = line[len("Max locked memory"):].split()[0]
            break
    else:
        return []
    if soft == "unlimited":
        return [ok("memlock", "unlimited")]
    if capabilities >> CAP_IPC_LOCK & 1:
        return [ok("memlock", f"{int(soft) >> 20} MiB, which does not bind this user (CAP_IPC_LOCK)")]
    return [warning("memlock", f"{int(soft) >> 10} KiB of memory may be locked, and VFIO locks all "
                    "that a device can reach", "sudo prlimit --pid $$ --memlock=unlimited")]


def check(tree, place, nic_nodes, capabilities):
    yield check_pools(tree, place)
    yield from check_mounts(tree, place)
    yield from check_nodes(tree, place, nic_nodes)
    yield from check_locked(tree, capabilities)
