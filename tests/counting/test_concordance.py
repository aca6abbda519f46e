"""Concordances: what they find, how lines are sorted and chosen, and what they show."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from naive import matches, spans, words_of
from random_articles import positional, random_article, random_query

from corpus import Article, Corpus, CorpusError
from corpus.query import tree
from corpus.text.fold import fold

Make = Callable[..., Corpus]
Place = tuple[str, int, int]


def nodes_of(node: tree.Node) -> list[tuple[tree.Node, str]]:
    """Return the parts of a query that name words, each with the field it is looked for in."""
    if isinstance(node, tree.In):
        return [(item, node.field) for item, _ in nodes_of(node.item)]
    if isinstance(node, (tree.And, tree.Or)):
        return [pair for item in node.items for pair in nodes_of(item)]
    if isinstance(node, tree.Boost):
        return nodes_of(node.item)
    return [(node, "")] if tree.is_positional(node) else []


def expected(node: tree.Node, article: Article) -> list[tuple[int, int]]:
    """Return the matches of a query in one article: first and last word of each."""
    words = words_of(article)
    if not matches(node, article, words):
        return []
    found: set[tuple[int, int]] = set()
    for item, where in nodes_of(node):
        own = set(spans(item, words, where))
        # Of one part the shortest stretches count …
        found |= {
            (a, b)
            for a, b in own
            if not any((a, b) != (c, d) and a <= c and d <= b for c, d in own)
        }
    # … and of several parts the longest.
    return sorted(
        (a, b)
        for a, b in found
        if not any((a, b) != (c, d) and c <= a and b <= d for c, d in found)
    )


@pytest.mark.parametrize("seed", range(3))
def test_lines_are_those_of_the_definitions(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    corpus = Corpus.create(tmp_path)
    for start in (0, 12, 24):
        corpus.add(random_article(pick, n) for n in range(start, start + 12))
    corpus.add(random_article(pick, n) for n in (1, 5, 13))
    corpus.remove(["n2", "n20", "n30"])
    articles = {article.id: article for article in corpus}
    order = sorted(articles.values(), key=lambda a: (a.date is None, a.date or dt.date.min, a.id))
    for turn in range(150):
        node = positional(pick, 1) if turn % 2 else random_query(pick)
        if not nodes_of(node):
            continue
        places = [(article.id, a, b) for article in order for a, b in expected(node, article)]
        lines = corpus.concordance(str(node))
        assert len(lines) == lines.total == len(places), str(node)
        assert word_places(corpus, lines) == places, str(node)


def word_places(corpus: Corpus, lines: object) -> list[Place]:
    """Return article, first and last word of each line, from what the library counts by."""
    scope = corpus._scope()
    columns, found = scope.state.columns, lines._matches  # type: ignore[attr-defined]
    names = lines.to_arrow()["article"].to_pylist()  # type: ignore[attr-defined]
    first = (found.word - columns.first_word[found.row]).tolist()
    last = (found.word_stop - 1 - columns.first_word[found.row]).tolist()
    return list(zip(names, first, last, strict=True))


def test_a_line_shows_the_match_between_its_neighbours(make: Make) -> None:
    corpus = make(a=("", "Утром, в тумане, старый «Мост» (каменный) открыли для проезда."))
    line = corpus.concordance("мост", context=2)[0]
    assert (line.before, line.match, line.after) == (
        "тумане, старый «",
        "Мост",
        "» (каменный) открыли",
    )
    assert line.position == 7
    whole = corpus.concordance("мост", context="sentence")[0]
    assert f"{whole.before}|{whole.match}|{whole.after}" == (
        "Утром, в тумане, старый «|Мост|» (каменный) открыли для проезда."
    )
    bare = corpus.concordance("мост", context=0)[0]
    assert (bare.before, bare.match, bare.after) == ("", "Мост", "")


def test_context_never_leaves_the_article(make: Make) -> None:
    corpus = make(a=("Река", "Мост."), b=("Мост", "Паром."))
    lines = [(line.before, line.match, line.after) for line in corpus.concordance("мост")]
    assert lines == [("Река", "Мост", "."), ("", "Мост", "Паром.")]


def test_lines_are_sorted_by_levels_counted_from_the_edges(make: Make) -> None:
    corpus = make(
        a=("", "Ёлка и мост, ель."), b=("", "Жук и Мост — ёлка."), c=("", "Ель, мост: елка и дом.")
    )
    assert ids(corpus.concordance("мост")) == ["a", "b", "c"]
    assert ids(corpus.concordance("мост", sort="1R")) == ["b", "c", "a"]
    assert ids(corpus.concordance("мост", sort=("1R", "2R"))) == ["b", "c", "a"]
    assert ids(corpus.concordance("мост", sort=("1L", "2L"))) == ["c", "a", "b"]
    assert ids(corpus.concordance("мост", sort="-date")) == ["c", "b", "a"]
    assert ids(corpus.concordance("мост").sort("1R").sort("article")) == ["a", "b", "c"]
    assert ids(corpus.concordance('"и мост" OR мост', sort="match")) == ["a", "b", "c"]
    with pytest.raises(CorpusError, match="no level '1X'") as caught:
        corpus.concordance("мост", sort="1X")
    assert "1L" in caught.value.hint


@pytest.mark.parametrize(
    "levels",
    [("1R",), ("1L", "2L"), ("-2R", "date"), ("match", "-1R"), ("source", "title"), ("-date",)],
)
def test_the_first_lines_are_the_head_of_the_whole_order(
    sample: Corpus, levels: tuple[str, ...]
) -> None:
    lines = sample.concordance("и OR в OR мост", sort=levels)
    assert len(lines) > 300
    for count in (1, 7, 40):
        head = sample.concordance("и OR в OR мост", sort=levels)[:count]
        assert places(head) == places(lines)[:count]
    again = lines.sort("1L").sort(*levels)
    assert places(again[:9]) == places(lines[:9])
    assert places(again) == places(lines)


def test_undated_articles_come_last_either_way(make: Make) -> None:
    corpus = make(a=("", "Мост."), b=("", "Мост."))
    corpus.add(Article(id="undated", text="Мост."))
    assert ids(corpus.concordance("мост", sort="date")) == ["a", "b", "undated"]
    assert ids(corpus.concordance("мост", sort="-date")) == ["b", "a", "undated"]
    assert ids(corpus.concordance("мост").sort("date", descending=True)) == ["b", "a", "undated"]


def ids(lines: object) -> list[str]:
    return [line.id for line in lines]  # type: ignore[attr-defined]


def test_a_sample_is_the_same_on_every_computer_and_part_of_a_larger_one(small: Corpus) -> None:
    lines = small.concordance("у OR река OR мост OR сталь")
    assert len(lines) > 5
    three, five = lines.sample(3, seed=7), lines.sample(5, seed=7)
    assert len(three) == 3
    assert three.total == lines.total
    assert set(places(three)) < set(places(five))
    assert places(small.concordance("у OR река OR мост OR сталь", sample=3, seed=7)) == places(
        three
    )
    assert len(lines.sample(100)) == len(lines)
    others = {tuple(places(lines.sample(3, seed=seed))) for seed in range(20)}
    assert len(others) > 5
    assert "seed 7" in str(three.provenance)


def places(lines: object) -> list[tuple[str, int]]:
    return [(line.id, line.position) for line in lines]  # type: ignore[attr-defined]


def test_a_slice_and_what_was_filtered_are_concordances(small: Corpus) -> None:
    lines = small.concordance("река")
    assert places(lines[1:]) == places(lines)[1:]
    assert lines[-1] == list(lines)[-1]
    assert places(lines[::-1]) == places(lines)[::-1]
    assert ids(lines.filter(date="2024-01-02")) == ["ferry"]
    assert ids(lines.filter([line.id == "steel" for line in lines])) == ["steel"]
    with pytest.raises(CorpusError, match="the mask has 1 values"):
        lines.filter([True])


def test_a_line_opens_its_article_at_the_match(small: Corpus) -> None:
    line = small.concordance('"висячий мост"')[0]
    article = line.article
    assert article.text == small["bridge"].text
    assert article.text[article.start : article.stop] == "висячий мост"
    assert "**висячий мост**" in repr(article)
    assert "<mark>висячий мост</mark>" in article._repr_html_()
    title = small.concordance("title:паром")[0].article
    assert (title.field, title.title[title.start : title.stop]) == ("title", "парома")


def test_articles_show_where_their_lines_stand(small: Corpus) -> None:
    table = small.concordance("мост").by_article().to_arrow().to_pylist()
    assert [(row["article"], row["lines"]) for row in table] == [("bridge", 2), ("ferry", 2)]
    assert table[0]["strip"].startswith("█")
    assert {len(row["strip"]) for row in table} == {25}
    assert table[0]["ipm"] == pytest.approx(1e6 * 2 / table[0]["words"])


def test_a_query_without_words_is_refused(small: Corpus) -> None:
    with pytest.raises(CorpusError, match="names no words"):
        small.concordance("source:Газета")
    assert len(small.concordance("нетакогослова")) == 0
    assert "0 из 0" in repr(small.concordance("нетакогослова"))


def test_showing_makes_only_what_is_shown(sample: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import concordance

    made = []
    real = concordance.texts

    def counted(columns: object, first: object, stop: object) -> object:
        made.append(len(first))  # type: ignore[arg-type]
        return real(columns, first, stop)  # type: ignore[arg-type]

    monkeypatch.setattr(concordance, "texts", counted)
    lines = sample.concordance("и", sort=("1R", "date"))
    assert len(lines) > 50
    repr(lines), lines._repr_html_()
    assert made == [30, 30]


def test_the_words_between_do_not_depend_on_spelling(make: Make) -> None:
    corpus = make(a=("", "Ёлка МОСТ елка мост Елка."))
    assert fold("Ёлка") == "елка"
    lines = corpus.concordance("ёлка", sort="match")
    assert [line.match for line in lines] == ["Ёлка", "елка", "Елка"]
