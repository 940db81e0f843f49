# SPDX-License-Identifier: BSD-3-Clause
"""Results of a run that never was, for the tests of the report."""

MODES = ("pcap", "pcap-tuned", "full")
LINKS = {"pcap": "veth", "pcap-tuned": "veth", "full": "vhost-user"}
RATES = {"pcap": 0.25e6, "pcap-tuned": 0.3e6, "full": 8e6}


def balance(offered, lost):
    return {"offered": offered, "generator": lost // 4, "link_in": lost // 4, "missed": 0,
            "received": offered - lost // 2, "generated": 0, "drops": {"to: device full": lost // 2},
            "held": 0, "sent": offered - lost, "link_out": 0, "receiver": 0,
            "returned": offered - lost, "duplicates": 0}


def cell(mode, size, both=False):
    fps = RATES[mode]
    ways = 2 if both else 1
    return {
        "mode": mode, "link": LINKS[mode], "size": size, "both_ways": both, "mean_size": float(size),
        "limit_fps": 2 * fps,
        "throughput": {
            "fps": fps, "total_fps": fps * ways, "searched_fps": [fps, fps * 1.01], "resolution": 0.02,
            "confirm_seconds": 1.5, "confirm_attempts": 1, "tester_is_limit": mode == "full",
            "limit_fps": 2 * fps, "overload_fps": fps * 1.1, "overload_loss": 0.45,
            "cpu_ns_per_packet": 1e9 / fps, "disturbed": False},
        "pdr": {"fps": fps * 1.05, "loss": 0.005, "tester_is_limit": False},
        "latency": [{"n": 1000, "min": 3.0, "mean": 7.5, "p50": 7.0, "p90": 9.0, "p99": 20.0,
                     "p99.9": 40.0, "p99.99": 90.0, "max": 120.5, "load": load,
                     "fps": fps * load / 100, "repeats": 1, "loss": 0.0, "reordered": 0,
                     "disturbed": False, "buckets": [[5.0, 100], [10.0, 800], [121.0, 100]]}
                    for load in (100, 90, 50, 10)],
        "loss": [{"percent": p, "fps": fps * p / 50, "loss": max(0, p - 50) / 100,
                  "rx_fps": fps, "disturbed": False} for p in (100, 90, 50, 40)],
        "burst": {"fps": 2 * fps, "lengths": [1000, 1100, 1050], "mean": 1050.0, "min": 1000,
                  "max": 1100, "deviation": 50.0, "endless": False, "longest": 100000,
                  "implied_ms": 2.1, "corrected_ms": 1.05},
        "recovery": {"overload_fps": fps * 1.1, "overload_share": 1.1, "step_fps": fps * 0.55,
                     "lost_in_overload": 500, "lost_after": 20, "recovery_ms": 1.25,
                     "recovered": True, "disturbed": False},
        "reset": {"fps": fps / 2, "outages": [{}], "silence_ms": 350.5, "loss_ms": 349.0,
                  "start_ms": 330.0, "recovered": True, "disturbed": False},
        "balance": balance(1000000, 400),
        "trials": [{"what": "throughput", "size": size, "rate": fps, "received": 5, "offered": 5}],
    }


def results(sizes=(64, 1518), directions=(False,)):
    return {
        "what": "test", "started": "2026-01-01T00:00:00+00:00", "took_seconds": 12.0,
        "config": {"path": "/x/wire <&>.click", "sha256": "ab" * 32, "ports": ["$A", "$B"],
                   "text": 'FromDPDK("$A") -> ToDPDK("$B"); // <b>', "variables": []},
        "profile": "quick", "changed": {}, "parameters": {}, "tests": ["throughput"],
        "sizes": list(sizes), "modes": list(MODES), "directions": "uni", "line_rate": 10e9,
        "capped": False, "link_of": LINKS,
        "links": {"veth": "kernel", "vhost-user": "memory"},
        "machine": {"cpu": "CPU", "cpus": [0, 1], "kernel": "6.1", "dpdk": "22.11",
                    "clickd": "clickd 0.1", "tester_cpu": 0, "clickd_cpu": 1},
        "tester_arguments": [],
        "counts": {"trials": 100, "voided": 3, "disturbed": 0, "verified": 4, "cleared": 2,
                   "reasons": {"clickd's CPU stood still": 3}},
        "self_tests": [{"link": "veth", "size": size, "both_ways": both, "limit_fps": 5e5,
                        "flat_out_fps": 5.2e5, "drift": 1e-5, "tried": [{}]}
                       for size in sizes for both in directions],
        "cells": [cell(mode, size, both) for mode in MODES for size in sizes for both in directions],
    }
