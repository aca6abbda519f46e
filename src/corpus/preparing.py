"""Articles prepared ahead of their turn: cleaned, cut and laid out, in other processes if many.

Preparing needs nothing but the article itself, so it can be done before it is known what the
article is to the corpus, and anywhere. What comes out is the same wherever that was.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from corpus.boilerplate.lines import Lines
from corpus.model import Article, Failure
from corpus.processes import MOST, Answer, Pool, cores
from corpus.store.rows import Rows, Vocabulary, lay_out
from corpus.text.clean import clean_article
from corpus.text.tokens import Pieces, TokenColumns

# Articles that are prepared together. Their size bounds memory: so much for each process and once
# more is read ahead.
BLOCK_ARTICLES = 200
BLOCK_CHARACTERS = 600_000
START = 1_500_000
"""From so many characters on, starting processes (half a second each) pays."""
_WAITING = 3  # blocks that may wait for processes to be started
# A vocabulary of more forms is given up and begun anew.
_MOST_FORMS = 500_000


class Fact(NamedTuple):
    """What is known of an article that was prepared: `reason` tells why there is no row of it."""

    reason: str = ""
    row: int = -1
    url: str = ""
    text_hash: str = ""
    size: int = 0
    """Characters that are kept of it."""


class Prepared(NamedTuple):
    """Articles that were prepared together: a fact for each, and rows of those that can be kept."""

    facts: tuple[Fact, ...]
    rows: Rows


class Parcel(NamedTuple):
    """What a process answers: what it has prepared, and the forms that are new since the last time.

    Forms are numbered by the process, `key` tells by which and in which of its vocabularies;
    `first` is the number of the first of `forms`.
    """

    facts: tuple[Fact, ...]
    articles: pa.Table
    tokens: TokenColumns
    lines: Lines
    key: tuple[int, int]
    first: int
    forms: list[str]


class Preparer:
    """Prepares articles, the faster the more it has seen of their words."""

    def __init__(self) -> None:
        self.turn = 0
        self._begin()

    def _begin(self) -> None:
        self.turn += 1
        self._pieces = Pieces()
        self._vocabulary = Vocabulary(self._pieces.forms)

    def prepare(self, articles: Sequence[Article]) -> Prepared:
        """Clean, cut and lay out articles; one that cannot be cleaned never stops the rest."""
        if len(self._pieces.forms) > _MOST_FORMS:
            self._begin()
        outcomes = [_cleaned(article) for article in articles]
        kept = [outcome for outcome in outcomes if isinstance(outcome, Article)]
        rows = lay_out(kept, self._pieces, self._vocabulary)
        hashes = iter(enumerate(rows.articles.column("text_hash").to_pylist()))
        facts = [
            Fact(outcome) if isinstance(outcome, str) else _fact(outcome, *next(hashes))
            for outcome in outcomes
        ]
        return Prepared(tuple(facts), rows)


def _cleaned(article: Article) -> Article | str:
    """Return a cleaned article, or the reason why there is none."""
    try:
        cleaned = clean_article(article)
    except MemoryError:
        raise
    except Exception as error:
        return f"could not be cleaned: {type(error).__name__}: {error}"
    return cleaned if cleaned.text.strip() else "no text is left after cleaning"


def _fact(article: Article, row: int, text_hash: str) -> Fact:
    return Fact("", row, article.url, text_hash, _size(article))


def _size(article: Article) -> int:
    """Return how many characters an article brings, with what its record drags along."""
    record = len(json.dumps(article.record)) if article.record else 0
    return len(article.text) + len(article.raw) + len(article.lead) + record


_own = Preparer()
_told: dict[int, int] = {}
"""How many forms of each of its vocabularies this process has told."""


def prepare(articles: Sequence[Article]) -> Parcel:
    """Prepare articles in a process of a pool."""
    facts, rows = _own.prepare(articles)
    forms = rows.vocabulary.forms
    first = _told.get(_own.turn, 0)
    _told[_own.turn] = len(forms)
    key = os.getpid(), _own.turn
    return Parcel(facts, rows.articles, rows.tokens, rows.lines, key, first, forms[first:])


@dataclass(slots=True, eq=False)
class Block:
    """Articles that are, or will be, prepared together."""

    articles: list[Article] = field(default_factory=list)
    characters: int = 0
    answer: Answer[Parcel] | None = None
    prepared: Prepared | None = None

    def add(self, article: Article) -> int:
        """Take an article in; return its place."""
        self.articles.append(article)
        self.characters += _size(article)
        return len(self.articles) - 1

    def is_full(self) -> bool:
        return len(self.articles) >= BLOCK_ARTICLES or self.characters >= BLOCK_CHARACTERS

    def is_there(self) -> bool:
        return self.answer is not None and self.answer.is_there()


class Entry(NamedTuple):
    """What was read: an article, or why there is none. `block` is where it is being prepared."""

    item: Article | Failure
    block: Block | None = None
    place: int = 0


class Ahead:
    """What has been read and not been taken in yet, in the order in which it was read.

    Once there is much, processes are started that prepare it; `close` ends them.
    """

    def __init__(self) -> None:
        self.pool: Pool | None = None
        self._entries: deque[Entry] = deque()
        self._open = Block()
        self._sent: deque[Block] = deque()
        self._characters = 0
        self._preparer = Preparer()
        self._vocabularies: dict[int, tuple[int, Vocabulary]] = {}

    def note(self, item: Article | Failure) -> None:
        """Take in something that need not be prepared."""
        self._entries.append(Entry(item))

    def add(self, article: Article) -> None:
        """Take in an article to be prepared."""
        place = self._open.add(article)
        self._entries.append(Entry(article, self._open, place))
        if self._open.is_full():
            self._send()

    def due(self) -> Iterator[Entry]:
        """Yield and forget what is prepared; wait for it only if much more has been read."""
        room = _WAITING if self.pool is None else 2 * self.pool.size + 2
        while self._entries:
            block = self._entries[0].block
            if block is self._open:
                return
            if block and block.prepared is None:
                if not block.is_there() and len(self._sent) <= room:
                    return
                self._finish(block)
            yield self._entries.popleft()

    def rest(self) -> Iterator[Entry]:
        """Yield and forget everything that was read."""
        if self._open.articles:
            self._send()
        while self._entries:
            block = self._entries[0].block
            if block and block.prepared is None:
                self._finish(block)
            yield self._entries.popleft()

    def forget(self) -> None:
        """Forget everything that was read."""
        self._entries.clear()
        self._sent.clear()
        self._open = Block()

    def alone(self, article: Article) -> Prepared:
        """Prepare one article at once."""
        return self._preparer.prepare([article])

    def close(self) -> None:
        if self.pool:
            self.pool.close()

    def _send(self) -> None:
        block, self._open = self._open, Block()
        self._characters += block.characters
        self._sent.append(block)
        if self.pool:
            block.answer = self.pool.submit(prepare, block.articles)
        elif self._characters >= START and cores() > 1:
            self.pool = Pool(min(cores(), MOST))
            for waiting in self._sent:
                waiting.answer = self.pool.submit(prepare, waiting.articles)

    def _finish(self, block: Block) -> None:
        """Have a block prepared: wait for the process that does it, or do it here."""
        parcel = block.answer.get() if block.answer else None
        prepared = self._unpacked(parcel) if parcel else None
        block.prepared = prepared or self._preparer.prepare(block.articles)
        block.answer = None
        block.articles = []
        self._sent.remove(block)

    def _unpacked(self, parcel: Parcel) -> Prepared | None:
        """Return what a process has prepared; None if it stands on forms that never came."""
        process, turn = parcel.key
        known = self._vocabularies.get(process)
        if known is None or known[0] != turn:
            known = self._vocabularies[process] = turn, Vocabulary([])
        vocabulary = known[1]
        if parcel.first > len(vocabulary.forms):
            return None
        vocabulary.forms[parcel.first :] = parcel.forms
        return Prepared(
            parcel.facts, Rows(parcel.articles, parcel.tokens, parcel.lines, vocabulary)
        )
