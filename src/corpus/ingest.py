"""Taking articles in: from readers through cleaning and identity to batches in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from corpus import interrupts
from corpus.given import as_came, flaw
from corpus.identities import Identities, file_of, is_own_file, names_one_article
from corpus.model import Article, Failure
from corpus.morphology.lexicon import Lexicon
from corpus.preparing import Ahead, Entry, Fact, Prepared
from corpus.progress import Progress
from corpus.receipt import Receipt
from corpus.store.rows import Rows, Vocabulary, lay_out
from corpus.store.store import Pending, Store
from corpus.store.writing import Tables, draw_up, drawing
from corpus.text.clean import clean_article, clean_url
from corpus.text.tokens import Pieces

# A batch is published when it reaches either size: what a kill can cost, and memory's bound.
BATCH_ARTICLES = 500
BATCH_CHARACTERS = 3_000_000

Show = Callable[[int, int], None]


def content_hash(article: Article) -> str:
    """Return the SHA-256 of everything an article says as it came, its id and origin left out."""
    content = [
        article.title,
        article.lead,
        article.text,
        article.source,
        list(article.authors),
        article.url,
        article.date.isoformat() if article.date else "",
        article.time,
        list(article.tags),
    ]
    data = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


@dataclass
class Intake:
    """One run of taking articles in; the caller holds the store's lock.

    `seen` collects the articles found in the files read, whatever became of them: number and
    content hash.
    """

    store: Store
    analysis: str
    skip: frozenset[str] = frozenset()
    progress: Progress = field(default_factory=Progress)
    seen: dict[int, str] = field(default_factory=dict)
    # Files whose articles stand elsewhere, or that failed: they must be read again.
    unsettled: set[str] = field(default_factory=set)
    # Files of which something could not be read: what they held before may still be there.
    unread: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._show = self.progress.start("analysing")
        self._known = Identities(self.store)
        self._lexicon: Lexicon | None = None
        self._ahead = Ahead()
        self._batch = _Batch()
        self._drawing: _Drawing | None = None
        self._pending: Pending | None = None
        self._next = self.store.manifest.next_article
        self._superseded = set(self.store.manifest.superseded)
        self._waiting: dict[int, list[Article]] = {}
        self._outcomes: dict[str, list[str]] = {"added": [], "identical": [], "changed": []}
        self._near: list[tuple[str, str]] = []
        self._failed: list[Failure] = []
        self._problems: list[tuple[str, str]] = []

    def take(self, items: Iterable[Article | Failure]) -> Receipt:
        """Take in everything that can be; publish in batches; return what happened."""
        try:
            for item in items:
                self._read(item)
                self._work_off(self._ahead.due())
            self._work_off(self._ahead.rest())
            self._settle()
        except KeyboardInterrupt:
            # What was read is worth keeping; the rest comes with the next run.
            self.progress.say("interrupted: finishing what was read; Ctrl-C again drops it")
            self._work_off(self._ahead.rest())
            self._publish_all()
            raise
        else:
            self._publish_all()
        finally:
            with ExitStack() as last:
                # Whichever of them fails, the others are done, the last one first.
                last.callback(self._finish)
                last.callback(self._begin)
                last.callback(self._ahead.close)
        # Indexing comes next and needs the room.
        self._lexicon = None
        return self.receipt()

    def _read(self, item: Article | Failure) -> None:
        """Take note of what was read, and have it prepared if it could be new."""
        if isinstance(item, Failure):
            self._ahead.note(item)
        elif wrong := flaw(item):
            self._ahead.note(Failure(_name_of(item), wrong))
        else:
            article = replace(item, hash=content_hash(item))
            if article.hash in self.skip:
                return
            if self._known.find(f"hash:{article.hash}") is None:
                self._ahead.add(article)
            else:
                self._ahead.note(article)

    def _work_off(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.item, Failure):
                self._fail(entry.item)
            else:
                self._take_one(entry.item, entry)
            if self._batch.is_full():
                self.publish()
        if self._pending and self._pending.is_written():
            self._finish()

    def receipt(self) -> Receipt:
        """Return what has happened so far."""
        return Receipt(
            added=tuple(self._outcomes["added"]),
            identical=tuple(self._outcomes["identical"]),
            changed=tuple(self._outcomes["changed"]),
            near_duplicate=tuple(self._near),
            same_text=frozenset(name for name, _ in self._near),
            failed=tuple(self._failed),
            problems=tuple(self._problems),
        )

    def _fail(self, failure: Failure) -> None:
        self._failed.append(failure)
        self.unsettled.add(file_of(failure.path))
        self.unread.add(file_of(failure.path))

    def _take_one(self, article: Article, entry: Entry) -> None:
        self._note_problems(article)
        same = self._known.find(f"hash:{article.hash}")
        if same is not None:
            self._identical(same, article)
            return
        old = self._earlier_version(article)
        if old is not None and article.hash in self._superseded:
            # Once a later record replaced it: perhaps that one is still to come.
            self._waiting.setdefault(old, []).append(article)
            return
        prepared = entry.block.prepared if entry.block else None
        self._take_version(article, old, prepared, entry.place)

    def _settle(self) -> None:
        """Take back versions that were replaced once, if what replaced them has not come again."""
        for number, versions in self._waiting.items():
            *older, newest = versions
            if self._known.is_live(number) and number not in self.seen:
                self._take_version(newest, number)
            else:
                older = versions
            self._outcomes["identical"] += [self._known.id_of(number)] * len(older)
        self._waiting = {}

    def _take_version(
        self, article: Article, old: int | None, prepared: Prepared | None = None, place: int = 0
    ) -> None:
        if not article.id:
            name = self._new_id(article.hash) if old is None else self._known.id_of(old)
            article = replace(article, id=name)
        if prepared is None:
            prepared, place = self._ahead.alone(article), 0
        fact = prepared.facts[place]
        if fact.reason:
            self._fail(Failure(_name_of(article), fact.reason))
        else:
            self._accept(article, old, prepared, fact)

    def _new_id(self, digest: str) -> str:
        """Return an id made from content; an edited article may still have that of its first."""
        names = [f"a{digest[place : place + 15]}" for place in range(0, 60, 15)]
        return next((name for name in names if self._known.find(f"id:{name}") is None), names[0])

    def _identical(self, number: int, article: Article) -> None:
        self.seen[number] = article.hash
        self._outcomes["identical"].append(self._known.id_of(number))
        if not self._known.is_home(article.origin, number):
            self.unsettled.add(file_of(article.origin))

    def _earlier_version(self, article: Article) -> int | None:
        """Return the article that a new one replaces: same id, or same address, or same file."""
        if article.id:
            by_id = self._known.find(f"id:{article.id}")
            if by_id is not None:
                return by_id
        url, _ = clean_url(article.url)
        if names_one_article(url):
            old = self._known.find(f"url:{url}")
            # Two records of one run with ids of their own are two articles on one page.
            if old is not None and not (article.id and old in self.seen):
                return old
        if is_own_file(article.origin) and not article.id:
            return self._known.find(f"file:{article.origin}")
        return None

    def _note_problems(self, article: Article) -> None:
        self._problems += [(article.origin or article.id, what) for what in article.problems]

    def _accept(self, article: Article, old: int | None, prepared: Prepared, fact: Fact) -> None:
        number = self._next
        self._next += 1
        self._batch.add(number, article.id, prepared, fact)
        if old is not None:
            self._replace(old)
        self._outcomes["added" if old is None else "changed"].append(article.id)
        self.seen[number] = article.hash
        twin = self._known.find(f"text:{fact.text_hash}")
        if twin is not None and old is None:
            self._near.append((article.id, self._known.id_of(twin)))
        self._known.add(number, replace(article, url=fact.url), fact.text_hash)

    def _replace(self, old: int) -> None:
        self._batch.removed.append(old)
        self._known.forget(old)
        if old in self.seen:
            self._batch.superseded.append(self.seen[old])
            self._superseded.add(self.seen[old])

    def publish(self) -> None:
        """Have the batch drawn up and the one before it written, and finish the one before that."""
        # Whatever interrupts the writing, the same batch is never written twice.
        batch, self._batch = self._batch, _Batch()
        if not batch.numbers and not batch.removed:
            return
        with self._all_or_nothing():
            self._write(batch)

    def _publish_all(self) -> None:
        self.publish()
        self._begin()
        self._finish()

    def _write(self, batch: _Batch) -> None:
        if self._lexicon is None:
            self._lexicon = lexicon_for(self.store, self.analysis)
        self._lexicon.pool = self._ahead.pool
        rows = batch.rows()
        tables = drawing(batch.numbers, rows, self._lexicon, self._show) if rows else None
        self._begin()
        self._drawing = _Drawing(tables, batch.removed, batch.superseded)
        if self._ahead.pool is None:
            # Nobody works on it meanwhile.
            self._begin()

    def _begin(self) -> None:
        """Have what is being drawn up written."""
        drawn, self._drawing = self._drawing, None
        if drawn is None:
            return
        with self._all_or_nothing():
            tables = drawn.tables() if drawn.tables else None
            self._finish()
            self._pending = self.store.begin(
                tables,
                analysis=self.analysis,
                removed=drawn.removed,
                superseded=drawn.superseded,
            )

    def _finish(self) -> None:
        """Make what is being written part of the corpus."""
        pending, self._pending = self._pending, None
        if pending:
            with self._all_or_nothing():
                self.store.finish(pending)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Have Ctrl-C wait for the end of the block; if it fails all the same, stop there.

        What was read later may stand on what is not there then: it comes with the next run.
        """
        done = False
        try:
            with interrupts.held():
                yield
                done = True
        finally:
            if not done:
                self._ahead.forget()
                self._batch = _Batch()
                self._drawing = None


class _Drawing(NamedTuple):
    """A batch whose tables are being drawn up, and the articles and versions it replaces."""

    tables: Callable[[], Tables] | None
    removed: list[int]
    superseded: list[str]


@dataclass
class _Batch:
    """Prepared articles that are published together, and the numbers of those they replace."""

    numbers: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    added_at: list[dt.datetime] = field(default_factory=list)
    places: list[tuple[Prepared, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, number: int, name: str, prepared: Prepared, fact: Fact) -> None:
        self.numbers.append(number)
        self.ids.append(name)
        self.added_at.append(_now())
        self.places.append((prepared, fact.row))
        self.characters += fact.size

    def is_full(self) -> bool:
        return len(self.numbers) >= BATCH_ARTICLES or self.characters >= BATCH_CHARACTERS

    def rows(self) -> list[Rows]:
        """Return the articles with the ids that they got, those prepared together in one piece."""
        found: list[Rows] = []
        for _, group in groupby(self.places, key=lambda pair: id(pair[0])):
            run = list(group)
            done = sum(map(len, found))
            here = slice(done, done + len(run))
            rows = run[0][0].rows.chosen([row for _, row in run])
            found.append(rows.named(self.ids[here], self.added_at[here]))
        return found


def lexicon_for(store: Store, analysis: str) -> Lexicon:
    """Return the store's lexicon, or a new one if another version of the analysis made it."""
    if store.manifest.analysis == analysis:
        return store.lexicon()
    return store.start_lexicon_anew(analysis)


def derive_anew(
    store: Store, analysis: str, broken: frozenset[str], progress: Show | None = None
) -> int:
    """Clean and analyse again every part that another version made or whose tokens are broken.

    Returns the number of parts made anew. Articles stay what they were: their text as it came is
    got back by undoing the recorded changes.
    """
    stale = [
        part
        for part in store.manifest.parts
        if part.analysis != analysis or part.tokens_file.name in broken
    ]
    if not stale:
        return 0
    lexicon = lexicon_for(store, analysis)
    pieces = Pieces()
    vocabulary = Vocabulary(pieces.forms)
    for done, part in enumerate(stale):
        live = set(store.live.tolist())
        own = [(n, a) for n, a in store.scan_part(part) if n in live]
        cleaned = [clean_article(as_came(article)) for _, article in own]
        numbers = [number for number, _ in own]
        rows = [lay_out(cleaned, pieces, vocabulary)]
        tables = draw_up(numbers, rows, lexicon) if cleaned else None
        store.replace_part(part, tables, analysis)
        if progress:
            progress(done + 1, len(stale))
    return len(stale)


def _name_of(article: Article) -> str:
    """Return what tells a user which article is meant."""
    return str(article.origin or article.id or article.title)[:200]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
