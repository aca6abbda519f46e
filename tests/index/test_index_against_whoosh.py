"""Random query trees over the same documents: our index must answer as Whoosh's own does.

Whoosh is asked with the faults of its matchers mended; `whoosh_mended` tells which, and what is
right instead.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from real import real
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh_mended import answer, mended
from whoosh_trees import (
    Collection,
    Tree,
    Trees,
    collection,
    invented_texts,
    node,
    real_texts,
    schema,
    smallest,
)

from corpus.index.engine import ArrowIndex

LIMITS = (1, 3, 10)
KINDS = frozenset(
    "Term And Or DisjunctionMax Not AndNot AndMaybe Require Otherwise Prefix Wildcard Regex "
    "FuzzyTerm Variations TermRange NumericRange Every NullQuery Phrase Sequence Ordered SpanNear "
    "SpanNear2 SpanOr SpanFirst SpanNot SpanContains SpanBefore SpanCondition "
    "ConstantScoreQuery".split()
)


def storage(folder: Path) -> Any:
    """Return a storage of Whoosh in a new folder."""
    folder.mkdir()
    return FileStorage(str(folder))


def fill(
    index: Any, segments: Sequence[Sequence[dict[str, Any]]], deleted: Sequence[str], **options: Any
) -> None:
    """Write documents to an index, a segment at a time, and delete some of them afterwards."""
    for segment in segments:
        writer = index.writer(**options)
        for document in segment:
            writer.add_document(**document)
        writer.commit(merge=False)
    if deleted:
        writer = index.writer(**options)
        for name in deleted:
            writer.delete_by_term("id", name)
        writer.commit(merge=False)


@contextmanager
def whoosh_searcher(
    folder: Path, segments: Sequence[Sequence[dict[str, Any]]], deleted: Sequence[str]
) -> Iterator[Any]:
    """Search documents in an index of Whoosh's own kind."""
    with mended():
        index = storage(folder).create_index(schema())
        fill(index, segments, deleted, codec=W3Codec())
    with index.searcher() as searcher:
        yield searcher


@contextmanager
def our_searcher(folder: Path, documents: Collection) -> Iterator[Any]:
    """Search documents in an index of our kind, opened anew."""
    files = storage(folder)
    fill(ArrowIndex.create(files, schema()), documents.segments, documents.deleted_names)
    with ArrowIndex(files, schema()).searcher() as searcher:
        yield searcher


def truth(searcher: Any, tree: Tree) -> dict[int, float]:
    """Return what Whoosh finds, its faults mended."""
    with mended():
        return answer(searcher, tree.query())


def difference(found: dict[int, float], expected: dict[int, float]) -> str:
    """Say how two answers differ: nothing if they are the same."""
    if found.keys() != expected.keys():
        missing, extra = (
            sorted(expected.keys() - found.keys()),
            sorted(found.keys() - expected.keys()),
        )
        return f"documents: {missing} missing, {extra} too many"
    for number, score in expected.items():
        if not isclose(found[number], score, rel_tol=1e-9, abs_tol=1e-15):
            return f"score of document {number}: {found[number]!r} instead of {score!r}"
    return ""


def fault(searcher: Any, tree: Tree, expected: dict[int, float]) -> str:
    """Say what is wrong with our answers to a query: nothing if they are right."""
    try:
        results = searcher.search(tree.query(), limit=None)
        hits = results.top_n
        wrong = difference({number: score for score, number in hits}, expected)
        if wrong:
            return wrong
        if hits != sorted(hits, key=lambda hit: (-hit[0], hit[1])) or len(results) != len(hits):
            return "hits are out of order, or one is there twice"
        for limit in LIMITS:
            results = searcher.search(tree.query(), limit=limit)
            if results.top_n != hits[:limit] or len(results) != len(hits):
                return f"limit={limit}: {results.top_n} of {len(results)} instead of {hits[:limit]}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def compare(folder: Path, documents: Collection, trees: Iterable[Tree]) -> Counter[str]:
    """Ask both engines, and return how many trees with each kind of node had hits."""
    fruitful: Counter[str] = Counter()
    with (
        whoosh_searcher(folder / "whoosh", documents.segments, documents.deleted_names) as whoosh,
        our_searcher(folder / "ours", documents) as ours,
    ):

        def wrong(tree: Tree) -> str:
            return fault(ours, tree, truth(whoosh, tree))

        assert list(ours.all_stored_fields()) == list(whoosh.all_stored_fields())
        for tree in trees:
            expected = truth(whoosh, tree)
            if fault(ours, tree, expected):
                least = smallest(tree, lambda other: bool(wrong(other)))
                pytest.fail(f"{least}\n{wrong(least)}\nfound in {tree}")
            if expected:
                fruitful.update(set(tree.kinds()))
    return fruitful


def made(pick: random.Random, documents: Collection, count: int) -> Iterator[Tree]:
    """Yield so many random trees."""
    trees = Trees(pick, documents)
    return (trees.tree() for _ in range(count))


@pytest.mark.parametrize("seed", range(3))
def test_random_trees_are_answered_as_by_whoosh(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    documents = collection(pick, list(invented_texts(pick, 100)), segments=5)
    fruitful = compare(tmp_path, documents, made(pick, documents, 150))
    # A kind that is never there, or never finds anything, would say nothing.
    assert len(KINDS & fruitful.keys()) > 25


def word(text: str, **options: Any) -> Tree:
    return node("Term", "text", text, **options)


FEW = Collection(
    segments=[
        [
            {"id": "a", "text": "мост река поле", "number": 5},
            {"id": "b", "text": "лес лес поле снег", "number": 1},
            {"id": "c", "text": "паром мосты", "number": 40},
        ],
        [
            {"id": "d", "text": "река лес поле мост снег"},
            {"id": "e", "text": "мост", "number": 2},
            {"id": "f", "text": "берег снег"},
        ],
    ],
    deleted=[2, 5],
)
ONCE_WRONG = [
    # Each was answered wrongly by Whoosh or, at some time, by us.
    node("And", word("мост"), boost=3.0),
    node("And", node("SpanNear", word("река"), word("лес")), word("мост")),
    node("DisjunctionMax", word("река", boost=9.0), word("лес")),
    node("AndNot", word("мост"), node("Every")),
    node("AndNot", node("Every"), word("река")),
    node("And", node("Every"), node("AndMaybe", word("мост"), word("река"))),
    node("Not", word("мост")),
    node("Otherwise", node("Term", "id", "a"), word("снег")),
    node("Otherwise", node("Term", "id", "c"), word("снег")),
    node("ConstantScoreQuery", word("река"), 0.0),
    node("Prefix", "text", "ре", boost=2.0),
    node("Prefix", "text", "м", boost=2.0),
    node("Prefix", "text", "м", boost=2.0, constantscore=False),
    node("SpanNear", node("Prefix", "text", "м"), word("река")),
    node("FuzzyTerm", "text", "мосты", prefixlength=9),
    node("Regex", "text", "мосты{0,1}"),
    node("NumericRange", "number", 1, 2, boost=2.0, constantscore=False),
    node("NumericRange", "number", 1, 40, boost=2.0, constantscore=False),
    node("AndMaybe", word("мост"), node("And", word("мост"), word("лес"))),
    node("AndMaybe", word("река"), node("ConstantScoreQuery", word("лес"), 1.0)),
    node("SpanNot", word("река"), node("Phrase", "text", ["лес", "поле"])),
    node(
        "SpanNear2",
        word("снег"),
        node("SpanNear2", word("река"), word("мост"), slop=9),
        ordered=False,
    ),
    node("SpanNear", node("AndMaybe", word("река"), word("поле")), word("мост")),
    node(
        "SpanNear",
        node("AndNot", node("Or", word("река"), word("поле")), word("нет")),
        word("мост"),
    ),
    node("SpanFirst", node("Require", word("поле"), word("река")), limit=0),
    # Edges that trees at random seldom meet.
    node("SpanNear", word("поле"), word("поле"), mindist=0),
    node("SpanNear", word("лес"), word("поле"), slop=3, mindist=2),
    node("SpanNear", word("река"), word("поле"), slop=3, mindist=2),
    node("SpanFirst", node("SpanOr", word("река"), word("лес")), limit=0),
    node("SpanContains", node("SpanNear2", word("река"), word("мост"), slop=9), word("мост")),
    # Ways that only some shapes of trees take.
    node("Phrase", "text", ["лес", "лес"]),
    node("Phrase", "text", ["лес", "лес"], slop=3),
    node("Phrase", "text", ["мост", "поле"], slop=2),
    node("Phrase", "text", ["лес", "снег"], slop=9, boost=2.0),
    node("Phrase", "text", ["река", "поле", "снег"], slop=3),
    node("Phrase", "text", ["снег", "мост"], slop=9),
    node("Phrase", "text", ["река", "нет"]),
    node("Phrase", "text", ["река"], slop=2),
    node("And", word("лес", boost=2.0), word("снег")),
    node("Or", word("лес", boost=2.0), word("снег"), word("нет")),
    node("Or", word("мост"), node("Term", "id", "d")),
    node("Or", word("нет"), word("никогда")),
    node("DisjunctionMax", word("лес"), word("снег"), word("мост")),
    node(
        "AndMaybe", node("Or", word("мост"), word("река")), node("Phrase", "text", ["лес", "поле"])
    ),
]
WITHOUT_DELETED = Collection(segments=FEW.segments, deleted=[])


@pytest.mark.parametrize("tree", ONCE_WRONG, ids=lambda tree: tree.kind)
def test_what_was_wrong_once_is_right(tmp_path: Path, tree: Tree) -> None:
    compare(tmp_path, FEW, [tree])


def test_nor_does_it_depend_on_deletions(tmp_path: Path) -> None:
    compare(tmp_path, WITHOUT_DELETED, ONCE_WRONG)


def test_mended_whoosh_does_not_depend_on_segments(tmp_path: Path) -> None:
    """Answers are the same in one segment, and hits the same without what was deleted."""
    pick = random.Random(11)
    documents = collection(pick, list(invented_texts(pick, 60)), segments=4)
    every, names = documents.documents, documents.deleted_names
    left = [number for number in range(len(every)) if number not in documents.deleted]
    with (
        whoosh_searcher(tmp_path / "several", documents.segments, names) as several,
        whoosh_searcher(tmp_path / "one", [every], names) as one,
        whoosh_searcher(tmp_path / "left", [[every[number] for number in left]], []) as rest,
    ):
        assert [len(s.leaf_searchers()) for s in (several, one, rest)] == [4, 1, 1]
        for tree in made(pick, documents, 100):
            found = truth(several, tree)
            assert not difference(found, truth(one, tree)), str(tree)
            assert {left[number] for number in truth(rest, tree)} == found.keys(), str(tree)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
def test_many_random_trees_are_answered_as_by_whoosh(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    documents = collection(pick, list(invented_texts(pick, 150)), segments=pick.randint(2, 12))
    assert compare(tmp_path, documents, made(pick, documents, 3000)).keys() == KINDS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 24))
def test_trees_over_real_articles_are_answered_as_by_whoosh(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    texts = list(real_texts(real("news/rt.jsonl.gz"), 300))
    documents = collection(pick, texts, segments=pick.randint(2, 9))
    assert compare(tmp_path, documents, made(pick, documents, 1200)).keys() == KINDS
