from __future__ import annotations

import sys

import pytest

from corpus.errors import CorpusError, QueryError
from corpus.query import And, Node, explain, parse, plain


def error(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00ad", "\u200b"])
def test_an_empty_query_is_an_error(text: str) -> None:
    assert error(text).message.startswith("The query is empty")
    with pytest.raises(QueryError, match="empty"):
        plain(text)


def test_a_query_error_is_a_corpus_error_with_place_and_hint() -> None:
    found = error("путин (маск")
    assert isinstance(found, CorpusError)
    assert (found.query, found.place) == ("путин (маск", 6)
    assert str(found).splitlines()[1:3] == ["  путин (маск", "        ^"]
    assert "путин (маск OR трамп)" in found.hint


@pytest.mark.parametrize("length", [10_000, 20_000])
def test_a_long_query_parses(length: int) -> None:
    text = ("длинноеслово " * length)[: length - 1] + "."
    assert len(text) == length
    tree = parse(text)
    assert isinstance(tree, And)
    assert tree.items == plain(text).children


def test_a_query_over_the_limit_of_characters_names_the_limit() -> None:
    found = error("слово " * 4000)
    assert "24,000 characters; the limit is 20,000" in found.message


@pytest.mark.parametrize("mode", [False, True])
def test_two_thousand_words_parse_and_one_more_does_not(mode: bool) -> None:
    assert len(parse("а " * 2000, plain=mode).children) == 2000
    with pytest.raises(QueryError, match="more than 2,000 words") as caught:
        parse("а " * 2001, plain=mode)
    assert caught.value.place == 4000


def test_words_inside_phrases_and_lists_count_too() -> None:
    assert "more than 2,000 words" in error(f'"{"а " * 1001}" {"а," * 1000}').message


@pytest.mark.parametrize("item", ['"а"|', "[]|", "<s>|", '["а"]|'])
def test_elements_of_patterns_count_too(item: str) -> None:
    where = "& 1.tag = 2.tag"
    assert parse(f"{item * 1996} 1:[] 2:[] {where}")
    assert "more than 2,000 words" in error(f"{item * 1998} 1:[] 2:[] {where}").message


def nested(opening: str, closing: str, levels: int) -> str:
    return opening * levels + "а б" + closing * levels


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        *[("(", ")"), ("-(", ")"), ("(в OR ", ")"), ("-(в ", ")^2"), ("(в NEAR/2 ", ")")],
        *[("(", ")^2"), ('([pos="ADJ"] ', '){2} "а"'), ("(", ' [pos="ADJ"]){2}')],
    ],
)
def test_deep_nesting_is_an_error_and_never_exhausts_the_stack(opening: str, closing: str) -> None:
    for levels in (101, 900):
        assert "nested too deeply" in error(nested(opening, closing, levels)).message


def test_ten_thousand_brackets_are_an_error() -> None:
    assert "nested too deeply" in error("(" * 10_000).message
    assert "nested too deeply" in error("(" * 10_000 + "а" + ")" * 9_999).message
    assert "not opened" in error(")" * 10_000).message


@pytest.mark.parametrize("sign", ['"', "«", "[", "-", "~", "^", "=", "*", "title:", "NOT "])
def test_a_repeated_sign_is_an_error(sign: str) -> None:
    with pytest.raises(QueryError):
        parse(sign * (19_999 // len(sign)))


def test_a_chain_of_near_is_limited_too() -> None:
    assert parse(" NEAR/3 ".join(["а"] * 99))
    assert "nested too deeply" in error(" NEAR/3 ".join(["а"] * 500)).message


DEEP = [
    "-(а " * 49 + "б" + ")" * 49,
    "(" * 47 + '[pos="ADJ"]' + ' "а"){2}' * 47,
    "(" * 95 + '[pos="ADJ"]' + "{2})" * 95 + ' "а"',
    "[" + "!(" * 90 + 'pos="ADJ"' + ")" * 90 + "]",
    '[pos="ADJ"]' + " within <s/>" * 90,
    "-(а " * 20 + "(" * 45 + '[pos="ADJ"]' + "{2})" * 45 + ' "а"' + ")" * 20,
]


@pytest.mark.parametrize("text", DEEP)
def test_what_parses_at_the_depth_limit_prints_compares_and_explains_on_a_small_stack(
    text: str,
) -> None:
    tree = parse(text)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_stack_depth() + 500)
    try:
        _use(tree)
    finally:
        sys.setrecursionlimit(limit)


def _use(tree: Node) -> None:
    assert parse(str(tree)) == tree
    assert hash(tree) == hash(parse(str(tree)))
    assert explain(tree)
    assert tree.to_dict()


def _stack_depth() -> int:
    depth, frame = 0, sys._getframe()
    while frame.f_back:
        depth, frame = depth + 1, frame.f_back
    return depth


def test_numbers_of_any_length_are_errors_not_crashes() -> None:
    many = "9" * 6000
    for text in (f"а NEAR/{many} б", f'"а б"~{many}', f"а~{many}", f"а^{many}", f"date:{many}"):
        assert error(text)


def test_errors_quote_long_words_in_short() -> None:
    for text in (f"{'я' * 9000}:а", f"date:{'я' * 9000}", f"={'я' * 90}*", "#" * 9000):
        found = error(text)
        assert len(found.message) < 250
        assert len(found.hint) < 400
