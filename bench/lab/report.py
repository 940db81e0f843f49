# SPDX-License-Identifier: BSD-3-Clause
"""What the figures say, for people."""

import textwrap

from lab.clickd import CONFIG
from lab.links import AF_PACKET_FRAMES, ALL
from lab.measure import LOSS_ALLOWED
from lab.results import BASELINE, BASELINE_LINK

PAPER_RATIO = 121
WIDTH = 98
# Below this a median ratio is not called a difference; measured, see README.md.
NOISE = 0.05
PAIRS_NEEDED = 3


def number(v, digits=3):
    return "-" if v is None else f"{v:.{digits}f}"


def span(s, digits=3):
    return "-" if s is None else f"{s['min']:.{digits}f}-{s['max']:.{digits}f}"


def rate(s):
    """More digits for small rates."""
    digits = 3 if s is None or s["median"] < 10 else 1
    return number(s and s["median"], digits), span(s, digits)


def times(s):
    if s is None:
        return "-", ""
    digits = 2 if s["median"] < 10 else 1
    return f"x{s['median']:.{digits}f}", f"{s['min']:.{digits}f}-{s['max']:.{digits}f}"


def paragraph(text, indent=""):
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent) + "\n"


# ---- the table

HEADER = ("size", "mode", "Mpps max", "(min-max)", "no loss", "(min-max)", "ns/pkt", "CPU ns",
          "to pcap", "(min-max)", "lost at max", "")


def _notes(row):
    notes = []
    if row["generator_is_limit"]:
        notes.append("generator is the limit")
    if row["kernel_drops"]:
        notes.append(f"kernel dropped {row['kernel_drops']}")
    return ", ".join(notes)


def _cells(row):
    best, best_span = rate(row["mpps_max_spread"])
    noloss, noloss_span = rate(row["mpps_noloss_spread"])
    ratio, ratio_span = times(row["ratio_to_pcap"])
    return (str(row["size"]), row["mode"], best, best_span, noloss, noloss_span,
            number(row["ns_per_packet"], 1), number(row["cpu_ns_per_packet"], 1), ratio,
            ratio_span, f"{100 * row['loss_at_max']:.1f} %", _notes(row))


def table(rows):
    cells = [HEADER] + [_cells(row) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEADER))]
    lines, last = [], None
    for line in cells:
        if last not in (None, line[0]):
            lines.append("")
        last = line[0] if line is not HEADER else None
        lines.append("  ".join(text.ljust(w) if i in (1, 3, 5, 9, 11) else text.rjust(w)
                               for i, (text, w) in enumerate(zip(line, widths))).rstrip())
    return "\n".join(lines) + "\n"


# ---- the explanation of each difference

STEPS = (
    ("pcap", "poll", "polling a DPDK port instead of waiting for libpcap"),
    ("poll", "zerocopy", "no copies: the packet is the device's mbuf"),
    ("zerocopy", "full", "prefetch of the packets' data"),
    ("zerocopy-ringed", "full-ringed", "prefetch, where another lcore had the packets"),
    ("full", "full-ringed", "two layers of polling on two lcores instead of one lcore for all"),
)

HOT = ("the driver has copied each frame into its mbuf a moment ago, so that the data is in this "
       "CPU's cache; clickd knows such drivers and does not prefetch behind them. It pays where somebody else wrote the packet: a NIC, or "
       "the other lcore with --ringed")

NO_GAIN = {
    ("zerocopy", "full", "veth"): "the kernel's part costs over a microsecond per packet, in which "
                                  "a few nanoseconds do not show; besides, " + HOT,
    ("zerocopy", "full", "replay"): HOT,
    ("zerocopy", "full", "memif"): HOT,
    ("zerocopy", "full", "vhost-user"): HOT,
    ("poll", "zerocopy", "veth"): "two copies within the process cost tens of nanoseconds; the "
                                  "kernel's part, system calls and copies of its own in both "
                                  "directions, costs over a microsecond and stays",
    ("poll", "zerocopy", "vhost-user"): "the other side of the link, or its rings, may be what "
                                        "limits both modes",
    ("poll", "zerocopy", "memif"): "the other side of the link copies as well and limits both "
                                   "modes",
    ("pcap", "poll", "veth"): "the kernel and its copies are the same below both: net_af_packet "
                              "and libpcap read the same kind of ring, and each frame sent costs a "
                              "pass through the kernel. What polling removes, the wake-ups, costs "
                              "nothing once packets come faster than they are worked off",
    ("full", "full-ringed", "replay"): "one element does next to nothing, so handing each "
                                       "packet over to another lcore and back costs more than the "
                                       "work that it takes off the first one. Two layers pay when "
                                       "elements cost more than the crossing",
}


def _verdict(ratio, n_pairs):
    if n_pairs < PAIRS_NEEDED:
        return "unknown"
    if ratio["median"] >= 1 + NOISE and ratio["min"] > 1:
        return "gain"
    if ratio["median"] <= 1 - NOISE and ratio["max"] < 1:
        return "loss"
    if abs(ratio["median"] - 1) < NOISE:
        return "none"
    return "unclear"


def _step(results, link, before, after, what, size):
    ratio = results.ratio(link, after, before, size)
    if ratio is None:
        return ""
    n_pairs = len(results.values(link, after, size, "mpps_max"))
    verdict = _verdict(ratio, n_pairs)
    difference = results.ns(link, before, size) - results.ns(link, after, size)
    median, run_span = times(ratio)
    text = f"{before} to {after} ({what}): {median} ({run_span})"
    if verdict == "gain":
        text += f", {difference:.1f} ns less per packet."
    elif verdict == "unknown":
        text += f". {n_pairs} run{'s' * (n_pairs > 1)} cannot tell this from noise."
    elif verdict == "unclear":
        text += ". The runs contradict each other: noise hides what there is."
    else:
        text += (", no gain that the noise would leave standing." if verdict == "none" else
                 f", a loss of {-difference:.1f} ns per packet.")
        reason = NO_GAIN.get((before, after, link))
        text += f" Why: {reason}." if reason else ""
    if results.generator_is_limit(link, after, size):
        text += " The generator was the limit of the faster one, so the true ratio is higher."
    return paragraph("- " + text)


def explanation(results, link):
    sizes = results.sizes(link)
    modes = results.modes(link)
    text = ""
    for before, after, what in STEPS:
        if before in modes and after in modes:
            text += _step(results, link, before, after, what, sizes[0])
    return text and f"Differences at {sizes[0]} bytes, highest rates, pair by pair:\n" + text


# ---- the whole

def _headline(results):
    lines = []
    for link in results.links():
        best = results.ratio_to_baseline(link, "full", 64)
        noloss = results.ratio_to_baseline(link, "full", 64, "mpps_noloss")
        if best is None and noloss is None:
            continue
        base = ("its own pcap, pair by pair" if BASELINE in results.modes(link)
                else f"pcap on {BASELINE_LINK}, ANOTHER LINK")
        lines.append(f"  {link:11} highest rates {times(best)[0]:>8}   rates without loss "
                     f"{times(noloss)[0]:>8}   against {base}\n")
    if not lines:
        return ""
    lines.append(f"  {'paper':11} highest rates {'x' + str(PAPER_RATIO):>8}   one 10 GbE port "
                 "(82599), 94 to 11,400 kpps, Click 2.0.1 with libpcap of 2016\n")
    return ("full to pcap at 64 bytes:\n" + "".join(lines) +
            paragraph("The paper compares both modes on one physical NIC. Here no single link "
                      "carries both: libpcap needs a kernel interface, whose kernel work stays the "
                      "limit for DPDK as well, and the links without a kernel have no libpcap. So "
                      "a ratio of replay, memif or vhost-user to pcap on veth compares two "
                      "different links; it says how far the user-space path is from the kernel's, "
                      "and it is not a measurement of the paper's figure."))


def _link_text(results, link, self_test):
    text = paragraph(f"== {link}: {ALL[link].about}.")
    if self_test.get(link):
        text += ("Generator alone, its two ports joined (Mpps): " +
                 ", ".join(f"{size}: {v:.2f}" for size, v in self_test[link].items()) + "\n")
    rows = [row for row in results.rows() if row["link"] == link]
    text += "\n" + table(rows) + "\n"
    if not ALL[link].has_generator:
        text += paragraph("Nothing can be lost here, since there is always a next frame: the rate "
                          "without loss is the highest rate by definition. With --ringed the I/O "
                          "lcore drops what the element lcore does not take in time; where it "
                          "does, no rate without loss is given, and the share is under 'lost at "
                          "max'.")
    if link == "veth":
        text += paragraph("The generator's side of the kernel's work runs on the generator's CPU. "
                          "'kernel dropped' are the drops that the interfaces count; frames that "
                          "find a full packet socket are in no such counter, but in the loss. Both "
                          f"kinds of socket hold about {AF_PACKET_FRAMES} frames.")
    return text + explanation(results, link)


def _disturbance(counts, waited, measured):
    text = (f"{counts.trials} trials. {counts.voided} of them were void, since the machine stood "
            f"still for over 1 ms in the generator's loop (on replay: a window of 20 ms had less "
            f"than half of the usual packets) or since a polling lcore had to wait for its CPU, "
            f"and were repeated; {counts.disturbed} were hit as "
            f"well and kept, being the last allowed. Lossy trials of the search "
            f"were repeated {counts.verified} times to rule out chance, twice at most at a rate; "
            f"{counts.cleared} repetitions were clean. clickd's "
            f"threads waited {100 * waited / max(measured, 0.001):.1f} % of the time for a CPU "
            "that another program had.")
    if counts.redone or counts.waited_seconds:
        text += (f" {counts.redone} measurements with such trials were made anew, and "
                 f"{counts.waited_seconds:.0f} s were spent on that and on waiting for an idle "
                 "machine, so that runs of a pair may be some time apart.")
    if counts.disturbed > counts.trials / 10:
        text += " THE MACHINE WAS BUSY: do not rely on these figures."
    return paragraph(text)


def report(results, machine, settings, counts, self_test):
    waited = sum(run["wait_seconds"] for runs in results.runs.values() for run in runs)
    measured = sum(t["seconds"] for runs in results.runs.values() for run in runs
                   for t in run["trials"])
    text = f"{machine['clickd']} on {machine['cpu']}, {len(machine['cpus'])} CPUs, "
    text += f"Linux {machine['kernel']}, DPDK {machine['dpdk']}, hugepages\n"
    text += f"Configuration: {CONFIG.format(a='A', b='B')}"
    text += paragraph(
        f"Virtual links on one machine, never a wire. {settings['runs']} runs, modes interleaved; "
        f"median (smallest-largest). Mpps max: the highest rate received in a trial of "
        f"{settings['seconds']:g} s, whatever was lost. No loss: the highest rate with at most "
        f"{100 * LOSS_ALLOWED:g} % loss, by halving in {settings['steps']} steps of "
        f"{settings['seconds'] / 2:g} s. ns/pkt: 1 / Mpps max. CPU ns: time that clickd's threads "
        "ran per packet at the highest rate, in the kernel too; polling lcores always run.")
    for link in results.links():
        text += "\n" + _link_text(results, link, self_test)
    text += "\n" + _headline(results) + "\n" + _disturbance(counts, waited, measured)
    return text
