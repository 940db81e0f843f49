# SPDX-License-Identifier: BSD-3-Clause
"""The machine as its file system shows it, or a copy of one below another root."""

import glob
import json
import os
import shutil
import subprocess


class Tree:
    """Everything is taken from below root, commands too, so that with another root than / nothing
    of this machine is read or changed."""

    def __init__(self, root="/"):
        self.root = os.path.realpath(root)
        self.is_real = self.root == "/"

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def read(self, path, default=None):
        try:
            with open(self.path(path), encoding="utf-8", errors="replace") as f:
                return f.read().strip()
        except OSError:
            return default

    def number(self, path, default=None):
        try:
            return int(self.read(path, ""), 0)
        except ValueError:
            return default

    def lines(self, path):
        return (self.read(path) or "").splitlines()

    def exists(self, path):
        return os.path.exists(self.path(path))

    def can(self, path, mode):
        return os.access(self.path(path), mode)

    def names(self, path):
        """What is in a directory; nothing if there is none."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError:
            return []

    def glob(self, pattern):
        found = sorted(glob.glob(self.path(pattern)))
        return found if self.is_real else ["/" + os.path.relpath(p, self.root) for p in found]

    def link_name(self, path):
        """Last part of what a symbolic link points to. None: there is no link."""
        try:
            return os.path.basename(os.readlink(self.path(path)))
        except OSError:
            return None

    def write(self, path, text):
        with open(self.path(path), "w", encoding="utf-8") as f:
            f.write(text)

    def command(self, name):
        """Where a command is; None if it is not there."""
        if self.is_real:
            return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        path = self.path("usr/bin/" + name)
        return path if os.access(path, os.X_OK) else None

    def run(self, name, *arguments, timeout=60):
        """Status, output, errors of a command; None if it is not there."""
        path = self.command(name)
        if path is None:
            return None
        try:
            done = subprocess.run((path,) + arguments, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=timeout, check=False)
        except (OSError, subprocess.TimeoutExpired) as e:
            return 1, "", str(e)
        return done.returncode, done.stdout, done.stderr.strip()

    def run_json(self, name, *arguments):
        """The list that a command prints; None if it is not there or fails."""
        done = self.run(name, *arguments)
        if done is None or done[0] != 0:
            return None
        try:
            return json.loads(done[1] or "[]")
        except ValueError:
            return None


def number_list(text):
    """The set that '0-3,5' stands for. Kernels write lists of CPUs and nodes like that."""
    numbers = set()
    for part in (text or "").replace("\n", "").split(","):
        low, _, high = part.strip().partition("-")
        if low.isdigit():
            numbers.update(range(int(low), int(high if high.isdigit() else low) + 1))
    return numbers


def list_text(numbers):
    """The other way: {0, 1, 2, 5} is '0-2,5'."""
    parts, numbers = [], sorted(numbers)
    while numbers:
        n = 1
        while n < len(numbers) and numbers[n] == numbers[0] + n:
            n += 1
        parts.append(f"{numbers[0]}-{numbers[n - 1]}" if n > 1 else str(numbers[0]))
        numbers = numbers[n:]
    return ",".join(parts)
