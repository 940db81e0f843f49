# SPDX-License-Identifier: BSD-3-Clause
"""Where we run: a machine of its own, a virtual one, a container."""

from host.finding import ok, warning

HYPERVISORS = {"kvm": "KVM", "vmware": "VMware", "microsoft": "Hyper-V", "xen": "Xen",
               "oracle": "VirtualBox"}


# The kernel's first namespaces have fixed numbers: whoever has all of these is in no container, even
# if its files come from the image of one.
FIRST_NAMESPACES = {"pid": "pid:[4026531836]", "uts": "uts:[4026531838]", "ipc": "ipc:[4026531839]"}


class Place:
    def __init__(self, tree):
        self.tree = tree
        self.container = self._container()
        self.flags = set()
        self.cpu_model = "unknown CPU"
        for line in tree.lines("/proc/cpuinfo"):
            name, _, value = line.partition(":")
            if name.strip() == "flags" and not self.flags:
                self.flags = set(value.split())
            elif name.strip() == "model name":
                self.cpu_model = value.strip()
        self.hypervisor = self._hypervisor()

    def _container(self):
        tree = self.tree
        if all(tree.link_name(f"/proc/self/ns/{kind}") == first
               for kind, first in FIRST_NAMESPACES.items()):
            return None
        named = tree.read("/run/systemd/container")
        if named:
            return named
        for path, name in (("/.dockerenv", "docker"), ("/run/.containerenv", "podman"),
                           ("/run/secrets/kubernetes.io", "kubernetes")):
            if tree.exists(path):
                return name
        words = (tree.read("/proc/1/environ") or "").split("\0")
        return next((w[len("container="):] for w in words if w.startswith("container=")), None)

    def _hypervisor(self):
        if "hypervisor" not in self.flags:
            return None
        vendor = " ".join((self.tree.read(f"/sys/class/dmi/id/{name}") or "") for name in
                          ("sys_vendor", "product_name")).strip()
        for word, name in HYPERVISORS.items():
            if word in vendor.lower() or self.tree.exists(f"/sys/module/{word}"):
                return name
        return vendor or "an unknown hypervisor"

    @property
    def is_shared(self):
        """Whether settings of the machine are somebody else's to change."""
        return self.container is not None


def steal_share(before, after):
    """Of the time between two first lines of /proc/stat. None: no time has passed."""
    a, b = ([int(n) for n in line.split()[1:9]] for line in (before, after))
    total = sum(b) - sum(a)
    return (b[7] - a[7]) / total if total > 0 and len(b) > 7 else None


def check(place, steal):
    """steal: share of the time that the hypervisor gave to others, or None."""
    if place.container:
        yield warning("container", f"this is a container ({place.container}): what the kernel is told "
                      "at boot, drivers, hugepages and other processes belong to its host, and are "
                      "seen here only in part")
    if place.hypervisor:
        text = f"a virtual machine ({place.hypervisor}): compare ratios, not rates"
        yield warning("virtualization", text + ", and expect the CPUs to stand still now and then")
    else:
        yield ok("virtualization", "no hypervisor")
    if steal is None:
        return
    if steal > 0.01:
        yield warning("steal", f"the hypervisor gave {steal:.0%} of the time to others: run it with "
                      "CPUs of its own (pinned)")
    elif place.hypervisor:
        yield ok("steal", f"{steal:.1%} of the time was given to others, as far as the hypervisor "
                 "tells; not all of them do")
