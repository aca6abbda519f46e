"""CoNLL-U: a golden file, the rules of the format on hostile texts, and what is left out."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path

import conllu_rules
import pytest
from decided import renamed_in
from hostile import articles
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Corpus, CorpusError
from corpus.formats import conllu
from corpus.formats.blocks import blocks
from corpus.store.store import Store

GOLDEN = Path(__file__).with_name("tiny.conllu")


def test_a_small_article_is_as_in_the_golden_file(tiny: Corpus, tmp_path: Path) -> None:
    path = tiny.to_conllu(tmp_path / "new" / "tiny.conllu")
    assert path.read_bytes().decode() == GOLDEN.read_text(encoding="utf-8")
    assert len(conllu_rules.read(path.read_bytes().decode())) == 7


@settings(max_examples=10, deadline=None)
@given(st.lists(articles(), min_size=1, max_size=4))
def test_hostile_articles_keep_the_rules(given_articles: list[Article]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus.create(Path(folder) / "corpus")
        corpus.add(given_articles)
        text = corpus.to_conllu(Path(folder) / "x.conllu").read_bytes().decode()
        sentences = conllu_rules.read(text)
        shown = "".join(token.form for s in sentences for token in s.tokens)
        plain = "".join(article.title + article.lead + article.text for article in corpus)
        assert shown == re.sub(r"\s+", "", plain)
        opened = [s for s in sentences if "newdoc id" in s.comments]
        named = [s.comments["newdoc id"] for s in opened]
        ids = [article.id for article in corpus if article.title or article.lead or article.text]
        assert named == [conllu.identifier(name) for name in ids]


def test_forms_and_lemmas_are_those_of_the_corpus(sample: Corpus, tmp_path: Path) -> None:
    text = sample.to_conllu(tmp_path / "x.conllu").read_text(encoding="utf-8")
    read = [
        (token.form, token.lemma, token.upos, token.xpos)
        for sentence in conllu_rules.read(text)
        for token in sentence.tokens
    ]
    store, renamed = Store(sample.data), renamed_in(sample)
    names = ["form", "lemma", "pos", "tag"]
    kept = [row for part in store.manifest.parts for row in store.tokens(part, names).to_pylist()]
    assert read == [
        (r["form"], renamed.get(r["lemma"], r["lemma"]), r["pos"], r["tag"].replace(" ", ","))
        for r in kept
    ]


def test_how_tokens_are_put_into_blocks_makes_no_difference(sample: Corpus, tmp_path: Path) -> None:
    whole = sample.to_conllu(tmp_path / "x.conllu").read_text(encoding="utf-8")
    store, renamed = Store(sample.data), renamed_in(sample)
    for size in (1, 700, 5000):
        assert (
            "".join(conllu.text(block) for block in blocks(store, size=size, renamed=renamed))
            == whole
        )


def test_removed_articles_are_left_out(small: Corpus, tmp_path: Path) -> None:
    small.remove("ferry")
    text = small.to_conllu(tmp_path / "x.conllu").read_text(encoding="utf-8")
    assert documents(text) == ["bridge", "steel", "tree"]


def test_some_articles_can_be_chosen_by_number(small: Corpus, tmp_path: Path) -> None:
    small.remove("ferry")
    store = Store(small.data)
    numbers = [n for n in (store.number_of("tree"), store.number_of("bridge")) if n is not None]
    told: list[tuple[int, int]] = []
    path = conllu.to_conllu(
        store, tmp_path / "x", [*numbers, 10**6], progress=lambda *done: told.append(done)
    )
    assert documents(path.read_text(encoding="utf-8")) == ["bridge", "tree"]
    assert told == [(2, 3), (3, 3)]
    assert conllu.to_conllu(store, path, []).read_bytes() == b""


def documents(text: str) -> list[str]:
    opened = (sentence.comments.get("newdoc id") for sentence in conllu_rules.read(text))
    return [name for name in opened if name]


def test_an_empty_corpus_gives_an_empty_file(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    assert corpus.to_conllu(tmp_path / "x").read_bytes() == b""


def test_a_file_is_written_whole_or_not_at_all(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.conllu"
    path.write_text("old", encoding="utf-8")

    def fail(block: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(conllu, "text", fail)
    with pytest.raises(RuntimeError):
        small.to_conllu(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["x.conllu"]
    with pytest.raises(CorpusError, match="is a folder"):
        small.to_conllu(tmp_path)


def test_a_sentence_may_be_longer_than_most(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(Article(id="a", text="мост " * 10_500, date=dt.date(2024, 1, 1)))
    (sentence,) = conllu_rules.read(corpus.to_conllu(tmp_path / "x").read_text(encoding="utf-8"))
    assert len(sentence.tokens) == 10_500


@pytest.mark.parametrize(
    ("article_id", "name"),
    [("a1-b_2.c", "a1-b_2.c"), ("мост", "мост"), ("a b/c%", "a%20b%2Fc%25"), ("“", "%E2%80%9C")],
)
def test_ids_are_written_as_in_addresses(article_id: str, name: str) -> None:
    assert conllu.identifier(article_id) == name
