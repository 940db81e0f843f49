# SPDX-License-Identifier: BSD-3-Clause
"""How long, how often, how exact: the parameters of all tests, in two profiles."""

from lab.process import Failure

# name: (quick, standard, what it is)
PARAMETERS = {
    "search_seconds": (0.25, 10.0, "a trial of a search for a rate"),
    "confirm_seconds": (1.5, 60.0, "the trial that confirms a rate without loss"),
    "resolution": (0.02, 0.005, "a search ends when the rate is known so well, relatively"),
    "searches": (3, 1, "searches for a rate; the median is confirmed"),
    "verifications": (1, 2, "a lossy trial is repeated so often; clean if a repetition is"),
    "confirmations": (10, 10, "a confirmed rate is lowered so often before giving up"),
    "latency_seconds": (0.5, 120.0, "a trial for latency"),
    "latency_repeats": (1, 20, "such trials at each rate"),
    "loss_seconds": (0.2, 30.0, "a trial of the frame loss curve"),
    "loss_step": (10, 10, "per cent between its points"),
    "burst_seconds": (0.5, 2.0, "the longest burst of back-to-back frames"),
    "burst_repeats": (3, 50, "how often its length is searched for"),
    "burst_resolution": (0.05, 0.01, "how well that length is known, relatively"),
    "recovery_seconds": (0.5, 60.0, "overload, and the same time at half the rate"),
    "reset_seconds": (1.6, 30.0, "the trial in which clickd is killed and started again"),
    "reset_repeats": (1, 3, "such trials"),
    "reset_share": (0.5, 1.0, "their rate, as a share of the throughput"),
    "reset_gap_ms": (20.0, 20.0, "more than this of gaps in the tester's loop voids such a trial"),
    "pdr_loss": (0.005, 0.005, "the loss that the partial drop rate allows"),
    "learn_ms": (10, 2000, "from the learning frames to the trial"),
    "silence_ms": (50, 2000, "without a frame, after which none is waited for"),
    "pause_seconds": (0.0, 5.0, "between two trials"),
    "flows": (1000, 1000, "UDP flows in each direction"),
    "burst": (32, 32, "most frames that the tester sends at once"),
    "fit_share": (0.1, 0.1, "of its rate flat out the tester must be fit for, in the self-test"),
    "voids": (6, 10, "repetitions of one trial that the machine disturbed"),
    "drift": (0.001, 0.001, "the tester's rate may be wrong by this share"),
}


class Profile:
    """The parameters as attributes."""

    def __init__(self, name, changes=()):
        self.name = name
        self.changed = {}
        for key, (quick, standard, _) in PARAMETERS.items():
            setattr(self, key, standard if name == "standard" else quick)
        for text in changes:
            self._change(text)

    def _change(self, text):
        key, equals, value = text.partition("=")
        if key not in PARAMETERS or not equals:
            raise Failure(f"--set {text}: expected NAME=VALUE, with a name out of "
                          f"{', '.join(PARAMETERS)}")
        kind = type(PARAMETERS[key][0])
        try:
            number = kind(value)
        except ValueError:
            number = -1
        if not 0 <= number <= 86400:
            raise Failure(f"--set {text}: not a {'whole ' if kind is int else ''}number from 0 on")
        setattr(self, key, number)
        self.changed[key] = number

    def as_dict(self):
        return {key: getattr(self, key) for key in PARAMETERS}
