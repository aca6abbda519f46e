"""Taking articles in: from readers through cleaning and identity to batches in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from corpus.model import Article, Failure
from corpus.morphology.lexicon import Lexicon
from corpus.receipt import Receipt
from corpus.store.store import Store
from corpus.text.clean import clean_article, clean_url, restore
from corpus.text.fold import fold

# A batch is published when it reaches either size: what a kill can cost, and memory's bound.
BATCH_ARTICLES = 500
BATCH_CHARACTERS = 3_000_000

# How readers name a record in a file of many: by line or by row.
_RECORD = re.compile(r"[:#]\d+$")

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


def text_key(article: Article) -> str:
    """Return a key that articles with the same words in the same order share."""
    return f"text:{fold(' '.join(article.text.split()))}"


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
        for row in table.to_pylist():
            for fact in facts(row["id"], row["url"], row["hash"], row["origin"]):
                keys.append(_short(fact))
                numbers.append(row["article"])
        order = np.argsort(np.array(keys, np.uint64), kind="stable")
        self._keys = np.array(keys, np.uint64)[order]
        self._numbers = np.array(numbers, np.int64)[order]
        self._recent: dict[int, int] = {}
        self._gone: set[int] = set()
        self._store_ids = table.column("id")
        self._store_numbers = table.column("article").to_numpy()

    def find(self, fact: str) -> int | None:
        """Return the number of the article of which a fact holds."""
        key = _short(fact)
        recent = self._recent.get(key)
        if recent is not None:
            return None if recent in self._gone else recent
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        while place < len(self._keys) and int(self._keys[place]) == key:
            if int(self._numbers[place]) not in self._gone:
                return int(self._numbers[place])
            place += 1
        return None

    def id_of(self, number: int) -> str:
        """Return the id of an article."""
        if number in self.ids:
            return self.ids[number]
        return str(self._store_ids[int(np.searchsorted(self._store_numbers, number))])

    def add(self, number: int, article: Article) -> None:
        """Remember an article that is being taken in."""
        self.ids[number] = article.id
        own = facts(article.id, article.url, article.hash, article.origin)
        self._recent.update((_short(fact), number) for fact in own)

    def note(self, fact: str, number: int) -> None:
        """Remember one more fact of an article."""
        self._recent.setdefault(_short(fact), number)

    def forget(self, number: int) -> None:
        """Forget an article that was replaced."""
        self._gone.add(number)


def facts(article_id: str, url: str, content: str, origin: str) -> list[str]:
    """Return what identifies an article, as strings that cannot be confused."""
    found = [f"id:{article_id}", f"hash:{content}"]
    if names_one_article(url):
        found.append(f"url:{url}")
    if is_own_file(origin):
        found.append(f"file:{origin}")
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

    `seen` collects the numbers of articles found in the files read, whatever became of them.
    """

    store: Store
    analysis: str
    skip: frozenset[str] = frozenset()
    progress: Progress | None = None
    seen: set[int] = field(default_factory=set)
    # Origins whose articles all stand elsewhere or failed: their files must be read again.
    unsettled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known = Identities(self.store)
        self._lexicon: Lexicon | None = None
        self._numbers: list[int] = []
        self._batch: list[Article] = []
        self._removed: list[int] = []
        self._characters = 0
        self._next = self.store.manifest.next_article
        self._run: set[int] = set()
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
                if len(self._batch) >= BATCH_ARTICLES or self._characters >= BATCH_CHARACTERS:
                    self.publish()
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

    def _take_one(self, raw: Article) -> None:
        digest = content_hash(raw)
        if digest in self.skip:
            return
        self._note_problems(raw)
        given = bool(raw.id)
        article = replace(raw, id=raw.id or f"a{digest[:15]}", hash=digest)
        same = self._known.find(f"hash:{digest}")
        if same is not None:
            self._identical(same, article)
            return
        old = self._earlier_version(article, given)
        if old is not None and not given:
            article = replace(article, id=self._known.id_of(old))
        cleaned = clean_article(article)
        if not cleaned.text.strip():
            self._fail(Failure(raw.origin, "no text is left after cleaning"))
            return
        self._accept(cleaned, old)

    def _identical(self, number: int, article: Article) -> None:
        self.seen.add(number)
        self._outcomes["identical"].append(self._known.id_of(number))
        if self._known.find(f"file:{article.origin}") != number:
            self.unsettled.add(file_of(article.origin))

    def _earlier_version(self, article: Article, given: bool) -> int | None:
        """Return the article that a new one replaces: same id, or same address, or same file."""
        by_id = self._known.find(f"id:{article.id}")
        if by_id is not None:
            return by_id
        url, _ = clean_url(article.url)
        if names_one_article(url):
            old = self._known.find(f"url:{url}")
            # Two records of one run with ids of their own are two articles on one page.
            if old is not None and not (given and old in self._run):
                return old
        if is_own_file(article.origin) and not given:
            return self._known.find(f"file:{article.origin}")
        return None

    def _note_problems(self, article: Article) -> None:
        self._problems += [(article.origin or article.id, what) for what in article.problems]

    def _accept(self, article: Article, old: int | None) -> None:
        number = self._next
        self._next += 1
        self._numbers.append(number)
        self._batch.append(replace(article, added_at=_now()))
        self._characters += len(article.text) + len(article.raw)
        if old is not None:
            self._removed.append(old)
            self._known.forget(old)
        self._outcomes["added" if old is None else "changed"].append(article.id)
        self.seen.add(number)
        self._run.add(number)
        key = text_key(article)
        twin = self._known.find(key)
        if twin is not None and old is None:
            self._near.append((article.id, self._known.id_of(twin)))
        self._known.add(number, article)
        self._known.note(key, number)

    def publish(self) -> None:
        """Write the batch and make it part of the corpus."""
        if not self._batch and not self._removed:
            return
        if self._lexicon is None:
            self._lexicon = lexicon_for(self.store, self.analysis)
        self.store.append(
            self._numbers,
            self._batch,
            self._lexicon,
            analysis=self.analysis,
            removed=self._removed,
            progress=self.progress,
        )
        self._numbers, self._batch, self._removed, self._characters = [], [], [], 0


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


def as_came(article: Article) -> Article:
    """Return an article as its reader gave it, before cleaning."""

    def before(value: str, name: str) -> str:
        return restore(value, article.changes, name)

    return replace(
        article,
        title=before(article.title, "title"),
        lead=before(article.lead, "lead"),
        text=before(article.text, "text"),
        source=before(article.source, "source"),
        url=before(article.url, "url"),
        authors=tuple(before(a, f"authors.{n}") for n, a in enumerate(article.authors)),
        tags=tuple(before(t, f"tags.{n}") for n, t in enumerate(article.tags)),
        headings=(),
        changes=(),
    )


def file_of(origin: str) -> str:
    """Return the file an origin names, without line, row or member."""
    path = _RECORD.sub("", origin)
    archive, mark, _ = path.partition(".zip!")
    return f"{archive}.zip" if mark else path


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
