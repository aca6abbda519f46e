"""Taking articles in: from readers through cleaning and identity to batches in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from corpus.given import as_came, flaw
from corpus.model import Article, Failure
from corpus.morphology.lexicon import Lexicon
from corpus.receipt import Receipt
from corpus.store.parts import text_hash
from corpus.store.store import Store
from corpus.text.clean import clean_article, clean_url

# A batch is published when it reaches either size: what a kill can cost, and memory's bound.
BATCH_ARTICLES = 500
BATCH_CHARACTERS = 3_000_000

# How readers name a record in a file of many: by line or by row.
_RECORD = re.compile(r"[:#]\d+$")
_MEMBER = re.compile(r"\.zip!", re.I)

Progress = Callable[[int, int], None]


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


class Identities:
    """What is known of the articles of a corpus: id, address, content, file → article number.

    Each fact is kept as 64 bits of its hash in one sorted array, so that a million articles take
    40 MB; facts of the running process lie in a dict above it.
    """

    def __init__(self, store: Store) -> None:
        self.ids: dict[int, str] = {}
        table = store.identities()
        keys: list[int] = []
        numbers: list[int] = []
        homes: list[int] = []
        for row in table.to_pylist():
            homes.append(_short(file_of(row["origin"])))
            for fact in facts(row):
                keys.append(_short(fact))
                numbers.append(row["article"])
        order = np.argsort(np.array(keys, np.uint64), kind="stable")
        self._keys = np.array(keys, np.uint64)[order]
        self._numbers = np.array(numbers, np.int64)[order]
        self._recent: dict[int, int] = {}
        self._recent_homes: dict[int, int] = {}
        self._gone: set[int] = set()
        self._store_ids = table.column("id")
        self._store_numbers = table.column("article").to_numpy()
        self._store_homes = np.array(homes, np.uint64)

    def find(self, fact: str) -> int | None:
        """Return the number of the article of which a fact holds."""
        key = _short(fact)
        recent = self._recent.get(key)
        if recent is not None and recent not in self._gone:
            return recent
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        while place < len(self._keys) and int(self._keys[place]) == key:
            if int(self._numbers[place]) not in self._gone:
                return int(self._numbers[place])
            place += 1
        return None

    def is_live(self, number: int) -> bool:
        """Return whether an article has not been replaced in this run."""
        return number not in self._gone

    def is_home(self, origin: str, number: int) -> bool:
        """Return whether an article came from the file that an origin names."""
        home = self._recent_homes.get(number)
        if home is None:
            home = int(self._store_homes[int(np.searchsorted(self._store_numbers, number))])
        return home == _short(file_of(origin))

    def id_of(self, number: int) -> str:
        """Return the id of an article."""
        if number in self.ids:
            return self.ids[number]
        return str(self._store_ids[int(np.searchsorted(self._store_numbers, number))])

    def add(self, number: int, article: Article) -> None:
        """Remember an article that is being taken in."""
        self.ids[number] = article.id
        self._recent_homes[number] = _short(file_of(article.origin))
        known = {name: getattr(article, name) for name in ("id", "url", "hash", "origin")}
        own = facts({**known, "text_hash": text_hash(article.text)})
        self._recent.update((_short(fact), number) for fact in own)

    def forget(self, number: int) -> None:
        """Forget an article that was replaced."""
        self._gone.add(number)


def facts(row: Mapping[str, str]) -> list[str]:
    """Return what identifies an article, as strings that cannot be confused."""
    found = [f"id:{row['id']}", f"hash:{row['hash']}", f"text:{row['text_hash']}"]
    if names_one_article(row["url"]):
        found.append(f"url:{row['url']}")
    if is_own_file(row["origin"]):
        found.append(f"file:{row['origin']}")
    return found


def names_one_article(url: str) -> bool:
    """Return whether an address can tell articles apart: it has more than a host."""
    rest = url.partition("://")[2] or url
    return "/" in rest and bool(rest.partition("/")[2].strip("/"))


def is_own_file(origin: str) -> bool:
    """Return whether an article has a file to itself, so that the file's name identifies it."""
    return bool(origin) and origin != "-" and not _RECORD.search(origin)


def _short(fact: str) -> int:
    data = fact.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


@dataclass
class Intake:
    """One run of taking articles in; the caller holds the store's lock.

    `seen` collects the articles found in the files read, whatever became of them: number and
    content hash.
    """

    store: Store
    analysis: str
    skip: frozenset[str] = frozenset()
    progress: Progress | None = None
    seen: dict[int, str] = field(default_factory=dict)
    # Files whose articles stand elsewhere, or that failed: they must be read again.
    unsettled: set[str] = field(default_factory=set)
    # Files of which something could not be read: what they held before may still be there.
    unread: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known = Identities(self.store)
        self._lexicon: Lexicon | None = None
        self._batch = _Batch()
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
                if isinstance(item, Failure):
                    self._fail(item)
                else:
                    self._take_one(item)
                if self._batch.is_full():
                    self.publish()
            self._settle()
        except KeyboardInterrupt:
            # What was read is worth keeping; the rest comes with the next run.
            self.publish()
            raise
        self.publish()
        # Indexing comes next and needs the room.
        self._lexicon = None
        return self.receipt()

    def receipt(self) -> Receipt:
        """Return what has happened so far."""
        return Receipt(
            added=tuple(self._outcomes["added"]),
            identical=tuple(self._outcomes["identical"]),
            changed=tuple(self._outcomes["changed"]),
            near_duplicate=tuple(self._near),
            failed=tuple(self._failed),
            problems=tuple(self._problems),
        )

    def _fail(self, failure: Failure) -> None:
        self._failed.append(failure)
        self.unsettled.add(file_of(failure.path))
        self.unread.add(file_of(failure.path))

    def _take_one(self, raw: Article) -> None:
        if wrong := flaw(raw):
            self._fail(Failure(_name_of(raw), wrong))
            return
        digest = content_hash(raw)
        if digest in self.skip:
            return
        self._note_problems(raw)
        article = replace(raw, hash=digest)
        same = self._known.find(f"hash:{digest}")
        if same is not None:
            self._identical(same, article)
            return
        old = self._earlier_version(article)
        if old is not None and digest in self._superseded:
            # Once a later record replaced it: perhaps that one is still to come.
            self._waiting.setdefault(old, []).append(article)
            return
        self._take_version(article, old)

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

    def _take_version(self, article: Article, old: int | None) -> None:
        if not article.id:
            name = self._new_id(article.hash) if old is None else self._known.id_of(old)
            article = replace(article, id=name)
        try:
            cleaned = clean_article(article)
        except MemoryError:
            raise
        except Exception as error:  # one odd article never stops the rest
            reason = f"could not be cleaned: {type(error).__name__}: {error}"
            self._fail(Failure(_name_of(article), reason))
            return
        if not cleaned.text.strip():
            self._fail(Failure(_name_of(article), "no text is left after cleaning"))
            return
        self._accept(cleaned, old)

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

    def _accept(self, article: Article, old: int | None) -> None:
        number = self._next
        self._next += 1
        self._batch.add(number, replace(article, added_at=_now()))
        if old is not None:
            self._replace(old)
        self._outcomes["added" if old is None else "changed"].append(article.id)
        self.seen[number] = article.hash
        twin = self._known.find(f"text:{text_hash(article.text)}")
        if twin is not None and old is None:
            self._near.append((article.id, self._known.id_of(twin)))
        self._known.add(number, article)

    def _replace(self, old: int) -> None:
        self._batch.removed.append(old)
        self._known.forget(old)
        if old in self.seen:
            self._batch.superseded.append(self.seen[old])
            self._superseded.add(self.seen[old])

    def publish(self) -> None:
        """Write the batch and make it part of the corpus."""
        # Whatever interrupts the writing, the same batch is never written twice.
        batch, self._batch = self._batch, _Batch()
        if not batch.articles and not batch.removed:
            return
        if self._lexicon is None:
            self._lexicon = lexicon_for(self.store, self.analysis)
        self.store.append(
            batch.numbers,
            batch.articles,
            self._lexicon,
            analysis=self.analysis,
            removed=batch.removed,
            superseded=batch.superseded,
            progress=self.progress,
        )


@dataclass
class _Batch:
    """Cleaned articles that are published together, and the numbers of those they replace."""

    numbers: list[int] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, number: int, article: Article) -> None:
        self.numbers.append(number)
        self.articles.append(article)
        self.characters += len(article.text) + len(article.raw) + len(article.lead)
        self.characters += len(json.dumps(article.record)) if article.record else 0

    def is_full(self) -> bool:
        return len(self.articles) >= BATCH_ARTICLES or self.characters >= BATCH_CHARACTERS


def lexicon_for(store: Store, analysis: str) -> Lexicon:
    """Return the store's lexicon, or a new one if another version of the analysis made it."""
    if store.manifest.analysis == analysis:
        return store.lexicon()
    return store.start_lexicon_anew(analysis)


def derive_anew(
    store: Store, analysis: str, broken: frozenset[str], progress: Progress | None = None
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
    for done, part in enumerate(stale):
        live = set(store.live.tolist())
        own = [(n, a) for n, a in store.scan_part(part) if n in live]
        store.replace_part(
            part, [(n, clean_article(as_came(a))) for n, a in own], lexicon, analysis
        )
        if progress:
            progress(done + 1, len(stale))
    return len(stale)


def file_of(origin: str) -> str:
    """Return the file an origin names, without line, row or member."""
    path = _RECORD.sub("", origin)
    inside = _MEMBER.search(path)
    return path[: inside.start() + len(".zip")] if inside else path


def _name_of(article: Article) -> str:
    """Return what tells a user which article is meant."""
    return str(article.origin or article.id or article.title)[:200]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
