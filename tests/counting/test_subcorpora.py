"""Subcorpora: how they are chosen, joined, kept, and that everything works on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from corpus import Article, Corpus, CorpusError

Make = Callable[..., Corpus]


def test_a_query_filters_ids_and_a_mask_choose(small: Corpus) -> None:
    assert small.subcorpus("река").ids == ["bridge", "ferry", "steel"]
    assert small.subcorpus("река", date="2024-01-02..").ids == ["ferry", "steel"]
    assert small.subcorpus(ids=["tree", "steel"]).ids == ["steel", "tree"]
    assert small.subcorpus("паром река", match="any").ids == ["bridge", "ferry", "steel"]
    frame = small.articles().to_pandas()
    assert list(frame["id"]) == ["bridge", "ferry", "steel", "tree"]
    mask = frame["words"] > 12
    for given in (mask, mask.to_numpy(), list(mask), pl.Series(list(mask))):
        assert small.subcorpus(mask=given).ids == list(frame["id"][mask])
    assert small.subcorpus("река", mask=frame["title"].str.contains("Сталь")).ids == ["steel"]
    assert len(small.subcorpus()) == 4


def test_what_cannot_be_chosen_says_why(small: Corpus) -> None:
    with pytest.raises(CorpusError, match="no article with id нет, и"):
        small.subcorpus(ids=["нет", "и"])
    with pytest.raises(CorpusError, match="there are 4 articles"):
        small.subcorpus(mask=[True])
    with pytest.raises(CorpusError, match="type int64"):
        small.subcorpus(mask=np.array([1, 0, 1, 0]))


def test_sizes_add_up(small: Corpus) -> None:
    part = small.subcorpus("мост")
    rest = ~part
    whole = part | rest
    assert len(part) + len(rest) == len(whole) == len(small) == 4
    assert part.words + rest.words == whole.words
    assert part.tokens + rest.tokens == whole.tokens
    assert part.words == sum(row["words"] for row in part.articles())
    assert len(part & rest) == 0
    assert (part - rest).ids == part.ids
    assert (whole - part).ids == rest.ids
    assert (~rest).ids == part.ids
    assert "2 of 4 articles" in repr(part)
    assert "2 of 4 articles" in part._repr_html_()


def test_everything_works_on_a_part(small: Corpus) -> None:
    part = small.subcorpus("мост", name="мосты")
    hits = part.search("река", limit=None)
    assert sorted(hits.ids) == ["bridge", "ferry"]
    assert hits.total == 2
    assert {hit.id: hit.score for hit in hits} == {
        hit.id: hit.score for hit in small.search("река", limit=None) if hit.id in part
    }
    assert part.search("сталь").total == 0
    assert part.search("сталь мост").partial == 2
    assert [line.id for line in part.concordance("река")] == ["bridge", "ferry"]
    assert "мосты" in str(part.concordance("река").provenance)
    assert [article.id for article in part] == part.ids
    assert "steel" not in part
    nested = part.subcorpus("паром", date="2024-01-01")
    assert nested.ids == ["bridge"]
    hits.save("в части")
    assert small.load("в части").provenance.subcorpus == "мосты"


def test_a_part_leaves_in_every_format(small: Corpus, tmp_path: Path) -> None:
    part = small.subcorpus("мост")
    folder = part.to_parquet(tmp_path / "out")
    assert pl.read_parquet(folder / "articles.parquet")["id"].to_list() == ["bridge", "ferry"]
    tokens = pl.read_parquet(folder / "tokens.parquet")
    assert tokens["article"].n_unique() == 2
    assert len(tokens) == part.tokens
    text = part.to_conllu(tmp_path / "part.conllu").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("# newdoc")] == [
        "# newdoc id = bridge",
        "# newdoc id = ferry",
    ]
    vertical = part.to_vertical(tmp_path / "part.vert").read_text(encoding="utf-8")
    assert vertical.count("<doc ") == 2


def test_a_part_is_kept_by_name(small: Corpus) -> None:
    part = small.subcorpus("мост")
    path = part.save("мосты")
    assert path.parent == small.data / "subcorpora"
    assert small.subcorpora() == ["мосты"]
    again = Corpus(small.root).load_subcorpus("мосты")
    assert (again.ids, again.name) == (part.ids, "мосты")
    with pytest.raises(CorpusError, match="no subcorpus is saved as 'нет'") as caught:
        small.load_subcorpus("нет")
    assert "мосты" in caught.value.hint
    with pytest.raises(CorpusError, match="cannot be a name"):
        part.save("../вверх")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="is damaged"):
        small.load_subcorpus("мосты")


def test_what_is_gone_from_a_kept_part_is_said(
    small: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    small.subcorpus("мост").save("мосты")
    small.remove("bridge")
    corpus = Corpus(small.root)
    corpus._progress.say = said.append  # type: ignore[method-assign]
    assert corpus.load_subcorpus("мосты").ids == ["ferry"]
    assert said == ["1 article of 'мосты' no longer in the corpus: bridge"]


def test_a_part_stays_what_it_was_and_joins_with_newer_ones(small: Corpus) -> None:
    old = small.subcorpus("мост")
    small.add(Article(id="new", text="Мост сдан."))
    small.remove("ferry")
    assert old.ids == ["bridge", "ferry"]
    assert len(old.concordance("мост")) == 4
    new = small.subcorpus("мост")
    assert new.ids == ["bridge", "new"]
    assert (new & old).ids == ["bridge"]
    assert (new - old).ids == ["new"]


def test_the_order_of_articles_does_not_depend_on_how_they_came(tmp_path: Path) -> None:
    articles = [
        Article(id=name, text=f"Мост {name} и река.", date=date, time=time)
        for name, date, time in (
            ("b", None, ""),
            ("a", None, ""),
            ("z", pd.Timestamp("2024-01-01").date(), "09:30"),
            ("y", pd.Timestamp("2024-01-01").date(), "10:00"),
            ("x", pd.Timestamp("2023-05-01").date(), ""),
        )
    ]
    found = []
    for number, batches in enumerate(([articles], [articles[::-1]], [[a] for a in articles])):
        corpus = Corpus.create(tmp_path / str(number))
        for batch in batches:
            corpus.add(batch)
        found.append([(line.id, line.position) for line in corpus.concordance("мост")])
    assert found[0] == found[1] == found[2]
    assert [name for name, _ in found[0]] == ["x", "z", "y", "a", "b"]


def test_a_corpus_that_was_never_searched_leaves_with_its_inbox(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    (corpus.inbox / "мост.txt").write_text("Мост\n\nМост открыли.\n", encoding="utf-8")
    folder = corpus.to_parquet(tmp_path / "out")
    assert pl.read_parquet(folder / "articles.parquet")["title"].to_list() == ["Мост"]
