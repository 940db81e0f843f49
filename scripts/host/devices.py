# SPDX-License-Identifier: BSD-3-Clause
"""DPDK, its drivers, the network devices that it could have, and who may open what."""

import os
import re

from host import pci
from host.finding import kernel_option, ok, problem, warning

LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/local/lib",
             "/usr/local/lib/x86_64-linux-gnu")
VIRTUAL = ("af_packet", "tap", "vhost", "virtio", "memif", "pcap", "null", "ring")
# Drivers of DPDK by those of the kernel.
PMDS = {"e1000": "e1000", "e1000e": "e1000", "igb": "e1000", "igbvf": "e1000", "igc": "igc",
        "ixgbe": "ixgbe", "ixgbevf": "ixgbe", "i40e": "i40e", "iavf": "iavf", "ice": "ice",
        "mlx4_core": "mlx4", "mlx5_core": "mlx5", "virtio-pci": "virtio", "vmxnet3": "vmxnet3",
        "ena": "ena", "bnxt_en": "bnxt", "bnx2x": "bnx2x", "nfp": "nfp", "sfc": "sfc", "cxgb4": "cxgbe",
        "qede": "qede", "enic": "enic", "atlantic": "atlantic", "ionic": "ionic", "hns3": "hns3",
        "hinic": "hinic", "fm10k": "fm10k", "gve": "gve"}
CAPABILITIES = {"CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13, "CAP_IPC_LOCK": 14, "CAP_SYS_RAWIO": 17,
                "CAP_SYS_ADMIN": 21}


def capabilities(tree):
    """The effective ones, as a set of bits."""
    for line in tree.lines("/proc/self/status"):
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def candidates(tree):
    """Devices that DPDK has, or may be given. None: it is not known which."""
    network = pci.Network(tree)
    found = pci.network_devices(tree)
    if not network.known:
        return None if found else []
    return [d for d in found if not pci.is_default(network, d)]


# ---- DPDK

def find_eal(tree):
    """Directory and version of its libraries: '/usr/lib/...', '23'."""
    for directory in LIBRARIES:
        for name in tree.names(directory):
            found = re.fullmatch(r"librte_eal\.so\.(\d+)", name)
            if found:
                return directory, found.group(1)
    return None


def version(tree, directory, abi):
    for path in (f"{directory}/pkgconfig/libdpdk.pc",):
        for line in tree.lines(path):
            if line.startswith("Version:"):
                return line.split()[1]
    return f"of ABI {abi}"


def drivers(tree, directory, abi):
    names = [re.fullmatch(rf"librte_net_(\w+)\.so\.{abi}", n) for n in tree.names(directory)]
    return {found.group(1) for found in names if found}


def package(driver, abi):
    name = driver.replace("_", "-")
    return f"librte-net-{name}{'-' if name[-1].isdigit() else ''}{abi}"


def check_dpdk(tree, place, devices):
    eal = find_eal(tree)
    if eal is None:
        yield problem("dpdk", "no librte_eal.so: DPDK is not installed as shared libraries",
                      "scripts/install-deps --run")
        return
    have = drivers(tree, *eal)
    yield ok("dpdk", f"{version(tree, *eal)}, {len(have)} drivers for network devices")
    lacking = [d for d in VIRTUAL if d not in have]
    if lacking:
        yield warning("virtual drivers", f"there is no net_{', net_'.join(lacking)}",
                      "apt-get install " + " ".join(package(d, eal[1]) for d in lacking))
    else:
        yield ok("virtual drivers", ", ".join(VIRTUAL))
    wanted = {PMDS[d.driver] for d in devices or [] if d.driver in PMDS}
    for driver in sorted(wanted - have):
        yield problem("drivers", f"there is no net_{driver} for a network device of this machine",
                      f"apt-get install {package(driver, eal[1])}")
    unknown = [d for d in devices or [] if d.driver and not d.is_for_dpdk and d.driver not in PMDS]
    for device in unknown:
        yield warning("drivers", f"{device.address} is driven by {device.driver}, for which no driver "
                      "of DPDK is known here; see https://core.dpdk.org/supported/nics/")
    if tree.command("dpdk-devbind.py") is None:
        yield warning("dpdk tools", "no dpdk-devbind.py, which scripts/nic needs, and no dpdk-testpmd, "
                      "which bench/ compares with", "apt-get install dpdk dpdk-dev")


# ---- devices

def has_module(tree, name):
    """Loaded, built in, or to be loaded. None: not known."""
    if tree.exists(f"/sys/module/{name}"):
        return True
    release = tree.read("/proc/sys/kernel/osrelease", "")
    directory = f"/lib/modules/{release}"
    texts = [tree.read(f"{directory}/{f}") for f in ("modules.dep", "modules.builtin")]
    if texts == [None, None]:
        return None
    file_name = re.compile(rf"/{name.replace('_', '[-_]')}\.ko")
    return any(file_name.search(t) for t in texts if t)


def iommu_option(tree):
    return kernel_option(tree, "amd_iommu=on iommu=pt" if "AuthenticAMD" in (tree.read("/proc/cpuinfo") or "")
                         else "intel_iommu=on iommu=pt")


def check_vfio(tree, place):
    module = has_module(tree, "vfio_pci")
    if tree.exists("/sys/bus/pci/drivers/vfio-pci"):
        yield ok("vfio", "vfio-pci is loaded")
    elif module:
        yield warning("vfio", "vfio-pci is not loaded; scripts/nic bind does that",
                      "modprobe vfio-pci", place.is_shared)
    elif module is None:
        yield problem("vfio", "vfio-pci is not loaded, and the modules of this kernel are not to be seen",
                      "modprobe vfio-pci", place.is_shared)
    else:
        yield problem("vfio", "this kernel has no vfio-pci: on Debian, the cloud kernel lacks it",
                      "apt-get install linux-image-amd64", place.is_shared)
    if tree.names("/sys/kernel/iommu_groups"):
        yield ok("iommu", f"{len(tree.names('/sys/kernel/iommu_groups'))} groups")
    elif (tree.read("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode") or "N") == "Y":
        yield warning("iommu", "none, and VFIO does without: a device can write to all of memory",
                      iommu_option(tree), place.is_shared)
    else:
        yield warning("iommu", "none is in use (scripts/nic bind --noiommu does without, at the risk that "
                      "a device writes to all of memory); VT-d or AMD-Vi has to be on in the firmware"
                      + (", or in the hypervisor" if place.hypervisor else ""),
                      iommu_option(tree), place.is_shared)


def check_nics(tree, place, cpus, devices):
    if devices is None:
        yield warning("network devices", "which one carries the default route cannot be told",
                      "apt-get install iproute2")
        return
    if not devices:
        yield ok("network devices", "none but the one of the default route; clickd has its virtual "
                 "devices, and figures are not those of a wire")
        return
    yield ok("network devices", ", ".join(f"{d.address} ({d.driver or 'no driver'})" for d in devices))
    if any(d.driver not in pci.BIFURCATED for d in devices):
        yield from check_vfio(tree, place)
    yield from check_groups(tree, devices)
    nodes = {d.node for d in devices if d.node is not None}
    cpu_nodes = {cpus.node(c) for c in cpus.isolated} - {None}
    if nodes and cpu_nodes and not nodes <= cpu_nodes:
        lacking = sorted(nodes - cpu_nodes)
        cpus_there = tree.read(f"/sys/devices/system/node/node{lacking[0]}/cpulist", "?")
        yield warning("numa", f"no isolated CPU on NUMA node {', '.join(map(str, lacking))}, where a "
                      f"network device is (its CPUs: {cpus_there})",
                      kernel_option(tree, f"isolcpus={cpus_there}"), place.is_shared)
    elif nodes and cpu_nodes:
        yield ok("numa", f"devices and isolated CPUs are on node {', '.join(map(str, sorted(nodes)))}")


def check_groups(tree, devices):
    """vfio-pci refuses a device whose group is not given away as a whole."""
    for device in devices:
        others = [o for o in device.group_members()
                  if device.driver == "vfio-pci" and
                  o.driver not in (None, "vfio-pci", "pcieport", "pci-stub")]
        for other in others:
            yield problem("iommu group", f"{device.address} cannot be opened while {other.address} of "
                          f"its group {device.iommu_group} is driven by {other.driver}",
                          f"scripts/nic bind {other.address}")


# ---- permissions

def check_rights(tree, place, bits, devices):
    lacking = [name for name, bit in CAPABILITIES.items() if not bits >> bit & 1]
    if lacking:
        yield warning("rights", f"this user lacks {', '.join(lacking)}: no net_tap, net_af_packet, "
                      "net_af_xdp, --io pcap; without VFIO's files no physical ports either",
                      "sudo clickd ...")
    else:
        yield ok("rights", "all that devices need")
    if not tree.exists("/dev/net/tun"):
        yield warning("tun", "no /dev/net/tun: no net_tap ports",
                      "docker run --device /dev/net/tun ..." if place.container else "modprobe tun",
                      place.is_shared)
    elif not tree.can("/dev/net/tun", os.R_OK | os.W_OK):
        yield warning("tun", "/dev/net/tun may not be opened by this user", "chmod a+rw /dev/net/tun")
    else:
        yield ok("tun", "/dev/net/tun")
    bound = [d for d in devices or [] if d.driver == "vfio-pci"]
    for device in bound:
        files = [f"/dev/vfio/{prefix}{device.iommu_group}" for prefix in ("", "noiommu-")]
        there = [f for f in files if tree.exists(f)]
        if not there:
            yield problem("vfio files", f"{device.address} is bound to vfio-pci, but there is no {files[0]}",
                          "docker run --device /dev/vfio ..." if place.container else
                          f"scripts/nic restore {device.address} && scripts/nic bind {device.address}",
                          place.is_shared)
        elif not tree.can(there[0], os.R_OK | os.W_OK):
            yield problem("vfio files", f"{there[0]} may not be opened by this user",
                          f"chown {os.geteuid()} {there[0]}")


def check(tree, place, cpus, devices, bits):
    yield from check_dpdk(tree, place, devices)
    yield from check_nics(tree, place, cpus, devices)
    yield from check_rights(tree, place, bits, devices)
