"""Token columns: the same tokens as in the store, however they were added, and damage is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from random_articles import random_article

from corpus import Article, Corpus, CorpusError
from corpus.columns import building
from corpus.columns.columns import WORD, ZONE, Columns
from corpus.columns.files import check, read_contents
from corpus.errors import DamagedError
from corpus.store.store import Store
from corpus.text.tokens import ZONES

Make = Callable[..., Corpus]


def folder(corpus: Corpus) -> Path:
    """Return where the columns of a corpus lie."""
    return next((corpus.root / "index").glob("g*/columns"))


def columns_of(corpus: Corpus) -> Columns:
    found = Columns.open(folder(corpus))
    assert found is not None
    return found


def as_rows(corpus: Corpus) -> list[tuple[object, ...]]:
    """Return article, zone, form, lemma, tag, part of speech, start of every token, by article."""
    found = columns_of(corpus)
    live = Store(corpus.data).live
    numbers = np.repeat(found.number, np.diff(found.first_token))
    values = (
        numbers.tolist(),
        [ZONES[zone] for zone in (found.flags & ZONE).tolist()],
        found.forms.list(found.form),
        found.lemmas.list(found.lemma),
        found.tags.list(found.tag),
        found.parts.list(found.pos),
        found.start.tolist(),
    )
    rows = [row for row in zip(*values, strict=True) if row[0] in live]
    return sorted(rows, key=lambda row: row[0])  # stable: tokens stay in their order


def stored(corpus: Corpus) -> list[tuple[object, ...]]:
    """Return the same from the store."""
    store = Store(corpus.data)
    names = ["article", "zone", "form", "lemma", "tag", "pos", "start"]
    tables = [store.tokens(part, names).select(names) for part in store.manifest.parts]
    rows = pa.concat_tables(tables).to_pylist() if tables else []
    return [tuple(row.values()) for row in rows if row["article"] in store.live]


def test_columns_hold_what_the_store_holds_through_a_corpuss_life(tmp_path: Path) -> None:
    pick = random.Random(0)
    corpus = Corpus.create(tmp_path)
    for start in (0, 10, 20):
        corpus.add(random_article(pick, n) for n in range(start, start + 10))
        assert as_rows(corpus) == stored(corpus)
    corpus.add(random_article(pick, n) for n in (3, 4, 15))
    corpus.remove(["n1", "n25"])
    assert as_rows(corpus) == stored(corpus)
    corpus.rebuild()
    assert as_rows(corpus) == stored(corpus)
    assert corpus.check() == []


def test_articles_without_a_word_have_a_row(make: Make) -> None:
    corpus = make(a=("", "…"), b=("", "Мост."))
    corpus.add(Article(id="empty", title="", text="!"))
    found = columns_of(corpus)
    assert np.diff(found.first_word).tolist() == [0, 1, 0]
    assert len(corpus.concordance("мост")) == 1
    assert not Store(corpus.data).live.size - len(found.number)


def test_what_is_dead_goes_once_it_is_much(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_FEW", 3)
    corpus = make(**{f"n{n}": ("Мост", f"Мост номер {n} у реки.") for n in range(12)})
    before = columns_of(corpus)
    corpus.remove([f"n{n}" for n in range(3)])
    assert len(columns_of(corpus).number) == 12
    corpus.remove([f"n{n}" for n in range(3, 6)])
    corpus.add(Article(id="new", text="Паром."))
    assert len(columns_of(corpus).number) == 7
    assert as_rows(corpus) == stored(corpus)
    # Who has opened them before sees what was there then.
    assert len(before.forms.list(before.form)) == before.first_token[-1]
    assert len({path.name.partition(".")[0] for path in folder(corpus).glob("[0-9]*")}) == 1


def test_what_a_killed_run_left_behind_the_end_does_not_count(small: Corpus) -> None:
    contents = read_contents(folder(small))
    assert contents is not None
    for name in ("form", "lemma.letters", "flags", "number"):
        with contents.path(folder(small), name).open("ab") as file:
            file.write(b"\xff" * 77)
    assert len(small.concordance("мост")) == 4
    small.add(Article(id="more", text="Ещё один мост и небывалое словцо."))
    assert as_rows(small) == stored(small)
    assert small.check() == []


def test_missing_columns_are_made_anew(small: Corpus) -> None:
    import shutil

    shutil.rmtree(folder(small))
    (folder_ := next((small.root / "index").glob("g*")))
    assert not (folder_ / "columns").exists()
    assert len(Corpus(small.root).concordance("мост")) == 4


@pytest.mark.parametrize("name", ["form", "lemma.offsets", "tokens"])
def test_damage_is_named_and_a_rebuild_mends_it(small: Corpus, name: str) -> None:
    contents = read_contents(folder(small))
    assert contents is not None
    path = contents.path(folder(small), name)
    data = bytearray(path.read_bytes())
    # Another file in its place: what is open may have it mapped.
    path.unlink()
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)
    assert [finding.text for finding in check(folder(small))] == [
        f"{path} is damaged: its checksum has changed"
    ]
    findings = Corpus(small.root).check()
    assert findings
    assert findings[0].serious
    assert "corpus rebuild" in findings[0].remedy
    fresh = Corpus(small.root)
    fresh.rebuild()
    assert fresh.check() == []
    assert len(fresh.concordance("мост")) == 4


def test_a_file_cut_short_is_named(small: Corpus) -> None:
    contents = read_contents(folder(small))
    assert contents is not None
    path = contents.path(folder(small), "form")
    data = path.read_bytes()[:-3]
    path.unlink()
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="cut short"):
        columns_of(small)


def test_a_list_of_contents_that_was_altered_is_made_anew(small: Corpus) -> None:
    path = folder(small) / "CONTENTS"
    path.write_bytes(path.read_bytes().replace(b"form", b"from"))
    with pytest.raises(DamagedError, match="checksum"):
        read_contents(folder(small))
    fresh = Corpus(small.root)
    assert len(fresh.concordance("мост")) == 4
    assert fresh.check() == []


def test_two_readers_see_each_their_own_state(small: Corpus) -> None:
    other = Corpus(small.root)
    lines = other.concordance("мост")
    small.add(Article(id="more", text="Ещё один мост."))
    small.remove("bridge")
    assert [line.id for line in lines] == ["bridge", "bridge", "ferry", "ferry"]
    assert [line.id for line in other.concordance("мост")] == ["ferry", "ferry", "more"]
    with pytest.raises(CorpusError):
        _ = other["bridge"] if "bridge" in other else _raise()


def _raise() -> None:
    raise CorpusError("gone")


def test_the_page_about_the_files_says_what_they_hold(make: Make) -> None:
    import re

    import corpus.index
    from corpus.columns.columns import KINDS, VOCABULARIES

    page = Path(corpus.index.__file__).with_name("README.md").read_text(encoding="utf-8")
    section = page.partition("## What is in `columns/`?")[2]
    stated = dict(re.findall(r"`1\.(\w+)`(?:, `1\.\w+`)? \| (\w+) \|", section))
    stated |= dict(re.findall(r"`1\.\w+`, `1\.(\w+)` \| (\w+) \|", section))
    assert stated == {name: kind.name for name, kind in KINDS.items()}
    found = make(a=("", "Мост, паром."))
    contents = read_contents(folder(found))
    assert contents is not None
    parts = {f"{name}.{part}" for name in VOCABULARIES for part in ("offsets", "letters")}
    # The dictionary has all words here, and no article has gone.
    none = {"renamed", "gone", "alike", "story", "sketch"}
    assert set(contents.kept) == (set(KINDS) | parts) - none
    assert columns_of(found).flags.tolist() == [55, 3, 15, 3]


@pytest.mark.parametrize("at_once", [7, 200, 1 << 14])
def test_words_before_tokens_are_found_however_many_are_asked_for(
    sample: Corpus, at_once: int
) -> None:
    columns = columns_of(sample)
    is_word = (columns.flags & WORD) > 0
    before = np.append(0, np.cumsum(is_word))
    asked = np.random.default_rng(3).permutation(len(before))
    found = [columns.word_at(asked[n : n + at_once]) for n in range(0, len(asked), at_once)]
    assert np.concatenate(found).tolist() == before[asked].tolist()
