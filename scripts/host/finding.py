# SPDX-License-Identifier: BSD-3-Clause
"""What the doctor finds: a statement, how bad it is, and the one command that cures it."""

import dataclasses
from typing import Optional

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclasses.dataclass
class Finding:
    check: str  # what was looked at
    level: str
    text: str
    cure: Optional[str] = None  # a command; None where none is needed or none helps
    on_host: bool = False  # the cure has to be run outside of this container


def ok(check, text):
    return Finding(check, OK, text)


def warning(check, text, cure=None, on_host=False):
    return Finding(check, WARNING, text, cure, on_host)


def problem(check, text, cure=None, on_host=False):
    return Finding(check, PROBLEM, text, cure, on_host)


def kernel_option(tree, words):
    """How to add words to the kernel's command line: with GRUB, as Debian does it."""
    if not tree.exists("/etc/default/grub"):
        return f"(no GRUB here) boot the kernel with {words}"
    return (f"sed -i 's/^GRUB_CMDLINE_LINUX=\"/&{words} /' /etc/default/grub && update-grub && "
            "reboot")
