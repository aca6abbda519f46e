"""Boilerplate found among the lines of a store's articles, and marked there.

Whenever articles were added these are marked, by what their lines are in all articles. Older ones
keep their marks until `corpus rebuild`, unless they are no more than the new ones: then to index
them again takes no longer than what was just done. What opens boxes is learned anew when there are
a tenth more articles than the last time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.boilerplate import VERSION
from corpus.boilerplate.judging import RULES, Marks, Overrules, judge
from corpus.boilerplate.learning import Marker, learn, related
from corpus.boilerplate.lines import TITLE, Lines, joined, key_of, lines_of
from corpus.errors import CorpusError
from corpus.store import files
from corpus.store.manifest import Boilerplate, Opening, Part, void
from corpus.store.marked import coded
from corpus.store.parts import NOT_WORDS, lines_from, lines_table
from corpus.store.schemas import schema
from corpus.store.store import Store

OVERRULES = "boilerplate.txt"
"""The user's own word on single lines, in `corpus_data/`."""

FEW = 5_000
"""From so many articles at most everything is learned whenever some were added."""
_GROWN = 1.1

_HEAD = """# Lines that are boilerplate or are not, whatever was learned. Heeded by: corpus rebuild
# - LINE is never boilerplate, + LINE always is.
"""


# The user's word


@dataclass(frozen=True, slots=True)
class Told:
    """What the user's file says: lines that are never boilerplate, and lines that always are."""

    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def overrules(self) -> Overrules:
        return Overrules(frozenset(map(key_of, self.kept)), frozenset(map(key_of, self.dropped)))

    def digest(self) -> str:
        """Return what changes whenever another line is told; empty if none is."""
        if not self.kept and not self.dropped:
            return ""
        lines = [*(f"-{line}" for line in self.kept), *(f"+{line}" for line in self.dropped)]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def read_told(folder: Path) -> Told:
    """Read the user's file: `- line` is never boilerplate, `+ line` always is, `#` comments."""
    path = folder / OVERRULES
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Told()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"could not read {path}: {error}", "it must be UTF-8 text") from error
    found: dict[str, list[str]] = {"-": [], "+": []}
    for number, line in enumerate(text.splitlines(), 1):
        sign, _, rest = line.strip().partition(" ")
        if not line.strip() or sign.startswith("#"):
            continue
        if sign not in found or not rest.strip():
            hint = "each line is: - LINE (never boilerplate), + LINE (always), or # a comment"
            raise CorpusError(f"{path}, line {number}: {line[:60]!r} is not understood", hint)
        found[sign].append(rest.strip())
    return Told(tuple(found["-"]), tuple(found["+"]))


def tell(folder: Path, kept: Iterable[str], dropped: Iterable[str]) -> None:
    """Write into the user's file that lines are never boilerplate, or that they always are."""
    told = read_told(folder)
    known = set(told.kept), set(told.dropped)
    pairs = (("-", kept, known[0]), ("+", dropped, known[1]))
    new = [
        f"{sign} {' '.join(line.split())}"
        for sign, lines, there in pairs
        for line in lines
        if " ".join(line.split()) not in {"", *there}
    ]
    if not new:
        return
    path = folder / OVERRULES
    before = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
    before += "" if before.endswith("\n") or not before else "\n"
    data = (before + "".join(f"{line}\n" for line in new)).encode()
    files.write_whole(path, lambda file: void(file.write(data)))


# Marking; the caller holds the store's lock


def mark_new(store: Store) -> None:
    """Mark boilerplate in the articles that were not looked at yet."""
    if any(not part.judged for part in store.manifest.parts):
        _mark(store, anew=False)


def mark_anew(store: Store, *, keep: bool | None = None) -> None:
    """Mark boilerplate in all articles, as if all of them had been added at once.

    `keep` switches marking off, or on again, for this time and all later ones.
    """
    if keep is not None and keep != store.manifest.boilerplate.keep:
        known = replace(store.manifest.boilerplate, keep=keep)
        store.publish(store.manifest.replace(boilerplate=known))
    if store.manifest.parts:
        _mark(store, anew=True)


def _mark(store: Store, *, anew: bool) -> None:
    state = store.manifest.boilerplate
    told = read_told(store.folder)
    again = anew or _older_are_few(store)
    all_lines = again or _is_due(store)
    made = {part.number: _lines_made(store, part) for part in _without_lines(store)}
    if state.keep:
        found, markers = schema("marks").empty_table(), state.markers
    else:
        lines = _all_lines(store, made) if all_lines else _lines_of_new(store, made)
        known = () if anew else state.markers
        found, markers = _found(store, lines, told.overrules(), known, partly=not all_lines)
    parts = []
    changed = stale = 0
    for part in store.manifest.parts:
        own = _of_part(found, part)
        if not part.judged or again:
            changed += _differing(own, _live_marks(store, part)) if part.judged else 0
            part = _marked(store, part, own, made.get(part.number))
        elif all_lines:
            stale += _differing(own, _live_marks(store, part))
        parts.append(part)
    new = Boilerplate(
        keep=state.keep,
        edition=state.edition + (changed > 0),
        stale=stale if all_lines else state.stale,
        learned=store.manifest.live if all_lines else state.learned,
        version=VERSION,
        overrules=told.digest(),
        markers=markers,
    )
    if (tuple(parts), new) != (store.manifest.parts, state):
        store.publish(store.manifest.replace(parts=tuple(parts), boilerplate=new))


def _is_due(store: Store) -> bool:
    """Return whether to learn from all articles: they are few, or a tenth more than last time."""
    live = store.manifest.live
    return live <= FEW or live >= _GROWN * store.manifest.boilerplate.learned


def _older_are_few(store: Store) -> bool:
    """Return whether the articles marked before are no more than the new ones."""
    older = sum(part.live for part in store.manifest.parts if part.judged)
    return 2 * older <= store.manifest.live


def _without_lines(store: Store) -> list[Part]:
    return [part for part in store.manifest.parts if part.lines_file is None]


def _lines_made(store: Store, part: Part) -> pa.Table:
    """Return the lines of a part that has none yet."""
    pairs = list(store.scan_part(part))
    numbers = np.array([number for number, _ in pairs], np.int64)
    tokens = store.all_tokens(part, ("article", "zone", "paragraph", "pos"))
    zone, zones = coded(tokens.column("zone"))
    pos, values = coded(tokens.column("pos"))
    names = np.array(zones or [""])[zone] if zones else np.zeros(0, str)
    own = ~np.isin(pos, [n for n, value in enumerate(values) if value in NOT_WORDS])
    own &= names != "lead"
    line = np.where(names == "title", TITLE, arrow.numbers(tokens.column("paragraph")))
    owner = np.searchsorted(numbers, arrow.numbers(tokens.column("article")))
    articles = [(article.title, article.text) for _, article in pairs]
    return lines_table(numbers.tolist(), lines_of(articles, owner[own], line[own]))


# Finding


def _all_lines(store: Store, made: Mapping[int, pa.Table]) -> Lines:
    """Return the lines of all live articles."""
    return joined([_live_lines(store, part, made) for part in store.manifest.parts])


def _lines_of_new(store: Store, made: Mapping[int, pa.Table]) -> Lines:
    """Return the lines of the live articles not judged yet, and of all that share one of them."""
    parts = store.manifest.parts
    new = {p.number: _live_lines(store, p, made) for p in parts if not p.judged}
    every = joined(list(new.values()))
    return joined(
        [
            related(_live_lines(store, part, made), every) if part.judged else new[part.number]
            for part in parts
        ]
    )


def _live_lines(store: Store, part: Part, made: Mapping[int, pa.Table]) -> Lines:
    table = made[part.number] if part.number in made else store.lines(part)
    lines = lines_from(table)
    gone = np.array(part.removed, np.int64)
    return lines.taken(~np.isin(lines.article, gone)) if len(gone) else lines


def _found(
    store: Store,
    lines: Lines,
    overrules: Overrules,
    known: Sequence[Opening],
    *,
    partly: bool,
) -> tuple[pa.Table, tuple[Opening, ...]]:
    """Return the marks of articles, by article, and the markers that are known now."""
    learned = learn(
        lines,
        _sources(store, lines),
        known=[Marker(m.key, m.times, m.rates, m.longest) for m in known],
        partly=partly,
    )
    markers = _openings(store, lines, learned.markers.values(), known)
    return _table(lines, judge(lines, learned, overrules)), markers


def _sources(store: Store, lines: Lines) -> NDArray[np.int64]:
    """Return a number for the source of each of some articles."""
    numbers = lines.article[lines.line == TITLE]
    column = store.rows(numbers, ["source"]).column("source")
    return coded(column)[0].astype(np.int64)


def _openings(
    store: Store, lines: Lines, markers: Iterable[Marker], known: Iterable[Opening]
) -> tuple[Opening, ...]:
    """Return markers with the text of one line each, the most frequent first."""
    texts = {opening.key: opening.text for opening in known}
    found = []
    for marker in sorted(markers, key=lambda marker: (-marker.times, marker.key)):
        text = texts.get(marker.key)
        if text is None:
            text = text_at(store, lines, np.flatnonzero(lines.key == np.uint64(marker.key)))
        found.append(Opening(marker.key, text, marker.times, marker.rates, marker.longest))
    return tuple(found)


def text_at(store: Store, lines: Lines, places: NDArray[np.int64]) -> str:
    """Return the text of the first of some lines that stands in a text."""
    place = places[lines.line[places] != TITLE][0]
    article = next(store.articles([int(lines.article[place])]))
    return article.text[lines.start[place] : lines.stop[place]]


def _table(lines: Lines, marks: Marks) -> pa.Table:
    """Return marks as a table."""
    own = lines.taken(marks.place)
    kinds = schema("marks")
    values = {
        **{name: getattr(own, name) for name in ("article", "line", "start", "stop", "key")},
        "words": own.words,
        "times": marks.times.astype(np.int32),
        "marker": marks.marker,
    }
    columns = {name: arrow.from_numbers(column) for name, column in values.items()}
    columns["rule"] = _named(marks.rule, RULES)
    columns["field"] = _named(0 * marks.rule, ("text",))
    columns["other"] = arrow.from_numbers(marks.other, marks.other >= 0)
    return pa.Table.from_arrays([columns[field.name] for field in kinds], schema=kinds)


def _named(codes: NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int16), list(names))


# Marks of parts


def _of_part(marks: pa.Table, part: Part) -> pa.Table:
    """Return the marks of a part's articles."""
    owner = arrow.numbers(marks.column("article"))
    low, high = np.searchsorted(owner, [part.first, part.last + 1])
    return marks.slice(low, high - low)


def _live_marks(store: Store, part: Part) -> pa.Table:
    marks = store.marks(part)
    live = np.isin(arrow.numbers(marks.column("article")), store.live)
    return marks.filter(arrow.from_numbers(live))


def _differing(one: pa.Table, other: pa.Table) -> int:
    """Return how many articles have other lines marked."""
    places = [
        (arrow.numbers(marks.column("article")) << 32) + arrow.numbers(marks.column("line"))
        for marks in (one, other)
    ]
    return len(set((np.setxor1d(*places) >> 32).tolist()))


def _marked(store: Store, part: Part, marks: pa.Table, lines: pa.Table | None) -> Part:
    """Return a part with marks; the very same if it has these."""
    if part.judged and lines is None and marks.equals(store.marks(part)):
        return part
    return store.mark(part, marks if len(marks) else None, lines)
