from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

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
    is_positional,
    outline,
    parse,
)

А, Б, В = Word("а"), Word("б"), Word("в")
FULL = (
    'а =б м?р* пентагон~ "а =б"~2 (а OR б) -в (а NEAR/3 б) (а NEAR/s б) title:слово^2 source:RT '
    "tag:кос* date:2024-10-24 date:2024-10.. date:..2024-10-24 date:none date:2024 пентагон~2 "
    "пентагон~1 (а NEAR/p б) (а NEAR/1 б)"
)
EXPLAINED = """\
all of:
  the word а in any form
  the very form б
  words like м?р* (* any letters, ? one letter)
  the word пентагон, typos allowed
  in this order, at most 2 other words between them:
    the word а in any form
    the very form б
  any of:
    the word а in any form
    the word б in any form
  not:
    the word в in any form
  both, at most 3 words apart, in either order:
    the word а in any form
    the word б in any form
  both, in one sentence, in either order:
    the word а in any form
    the word б in any form
  in the title:
    counting 2 times:
      the word слово in any form
  the source is RT
  the tag matches кос*
  dated 2024-10-24
  dated 2024-10-01 or later
  dated 2024-10-24 or earlier
  without a date
  dated from 2024-01-01 to 2024-12-31
  the word пентагон, at most 2 letters wrong allowed
  the word пентагон, at most 1 letter wrong allowed
  both, in one paragraph, in either order:
    the word а in any form
    the word б in any form
  both, at most 1 word apart, in either order:
    the word а in any form
    the word б in any form"""


def test_explain_says_every_node_in_plain_words() -> None:
    assert explain(parse(FULL)) == EXPLAINED
    assert explain(parse('"личные темы"')).startswith("one after the other:\n  the word личные")


def test_outline_pairs_every_node_with_its_line() -> None:
    tree = parse(FULL)
    assert [line.node for line in outline(tree)] == list(tree.walk())


def test_to_dict_is_plain_and_names_kinds() -> None:
    tree = parse('путин -"илон маск"~2 date:2024-10.. date:none')
    assert tree.to_dict() == {
        "kind": "and",
        "items": [
            {"kind": "word", "text": "путин"},
            {
                "kind": "not",
                "item": {
                    "kind": "phrase",
                    "items": [{"kind": "word", "text": "илон"}, {"kind": "word", "text": "маск"}],
                    "slop": 2,
                },
            },
            {"kind": "date", "first": "2024-10-01", "last": None, "missing": False},
            {"kind": "date", "first": None, "last": None, "missing": True},
        ],
    }


def test_to_dict_of_every_kind_is_json() -> None:
    assert json.loads(json.dumps(parse(FULL).to_dict()))["kind"] == "and"


def test_nodes_are_frozen_hashable_and_without_a_dict() -> None:
    tree = parse(FULL)
    assert len({tree, parse(FULL)}) == 1
    for node in tree.walk():
        assert not hasattr(node, "__dict__")
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(node, dataclasses.fields(node)[0].name, "другое")


def test_children_go_from_left_to_right() -> None:
    assert Near(А, Б, 3).children == (А, Б)
    assert And((А, Б, В)).children == (А, Б, В)
    assert Boost(А, 2).children == In("title", А).children == Not(А).children == (А,)
    assert А.children == Is("tag", "а").children == Date(missing=True).children == ()


def test_all_of_and_any_of_open_their_own_kind_and_singles() -> None:
    assert all_of([А]) == any_of([А]) == А
    assert all_of([all_of([А, Б]), В]) == And((А, Б, В))
    assert any_of([any_of([А, Б]), В]) == Or((А, Б, В))
    assert all_of([any_of([А, Б]), В]) == And((Or((А, Б)), В))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Or((And((А, Б)), Not(В))), "(а AND б) OR NOT в"),
        (And((Or((А, Б)), Not(Or((Б, В))))), "(а OR б) AND NOT (б OR в)"),
        (Near(Near(А, Б, 3), В, "s"), "а NEAR/3 б NEAR/s в"),
        (Near(А, Near(Б, В, 3), 2), "а NEAR/2 (б NEAR/3 в)"),
        (Phrase((Form("а"), Or((Б, Wildcard("в*"))), Fuzzy("г", 1)), 2), '"=а (б OR в*) г~1"~2'),
        (Boost(Near(А, Б, 3), 0.5), "(а NEAR/3 б)^0.5"),
        (Boost(А, 1e-7), "а^0.0000001"),
        (In("title", Not(А)), "title:(NOT а)"),
        (Is("source", 'ООО "Ромашка"'), 'source:"ООО ""Ромашка"""'),
        (Date(dt.date(2024, 1, 1), dt.date(2024, 6, 30)), "date:2024-01-01..2024-06-30"),
        (Word("NEAR"), '"NEAR"'),
    ],
)
def test_a_tree_made_by_hand_prints_as_a_query_with_that_tree(node: Node, text: str) -> None:
    assert str(node) == text
    assert parse(text) == parse(text, any=True) == node


def test_filters_are_exclusions_and_everything_with_a_field() -> None:
    filters = ["-а", "source:RT", "date:2024", "title:а", "source:RT OR source:РИА", "(title:а)^2"]
    assert all(is_filter(parse(text)) for text in filters)
    assert not any(is_filter(parse(text)) for text in ("а", '"а б"', "а OR source:RT", "а^2"))


def test_words_phrases_and_groups_of_them_have_places() -> None:
    placed = ["а", "=а", "а*", "а~", '"а б"', "а NEAR б", 'а OR "б в" OR (г NEAR д)']
    assert all(is_positional(parse(text)) for text in placed)
    for text in ("а б", "-а", "title:а", "source:RT", "а^2", "а OR -б", "date:2024"):
        assert not is_positional(parse(text))
