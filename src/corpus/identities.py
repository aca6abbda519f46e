"""Identities: which article of a corpus a new one is, by id, address, content or file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import numpy as np

from corpus.model import Article
from corpus.store.store import Store

# How readers name a record in a file of many: by line or by row.
_RECORD = re.compile(r"[:#]\d+$")
_MEMBER = re.compile(r"\.zip!", re.I)


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

    def add(self, number: int, article: Article, text_hash: str) -> None:
        """Remember an article that is being taken in, its address cleaned."""
        self.ids[number] = article.id
        self._recent_homes[number] = _short(file_of(article.origin))
        known = {name: getattr(article, name) for name in ("id", "url", "hash", "origin")}
        own = facts({**known, "text_hash": text_hash})
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


def file_of(origin: str) -> str:
    """Return the file an origin names, without line, row or member."""
    path = _RECORD.sub("", origin)
    inside = _MEMBER.search(path)
    return path[: inside.start() + len(".zip")] if inside else path


def _short(fact: str) -> int:
    data = fact.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
