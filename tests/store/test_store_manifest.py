"""The manifest: whole or not at all, never believed when it was altered, and kept twice."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Corpus, CorpusError
from corpus.errors import DamagedError
from corpus.store import manifest
from corpus.store.manifest import FileRecord, Manifest, Part
from corpus.store.store import Store

names = st.text(st.characters(codec="utf-8"), max_size=20)
small_numbers = st.integers(0, 2**40)
records = st.builds(FileRecord, name=names, bytes=small_numbers, sha256=names)
parts = st.builds(
    Part,
    **dict.fromkeys("number first last articles words tokens".split(), small_numbers),
    analysis=names,
    articles_file=records,
    tokens_file=records,
    removed=st.lists(small_numbers, max_size=3).map(tuple),
)
manifests = st.builds(
    Manifest,
    generation=small_numbers,
    next_article=small_numbers,
    next_part=small_numbers,
    analysis=names,
    parts=st.lists(parts, max_size=3).map(tuple),
    lexicon=st.lists(records, max_size=3).map(tuple),
    inbox=st.none() | st.dictionaries(names, st.lists(small_numbers, min_size=2, max_size=2)),
    dismissed=st.lists(names, max_size=3).map(tuple),
    superseded=st.lists(names, max_size=3).map(tuple),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(manifests)
def test_what_is_published_is_loaded(tmp_path: Path, state: Manifest) -> None:
    published = manifest.publish(tmp_path, state)
    assert manifest.load(tmp_path) == published
    assert published == state.replace(generation=state.generation + 1)
    assert manifest.is_backed_up(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [manifest.BACKUP, manifest.NAME]


def test_an_empty_folder_has_no_manifest(tmp_path: Path) -> None:
    assert manifest.load(tmp_path) is None


def test_every_altered_byte_is_noticed(small: Corpus) -> None:
    path = small.data / manifest.NAME
    good, known = path.read_bytes(), manifest.load(small.data)
    rng = random.Random(1)
    for place in [0, len(good) - 1, *rng.sample(range(len(good)), 150)]:
        damaged = bytearray(good)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            # What was altered may say nothing: the time of writing, a blank between two values.
            assert manifest.load(small.data) == known
        except CorpusError as error:
            assert error.hint


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_manifest_cut_short_is_damaged(small: Corpus, cut: int) -> None:
    path = small.data / manifest.NAME
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedError) as caught:
        Store(small.data)
    assert "corpus rebuild" in caught.value.hint


@pytest.mark.parametrize("content", ["[]", "null", "{}", '"x"', "[" * 100_000, "{" * 9, "\udcff"])
def test_any_other_json_is_damaged(small: Corpus, content: str) -> None:
    (small.data / manifest.NAME).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DamagedError):
        Store(small.data)


def test_a_newer_format_is_not_called_damaged(small: Corpus) -> None:
    path = small.data / manifest.NAME
    envelope = json.loads(path.read_text())
    path.write_text(json.dumps({**envelope, "format": 99}))
    with pytest.raises(CorpusError, match="newer version") as caught:
        small.rebuild()
    assert not isinstance(caught.value, DamagedError)
    assert "upgrade" in caught.value.hint
    assert json.loads(path.read_text())["format"] == 99


@pytest.mark.parametrize("harm", ["flip", "cut", "delete", "empty"])
def test_a_damaged_manifest_is_named_and_rebuild_restores_it(small: Corpus, harm: str) -> None:
    path = small.data / manifest.NAME
    data = path.read_bytes()
    before = {article.id: article for article in small}
    match harm:
        case "flip":
            place = data.index(b'"sha256"') + 20
            path.write_bytes(data[:place] + b"#" + data[place + 1 :])
        case "cut":
            path.write_bytes(data[: len(data) // 2])
        case "delete":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
    (finding,) = Corpus(small.root).check()
    assert (finding.serious, str(path) in finding.text) == (True, True)
    assert "corpus rebuild" in finding.remedy
    for act in (lambda c: c.search("мост"), lambda c: c.add(Article(text="х")), len, list):
        with pytest.raises(DamagedError):
            act(Corpus(small.root))
    again = Corpus(small.root)
    again.rebuild()
    assert again.check() == []
    assert {article.id: article for article in again} == before
    assert again.search("мост").total == 2


def test_without_its_manifest_a_corpus_is_never_taken_for_a_new_one(small: Corpus) -> None:
    files = sorted((small.data / "parts").iterdir())
    (small.data / manifest.NAME).unlink()
    (small.data / manifest.BACKUP).unlink()
    corpus = Corpus(small.root)
    for act in (corpus.rebuild, lambda: corpus.add(Article(text="х")), lambda: corpus.search("х")):
        with pytest.raises(DamagedError, match="is missing") as caught:
            act()
        assert "backup" in caught.value.hint
    assert sorted((small.data / "parts").iterdir()) == files


def test_a_killed_first_batch_does_not_look_like_a_lost_manifest(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    store = Store(corpus.data)
    store.publish(store.manifest)
    (corpus.data / "parts").mkdir()
    (corpus.data / "parts" / "articles-000001.parquet").write_bytes(b"unfinished")
    corpus.add(Article(id="а", text="Мост открыли."))
    assert (len(corpus), corpus.check()) == (1, [])


def test_a_second_copy_left_behind_is_mended_by_the_next_writer(small: Corpus) -> None:
    path = small.data / manifest.BACKUP
    for harm in (path.unlink, lambda: path.write_bytes(b"{}")):
        harm()
        (finding,) = small.check()
        assert (finding.serious, str(path) in finding.text) == (False, True)
        small.add(Article(id="bridge2", text="Мост."))
        assert small.check() == []
