"""What holds of boilerplate in whatever articles: the same by hand, in any order, of any number."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
from golden_lines import Case, judged, lines_from
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_boilerplate import Naive

from corpus.boilerplate.judging import judge
from corpus.boilerplate.learning import STANDARD, Learned, Marker, learn, related
from corpus.boilerplate.lines import TITLE, Lines, joined, key_of

FEW = replace(STANDARD, line_articles=3, marker_times=3, often_times=6)

SHORT = ("Ещё по теме", "Фото", "Мост стоит, река течёт", "Смотрите сами")
LONG = (
    "Паром номер один снова ходит по расписанию до самой осени",
    "Мост закрыли на ремонт, и обещают открыть его к весне",
    "Подписывайтесь на канал, чтобы ничего не пропустить",
    "Мы не станем строить мост там, где его не просят",
)
TITLES = ("Паром снова ходит по расписанию", "Мост закрыли на долгий ремонт", "Река", "")
CODE = 'player.start({id: "video"}); player.stop();'

line = st.sampled_from([*SHORT, *LONG, *TITLES[:2], CODE]) | st.integers(0, 30).map(
    lambda n: f"Строка номер {n} о реке, о мосте и о пароме, который ходит"
)
article = st.builds(
    lambda title, source, lines: Case(title, source, tuple(lines)),
    st.sampled_from(TITLES),
    st.sampled_from(["Вестник", "Листок"]),
    st.lists(line, min_size=1, max_size=8),
)
articles = st.lists(article, min_size=1, max_size=25)


@given(articles)
@settings(max_examples=300, deadline=None)
def test_counting_all_at_once_is_counting_one_by_one(given_: list[Case]) -> None:
    naive = Naive(given_, FEW)
    assert judged(given_, FEW) == [naive.rules(a) for a in given_]


@given(articles, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_articles_is_of_no_account(given_: list[Case], rng: random.Random) -> None:
    order = list(range(len(given_)))
    rng.shuffle(order)
    rules = judged(given_, FEW)
    assert judged([given_[n] for n in order], FEW) == [rules[n] for n in order]


@given(articles, st.integers(2, 5))
@settings(max_examples=100, deadline=None)
def test_reprints_make_no_boilerplate(given_: list[Case], times: int) -> None:
    assert judged(given_ * times, FEW) == judged(given_, FEW) * times


@given(articles)
@settings(max_examples=100, deadline=None)
def test_no_title_is_marked_and_no_article_left_without_a_word(given_: list[Case]) -> None:
    for case, rules in zip(given_, judged(given_, FEW), strict=True):
        left = [text for text, rule in zip(case.lines, rules, strict=True) if not rule]
        assert left


def test_a_marker_once_accepted_stays() -> None:
    lines = lines_from([Case("", "", ("Ещё по теме", LONG[0], "Дальше о своём"))])
    known = [Marker(key_of("Ещё по теме"), 70, (0.6,), (20,))]
    learned = learn(lines, np.zeros(1, np.int64), known=known)
    assert list(learned.markers.values()) == known
    assert judge(lines, learned).place.tolist() == [1, 2]
    assert not learn(lines, np.zeros(1, np.int64)).markers


def test_nothing_is_learned_of_nothing() -> None:
    lines = lines_from([])
    assert len(judge(lines, learn(lines, np.zeros(0, np.int64)))) == 0


@given(articles, st.data())
@settings(max_examples=200, deadline=None)
def test_articles_that_share_lines_tell_as_much_as_all(given_: list[Case], data: Any) -> None:
    """All but short lines beside verse, whose numbers are then not known."""
    new = data.draw(st.integers(1, len(given_)))
    every = [replace_short(case) for case in given_]
    lines = lines_from(every)
    sources = np.array([case.source == "Листок" for case in every], np.int64)
    is_new = lines.article < new
    whole = learn(lines, sources, FEW)
    some = joined([lines.taken(is_new), related(lines.taken(~is_new), lines.taken(is_new), FEW)])
    known = list(whole.markers.values())
    numbers = some.article[some.line == TITLE]
    partly = learn(some, sources[numbers], FEW, known, partly=True)

    def found(lines: Lines, learned: Learned) -> set[tuple[int, ...]]:
        marks = judge(lines, learned)
        own = lines.taken(marks.place)
        rows = zip(own.article, own.line, marks.rule, marks.times, strict=True)
        return {tuple(map(int, row)) for row in rows if row[0] < new}

    assert found(some, partly) == found(lines, whole)


def replace_short(case: Case) -> Case:
    """Return an article whose lines all have so many words that they count."""
    return case._replace(lines=tuple(f"{text} и так далее было" for text in case.lines))
