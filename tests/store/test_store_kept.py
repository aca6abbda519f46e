"""Metadata kept in one file beside the index: the same as the parts have, or not used at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Article, Corpus
from corpus.store.store import Store


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A corpus of eight parts, of which one has lost an article."""
    made = Corpus.create(tmp_path)
    for number in range(8):
        made.add([article(number, 0), article(number, 1)])
    made.remove("а3-1")
    return made


def article(part: int, place: int) -> Article:
    text = f"Мост номер {part}-{place} открыли."
    return Article(title=f"Мост {part}", text=text, id=f"а{part}-{place}", source=f"Газета {part}")


def kept(corpus: Corpus) -> list[Path]:
    return sorted((corpus.root / "index").glob("metadata-*.arrow"))


def stores(corpus: Corpus) -> tuple[Store, Store]:
    """Return the store as it is read with the kept file and without."""
    return Store(corpus.data, corpus.root / "index"), Store(corpus.data)


def test_what_is_kept_says_what_the_parts_say(corpus: Corpus) -> None:
    assert len(kept(corpus)) == 1
    with_it, without = stores(corpus)
    assert with_it.metadata.equals(without.metadata)
    assert with_it.live.tolist() == without.live.tolist()
    assert with_it.words == without.words


def test_a_few_new_parts_are_read_beside_it(corpus: Corpus) -> None:
    before = kept(corpus)
    corpus.add(article(8, 0))
    assert kept(corpus) == before
    with_it, without = stores(corpus)
    assert with_it.metadata.equals(without.metadata)


def test_many_new_parts_make_it_anew(corpus: Corpus) -> None:
    before = kept(corpus)
    for number in range(10, 16):
        corpus.add(article(number, 0))
    assert len(kept(corpus)) == 1
    assert kept(corpus) != before


def test_parts_joined_since_are_read_themselves(corpus: Corpus) -> None:
    corpus.rebuild()
    with_it, without = stores(corpus)
    assert len(without.manifest.parts) == 1
    assert with_it.metadata.equals(without.metadata)
    assert len(with_it.metadata) == 15


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "of another", "not Arrow"])
def test_a_damaged_file_is_not_used(corpus: Corpus, harm: str) -> None:
    (path,) = kept(corpus)
    data = bytearray(path.read_bytes())
    if harm == "flipped":
        place = data.find("Газета 5".encode())
        data[place] ^= 1
    path.unlink()
    path.write_bytes({"cut": data[:-40], "empty": b"", "not Arrow": b"x" * 99}.get(harm, data))
    if harm == "of another":
        path.rename(path.with_name("metadata-zz.arrow"))
    with_it, without = stores(corpus)
    assert with_it.metadata.equals(without.metadata)
    assert [hit.source for hit in Corpus(corpus.root).search("source:5")] == ["Газета 5"] * 2


def test_a_deleted_file_is_not_missed(corpus: Corpus) -> None:
    for path in kept(corpus):
        path.unlink()
    assert {hit.id for hit in Corpus(corpus.root).search("мост", limit=99)} >= {"а0-0", "а7-1"}
