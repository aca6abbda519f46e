"""The engine by itself: merging, spilling, damage, strangers' folders, readers beside a writer."""

from __future__ import annotations

import pickle
import random
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from whoosh import fields, query
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.reading import ReaderClosed

from corpus.index import merge
from corpus.index.contents import read_contents
from corpus.index.engine import ArrowIndex
from corpus.index.evaluate import TimeLimit
from corpus.index.invert import Articles
from corpus.index.mapped import SegmentError
from corpus.index.schema import Values, Words
from corpus.index.texts import packed

SCHEMA = fields.Schema(title=Words(), text=Words(), id=Values(unique=True))
VOCABULARY = [f"слово{n}" for n in range(40)]
Documents = Sequence[Sequence[str]]


def batch(documents: Documents, first: int = 0, texts: bool = True) -> Articles:
    """Return documents as the index takes them; the first two words of each are its title."""
    flat = [word for document in documents for word in document]
    known = sorted(set(flat), key=lambda word: word[::-1])
    title = [place < 2 for document in documents for place in range(len(document))]
    sizes = np.array([len(document) for document in documents], np.int64)
    return Articles(
        words=sizes,
        streams={
            "form": (
                np.array([known.index(w) for w in flat], np.int32),
                [w.encode() for w in known],
            )
        },
        fields={"title": ("form", np.array(title, bool)), "text": ("form", ~np.array(title, bool))},
        values={"id": [[f"n{first + n}".encode()] for n in range(len(documents))]},
        columns={"number": pa.array(np.arange(first, first + len(documents)))},
        starts={"documents": np.unique((np.cumsum(sizes) - sizes)[sizes > 0])},
        texts=packed([" ".join(document).encode() for document in documents]) if texts else None,
    )


def some(chance: random.Random, count: int) -> list[list[str]]:
    lengths = [chance.choice([0, 1, 2, 5, 30, 600]) for _ in range(count)]
    return [chance.choices(VOCABULARY[: chance.choice([1, 5, 40])], k=size) for size in lengths]


def written(index: ArrowIndex) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Return what an index holds: (field, word) to pairs of article and place in it."""
    found = defaultdict(list)
    for leaf in index.searcher().snapshot.leaves:
        numbers = leaf.column("number")
        for field in ("title", "text"):
            postings = leaf.segment.field(field)
            for term in range(len(postings.terms) if postings else 0):
                start, stop = postings.postings(term)
                owners = np.repeat(postings.documents[start:stop], postings.often(start, stop))
                places = postings.places(term) - leaf.segment.base[owners]
                alive = np.ones(len(owners), bool) if leaf.live is None else leaf.live[owners]
                pairs = zip(numbers[owners][alive].tolist(), places[alive].tolist(), strict=True)
                found[field, postings.terms[term].decode()] += pairs
    return {key: sorted(pairs) for key, pairs in found.items() if pairs}


def said(index: ArrowIndex) -> dict[int, str]:
    """Return what an index keeps of each document that is not deleted."""
    return {
        number: leaf.text(doc).decode()
        for leaf in index.searcher().snapshot.leaves
        for doc, number in enumerate(leaf.column("number").tolist())
        if leaf.live is None or leaf.live[doc]
    }


def expected(documents: dict[int, Sequence[str]]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    found = defaultdict(list)
    for number, words in sorted(documents.items()):
        for place, word in enumerate(words):
            found["title" if place < 2 else "text", word].append((number, place))
    return dict(found)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_merged_and_deleted_is_there_word_by_word(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(merge, "_BLOCK", chance.choice([3, 50, 1 << 20]))
    index = ArrowIndex.create(RamStorage(), SCHEMA)
    documents: dict[int, Sequence[str]] = {}
    texts: dict[int, str] = {}
    for _ in range(5):
        # Some writers keep little in memory and write parts, to be merged when they commit.
        writer = index.writer(words_in_memory=chance.choice([40, 1 << 20]))
        gone = [number for number in documents if chance.random() < 0.2]
        writer.delete_where("number", np.array(gone, np.int64))
        for number in gone:
            del documents[number]
        for _ in range(3):
            new = some(chance, 4)
            first = max(documents, default=0) + 1
            kept = chance.random() < 0.8
            writer.add_articles(batch(new, first, kept))
            documents.update(enumerate(new, first))
            texts.update((n, " ".join(words) * kept) for n, words in enumerate(new, first))
        writer.commit(merge=chance.random() < 0.5, optimize=chance.random() < 0.3 or None)
        assert written(index) == expected(documents)
    index.optimize()
    assert written(index) == expected(documents)
    assert said(index) == {number: texts[number] for number in documents}
    assert len(index._segments()) == 1
    for leaf in index.searcher().snapshot.leaves:
        filled = [number for number, words in documents.items() if words]
        assert len(leaf.starts("documents")) == len(filled)


class Trap:
    """Unpickling this would leave a trace."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_a_strangers_table_of_contents_is_refused_and_never_run(tmp_path: Path) -> None:
    folder, trace = tmp_path / "index", tmp_path / "trace"
    folder.mkdir()
    storage = FileStorage(str(folder))
    ArrowIndex.create(storage, SCHEMA)
    name = folder / "_MAIN_0.toc"
    good = name.read_bytes()
    crafted = pickle.dumps(Trap(trace))
    pickle.loads(crafted)
    assert trace.exists(), "the trap works"
    trace.unlink()
    # A pickle by itself, and one where Whoosh's own table of contents has it.
    for data in (crafted, good[:40] + crafted, b"\x04\x08\x04\xff\xff\xcf\xc7" + crafted * 2):
        name.write_bytes(data)
        with pytest.raises(SegmentError, match="is not a table of contents written here"):
            ArrowIndex(storage, SCHEMA)
        assert not trace.exists()
    # Plain values that would lead out of the folder are refused, too.
    name.write_bytes(good.replace(b'"generation": 0', b'"generation": 1'))
    with pytest.raises(SegmentError, match="checksum"):
        ArrowIndex(storage, SCHEMA)


def test_stored_values_are_plain_or_refused() -> None:
    schema = fields.Schema(id=fields.ID(stored=True), thing=fields.STORED())
    index = ArrowIndex.create(RamStorage(), schema)
    with index.writer() as writer:
        writer.add_document(id="а", thing={"ключ": (1, 2.5, None, b"\x00", {"x"})})
    assert next(index.reader().all_stored_fields())["thing"] == {
        "ключ": (1, 2.5, None, b"\x00", {"x"})
    }
    writer = index.writer()
    writer.add_document(id="б", thing=Trap(Path("nowhere")))
    with pytest.raises(TypeError, match="only plain values"):
        writer.commit()
    assert index.doc_count() == 1


@pytest.mark.parametrize("ending", [".postings.arrow", ".documents.arrow", ".texts.arrow"])
def test_files_cut_short_missing_or_altered_are_named(tmp_path: Path, ending: str) -> None:
    storage = FileStorage(str(tmp_path))
    index = ArrowIndex.create(storage, SCHEMA)
    with index.writer() as writer:
        writer.add_articles(batch(some(random.Random(1), 20)))
    path = next(tmp_path.glob(f"*{ending}"))
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    with pytest.raises(SegmentError, match=f"{path.name} is cut short"):
        index.reader()
    path.write_bytes(good[:-9] + bytes([good[-9] ^ 4]) + good[-8:])
    if ending == ".documents.arrow":
        with pytest.raises(SegmentError, match=f"checksum of {path.name}"):
            index.reader()
    path.unlink()
    with pytest.raises(FileNotFoundError, match=path.name):
        index.reader()
    path.write_bytes(good)
    assert index.doc_count() == 20


def test_an_altered_text_is_never_shown(tmp_path: Path) -> None:
    index = ArrowIndex.create(FileStorage(str(tmp_path)), SCHEMA)
    with index.writer() as writer:
        writer.add_articles(batch(some(random.Random(1), 20)))
    path = next(tmp_path.glob("*.texts.arrow"))
    good = path.read_bytes()
    changed = 0
    for place in range(0, len(good), 97):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        try:
            shown = said(ArrowIndex(FileStorage(str(tmp_path)), SCHEMA))
        except (SegmentError, pa.ArrowException, ValueError, OSError):
            changed += 1
        else:
            path.write_bytes(good)
            assert shown == said(index), place
    assert changed > 3


def test_a_query_can_be_limited_and_cancelled() -> None:
    index = ArrowIndex.create(RamStorage(), SCHEMA)
    with index.writer() as writer:
        writer.add_articles(batch(some(random.Random(1), 20)))
    searcher = index.searcher()
    asked = query.Or([query.Prefix("text", "сл"), query.Wildcard("text", "*о*")])
    assert len(searcher.search(asked, seconds=60)) > 0
    with pytest.raises(TimeLimit, match="longer than"):
        searcher.search(asked, seconds=-1)
    with pytest.raises(TimeLimit, match="cancelled"):
        searcher.search(asked, cancelled=lambda: True)


def test_a_pattern_over_all_terms_can_be_cancelled_half_way() -> None:
    index = ArrowIndex.create(RamStorage(), SCHEMA)
    with index.writer() as writer:
        writer.add_articles(batch([[f"а{n}б{n}в" for n in range(5000)]]))
    asked = query.Wildcard("text", "*б*3*")
    answers = iter([False] * 3)
    with pytest.raises(TimeLimit, match="cancelled"):
        index.searcher().search(asked, cancelled=lambda: next(answers, True))
    assert next(answers, None) is None
    assert len(index.searcher().search(asked, cancelled=lambda: False)) == 1


def test_what_whoosh_searches_with_works_on_our_answers() -> None:
    schema = fields.Schema(
        text=fields.TEXT(stored=True), group=fields.NUMERIC(int, sortable=True, stored=True)
    )
    index = ArrowIndex.create(RamStorage(), schema)
    for part in range(3):
        with index.writer() as writer:
            writer.merge = False
            for n in range(10):
                writer.add_document(text=f"общее слово{n} часть{part}", group=n % 3)
    with index.searcher() as searcher:
        asked = query.Term("text", "общее")
        results = searcher.search(asked, limit=5, groupedby="group", terms=True)
        assert (len(results), results.scored_length()) == (30, 5)
        assert {key: len(docs) for key, docs in results.groups().items()} == {0: 12, 1: 9, 2: 9}
        assert results[0].matched_terms() == [("text", "общее".encode())]
        backward = searcher.search(asked, sortedby="group", reverse=True, limit=None)
        assert [hit["group"] for hit in backward] == [2] * 9 + [1] * 9 + [0] * 12
        kept = searcher.search(asked, filter=query.Term("text", "часть1"), limit=None)
        assert {hit.docnum for hit in kept} == set(range(10, 20))
        left = searcher.search(asked, mask=query.Term("text", "часть1"), limit=None)
        assert len(left) == 20
        assert len(searcher.search(asked, collapse="group", limit=None)) == 30
        assert searcher.search(asked, collapse="group", limit=None).scored_length() == 3
        assert searcher.suggest("text", "обшее") == ["общее"]
        more = results[0].more_like_this("text")
        assert results[0].docnum not in {hit.docnum for hit in more}
        assert 'class="match' in results[0].highlights("text")


def read_steadily(index: ArrowIndex, stop: threading.Event, wrong: list[str]) -> None:
    """Search again and again; every state must be one that was committed, whole."""
    while not stop.is_set():
        with index.searcher() as searcher:
            everything = searcher.search(query.Every(), limit=None)
            numbers = sorted(searcher.snapshot.values("number", [d for _, d in everything.top_n]))
            if len(numbers) != len(set(numbers)) or len(everything) != len(numbers):
                wrong.append(f"twice or lost: {numbers}")
            # Each commit adds one article and takes away the one 20 before.
            if numbers and numbers != list(range(numbers[-1] - len(numbers) + 1, numbers[-1] + 1)):
                wrong.append(f"a state that never was: {numbers}")
            if numbers and len(searcher.search(query.Term("title", "слово1"))) != len(numbers):
                wrong.append("postings and documents of two states")


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_readers_beside_a_writer_see_committed_states_only(tmp_path: Path, count: int) -> None:
    storage = FileStorage(str(tmp_path))
    index = ArrowIndex.create(storage, SCHEMA)
    stop, wrong = threading.Event(), []
    readers = [
        threading.Thread(target=read_steadily, args=(ArrowIndex(storage, SCHEMA), stop, wrong))
        for _ in range(2)
    ]
    for reader in readers:
        reader.start()
    before = None
    for number in range(count):
        writer = index.writer()
        writer.delete_where("number", np.array([number - 20]))
        writer.add_articles(batch([["слово1", "слово2", "слово3"]], number))
        writer.commit(optimize=number % 25 == 24 or None)
        if number == 10:
            before = index.searcher()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    # A reader that was opened long ago keeps its view, though its files are gone.
    assert before is not None
    assert len(before.search(query.Term("text", "слово3"))) == 11
    before.close()
    with pytest.raises(ReaderClosed):
        before.ixreader.doc_count()
    contents = read_contents(storage, "MAIN", SCHEMA)
    named = {segment.make_filename(e) for segment in contents.segments for e in segment.files}
    assert {path.name for path in tmp_path.glob("*.arrow")} == named
    assert index.doc_count() == 20
