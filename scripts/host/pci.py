# SPDX-License-Identifier: BSD-3-Clause
"""Network devices on the PCI bus, and who uses them."""

import os
import re

DEVICES = "/sys/bus/pci/devices"
NETWORK_CLASS = 0x02
ADDRESS = re.compile(r"(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.IGNORECASE)
DPDK_DRIVERS = ("vfio-pci", "uio_pci_generic", "igb_uio")
# Their DPDK drivers work beside the kernel's own.
BIFURCATED = ("mlx4_core", "mlx5_core", "mana")


class Device:
    def __init__(self, tree, address):
        self.tree, self.address = tree, address
        self.directory = f"{DEVICES}/{address}"
        self.driver = tree.link_name(f"{self.directory}/driver")
        # virtio's interfaces hang below a device of the virtio bus.
        found = tree.glob(f"{self.directory}/net/*") + tree.glob(f"{self.directory}/virtio*/net/*")
        self.interfaces = sorted(os.path.basename(path) for path in found)

    @property
    def node(self):
        node = self.tree.number(f"{self.directory}/numa_node", -1)
        return None if node < 0 else node

    @property
    def is_network(self):
        return self.tree.number(f"{self.directory}/class", 0) >> 16 == NETWORK_CLASS

    @property
    def is_for_dpdk(self):
        return self.driver in DPDK_DRIVERS

    @property
    def iommu_group(self):
        return self.tree.link_name(f"{self.directory}/iommu_group")

    @property
    def ids(self):
        return ":".join((self.tree.read(f"{self.directory}/{name}") or "?")[2:]
                        for name in ("vendor", "device"))

    def group_members(self):
        """The other devices that an IOMMU does not tell from this one."""
        return [Device(self.tree, a) for a in self.tree.names(f"{self.directory}/iommu_group/devices")
                if a != self.address]


def network_devices(tree):
    found = [Device(tree, address) for address in tree.names(DEVICES)]
    return [d for d in found if d.is_network]


def models(tree):
    """What lspci calls the devices, by address."""
    done = tree.run("lspci", "-D")
    if done is None or done[0] != 0:
        return {}
    names = {}
    for line in done[1].splitlines():
        address, _, rest = line.partition(" ")
        names[address] = rest.partition(": ")[2] or rest
    return names


# ---- who uses an interface

def carriers(tree, interface):
    """The interface and those below it: a bond's members, the device of a VLAN."""
    seen, left = set(), [interface]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += [n[len("lower_"):] for n in tree.names(f"/sys/class/net/{name}")
                     if n.startswith("lower_")]
    return seen


def _route_devices(route):
    return [r["dev"] for r in [route] + route.get("nexthops", []) if "dev" in r]


class Network:
    """Addresses and routes of this network namespace. known: false if `ip` does not tell."""

    def __init__(self, tree):
        self.tree = tree
        links = tree.run_json("ip", "-j", "address", "show")
        routes = [tree.run_json("ip", "-j", family, "route", "show", "table", "all")
                  for family in ("-4", "-6")]
        # A kernel without IPv6 has no such routes.
        self.known = links is not None and routes[0] is not None
        self.links = {link["ifname"]: link for link in links or [] if "ifname" in link}
        self.routes = routes[0] or []
        self.routes += routes[1] or []
        self.default = set()
        for route in self.routes:
            if route.get("dst") == "default" and route.get("type", "unicast") == "unicast":
                for device in _route_devices(route):
                    self.default |= carriers(tree, device)

    def addresses(self, interface):
        """Those that somebody has given it."""
        return [f"{a['local']}/{a['prefixlen']}"
                for a in self.links.get(interface, {}).get("addr_info", [])
                if a.get("scope") != "link" and "local" in a]

    def is_up(self, interface):
        return "UP" in self.links.get(interface, {}).get("flags", [])

    def _routes_through(self, interface):
        return [r["dst"] for r in self.routes
                if interface in _route_devices(r) and r.get("table") != "local" and
                not r.get("dst", "").startswith(("fe80:", "ff00:")) and
                r.get("type", "unicast") == "unicast"]

    def uses(self, interface):
        """What would be lost with the interface, as phrases."""
        found = [f"has the address {a}" for a in self.addresses(interface)]
        master = self.tree.link_name(f"/sys/class/net/{interface}/master")
        if master:
            found.append(f"belongs to {master}")
        found += [f"carries {n[len('upper_'):]}" for n in
                  self.tree.names(f"/sys/class/net/{interface}")
                  if n.startswith("upper_") and n != f"upper_{master}"]
        if not found:
            found = [f"has a route to {dst}" for dst in self._routes_through(interface)]
        return found


def is_default(network, device):
    return any(name in network.default for name in device.interfaces)


def uses(network, device):
    """What would be lost with the device, as phrases."""
    found = [f"{name} {use}" for name in device.interfaces for use in network.uses(name)]
    functions = device.tree.number(f"{device.directory}/sriov_numvfs", 0)
    if functions > 0:
        found.append(f"{functions} virtual functions hang on it")
    if device.driver and not device.is_for_dpdk and not device.interfaces:
        found.append(f"its driver {device.driver} has no interface here, so it may be in another "
                     "network namespace")
    return found


def users_of_group(tree, device):
    """Processes that have opened the device by way of VFIO, as 'name (number)'."""
    group = device.iommu_group
    wanted = {f"/dev/vfio/{group}", f"/dev/vfio/noiommu-{group}"}
    found = []
    for pid in tree.names("/proc"):
        if not pid.isdigit():
            continue
        for fd in tree.names(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(tree.path(f"/proc/{pid}/fd/{fd}"))
            except OSError:
                continue
            if target in wanted:
                found.append(f"{tree.read(f'/proc/{pid}/comm', '?')} ({pid})")
                break
    return found
