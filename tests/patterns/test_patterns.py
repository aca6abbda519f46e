"""Token patterns in searches, lines and counts; what they may take; how they are explained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus import Article, Corpus, CorpusError
from corpus.limits import LimitError
from corpus.morphology.features import features
from corpus.patterns.attributes import Attributes
from corpus.query.patterns import Comparison, Edge, Has, Pattern, Series, TokenPattern

Make = Callable[..., Corpus]

TEXTS = {
    "мост": (
        "Новый мост",
        "Новый мост открыли вчера. Мэр, улыбаясь, открыл высокий новый мост.\n\nМост стоит!",
    ),
    "паром": ("Старый паром", "Паром ушёл, но мост остался. Ёлка стоит у старого моста."),
    "река": ("", "Река. Холодная река, быстрая река — и мост."),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("мосты"))
    made.add(
        [
            Article(id=n, title=t, text=x, source="Газета А" if n == "мост" else "Газета Б")
            for n, (t, x) in TEXTS.items()
        ]
    )
    return made


def lines(corpus: Corpus, query: str) -> list[str]:
    return [line.match for line in corpus.concordance(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            '[pos="ADJ"]+ [lemma="мост"]',
            ["Новый мост", "Новый мост", "высокий новый мост", "старого моста"],
        ),
        ('source:"Газета Б" [pos="ADJ"] [lemma="мост"]', ["старого моста"]),
        ('title:([pos="ADJ"] [lemma="мост"])', ["Новый мост"]),
        ('text:([pos="ADJ"] [lemma="паром"])', []),
        ('"," [] ","', [", улыбаясь,"]),
        ('[form="ёлка"]', ["Ёлка"]),
        ('[form="(?-i)мост"]', ["мост"] * 5),
        ('[form==","] [pos="CCONJ"]', [", но"]),
        ('[lemma="река"] OR [lemma="быстрый"] [lemma="река"]', ["Река", "река", "быстрая река"]),
        ('[form="!"] </s>', ["!"]),
        ('<s> [pos="ADJ"]', ["Новый", "Новый", "Старый", "Холодная"]),
        ('1:[pos="ADJ"] 2:[pos="NOUN"] & 1.number = 2.number & 1.case = 2.case',
         ["Новый мост", "новый мост", "Старый паром", "старого моста",
          "Холодная река", "быстрая река"]),
        ('паром NEAR/3 ("," [pos="CCONJ"] [lemma="мост"])', ["Паром ушёл, но мост"]),
        ('[form="Мэр"] ([]{2}){0,2} [form="открыл"]', []),
        ('[form="Мэр"] ([]{1,2}){0,2} [form="открыл"]', ["Мэр, улыбаясь, открыл"]),
        ("/мост[ау]?/", ["мост", "мост", "мост", "Мост", "мост", "моста", "мост"]),
    ],
)  # fmt: skip
def test_lines_are_those_of_the_pattern(corpus: Corpus, query: str, expected: list[str]) -> None:
    assert sorted(lines(corpus, query)) == sorted(expected)
    hits = corpus.search(query, limit=None)
    assert hits.total == len({line.id for line in corpus.concordance(query)})


def test_hits_are_ranked_by_a_pattern_and_show_what_it_found(corpus: Corpus) -> None:
    hits = corpus.search('[pos="ADJ"] [lemma="мост"]')
    assert hits.ids == ["мост", "паром"]
    assert hits[0].score > hits[1].score > 0
    assert "**" in hits[1].snippet.marked()
    assert hits[1].snippet.marked().endswith("**старого моста**.")
    boosted = corpus.search('([pos="ADJ"] [lemma="мост"])^2')
    assert boosted[0].score == pytest.approx(2 * hits[0].score, abs=0.001)
    assert corpus.search('мост -([lemma="старый"] [])').ids == ["мост", "река"]


def test_everything_that_counts_takes_a_pattern(corpus: Corpus) -> None:
    query = '[pos="ADJ"] [lemma="мост"]'
    found = {row["lemma"]: row["frequency"] for row in corpus.frequencies(query)}
    assert found == {"новый мост": 3, "старый мост": 1}
    assert [row["frequency"] for row in corpus.dispersion([query, '[form=","]'])] == [4, 4]
    assert {
        row["source"]: row["matching"] if "matching" in row else row["articles"]
        for row in corpus.facets("source", query)
    } == {"Газета А": 1, "Газета Б": 1}
    part = corpus.subcorpus(query)
    assert sorted(part.ids) == ["мост", "паром"]
    assert len(part.concordance('[lemma="мост"]')) == 6
    near = {row["collocate"] for row in corpus.collocates(query, window=(1, 1), minimum=1)}
    assert {"высокий", "у"} <= near
    assert not near & {"новый", "старый"}
    network = corpus.network([query, '[form=","]'], window="sentence")
    assert [row["joint"] for row in network] == [1]
    # What overlaps is not near, though a comma has no words; what is beside it is.
    beside = corpus.network(['[form=","]', '[lemma="мэр"] [form=","]', "улыбаться"], window=(1, 1))
    near = {frozenset((row["source"], row["target"])) for row in beside}
    assert near == {
        frozenset(('[form=","]', "улыбаться")),
        frozenset(('[lemma="мэр"] [form=","]', "улыбаться")),
    }


def test_a_match_without_words_has_windows_and_contexts(corpus: Corpus) -> None:
    (line,) = corpus.concordance('[form="—"]', context=1)
    assert (line.before, line.match, line.after) == ("река", "—", "и")
    near = {row["collocate"] for row in corpus.collocates('[form="—"]', window=(1, 1), minimum=1)}
    assert near == {"река", "и"}
    sentence = corpus.collocates('[form="!"]', window="sentence", minimum=1)
    assert {row["collocate"] for row in sentence} == {"мост", "стоять"}
    assert len(corpus.frequencies('[form="—"]')) == 0
    (row,) = corpus.dispersion('[form="[.!]"]')
    assert row["frequency"] == 7
    assert row["arf"] > 0


def test_removed_articles_are_not_found(make: Make) -> None:
    corpus = make(**TEXTS)
    assert len(lines(corpus, '[form="—"]')) == 1
    corpus.remove("река")
    assert lines(corpus, '[form="—"]') == []
    assert corpus.search('[form="—"]').total == 0


# What hangs on words


def test_features_are_those_of_each_token(sample: Corpus) -> None:
    columns = sample._scope().state.columns
    attributes = Attributes(columns)
    final = columns.lemma if columns.final is None else columns.final[columns.lemma]
    codes, values = attributes._feats
    met = zip(
        columns.tag.tolist(), columns.pos.tolist(), final.tolist(), codes.tolist(), strict=True
    )
    tags, parts, lemmas = (
        v.strings.to_pylist() for v in (columns.tags, columns.parts, columns.lemmas)
    )
    for tag, part, lemma, code in set(met):
        assert values[code] == features(tags[tag], parts[part], lemmas[lemma])
    assert any("Voice=Mid" in value for value in values)


def test_second_cases_agree_with_the_first(make: Make) -> None:
    corpus = make(год=("", "В прошлом году на новом мосту пили чашку горячего чаю."))
    query = '1:[pos="ADJ"] 2:[] & 1.case = 2.case'
    assert lines(corpus, query) == ["прошлом году", "новом мосту", "горячего чаю"]


# Limits


def test_limits_are_told_and_can_be_raised(make: Make) -> None:
    corpus = make(**TEXTS)
    corpus.limits.matches = 3
    with pytest.raises(LimitError, match="more than 3 matches") as caught:
        corpus.concordance('[lemma="мост"]')
    assert "--most" in caught.value.hint
    with pytest.raises(LimitError, match="more than 3 matches"):
        corpus.subcorpus('[pos="NOUN"]')
    with pytest.raises(LimitError, match="more than 3 matches"):
        corpus.frequencies("мост")
    corpus.limits.matches = None
    assert len(lines(corpus, '[lemma="мост"]')) == 7
    corpus.limits.seconds = 0
    with pytest.raises(LimitError, match="longer than 0 seconds") as caught:
        corpus.search('[pos="NOUN"] []')
    assert "--timeout" in caught.value.hint
    with pytest.raises(LimitError, match="longer than 0 seconds"):
        corpus.search("мост паром")
    corpus.limits.seconds = None
    assert corpus.search("мост паром").total == 1


@pytest.mark.parametrize(
    "query",
    [
        '[]{0,100} []{0,100} [lemma="и"]',
        '([]{0,100}){0,100} [lemma="и"]',
        '([pos="NOUN"]+ []*)+',
        '[pos="NOUN"]+ within ([pos="NOUN"] []* [pos="NOUN"])',
        "1:[] []{0,100} 2:[] []{0,100} 3:[] & 1.lemma = 2.lemma & 2.lemma = 3.lemma",
    ],
)
def test_what_could_run_away_ends(corpus: Corpus, query: str) -> None:
    assert corpus.search(query).total <= 3


def test_too_many_walks_from_one_token_are_an_error(make: Make) -> None:
    corpus = make(длинная=("", "слово " * 400))
    labels = " []{0,100} ".join(f"{n}:[]" for n in range(1, 7))
    same = " & ".join(f"{n}.pos = 6.pos" for n in range(1, 6))
    with pytest.raises(LimitError, match="ways"):
        corpus.concordance(f"{labels} & {same}")


# Trees made by hand


def test_what_restricts_nothing_is_refused(corpus: Corpus) -> None:
    from corpus.query.patterns import Anything, Repeat

    gap = TokenPattern(Anything())
    for stretch in (
        gap,
        Repeat(gap, 0, 3),
        Series((gap, Repeat(TokenPattern(Has("pos", "X")), 0, 1))),
    ):
        with pytest.raises(CorpusError, match="asks for nothing"):
            corpus._scope().matches(Pattern(stretch))


def test_expressions_and_labels_that_are_none_are_told(corpus: Corpus) -> None:
    scope = corpus._scope()
    with pytest.raises(CorpusError, match="no regular expression"):
        scope.matches(Pattern(TokenPattern(Has("form", "a)(b"))))
    noun = TokenPattern(Has("pos", "NOUN"), "1")
    with pytest.raises(CorpusError, match="no token of the pattern has the label 2"):
        scope.matches(Pattern(noun, Comparison("1", "lemma", "2", "lemma")))
    with pytest.raises(CorpusError, match="not inside square brackets"):
        scope.matches(Pattern(TokenPattern(Comparison("1", "lemma", "1", "lemma"), "1")))


def test_places_have_no_matches(corpus: Corpus) -> None:
    assert len(corpus._scope().matches(Pattern(Edge("s"))).row) == 0


# Explaining


def test_every_node_is_explained_with_its_numbers(corpus: Corpus) -> None:
    hits = corpus.search('source:"Газета А" -паром [pos="ADJ"] []{0,1} [lemma="мост"] within <s/>')
    rows = {row["node"]: row for row in hits.outline()}
    assert rows["паром"]["articles"] == 1
    assert rows["NOT паром"]["matches"] is None
    assert rows['source:"Газета А"']["articles"] == 1
    assert rows['[lemma="мост"]']["matches"] == 7
    assert rows['[pos="ADJ"]']["matches"] == 8
    assert rows["[]"]["matches"] == corpus._scope().tokens
    assert rows["[]{0,1}" if "[]{0,1}" in rows else "[]?"]["matches"] is None
    first = next(iter(hits.outline()))
    assert first["depth"] == 0
    assert first["articles"] == hits.total


def test_a_field_goes_for_the_nodes_below_it(corpus: Corpus) -> None:
    rows = {row["node"]: row for row in corpus.search("title:(мост OR паром) река").outline()}
    assert rows["мост"]["matches"] == rows["паром"]["matches"] == 1
    assert rows["река"]["matches"] == 3


def test_a_hit_says_what_the_pattern_found_in_it(corpus: Corpus) -> None:
    hits = corpus.search('[pos="ADJ"] [lemma="мост"]')
    (row,) = hits.explain()
    assert (row["word"], row["articles"]) == ('[pos="ADJ"] [lemma="мост"]', 2)
    (row,) = hits[1].explain()
    assert row["forms"] == "старого моста 1"
    assert row["score"] == pytest.approx(hits[1].score, abs=0.02)
