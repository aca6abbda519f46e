"""Laws that hold for every query and every tree."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import QueryError
from corpus.query import (
    And,
    Boost,
    Date,
    Form,
    Fuzzy,
    In,
    Is,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    all_of,
    any_of,
    explain,
    is_filter,
    outline,
    parse,
    plain,
    words,
)
from corpus.query.lexer import tidy
from corpus.query.patterns import Pattern

SIGNS = [*"абвёИ19 \n-–—\"«»“”„()[]{}~^=*?/\\|&+:;,.!…_#@%№'’<>\u0301\u0306\u00ad", "й", "и\u0306"]
PIECES = [
    *("AND ", " OR ", "NOT ", " И ", " ИЛИ ", " НЕ ", " NEAR/3 ", " NEAR ", "NEAR/", " NEAR/s "),
    *("title:", "text:", "source:", "url:", "id:", "date:", "тег:", "foo:", "https://", "NEAR"),
    *("2024", "..", ">=", "~2", "^2", "^0.5", "(а OR б)", '"а б"', '"(а OR =б) в"', "нет", "-("),
]
QUERIES = st.lists(st.sampled_from(SIGNS + PIECES), max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(QUERIES, st.booleans())
def test_any_text_parses_and_prints_back_to_its_tree_or_is_a_query_error(
    text: str, any: bool
) -> None:
    try:
        tree = parse(text, any=any)
    except QueryError as error:
        assert error.query == text
        assert 0 <= error.place <= len(text)
        assert error.hint
        return
    assert parse(str(tree)) == tree
    assert parse(str(tree), any=True) == tree
    nodes, lines = list(tree.walk()), list(outline(tree))
    # What is inside a token pattern has lines of its own.
    assert [line.node for line in lines if line.node in nodes] == nodes
    if Pattern not in map(type, nodes):
        assert len(explain(tree).splitlines()) == len(nodes)
    assert tree.to_dict()["kind"] == type(tree).__name__.lower()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_unicode_parses_or_is_a_query_error(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError:
        return
    assert parse(str(tree)) == tree


@settings(max_examples=150, deadline=None)
@given(QUERIES, st.booleans())
def test_plain_gives_the_words_of_the_text_and_nothing_else(text: str, any: bool) -> None:
    try:
        tree = plain(text, any=any)
    except QueryError:
        return
    found = [node.text for node in tree.walk() if isinstance(node, Word)]
    assert found == [word for _, word in words(tidy(text))]
    assert {type(node) for node in tree.walk()} <= {Word, Or if any else And}


WORDS = st.sampled_from(
    ["путин", "Маск", "И", "AND", "OR", "НЕ", "NEAR", "кто-то", "O'Hara", "1,8", "10-го", "ё"]
)
ATOMS = st.one_of(
    WORDS.map(Word),
    WORDS.map(Form),
    st.sampled_from(["бес*", "м?р", "*ов", "202*", "мир??"]).map(Wildcard),
    st.builds(Fuzzy, WORDS, st.sampled_from([None, 1, 2])),
)
PHRASES = st.builds(
    Phrase,
    st.lists(
        ATOMS | st.lists(ATOMS, min_size=2, max_size=3).map(lambda items: Or(tuple(items))),
        min_size=2,
        max_size=4,
    ).map(tuple),
    st.integers(0, 5),
)
FILTERS = st.one_of(
    st.builds(
        Is,
        st.sampled_from(["source", "author", "tag", "id", "url"]),
        st.text('RТ "«»“()*^,;:/-.?=~', min_size=1, max_size=8).map(str.strip).filter(bool),
    ),
    st.builds(Date, st.dates(), st.none()),
    st.just(Date(dt.date(2024, 2, 1), dt.date(2024, 2, 29))),
    st.just(Date(missing=True)),
)
PLACED = st.recursive(
    ATOMS | PHRASES,
    lambda inner: st.one_of(
        st.builds(Near, inner, inner, st.sampled_from([1, 10, 1000, "s", "p"])),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=5,
)


def can_be_weighted(node: Node) -> bool:
    return not isinstance(node, Boost) and not is_filter(node)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    factors = st.floats(0, 1000, exclude_min=True, allow_subnormal=False)
    groups = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        groups.map(all_of),
        groups.map(any_of),
        inner.map(Not),
        st.builds(Boost, inner.filter(can_be_weighted), factors),
    )


SEARCHES: st.SearchStrategy[Node] = st.recursive(PLACED, grown, max_leaves=6)
TREES = st.recursive(
    SEARCHES | FILTERS | st.builds(In, st.sampled_from(["title", "text"]), SEARCHES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(all_of),
        st.lists(inner, min_size=2, max_size=4).map(any_of),
        inner.map(Not),
    ),
    max_leaves=6,
)


@settings(max_examples=250, deadline=None)
@given(TREES)
def test_every_tree_prints_as_a_query_that_parses_to_it(tree: Node) -> None:
    assert parse(str(tree)) == tree
    assert parse(str(tree), any=True) == tree
