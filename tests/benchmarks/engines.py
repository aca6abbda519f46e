"""What a search engine does for engine.py, and the two of Whoosh's kind: ours, and its own.

All get the same words: lemmas, folded, title and text as one field. What an engine is fed (strings,
lists or arrays) is made before its clock starts, in the form that it takes fastest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from measuring import size
from sampling import Articles, Query

HITS = 10
SLOP = 5
"""Words of a loose phrase stand at most this far behind the word before, as in Whoosh."""

Search = Callable[[], tuple[list[Any], int]]
"""Returns the ids of the ten best articles and the exact number of all."""


class Engine:
    """One engine with its index in one folder."""

    name = ""
    differs: frozenset[str] = frozenset()
    """Shapes that mean something else to this engine than to Whoosh."""

    def __init__(self, folder: Path, articles: Articles) -> None:
        self.folder, self.articles = folder, articles
        self.added = 0

    def feed(self) -> None:
        """Make what `build` and `add` take, not timed; codes (`Articles.codes_of`) are there."""

    def build(self) -> float:
        """Make the index from nothing; return the seconds it took."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the index for searching."""
        raise NotImplementedError

    def prepare(self, query: Query) -> Search | None:
        """Return a function that goes from a ready query tree to ids and total.

        Building the tree is not timed. None if the engine has no such queries.
        """
        raise NotImplementedError

    def add(self, count: int) -> float:
        """Add articles; return the seconds from opening a writer until they can be found."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of files."""

    def size(self) -> int:
        """Return the bytes that the index takes on disk."""
        return size(self.folder)

    def more(self, count: int) -> list[tuple[str, int]]:
        """Return ids and numbers of articles to add, the same ones for each engine."""
        numbers = range(self.added, self.added + count)
        self.added += count
        return [(f"n{number:07}", number * 7919 % self.articles.different) for number in numbers]


def whoosh_tree(query: Query) -> Any:
    """Return the tree that Whoosh, and our engine, is given for a query."""
    from whoosh import query as q

    shape, words = query
    terms = [q.Term("text", word) for word in words]
    match shape:
        case "term":
            return terms[0]
        case "and2":
            return q.And(terms)
        case "or2" | "or3":
            return q.Or(terms)
        case "not":
            return q.AndNot(terms[0], terms[1])
        case "phrase" | "phrase~5":
            return q.Phrase("text", list(words), slop=SLOP if shape == "phrase~5" else 1)
        case "prefix":
            return q.Prefix("text", words[0])
        case "prefix and":
            return q.And([q.Prefix("text", words[0]), terms[1]])
        case "wildcard":
            return q.Wildcard("text", words[0])
        case "typo":
            return q.FuzzyTerm("text", words[0], maxdist=1, prefixlength=0)
    raise ValueError(shape)


class Ours(Engine):
    """The index of this project: a Whoosh index whose postings are columns."""

    name = "ours"

    def __init__(self, folder: Path, articles: Articles) -> None:
        super().__init__(folder, articles)
        try:
            from corpus.index.engine import ArrowIndex
            from corpus.index.schema import Values, Words
        except ImportError as error:
            sys.exit(f"our own engine cannot be imported ({error}): choose others with --engines")
        from whoosh.fields import Schema

        self.kind = ArrowIndex
        self.schema = Schema(text=Words(), id=Values())

    def storage(self) -> Any:
        from whoosh.filedb.filestore import FileStorage

        return FileStorage(str(self.folder))

    def batch(self, pairs: Sequence[tuple[str, int]]) -> Any:
        """Return articles by id and number, as the index takes them."""
        import pyarrow as pa

        from corpus.index.invert import Articles as Batch

        parts = [self.articles.codes_of(article) for _, article in pairs]
        codes = np.concatenate(parts)
        used, codes = np.unique(codes, return_inverse=True) if len(pairs) < 1000 else (None, codes)
        vocabulary = self.vocabulary
        if used is not None:
            vocabulary = [vocabulary[code] for code in used.tolist()]
        names = [name.encode() for name, _ in pairs]
        return Batch(
            words=np.array(list(map(len, parts)), np.int64),
            streams={"lemma": (codes.astype(np.int32), vocabulary)},
            fields={"text": ("lemma", np.ones(len(codes), bool))},
            values={"id": [[name] for name in names]},
            columns={"id": pa.array(names, pa.binary())},
        )

    def feed(self) -> None:
        self.vocabulary = [word.encode() for word in self.articles.vocabulary]

    def build(self) -> float:
        pairs = list(zip(self.articles.ids, self.articles.order.tolist(), strict=True))
        started = time.perf_counter()
        writer = self.kind.create(self.storage(), self.schema).writer()
        for first in range(0, len(pairs), 2000):
            writer.add_articles(self.batch(pairs[first : first + 2000]))
        writer.commit()
        return time.perf_counter() - started

    def open(self) -> None:
        self.feed()
        self.index = self.kind(self.storage(), self.schema)
        self.searcher = self.index.searcher()

    def prepare(self, query: Query) -> Search | None:
        tree, searcher = whoosh_tree(query), self.searcher

        def search() -> tuple[list[Any], int]:
            found = searcher.top(tree, HITS)
            return searcher.values("id", found.docs), found.total

        return search

    def add(self, count: int) -> float:
        batch = self.batch(self.more(count))
        started = time.perf_counter()
        writer = self.index.writer()
        writer.add_articles(batch)
        writer.commit()
        self.searcher = self.index.searcher()
        return time.perf_counter() - started


class Whoosh(Engine):
    """Whoosh with the codec it comes with. The index is one segment after the build.

    Its collector is told neither to skip blocks nor to replace matchers: that gives the exact total
    in the same pass, in about half the time of `len(searcher.search(…))`, which searches twice.
    Its AndNot (3.54.0) may let in one article too many: the first that holds the wanted word.
    """

    name = "whoosh"

    def feed(self) -> None:
        _ = self.articles.lists, self.articles.ids

    def build(self) -> float:
        from whoosh import analysis, fields, index

        words = fields.TEXT(analyzer=analysis.SpaceSeparatedTokenizer())
        schema = fields.Schema(text=words, id=fields.STORED())
        articles = zip(self.articles.ids, self.articles.order.tolist(), strict=True)
        started = time.perf_counter()
        with index.create_in(str(self.folder), schema).writer(limitmb=512) as writer:
            for name, article in articles:
                writer.add_document(text=self.articles.lists[article], id=name)
        return time.perf_counter() - started

    def open(self) -> None:
        from whoosh import index

        self.index = index.open_dir(str(self.folder))
        self.searcher = self.index.searcher()

    def prepare(self, query: Query) -> Search:
        from whoosh.collectors import TopCollector

        tree, searcher = whoosh_tree(query), self.searcher

        def search() -> tuple[list[Any], int]:
            collector = TopCollector(limit=HITS, usequality=False, replace=0)
            searcher.search_with_collector(tree, collector)
            return [hit["id"] for hit in collector.results()], collector.total

        return search

    def add(self, count: int) -> float:
        articles = self.more(count)
        started = time.perf_counter()
        with self.index.writer() as writer:
            for name, article in articles:
                writer.add_document(text=self.articles.lists[article], id=name)
        self.searcher = self.searcher.refresh()
        return time.perf_counter() - started

    def close(self) -> None:
        self.searcher.close()
        self.index.close()
