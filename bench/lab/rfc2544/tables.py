# SPDX-License-Identifier: BSD-3-Clause
"""The results as tables: once for all forms of the report."""

from lab.rfc2544 import ethernet, view


class Table:
    def __init__(self, name, title, header, rows, note=""):
        self.name = name
        self.title = title
        self.header = header
        self.rows = rows  # of texts
        self.note = note


def number(v, digits=2):
    return "-" if v is None else f"{v:.{digits}f}"


def mpps(fps):
    return "-" if not fps else f"{fps / 1e6:.3f}"


def times(v):
    return "-" if v is None else f"{v:.1f}x" if v >= 10 else f"{v:.2f}x"


def us(v):
    return "-" if v is None else f"{v:.1f}" if v < 1000 else f"{v:.0f}"


def marks(*flags):
    """flags: (whether, text)."""
    return ", ".join(text for is_so, text in flags if is_so)


def _each(v, key):
    for both in v.directions:
        for size in v.sizes:
            for mode in v.modes:
                cell = v.cell(mode, size, both)
                if cell and (key is None or cell.get(key)):
                    yield cell, [str(size), v.way(both), mode, v.link(mode)]


HEAD = ["size", "direction", "mode", "link"]


def summary(v):
    rows = []
    for cell, head in _each(v, None):
        t = cell["throughput"]
        fps = t["total_fps"]
        mode, size, both = cell["mode"], cell["size"], cell["both_ways"]
        wire = ethernet.max_fps(size, v.line_rate) * (2 if both else 1)
        middle = v.latency_row(mode, size, both, 50)
        rows.append(head + [
            mpps(fps), number(ethernet.gbps(size, fps) if fps else None),
            number(100 * fps / wire, 1) if fps else "-",
            times(v.ratio(mode, size, both)), times(v.ratio(mode, size, both, view.TUNED)),
            us(middle and middle["p50"]), us(middle and middle["p99.9"]),
            number(t["cpu_ns_per_packet"], 0),
            marks((t["tester_is_limit"], "the tester is the limit"),
                  (t["disturbed"], "disturbed"), (not fps, "no rate without loss"))])
    return Table(
        "summary", "Summary", HEAD + [
            "throughput, Mpps", "as Gb/s", f"% of {v.line_name}", "to pcap", "to pcap-tuned",
            "p50 at 50 %, us", "p99.9 at 50 %, us", "CPU ns/frame", "remark"], rows,
        f"Throughput: the highest rate without loss, both directions together. Gb/s with preamble "
        f"and gap, as a wire would count. {v.other_links()}")


def throughput(v):
    rows = []
    for cell, head in _each(v, None):
        t, p = cell["throughput"], cell.get("pdr")
        rows.append(head + [
            mpps(t["total_fps"]), " ".join(mpps(f) for f in t["searched_fps"]),
            str(t["confirm_attempts"]), mpps(p and p["fps"] * t["total_fps"] / t["fps"]
                                             if p and t["fps"] else p and p["fps"]),
            mpps(t["overload_fps"]), number(100 * t["overload_loss"], 1), mpps(t["limit_fps"])])
    return Table(
        "throughput", "Throughput (26.1), NDR and PDR", HEAD + [
            "NDR, Mpps", "searches, each direction", "confirmations", "PDR, Mpps",
            "through at the limit, each direction", "lost there, %", "limit of the tester, each direction"],
        rows, "NDR, the non-drop rate, is the throughput. PDR allows 0.5 % of loss.")


def latency(v):
    rows = []
    for cell, head in _each(v, "latency"):
        for r in cell["latency"]:
            rows.append(head + [str(r["load"]), mpps(r["fps"])] + [
                us(r.get(k)) for k in ("min", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max")]
                + [str(r["n"]), number(100 * r["loss"], 4)])
    return Table(
        "latency", "Latency (26.2), microseconds", HEAD + [
            "load, %", "Mpps each direction", "min", "mean", "p50", "p90", "p99", "p99.9", "p99.99",
            "max", "frames", "lost, %"], rows,
        "From the call that sends a frame to the one that receives it (store and forward; both links "
        "and the tester's batching are in it). Every frame is a tagged one.") if rows else None


def loss(v):
    rows = []
    for cell, head in _each(v, "loss"):
        for p in cell["loss"]:
            rows.append(head + [str(p["percent"]), mpps(p["fps"]), number(100 * p["loss"], 3),
                                mpps(p["rx_fps"])])
    return Table("loss", "Frame loss (26.3)", HEAD + [
        "offered, %", "offered, Mpps each direction", "lost, %", "received, Mpps in all"], rows,
        "From the highest rate that the tester is fit for downwards, until two trials in a row lose "
        "nothing.") if rows else None


def burst(v):
    rows = []
    for cell, head in _each(v, "burst"):
        b = cell["burst"]
        endless = b["endless"]
        rows.append(head + [
            mpps(b["fps"]), number(b["mean"], 0), str(b["min"]), str(b["max"]),
            number(b["deviation"], 1), str(len(b["lengths"])),
            "-" if endless else number(b["implied_ms"], 3),
            "-" if endless else number(b["corrected_ms"], 3),
            f"no loss in {b['longest']} frames: nothing is buffered at this rate" if endless else ""])
    return Table("burst", "Back-to-back frames (26.4, RFC 9004)", HEAD + [
        "rate, Mpps each direction", "mean", "min", "max", "standard deviation", "repetitions",
        "implied buffer, ms", "corrected buffer, ms", "remark"], rows,
        "The longest burst at the highest rate that the tester is fit for, without loss. The "
        "corrected buffer time leaves out what was forwarded meanwhile.") if rows else None


def recovery(v):
    rows = []
    for cell, head in _each(v, "recovery"):
        r = cell["recovery"]
        rows.append(head + [
            mpps(r["overload_fps"]), number(100 * r["overload_share"], 0), mpps(r["step_fps"]),
            str(r["lost_in_overload"]), str(r["lost_after"]), number(r["recovery_ms"], 3),
            marks((not r["recovered"], "did not recover in time"), (r["disturbed"], "disturbed"),
                  (r["overload_share"] < 1.095, "overload limited by the tester"),
                  (r["lost_in_overload"] == 0, "the overload lost nothing"))])
    return Table("recovery", "System recovery (26.5)", HEAD + [
        "overload, Mpps each direction", "% of throughput", "then, Mpps", "lost in overload",
        "lost afterwards", "recovery, ms", "remark"], rows,
        "From the moment when the rate is halved to the last frame sent that is lost.") if rows else None


def reset(v):
    rows = []
    for cell, head in _each(v, "reset"):
        r = cell["reset"]
        rows.append(head + [
            mpps(r["fps"]), number(r["silence_ms"], 1), number(r["loss_ms"], 1),
            number(r["start_ms"], 0), str(len(r["outages"])),
            marks((not r["recovered"], "did not come back in time"), (r["disturbed"], "disturbed"))])
    return Table("reset", "Reset (26.6, RFC 6201)", HEAD + [
        "offered, Mpps each direction", "by time-stamps, ms", "by loss, ms", "clickd ready again after, ms",
        "repetitions", "remark"], rows,
        "clickd is killed (SIGKILL) and started again at once. By time-stamps: from the last frame "
        "before to the first one after. On memif and vhost-user the tester's side is the server "
        "here, so that its ports outlive clickd.") if rows else None


def self_tests(v):
    rows = [[str(t["size"]), v.way(t["both_ways"]), t["link"], mpps(t["flat_out_fps"]),
             mpps(t["limit_fps"]), f"{100 * t['drift']:.4f}", str(len(t["tried"]))]
            for t in v.results["self_tests"]]
    return Table("self-test", "Self-test of the tester", [
        "size", "direction", "link", "flat out, Mpps", "fit up to, Mpps each direction",
        "off its pace, %", "trials"], rows,
        "Over the same link without a device under test: two ends of one veth; or on clickd's CPU a "
        "loop that hands frames from port to port. Up to this rate the tester lost, repeated and "
        "reordered nothing and kept its pace within 0.1 %; no test goes above it.")


def every(v):
    made = (summary(v), throughput(v), latency(v), loss(v), burst(v), recovery(v), reset(v),
            self_tests(v))
    return [table for table in made if table is not None]


# ---- as text

def as_text(table):
    """For a terminal: columns."""
    lines = [table.header] + table.rows
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.header))]
    return "\n".join("  ".join(cell.ljust(w) if not cell[:1].isdigit() else cell.rjust(w)
                               for cell, w in zip(line, widths)).rstrip() for line in lines) + "\n"


def as_markdown(table):
    lines = ["| " + " | ".join(table.header) + " |", "|" + "---|" * len(table.header)]
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"
