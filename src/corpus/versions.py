"""Versions: an article's reprints and updates, the first one, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import arrow, markup, render
from corpus.columns.columns import Numbers
from corpus.columns.stories import in_common
from corpus.differences import GONE, NEW, Piece, differences, passages
from corpus.errors import CorpusError
from corpus.model import Article
from corpus.reprints.comparing import SHARES, containment, jaccard
from corpus.results.provenance import Provenance
from corpus.results.result import Table
from corpus.scope import ARTICLES, State

FIELDS = ("title", "lead", "text")
_FACTS = ("id", "date", "source", "title", "url")
_MARKS = {GONE: ("[-", "-]"), NEW: ("{+", "+}")}


@dataclass(frozen=True, repr=False)
class Difference:
    """What leads from one version to another: by field, as pieces same, gone and new."""

    before: str
    after: str
    title: list[Piece]
    lead: list[Piece]
    text: list[Piece]

    @property
    def fields(self) -> dict[str, list[Piece]]:
        """The pieces of each field that differs."""
        every = {name: getattr(self, name) for name in FIELDS}
        return {name: own for name, own in every.items() if any(p.kind in _MARKS for p in own)}

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.fields)

    def __repr__(self) -> str:
        lines = [f"from {self.before} to {self.after}"]
        for name, pieces in self.fields.items():
            lines += [f"{name}: {_marked(passage)}" for passage in passages(pieces)]
        return "\n".join([*lines, *([] if self else ["nothing differs"])])

    def _repr_html_(self) -> str:
        shown = [
            (name, passage) for name, pieces in self.fields.items() for passage in passages(pieces)
        ]
        return markup.difference(f"{self.before} → {self.after}", shown)


def _marked(pieces: list[Piece]) -> str:
    """Return pieces in one line, what is gone between [- and -], what is new between {+ and +}."""
    found = []
    for kind, text in pieces:
        core = text.strip()
        left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        opens, closes = _MARKS.get(kind, ("", ""))
        found.append(f"{left}{opens}{core}{closes}{right}" if core else text)
    return render.visible(" ".join("".join(found).split()))


class Versions(Table):
    """The versions of an article, the first one first, then articles that share text with it.

    `first` is the id of the first version, by date and then in the order of the corpus.
    """

    def __init__(
        self,
        table: pa.Table,
        provenance: Provenance | Callable[[], Provenance],
        *,
        asked: str,
        read: Callable[[str], Article],
    ) -> None:
        super().__init__(table, provenance)
        self._asked = asked
        self._read = read
        self.ids: list[str] = [row["id"] for row in table.to_pylist() if row["relation"] != SHARED]

    @property
    def first(self) -> str:
        """The id of the first version."""
        return self.ids[0]

    def difference(self, after: str = "", before: str = "") -> Difference:
        """Return what leads from the first version to another one, or to the article asked for.

        `before` is another version to begin with; any article that is listed will do.
        """
        listed = self.to_arrow().column("id").to_pylist()
        names = (before or self.first, after or self._asked)
        for name in names:
            if name not in listed:
                raise CorpusError(f"no version {name!r}", f"there are: {', '.join(listed)}")
        one, other = map(self._read, names)
        found = [differences(getattr(one, name), getattr(other, name)) for name in FIELDS]
        return Difference(*names, *found)

    @property
    def differences(self) -> list[Difference]:
        """What leads from the first version to the article asked for, or from it to the others."""
        others = [self._asked] if self._asked != self.first else self.ids[1:]
        return [self.difference(name) for name in others]


FIRST, VERSION, SHARED = "first version", "version", "shares text"


def versions(state: State, number: int, read: Callable[[str], Article]) -> Versions:
    """Return the versions of an article, and the articles that share text with it.

    Columns `id`, `date`, `source`, `title`, `url`, `relation` (first version, version, shares
    text), `similarity` with the article itself (shared runs of five words, of all that the two
    have) and `contained` (of all that the shorter one has).
    """
    columns = state.columns
    row = int(columns.rows_of(np.array([number]))[0])
    own = state.order[columns.story[state.order] == columns.story[row]]
    linked = _linked(state, row)
    linked = linked[~np.isin(linked, own)]
    rows = np.concatenate([own, linked])
    sizes, common = columns.sketches.shingles, in_common(columns, row, rows)
    relation = [FIRST, *[VERSION] * (len(own) - 1), *[SHARED] * len(linked)]
    similarity = jaccard(common, sizes[row], sizes[rows])
    contained = containment(common, sizes[row], sizes[rows])
    # An article too short to be compared is still like itself.
    similarity[rows == row] = contained[rows == row] = 1.0
    facts = state.whole.metadata(rows, _FACTS)
    data: dict[str, Any] = {name: facts.column(name) for name in _FACTS}
    data["relation"] = pa.array(relation, pa.string())
    data["similarity"] = arrow.from_numbers(similarity)
    data["contained"] = arrow.from_numbers(contained)
    said = f"similarity: of runs of five words, stop words left out; shares text: from {SHARES:.0%}"
    make = state.whole.provenance(counts=ARTICLES, settings=said)
    asked = str(state.whole.metadata(np.array([row]), ["id"]).column(0)[0].as_py())
    return Versions(pa.table(data), make, asked=asked, read=partial(read))


def _linked(state: State, row: int) -> Numbers:
    """Return the rows that share text with one, in the order of the corpus."""
    a, b, _ = state.columns.alike
    prints = state.columns.sketches.print
    # Of articles with the same text, one stands for all.
    mine = prints[row]
    others = np.concatenate([prints[b[prints[a] == mine]], prints[a[prints[b] == mine]]])
    here = np.isin(prints[state.order], others)
    return np.asarray(state.order[here])
