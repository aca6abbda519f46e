"""Laws that hold for every token pattern."""

from __future__ import annotations

import json
import time
from dataclasses import fields
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import QueryError
from corpus.query import (
    And,
    Boost,
    In,
    Is,
    Near,
    Node,
    Not,
    Pattern,
    Phrase,
    Regex,
    Word,
    all_of,
    any_of,
    explain,
    outline,
    parse,
)
from corpus.query.cql import has_token, is_free
from corpus.query.inventory import CATEGORIES, FEATURES, PARTS, TAGS, UPOS, ZONES
from corpus.query.patterns import (
    MOST_REPEATS,
    STRUCTURES,
    Anything,
    Comparison,
    Condition,
    Containing,
    Edge,
    Has,
    Negation,
    Region,
    Repeat,
    Stretch,
    TokenPattern,
    Within,
    choice,
    conjunction,
    depth,
    disjunction,
    series,
    walk,
)

WORDS = st.sampled_from(
    [
        "мост",
        "с.*",
        "тем[аы]",
        r"\w+",
        "а|б",
        "(?-i)Маск",
        'а""б',
        'О\\"',
        '"',
        "'",
        "«»",
        r"\.",
        "ё",
    ]
)
LITERALS = st.text('абЁ"\\.*[]()|&!%{}<>/~^?+-=«»', min_size=1, max_size=6)
TEXTS = st.sampled_from(["form", "norm", "lemma"])
VALUED = st.one_of(
    st.builds(Has, st.just("pos"), st.sampled_from([*UPOS, *PARTS, "prep", "N.*"])),
    st.builds(
        Has, st.just("tag"), st.sampled_from([*TAGS, "NOUN,inan,masc sing,ablt", ".*,perf.*"])
    ),
    st.builds(
        Has,
        st.just("feats"),
        st.sampled_from([f"{name}={values[0]}" for name, values in FEATURES.items()]),
    ),
    st.builds(Has, st.just("zone"), st.sampled_from(ZONES), st.booleans(), st.booleans()),
    st.builds(Has, st.just("heading"), st.sampled_from(["yes", "no"]), st.booleans()),
)
SINGLE = st.one_of(
    st.builds(Has, TEXTS, WORDS, st.booleans()),
    st.builds(Has, TEXTS, LITERALS, st.booleans(), st.just(True)),
    VALUED,
)


def joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    groups = st.lists(inner, min_size=2, max_size=3)
    return groups.map(conjunction) | groups.map(disjunction) | inner.map(Negation)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(SINGLE, joined, max_leaves=4)
LABELS = st.sampled_from(["", "", "1", "2", "глагол", "a_1"])
TOKENS = st.builds(TokenPattern, st.just(Anything()) | CONDITIONS, LABELS)
EDGES = st.builds(Edge, st.sampled_from(STRUCTURES), st.booleans())
REGIONS = st.builds(Region, st.sampled_from([name for name in STRUCTURES if name != "article"]))


def unlabelled(node: Any) -> Any:
    """Return a stretch without labels: those of the second side of `within` name nothing."""
    if isinstance(node, tuple):
        return tuple(map(unlabelled, node))
    if not isinstance(node, Stretch):
        return node
    made = {field.name: unlabelled(getattr(node, field.name)) for field in fields(node)}
    return type(node)(**{**made, "label": ""} if "label" in made else made)


@st.composite
def repeats(draw: st.DrawFn, items: st.SearchStrategy[Stretch]) -> Stretch:
    item = draw(items)
    most = draw(st.sampled_from([1, 2, 3, MOST_REPEATS]))
    return item if isinstance(item, Edge) else Repeat(item, draw(st.integers(0, most)), most)


def grown(inner: st.SearchStrategy[Stretch]) -> st.SearchStrategy[Stretch]:
    several = st.lists(inner, min_size=2, max_size=3)
    second = inner.filter(has_token).map(unlabelled)
    return st.one_of(
        several.map(series),
        several.map(choice),
        repeats(inner),
        st.builds(Within, inner, second | st.just(Region("article")), st.booleans()),
        st.builds(Containing, inner, second, st.booleans()),
    )


STRETCHES: st.SearchStrategy[Stretch] = st.recursive(
    TOKENS | TOKENS | REGIONS | EDGES, grown, max_leaves=6
)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    """Draw a pattern that the language allows: with a token, and not of any tokens at all."""
    stretch = draw(STRETCHES.filter(has_token))
    labels = sorted({n.label for n in walk(stretch) if isinstance(n, TokenPattern) and n.label})
    where = None
    if len(labels) > 1 and draw(st.booleans()):
        names = st.sampled_from(["lemma", "form", "pos", "tag", *CATEGORIES])
        pairs = st.permutations(labels)
        compared = st.builds(
            lambda pair, name, no: Comparison(pair[0], name, pair[1], name, no),
            pairs,
            names,
            st.booleans(),
        )
        where = draw(st.recursive(compared, joined, max_leaves=4))
    if where is None and is_free(stretch):
        stretch = series([stretch, TokenPattern(Has("lemma", "мост"))])
    return Pattern(stretch, where)


@settings(max_examples=300, deadline=None)
@given(patterns())
def test_every_pattern_prints_as_a_query_that_parses_to_it(pattern: Pattern) -> None:
    assert parse(str(pattern)) == pattern
    assert parse(f"({pattern})") == pattern
    assert parse(str(pattern), any=True) == pattern


OTHERS = st.sampled_from(
    [Word("мост"), Word("И"), Phrase((Word("а"), Word("б"))), Regex("тем[аы]|с.*"), Regex("а/б")]
)
SIDES = patterns() | OTHERS
MIXED: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        SIDES,
        st.builds(Near, SIDES, SIDES, st.sampled_from([1, 5, "s", "p"])),
        st.builds(In, st.sampled_from(["title", "text"]), SIDES),
        st.builds(Boost, SIDES, st.sampled_from([2.0, 0.5])),
        st.just(Is("source", "Наука и поле")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
        inner.map(Not),
    ),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_patterns_among_everything_else_print_as_a_query_with_that_tree(tree: Node) -> None:
    assert parse(str(tree)) == tree
    assert parse(str(tree), any=True) == tree


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_every_part_is_plain_data_and_every_stretch_has_a_line(tree: Node) -> None:
    assert json.loads(json.dumps(tree.to_dict()))["kind"] == type(tree).__name__.lower()
    lines = list(outline(tree))
    assert explain(tree).splitlines() == [f"{'  ' * line.depth}{line.text}" for line in lines]
    said = [line.node for line in lines]
    # The regions that `within` names itself are said in its own line.
    unsaid = [n for n in walk(tree) if isinstance(n, Stretch) and n not in said]
    assert all(isinstance(node, Region) for node in unsaid)
    assert len(list(walk(tree))) >= depth(tree)


PIECES = [
    *('[lemma="а"]', '[pos="NOUN"]', "[]", "[", "]", '"а"', '"а б"', "«с.*»", "(", ")", "|", " | "),
    *(
        "{0,3}",
        "{2}",
        "{",
        "}",
        "?",
        "*",
        "+",
        "<s>",
        "</s>",
        "<s/>",
        "<b>",
        " within ",
        "!within ",
    ),
    *(
        " containing ",
        "1:",
        "2:[]",
        "a:",
        " & 1.lemma = 2.lemma",
        " :: ",
        "&",
        "!",
        "%c",
        "мост",
        " ",
    ),
    *(
        "AND",
        " NEAR/3 ",
        "-",
        "title:",
        "source:RT",
        "/а.*/",
        "/",
        '"/а/ б"',
        "^2",
        "~2",
        "=",
        ".",
        "\n",
    ),
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=1200, deadline=None)
@given(TEXT, st.booleans())
def test_any_mixture_parses_and_prints_back_to_its_tree_or_is_a_query_error(
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
    assert explain(tree)


INSIDE = st.lists(
    st.sampled_from(
        [*"\"&|!=()[]{}%.,'«»\\абё1_", "lemma", "pos", "NOUN", "tag=", '"мост"', " & ", "%l", "=="]
    ),
    max_size=10,
).map("".join)


@settings(max_examples=700, deadline=None)
@given(INSIDE)
def test_anything_in_square_brackets_parses_or_is_a_query_error(text: str) -> None:
    try:
        tree = parse(f'[{text}] [pos="VERB"]')
    except QueryError as error:
        assert error.hint
        return
    assert parse(str(tree)) == tree


def test_long_mixtures_are_read_in_no_time() -> None:
    hard = [
        '"а" ' * 4900,
        '("а" ' * 90 + '"а" ' * 4000,
        '("а" ' * 90 + '[lemma="б"] ' * 900,
        '("а" ' * 4000,
        '[lemma="а" & (' * 90,
        "[" + "!" * 19000,
        "[" + "(" * 19000,
        '[lemma="а"]' + "|" * 19000,
        '[lemma="а"]' + " within <s/>" * 1600,
        '[lemma="а"]' + "{2}" * 6000,
        "1:[] " * 1999 + "& 1.lemma = 1.form" + " | 1.lemma = 1.form" * 300,
        "<s>" * 6000,
        "<" * 19000,
        '"' * 19999,
        '"\\' * 9999,
        "/" * 19000,
        "/а" * 9000,
        '"/а" ' * 3900,
        "1:" * 9000 + '"а" [lemma="б"]',
        '["' + "(" * 900 + "а" + ")" * 900 + '"]',
    ]
    for text in hard:
        before = time.process_time()
        try:
            tree = parse(text)
            assert parse(str(tree)) == tree
        except QueryError as error:
            assert error.hint
        assert time.process_time() - before < 3, text[:40]


def test_and_of_patterns_stays_an_and() -> None:
    left, right = parse('[lemma="а"]'), parse('[lemma="б"]')
    assert parse('[lemma="а"] AND [lemma="б"]') == And((left, right))
