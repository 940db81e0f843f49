# SPDX-License-Identifier: BSD-3-Clause
"""From exec to the first packet forwarded, and what a process takes of memory then."""

import json
import mmap
import os
import re
import select
import shutil
import struct
import subprocess
import time

from lab import process
from lab.frames import FCS, udp_frame, write_capture
from lab.process import STOP_SECONDS, Failure

DEADLINE_SECONDS = 20
CAPTURE_HEADER, RECORD_HEADER = 24, 16
HOST_A, HOST_B = 0x0a000002, 0x0a000102  # 10.0.0.2, 10.0.1.2
HUGE = "/sys/kernel/mm/hugepages/hugepages-{}kB/free_hugepages"


class Process:
    """Started at a known moment: the child writes down the time just before exec."""

    def __init__(self, name, command, log_path):
        self.name, self.log_path = name, log_path
        stamp = mmap.mmap(-1, 8)

        def before_exec():
            process._before_exec()  # pylint: disable=protected-access
            stamp[:] = struct.pack("q", time.monotonic_ns())

        with open(log_path, "wb") as log:
            self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=log, start_new_session=True,
                                          preexec_fn=before_exec)
        self.started_ns = struct.unpack("q", stamp[:])[0]
        stamp.close()

    def wait_bytes(self, fd, n):
        """Milliseconds from exec until n bytes have come through fd."""
        got, deadline = 0, time.monotonic() + DEADLINE_SECONDS
        while got < n:
            left = deadline - time.monotonic()
            if left <= 0 or self.popen.poll() is not None:
                self.fail("forwards nothing" if left <= 0 else "has ended")
            if select.select([fd], [], [], min(left, 0.2))[0]:
                now = time.monotonic_ns()
                got += len(os.read(fd, 65536))
        return (now - self.started_ns) / 1e6

    def fail(self, what):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            raise Failure(f"{self.name} {what}\n{log.read()[-2000:]}")

    def memory(self):
        """Bytes: ordinary pages that are resident, and hugepages."""
        with open(f"/proc/{self.popen.pid}/status", encoding="ascii") as f:
            fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M))
        return {"resident": int(fields["VmRSS"]) << 10, "huge": int(fields["HugetlbPages"]) << 10}

    def drivers(self):
        """The drivers for network devices that it has loaded."""
        with open(f"/proc/{self.popen.pid}/maps", encoding="utf-8") as f:
            return sorted(set(re.findall(r"librte_(net_\w+)\.so", f.read())))

    def stop(self):
        self.popen.stdin.close()
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait(STOP_SECONDS)
        self.popen.stdout.close()


class Pipe:
    """A named pipe that a program takes for a capture file: what it writes is here at once."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.unlink(path)
        os.mkfifo(path)
        # For writing too, or it would end between two openings at the other end.
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def close(self):
        os.close(self.fd)


def frame_between(source, target, mac):
    return bytes.fromhex(mac) + udp_frame(64, source, target, 1024, 9)[6:]


class Files:
    """One frame for each side of the router, from hosts that conf/ip-router-bench.click knows."""

    def __init__(self, directory):
        self.directory = directory
        self.frame_len = 64 - FCS
        self.inputs = [os.path.join(directory, f"in{i}.pcap") for i in range(2)]
        write_capture(self.inputs[0], [frame_between(HOST_A, HOST_B, "020000000010")])
        write_capture(self.inputs[1], [frame_between(HOST_B, HOST_A, "020000000011")])

    def path(self, name):
        return os.path.join(self.directory, name)

    @property
    def first_packet(self):
        """Bytes in the pipe when the first packet is there."""
        return CAPTURE_HEADER + RECORD_HEADER + self.frame_len

    def ports(self, output):
        """Two ports; output: what the second one sends goes there."""
        return [f"net_pcap0,rx_pcap={self.inputs[0]},tx_pcap={self.path('out0.pcap')}",
                f"net_pcap1,rx_pcap={self.inputs[1]},tx_pcap={output}"]


# ---- what is started

class Subject:
    """A program to start. run(): milliseconds, memory, drivers."""
    name = about = ""

    def __init__(self, files):
        self.files = files

    def command(self, output):
        raise NotImplementedError

    def run(self):
        pipe = Pipe(self.files.path("first-packet.pcap"))
        try:
            program = Process(self.name, self.command(pipe.path), self.files.path("log"))
            try:
                ms = program.wait_bytes(pipe.fd, self.files.first_packet)
                return {"ms": ms, **program.memory(), "drivers": program.drivers()}
            finally:
                program.stop()
        finally:
            pipe.close()


class Clickd(Subject):
    name, about = "clickd", "conf/ip-router-bench.click between two net_pcap ports"

    def __init__(self, files, program, config):
        super().__init__(files)
        self.program, self.config = program, config

    def arguments(self, output):
        a, b = self.files.ports(output)
        return [self.config, f"PORT0={a}", f"PORT1={b}"]

    def command(self, output):
        return [self.program, "-w", *self.arguments(output)]

    def pool_bytes(self):
        """What clickd itself computes for its packets."""
        done = subprocess.run([self.program, "--check", "--json",
                               *self.arguments(self.files.path("out1.pcap"))],
                              capture_output=True, text=True, timeout=30, check=False)
        try:
            return json.loads(done.stdout)["plan"]["bytes"]
        except (ValueError, KeyError) as e:
            raise Failure(f"clickd --check tells no plan: {done.stderr.strip()}") from e


class ClickdFiles(Subject):
    name, about = "clickd, no device", "FromDump -> ToDump: one file into another"

    def __init__(self, files, program):
        super().__init__(files)
        self.program = program

    def command(self, output):
        return [self.program, "-e", f"FromDump({self.files.inputs[0]}, STOP false) -> "
                f"ToDump({output}, UNBUFFERED true)"]


def free_pages(kib):
    try:
        with open(HUGE.format(kib), encoding="ascii") as f:
            return int(f.read())
    except (OSError, ValueError):
        return 0


FILE_PREFIX = f"clickd-start-{os.getpid()}"
# EAL leaves it.
RUNTIME_DIRECTORY = f"/var/run/dpdk/{FILE_PREFIX}"


def eal_arguments(worker):
    """As clickd starts EAL, without its short cuts."""
    first = sorted(os.sched_getaffinity(0))
    arguments = ["--lcores", f"0@({','.join(map(str, first))}),1@{worker}", "--no-pci",
                 f"--file-prefix={FILE_PREFIX}", "--log-level=error", "--iova-mode=va"]
    if free_pages(1048576) and free_pages(2048) and os.access("/dev/hugepages", os.W_OK):
        return arguments + ["--huge-unlink", "--huge-dir=/dev/hugepages"]
    return arguments + ["--in-memory"]


class Eal(Subject):
    name, about = "EAL alone", "rte_eal_init() with the same devices, then nothing"

    def __init__(self, files, program, worker):
        super().__init__(files)
        self.program, self.worker = program, worker

    def run(self):
        ports = [f"--vdev={p}" for p in self.files.ports(self.files.path("out1.pcap"))]
        program = Process(self.name, [self.program, *eal_arguments(self.worker), *ports],
                          self.files.path("log"))
        try:
            ms = program.wait_bytes(program.popen.stdout.fileno(), len("ready\n"))
            return {"ms": ms, **program.memory(), "drivers": program.drivers()}
        finally:
            program.stop()


class Testpmd(Subject):
    name, about = "testpmd io", "the same two ports, forwarded without a graph"

    def __init__(self, files, worker):
        super().__init__(files)
        self.worker = worker
        self.program = shutil.which("dpdk-testpmd")

    def command(self, output):
        ports = [f"--vdev={p}" for p in self.files.ports(output)]
        return [self.program, *eal_arguments(self.worker), "--no-telemetry", *ports, "--",
                "--forward-mode=io", "--no-flush-rx", "--stats-period=1", "--nb-cores=1", "--auto-start"]
