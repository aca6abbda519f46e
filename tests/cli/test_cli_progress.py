"""Progress: a line in place on a terminal, a line now and then elsewhere, silence when asked."""

from __future__ import annotations

import io

from corpus.cli.progress import Bars, bar_line, plain_line


class Clock:
    """Time that passes when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def bars(live: bool, width: int = 80) -> tuple[Bars, Clock, io.StringIO]:
    clock, stream = Clock(), io.StringIO()
    return Bars(stream, live=live, clock=clock, width=width), clock, stream


def test_nothing_is_shown_for_quick_work() -> None:
    for live in (True, False):
        shown, clock, stream = bars(live)
        show = shown.start("indexing")
        clock.now = 0.9
        show(5, 10)
        show(10, 10)
        assert stream.getvalue() == ""


def test_a_line_is_redrawn_in_place_and_taken_away() -> None:
    shown, clock, stream = bars(live=True)
    show = shown.start("indexing")
    show(0, 100)
    clock.now = 2.0
    show(50, 100)
    line = "indexing  ████████████░░░░░░░░░░░░  50/100  25/s  0:02 left"
    assert stream.getvalue() == f"\r{line}"
    clock.now = 2.05
    show(51, 100)
    assert stream.getvalue() == f"\r{line}"
    show(100, 100)
    assert stream.getvalue() == f"\r{line}\r{' ' * len(line)}\r"
    assert "\x1b" not in stream.getvalue()


def test_a_shorter_line_leaves_nothing_of_a_longer_one() -> None:
    shown, clock, stream = bars(live=True)
    long, short = shown.start("analysing"), shown.start("reading")
    clock.now = 2.0
    long(1, 1000)
    before = len(stream.getvalue()) - 1
    clock.now = 3.0
    short(2, 0)
    assert stream.getvalue().rpartition("\r")[2].rstrip() == "reading  2"
    assert len(stream.getvalue().rpartition("\r")[2]) == before


def test_a_line_never_reaches_over_the_terminal() -> None:
    shown, clock, stream = bars(live=True, width=20)
    show = shown.start("indexing")
    clock.now = 2.0
    show(1, 100)
    assert len(stream.getvalue().strip("\r")) == 19


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    shown, clock, stream = bars(live=False)
    show = shown.start("indexing")
    for second in range(31):
        clock.now = float(second)
        show(second * 100, 6000)
    assert stream.getvalue() == (
        "indexing: 1 000 of 6 000, 0:50 left\n"
        "indexing: 2 000 of 6 000, 0:40 left\n"
        "indexing: 3 000 of 6 000, 0:30 left\n"
    )


def test_a_message_takes_the_line_away_first() -> None:
    shown, clock, stream = bars(live=True)
    show = shown.start("reading")
    clock.now = 2.0
    show(7, 0)
    shown.say("waiting \x1b[1m")
    assert stream.getvalue() == "\rreading  7\r          \rwaiting \\u001b[1m\n"


def test_a_stage_that_begins_again_counts_its_rate_anew() -> None:
    shown, clock, stream = bars(live=True)
    show = shown.start("analysing")
    show(0, 10)
    clock.now = 1.0
    show(10, 10)
    clock.now = 100.0
    show(1, 10)
    clock.now = 101.0
    show(3, 10)
    assert "3/10  2/s  0:04 left" in stream.getvalue()


def test_without_a_stream_or_with_a_closed_one_work_goes_on() -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        clock = Clock()
        shown = Bars(stream, live=True, clock=clock)
        show = shown.start("reading")
        clock.now = 5.0
        show(1, 0)
        shown.say("ещё")


def test_lines_say_hours_when_there_are_hours() -> None:
    assert bar_line("x", 1, 7201, 1.0).endswith("2:00:00 left")
    assert bar_line("x", 0, 10, 0.0) == "x  ░░░░░░░░░░░░░░░░░░░░░░░░  0/10"
    assert plain_line("x", 12345, 0, 10.0) == "x: 12 345"
