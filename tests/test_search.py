"""Searching small corpora through the facade: operators, order, filters, advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Article, Corpus, CorpusError, QueryError

Make = Callable[..., Corpus]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("мосту", {"bridge", "ferry"}),
        ("сталь", {"steel"}),
        ("стать", {"steel"}),
        ("елка", {"tree"}),
        ("ЁЛКУ", {"tree"}),
        ("=елка", {"tree"}),
        ("=ёлок", set()),
        ('"висячий мост"', {"bridge"}),
        ('"мост висячий"', set()),
        ('"мэр мост"~2', {"bridge"}),
        ('"мэр мост"~1', set()),
        ("паром NEAR/3 мост", {"bridge", "ferry"}),
        ("паром NEAR/2 мост", set()),
        ("мост NEAR/s река", {"bridge", "ferry"}),
        ("паром И мост", {"bridge", "ferry"}),
        ("паром OR театр", {"bridge", "ferry", "tree"}),
        ("мост -висячий", {"ferry"}),
        ("НЕ мост", {"steel", "tree"}),
        ("title:мост", {"bridge"}),
        ("text:(мост река) -title:мост", {"ferry"}),
        ("пар*", {"bridge", "ferry"}),
        ("м?ста", {"ferry"}),
        ("мотс~2", {"bridge", "ferry"}),
        ("тиатр~", {"tree"}),
        ("source:газета дети", {"tree"}),
        ("date:2024-01-03", {"steel"}),
        ("date:>=2024-01-03", {"steel", "tree"}),
        ("мост^3 OR театр", {"bridge", "ferry", "tree"}),
    ],
)
def test_queries_find(small: Corpus, query: str, ids: set[str]) -> None:
    hits = small.search(query, limit=None)
    assert (set(hits.ids) if hits.total else set()) == ids
    assert hits.total == len(ids)


def test_phrases_never_cross_from_title_to_text_or_over_a_heading(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    text = "Мост построен.\n\n## Речной порт\n\nПаром ушёл."
    corpus.add(Article(id="a", title="Висячий", text=text, markup="markdown"))
    assert corpus.search('"висячий мост"').total == 0
    assert corpus.search('"построен речной"').total == 0
    assert corpus.search('"порт паром"').total == 0
    assert corpus.search("порт NEAR/3 паром").total == 0
    assert corpus.search('"речной порт"').total == 1


def test_a_phrase_may_cross_the_end_of_a_sentence(small: Corpus) -> None:
    assert small.search('"мост мост"').total == 1


def test_all_finding_nothing_gives_the_best_partial_matches(small: Corpus) -> None:
    hits = small.search("мост театр паром")
    assert hits.total == 0
    assert hits.partial == 3
    assert hits[0].id in ("bridge", "ferry")
    assert small.search("мост театр", match="any").total == 3


def test_plain_takes_every_sign_as_text(small: Corpus) -> None:
    assert small.search('Мост -висячий (OR) title:"', plain=True, match="any").total == 2
    with pytest.raises(QueryError):
        small.search('мост "')


def test_misspelt_words_bring_a_suggestion(small: Corpus) -> None:
    assert small.search("пароом").suggestion == "паром"
    assert small.search("nfh,jv").suggestion == ""
    assert small.search("gfhjv").suggestion == "паром"
    assert small.search("паром").suggestion == ""


def test_sorting_by_date_puts_undated_articles_last_either_way(make: Make) -> None:
    corpus = make(a=("Мост", "Мост."), b=("Мост", "Мост мост мост."), c=("Мост", "Мост тут."))
    corpus.add(Article(id="d", text="Мост без даты."))
    assert corpus.search("мост", sort="date").ids == ["c", "b", "a", "d"]
    assert corpus.search("мост", sort="oldest").ids == ["a", "b", "c", "d"]
    with pytest.raises(CorpusError, match="relevance, date, oldest"):
        corpus.search("мост", sort="score")


def test_times_order_the_articles_of_a_day(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    day = dt.date(2024, 5, 1)
    for name, time in (("noon", "12:00"), ("night", "23:10"), ("morning", "08:30")):
        corpus.add(Article(id=name, text="Мост.", date=day, time=time))
    assert corpus.search("мост", sort="date").ids == ["night", "noon", "morning"]


def test_filters_take_alternatives(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    rows = [("a", "RT", "Иван Петров", "наука"), ("b", "РИА", "Анна Ким", "спорт, лёд")]
    for name, source, author, tag in rows:
        corpus.add(Article(id=name, text="Мост.", source=source, authors=(author,), tags=(tag,)))
    assert corpus.search("мост", source="rt").ids == ["a"]
    assert set(corpus.search("мост", source=["RT", "риа"]).ids) == {"a", "b"}
    assert corpus.search(author="петров").ids == ["a"]
    assert corpus.search('author:"иван петров"').ids == ["a"]
    assert corpus.search(tag="лед").ids == ["b"]
    assert corpus.search("tag:нау*").ids == ["a"]
    with pytest.raises(CorpusError):
        corpus.search("мост", date="2024-13")


def test_a_title_counts_more_than_the_text(make: Make) -> None:
    corpus = make(
        text=("Погода", "Мост и река, и берег, и лодка."),
        title=("Мост", "Погода и река, и берег, и лодка."),
    )
    assert corpus.search("мост").ids == ["title", "text"]


def test_an_empty_corpus_and_an_empty_query(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    assert corpus.search("мост").total == 0
    with pytest.raises(QueryError):
        corpus.search(" ")


def test_a_new_article_is_found_at_once_also_by_a_corpus_opened_before(small: Corpus) -> None:
    other = Corpus(small.root)
    assert other.search("верблюд").total == 0
    small.add(Article(id="camel", text="Верблюд у моста."))
    assert other.search("верблюда").ids == ["camel"]
    small.remove("camel")
    assert other.search("верблюд").total == 0


def test_hits_looked_at_later_are_those_of_the_search(small: Corpus) -> None:
    hits, twin = small.search("мост"), small.search("мост")
    expected = [(hit.id, hit.title, hit.score) for hit in twin]
    before = twin.provenance._replace(made="")
    small.add(Article(id="bridge", title="Другой заголовок", text="Мост мост мост"))
    small.remove(["ferry"])
    small.rebuild()
    assert hits.ids == [name for name, *_ in expected]
    rows = hits._table.select(["id", "title", "score"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == expected
    assert hits.provenance._replace(made="") == before
    assert before.articles == 4


def test_sample_queries_find_what_their_authors_meant(sample: Corpus) -> None:
    expected = {
        "саламатиным": 8,
        "=лужину": 1,
        '"висячий мост"': 11,
        "шахтер": 4,
        '"речной порт"': 8,
        '"ледовая арена"': 6,
        "ветрова NEAR/6 хлынов": 2,
        "осётр": 2,
        "замок": 1,
        "выгладить": 1,
        "система датчик": 1,
        '"слоёный пирог"': 2,
        "фа-диез": 2,
    }
    assert {query: sample.search(query).total for query in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "Мост через реку " * 3_000,
        "мост" + " река" * 200 + " " + "-".join(["а" * 90] * 9),
        "ы" * 10_000 + " мост",
        "мост " + "— " * 5_000,
    ],
)
def test_snippets_of_endless_sentences_are_short(tmp_path: Path, text: str) -> None:
    corpus = Corpus.create(tmp_path)
    corpus.add(Article(id="a", text=text))
    snippet = corpus.search("мост река", match="any")[0].snippet
    assert len(snippet.text) < 600
    assert snippet.text[slice(*snippet.spans[0])].lower() == "мост"


def test_every_word_is_marked_where_it_stands(tmp_path: Path) -> None:
    """Each word stands once: whichever is asked for, its own paragraph is shown, with its place."""
    corpus = Corpus.create(tmp_path)
    words = [f"{a}{b}к" for a in "бвгджз" for b in "аеиоу"]
    odd = ["…", "* * *", "«", "— "]
    paragraphs = [
        f"{odd[n % 4]}{words[n]}, {words[n + 1]}! {words[n + 2].title()}?" for n in range(2, 28, 3)
    ]
    text = "\n\n".join(f"{p}\n\n!!!" if n % 2 else f"## {p}" for n, p in enumerate(paragraphs))
    corpus.add(
        [
            Article(id="a", title=words[0], lead=f"— {words[1]}.", text=text, markup="markdown"),
            Article(id="b", title="!", text=f"… {words[29]}"),
        ]
    )
    for word in words:
        (hit,) = corpus.search(f"={word}")
        shown = hit.heading if hit.heading.spans else hit.snippet
        ((start, stop),) = shown.spans
        assert shown.text[start:stop].lower() == word, word
        assert (hit.heading.text == words[0]) == (hit.id == "a")
    assert corpus.search(f"={words[29]}")[0].heading.text == "!"
