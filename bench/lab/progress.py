# SPDX-License-Identifier: BSD-3-Clause
"""What is being done, and how long it may still take, on standard error."""

import sys
import time


class Progress:
    def __init__(self, guesses):
        """guesses: seconds that each step is expected to take."""
        self.guesses = list(guesses)
        self.done = 0
        self.took = 0.0
        self.began = time.monotonic()
        self.is_terminal = sys.stderr.isatty()

    def left(self):
        pace = self.took / max(sum(self.guesses[:self.done]), 0.001) if self.done else 1.0
        seconds = int(pace * sum(self.guesses[self.done:]))
        if self.done < len(self.guesses):
            # Of the step that is under way a part is over.
            seconds -= min(time.monotonic() - self.began, pace * self.guesses[self.done])
        seconds = max(int(seconds), 0)
        return f"{seconds // 60}:{seconds % 60:02} left"

    def say(self, text):
        end = "\r" if self.is_terminal else "\n"
        line = f"[{self.done}/{len(self.guesses)}] {text}, {self.left()}"
        print(line.ljust(78)[:110], end=end, file=sys.stderr, flush=True)

    def finished(self):
        """The step is done, and the next one begins."""
        now = time.monotonic()
        self.took += now - self.began
        self.began = now
        self.done += 1

    def end(self):
        if self.is_terminal:
            print(" " * 78, end="\r", file=sys.stderr, flush=True)
