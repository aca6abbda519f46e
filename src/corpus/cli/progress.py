"""Progress on stderr: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self, TextIO

from corpus.cli.output import is_terminal
from corpus.progress import Progress
from corpus.render import grouped, visible

PATIENCE = 1.0
"""Seconds that work may take before anything is shown."""
REDRAW = 0.1
"""Seconds between two drawings on a terminal."""
PLAIN_LINE = 10.0
"""Seconds between two lines in a log file."""
BAR = 24


@dataclass(slots=True)
class Stage:
    """One kind of work, and where its rate is counted from."""

    label: str
    since: float = 0.0
    first: int = 0
    done: int = -1

    def moved(self, done: int, now: float) -> None:
        """Take note of what is done; a stage that begins again counts its rate anew."""
        if self.done < 0 or done < self.done:
            self.since, self.first = now, done
        self.done = done

    def rate(self, now: float) -> float:
        """Return how much is done in a second, 0 if that cannot be told yet."""
        passed = now - self.since
        return (self.done - self.first) / passed if passed > 0 else 0.0


class Bars(Progress):
    """Shows stages of work on a stream, the latest on one line.

    `live` redraws that line in place; otherwise there is a whole line every ten seconds.
    """

    def __init__(
        self,
        stream: TextIO | None,
        *,
        live: bool,
        clock: Callable[[], float] = time.monotonic,
        width: int = 80,
    ) -> None:
        self._stream = stream
        self._live = live
        self._clock = clock
        self._width = width
        self._next = float("inf")
        self._drawn = 0

    @classmethod
    def on_stderr(cls, quiet: bool = False) -> Self:
        """Return bars for the stderr that there is, or silent ones."""
        stream = None if quiet else sys.stderr
        live = is_terminal(stream) and os.environ.get("TERM") != "dumb"
        return cls(stream, live=live, width=shutil.get_terminal_size().columns)

    def start(self, label: str) -> Callable[[int, int], None]:
        """Begin a stage; the function returned takes what is done and what there is to do."""
        stage = Stage(label)
        if self._next == float("inf"):
            self._next = self._clock() + (PATIENCE if self._live else PLAIN_LINE)

        def show(done: int, total: int) -> None:
            now = self._clock()
            stage.moved(done, now)
            if now >= self._next:
                self._show(stage, total, now)
            if total and done >= total:
                self.clear()

        return show

    def say(self, message: str) -> None:
        """Print a line."""
        self.clear()
        self._write(f"{visible(message)}\n")

    def clear(self) -> None:
        """Take the line off the terminal."""
        if self._drawn:
            self._write("\r" + " " * self._drawn + "\r")
            self._drawn = 0

    def _show(self, stage: Stage, total: int, now: float) -> None:
        self._next = now + (REDRAW if self._live else PLAIN_LINE)
        if not self._live:
            self._write(plain_line(stage.label, stage.done, total, stage.rate(now)) + "\n")
            return
        line = bar_line(stage.label, stage.done, total, stage.rate(now))[: self._width - 1]
        self._write("\r" + line + " " * max(0, self._drawn - len(line)))
        self._drawn = len(line)

    def _write(self, text: str) -> None:
        # A closed stderr must not end the work that it reports on.
        if self._stream:
            with suppress(OSError, ValueError):
                self._stream.write(text)
                self._stream.flush()


def bar_line(label: str, done: int, total: int, rate: float) -> str:
    """Return label, bar, count, rate and time left; without a total there is only a counter."""
    parts = [label]
    if total:
        full = min(BAR, done * BAR // total)
        parts.append("█" * full + "░" * (BAR - full))
    parts.append(_count(done, total, "/"))
    parts += [f"{grouped(round(rate))}/s"] if rate >= 1 else []
    parts += [f"{_time(total - done, rate)} left"] if total > done and rate else []
    return "  ".join(parts)


def plain_line(label: str, done: int, total: int, rate: float) -> str:
    """Return the same for a log: `indexing: 1 200 of 5 490, 0:05 left`."""
    left = f", {_time(total - done, rate)} left" if total > done and rate else ""
    return f"{label}: {_count(done, total, ' of ')}{left}"


def _count(done: int, total: int, between: str) -> str:
    return f"{grouped(done)}{between}{grouped(total)}" if total else grouped(done)


def _time(rest: int, rate: float) -> str:
    minutes, seconds = divmod(round(rest / rate), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
