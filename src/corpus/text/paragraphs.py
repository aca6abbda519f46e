"""Where paragraphs begin and end: which line breaks are meant, and which only wrap a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from corpus.text.rules import SPACES, Edit, Rule

SPLIT, JOIN, GLUE = "\n\n", " ", ""

# Words cut at a line end ----------------------------------------------------------------------

_CUT = re.compile(r"[-‐] ?\n[ \n]*(?=[А-Яа-яЁё])")
_LAST_WORD = re.compile(r"[А-Яа-яЁё]+\Z")
_WORD = re.compile(r"[А-Яа-яЁё]+")
_WHO = (
    r"(?:к(?:то|ого|ому|ем|ом)|ч(?:то|его|ему|ем|ём)|как(?:ой|ого|ому|им|ом|ая|ую|ое|ие|их|ими)?"
    r"|где|куда|откуда|когда|почему|зачем|отчего|сколько|чей|чь[яеёюи][а-я]{0,2}|так|там|тогда)"
)
# The hyphen belongs to the word if the parts before and after it match; from the first page of any
# grammar, and the compound adjectives of newspapers.
_KEPT = tuple(
    (re.compile(left), re.compile(right))
    for left, right in (
        (_WHO, "то"),
        (".*", "либо|нибудь|таки"),
        ("ну|на|дай|давай|скажи|смотри|посмотри|иди|пойди|погоди|постой", "ка"),
        ("из", "за|под"),
        ("ко[ей]", "кто|кого|кому|кем|что|чего|чему|чем|как|как[а-я]{2,3}|где|куда|когда"),
        ("по", "(?!.*(?:нн|ющ|ящ|ш)[ео]му).*(?:ому|ему)|.*[сц]ки|.*ьи"),
        ("в[о]?", "(?:перв|втор|трет|четв|пят|шест|седьм|восьм|девят|десят)[а-яё]*[иы]х"),
        ("пресс|вице|премьер|экс|обер|унтер|лейб|интернет|онлайн|бизнес|топ|веб|фан|шоу", ".*"),
        ("(?:.*-)?(?:северо|юго)", "(?:восто|запад).*"),
        (
            "[а-яё]{3,}льно|[а-яё]{2,}(?:енно|анно|онно|ивно|ично|арно|орно|ико)|[а-яё]{4,}ово",
            "(?!ст|служащ|пленн|летн|обязанн)[а-яё]{4,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему"
            "|ым|им|ом|ем|ую|юю|ых|их|ыми|ими)",
        ),
        (".*[А-ЯЁ].*", "на|ле|ла|де|да|эль|аль|ан|оглы|кызы"),
    )
)


def _find_cut_words(text: str) -> Iterator[Edit]:
    """Find words cut at a line end; a hyphen that belongs to the word stays."""
    if not any(cut in text for cut in ("-\n", "- \n", "‐\n", "‐ \n")):
        return
    for match in _CUT.finditer(text):
        left = _LAST_WORD.search(text, max(0, match.start() - 40), match.start())
        right = _WORD.match(text, match.end())
        if left and right and left.group()[-1].islower():
            if keeps_hyphen(left.group(), right.group()):
                yield Edit(match.start() + 1, match.end(), "")
            elif right.group()[0].islower():
                yield Edit(*match.span(), "")
            elif match.group().count("\n") == 1:  # Санкт-⏎Петербург
                yield Edit(match.start() + 1, match.end(), "")


def keeps_hyphen(left: str, right: str) -> bool:
    """Tell whether a word with a hyphen was cut at it: `кто-⏎то`, but not `мес-⏎то`."""
    return any(before.fullmatch(left) and after.fullmatch(right) for before, after in _KEPT)


CUT_WORD = Rule("line-hyphen", _find_cut_words)

# Paragraphs parted by two spaces --------------------------------------------------------------

_GAP = re.compile(rf"(?<=[.!?…»\"”):;])[ {SPACES}]{{2,}}(?=[«\"“„A-ZА-ЯЁ0-9—–-])")


def _find_gaps(text: str) -> Sequence[Edit]:
    """Find the ends of paragraphs in a text that has no line break and marks them by two spaces."""
    if "\n" in text or "  " not in text:
        return ()
    gaps = [Edit(*match.span(), SPLIT) for match in _GAP.finditer(text)]
    return gaps if len(gaps) > 1 else ()


GAP = Rule("gap", _find_gaps)

# Line breaks ----------------------------------------------------------------------------------


class Break(NamedTuple):
    """White space with a line break in it, between two lines that are not empty."""

    line: str
    gap: str
    next: str
    indented: bool
    """`line` itself stands behind a space."""
    previous: str
    """What the break before `line` became."""
    gap_beyond: str
    beyond: str
    """The line after `next`; empty if there is none."""


class Layout(NamedTuple):
    """How a text is set: `wrapped` if its lines are cut, as a rule after `width` characters."""

    wrapped: bool
    width: int


Policy = Callable[[Break, Layout], str | None]

_CLOSING = re.compile(r"[,;)»!?]|[.:](?:\s|\Z)|\*{1,3}\Z")
_ADDRESS = re.compile(r"[a-z0-9_-]+(?:\.[a-z]{2}|://|@)")
_ITEM = re.compile(r"[-–—•·*▪] ?|\(?\d{1,3}[.)] |[а-яa-z]\) ")
_BREAK = re.compile(r"\n[\n ]*")
_SHORTEST_WRAP, _LONGEST_WRAP, _SHARE_OF_WRAPS = 35, 200, 0.4
_LONG = 60  # a line as long as this is no heading, caption or item of a list
_VERSE = 45


def is_finished(line: str) -> bool:
    """Tell whether `line` ends as a sentence does."""
    return line.rstrip("»”\"')]")[-1:] in tuple(".!?…")


def _continues(line: str) -> bool:
    return line[0].islower() and not _ADDRESS.match(line)


def _is_blank(gap: str) -> bool:
    return gap.count("\n") > 1


def _blank_line(this: Break, layout: Layout) -> str | None:
    """A blank line parts paragraphs, unless a page ended there in the middle of a sentence."""
    if not _is_blank(this.gap):
        return None
    cut = layout.wrapped and len(this.line) > 0.6 * layout.width and not this.line.startswith("#")
    if cut and not is_finished(this.line) and this.line[-1] not in ":;" and _continues(this.next):
        return JOIN
    return SPLIT


def _heading(this: Break, _: Layout) -> str | None:
    """A marked heading ends with a blank line, so a lone line break is inside of it."""
    return JOIN if this.line.startswith("## ") else None


def _stray_mark(this: Break, _: Layout) -> str | None:
    """A comma or a bracket that closes begins no line: a link stood before it."""
    if this.line[-1] in "(«„[":
        return GLUE
    is_rule = this.next[0] == "*" and is_finished(this.line)
    return GLUE if _CLOSING.match(this.next) and not is_rule else None


def _sentence_goes_on(this: Break, layout: Layout) -> str | None:
    """A small letter goes on with a sentence, except in lists and verse, whose lines are short."""
    if is_finished(this.line) or this.line[-1] in ":;" or not _continues(this.next):
        return None
    if layout.wrapped or len(this.line) > _LONG:
        return JOIN
    return JOIN if " " in this.gap and not _is_verse(this) else None


def _is_verse(this: Break) -> bool:
    """Tell whether three lines are as short as verse, and no link ends with the second."""
    longest = max(len(this.line), len(this.next), len(this.beyond))
    return longest <= _VERSE and this.gap_beyond != "\n "


def _link_begins(this: Break, _: Layout) -> str | None:
    """A space before a line break, and none after it, stood before a link or a name in italics."""
    if this.gap != " \n" or is_finished(this.line):
        return None
    if this.line[-1] in "—–":
        return JOIN
    is_before_link = len(this.next) <= _LONG and not is_finished(this.next) and _goes_on(this)
    return JOIN if not this.indented and (is_before_link or len(this.line) > _LONG) else None


def _goes_on(this: Break) -> bool:
    """Tell whether the line beyond the next goes on with the sentence."""
    if not this.beyond or _CLOSING.match(this.beyond):
        return bool(this.beyond)
    return _continues(this.beyond) and not _is_verse(this)


def _link_ends(this: Break, _: Layout) -> str | None:
    """A space after a line break, and none before it, stood behind a link."""
    goes_on = this.gap == "\n " and this.previous == JOIN and not is_finished(this.line)
    return JOIN if goes_on else None


def _list_item(this: Break, layout: Layout) -> str | None:
    if layout.wrapped and _ITEM.match(this.next) and this.line[-1] in ".!?…:;,":
        return SPLIT
    return None


def _wrap(this: Break, layout: Layout) -> str | None:
    """A line wraps unless it is short and the next could begin a paragraph."""
    if not layout.wrapped:
        return None
    first = this.next.split(" ", 1)[0]
    had_room = len(this.line) + 1 + len(first) < 0.9 * layout.width
    if is_finished(this.line) and had_room and not this.next[0].islower():
        return SPLIT
    return SPLIT if len(this.line) < layout.width / 2 else JOIN


POLICIES: tuple[Policy, ...] = (
    _blank_line,
    _heading,
    _stray_mark,
    _sentence_goes_on,
    _link_begins,
    _link_ends,
    _list_item,
    _wrap,
)


def find_breaks(text: str, soft: bool = False) -> list[Edit]:
    """Return what becomes of each run of white space with a line break in it, in order.

    Edits that put `SPLIT` are the ends of paragraphs, also those that alter nothing. White space
    at the ends of the text goes. `soft`: only blank lines part paragraphs, as in Markdown.
    """
    start = len(text) - len(text.lstrip(" \n"))
    stop = max(start, len(text.rstrip(" \n")))
    spans = [
        (match.start() - (text[match.start() - 1] == " "), match.end())
        for match in _BREAK.finditer(text, start, stop)
    ]
    gaps = [text[left:right] for left, right in spans]
    if soft:
        marks = [SPLIT if _is_blank(gap) else JOIN for gap in gaps]
    else:
        ends = [start, *(place for span in spans for place in span), stop]
        lines = [text[left:right] for left, right in zip(ends[::2], ends[1::2], strict=True)]
        marks = _decide(lines, gaps)
    breaks = (Edit(*span, mark) for span, mark in zip(spans, marks, strict=True))
    return [Edit(0, start, ""), *breaks, Edit(stop, len(text), "")]


def _decide(lines: Sequence[str], gaps: Sequence[str]) -> list[str]:
    """Return `SPLIT`, `JOIN` or `GLUE` for each gap: what the first policy says that knows."""
    layout = _layout(lines, gaps)
    marks: list[str] = []
    for i, gap in enumerate(gaps):
        if not layout.wrapped and _is_plain(lines[i], gap, lines[i + 1]):
            marks.append(SPLIT)
            continue
        indented = i > 0 and gaps[i - 1][-1] == " "
        previous = marks[-1] if marks else SPLIT
        beyond = (gaps[i + 1], lines[i + 2]) if i + 2 < len(lines) else ("", "")
        this = Break(lines[i], gap, lines[i + 1], indented, previous, *beyond)
        marks.append(_said(this, layout))
    return marks


def _said(this: Break, layout: Layout) -> str:
    """Return what the first policy says that knows; white space that none knows parts."""
    for policy in POLICIES:
        mark = policy(this, layout)
        if mark is not None:
            return mark
    return SPLIT


def _is_plain(line: str, gap: str, after: str) -> bool:
    """Tell whether a gap in an unwrapped text is one that no policy would close.

    Most are: to ask the policies takes ten times as long.
    """
    return _is_blank(gap) or (line[-1] in ".!?…" and line[0] != "#" and after[0] not in ",;)»!?.:*")


def _layout(lines: Sequence[str], gaps: Sequence[str]) -> Layout:
    """Find out whether lines are wrapped: most lines of some length go on with a small letter."""
    ends = [
        (len(line), not is_finished(line) and line[-1] not in ":;" and _continues(after))
        for line, gap, after in zip(lines, gaps, lines[1:], strict=False)
        if gap == "\n" and _SHORTEST_WRAP <= len(line) <= _LONGEST_WRAP
    ]
    continued = sum(goes_on for _, goes_on in ends)
    if len(ends) < 3 or continued < _SHARE_OF_WRAPS * len(ends):
        return Layout(False, 0)
    return Layout(True, sorted(length for length, _ in ends)[len(ends) // 2])
