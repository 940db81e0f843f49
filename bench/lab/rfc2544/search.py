# SPDX-License-Identifier: BSD-3-Clause
"""Searches for a highest value. They know nothing of what a trial is."""


class Bracket:
    """Where the highest good value is: at least low, below high. None: not known yet."""

    def __init__(self, low=0.0, high=None):
        self.low = low
        self.high = high

    def is_narrow(self, resolution):
        return self.high is not None and self.high - self.low <= resolution * self.high


def bisect(is_good, limit, guess, resolution, floor=1.0):
    """The highest good value up to limit, to this relative resolution; 0: not even floor is good.

    is_good(value) is asked at guess first, and then where the answer says most. An answer may be
    wrong now and then (noise), so that no value below one that is good is ever asked."""
    bracket = Bracket()
    value = min(max(guess, floor), limit)
    width = max(4 * resolution, 0.04)
    while True:
        if is_good(value):
            bracket.low = value
            if value >= limit:
                return value
        else:
            bracket.high = value
            if value <= floor:
                return bracket.low
        if bracket.is_narrow(resolution):
            return bracket.low
        if bracket.high is None:
            value = min(bracket.low * (1 + width), limit)
            width *= 2
        elif bracket.low == 0:
            value = max(bracket.high * max(1 - width, 0.5), floor)
            width *= 2
        else:
            value = (bracket.low + bracket.high) / 2


def bisect_count(is_good, limit, guess, resolution):
    """The same for whole numbers from 1 on."""
    asked = {}

    def answer(value):
        n = int(value)
        if n not in asked:
            asked[n] = is_good(n)
        return asked[n]
    return int(bisect(answer, limit, guess, max(resolution, 1 / max(limit, 1)), floor=1))


def confirm(is_good, value, resolution, attempts):
    """Lowers a value that a search has found until a longer trial agrees: (value, attempts taken);
    value 0: none did. The steps grow."""
    for attempt in range(attempts + 1):
        if is_good(value):
            return value, attempt + 1
        value *= 1 - resolution * (attempt + 1)
    return 0.0, attempts + 1


def loss_points(step):
    """Per cents of the highest rate at which frame loss is measured, from the top."""
    return list(range(100, 0, -step))
