"""Boilerplate in articles written down by hand: each line that goes names its rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_lines import cases, judged, shown

from corpus.boilerplate.judging import Overrules
from corpus.boilerplate.lines import is_code, key_of

FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines_are_boilerplate_by_the_rule_that_they_name(path: Path) -> None:
    articles = cases(path)
    assert shown(articles, judged(articles)) == shown(articles, [a.rules for a in articles])


def test_all_of_them_together_are_judged_alike() -> None:
    """No case leans on the others being absent."""
    articles = [a for path in FILES if path.stem != "few_boxes" for a in cases(path)]
    assert shown(articles, judged(articles)) == shown(articles, [a.rules for a in articles])


def test_the_user_has_the_last_word() -> None:
    articles = cases(FILES[0].with_name("tails.txt"))
    tail = 'подписывайтесь на канал "Вестника", чтобы не пропустить главное!'
    kept = judged(articles, overrules=Overrules(kept=frozenset([key_of(tail)])))
    assert {rules[-1] for rules in kept[:10]} == {""}
    short = judged(articles, overrules=Overrules(dropped=frozenset([key_of("Смотрите сами")])))
    assert sum(rule == "told" for rules in short for rule in rules) == 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("«Мост» открыт.", '"мост" открыт'),
        ("Ёлки стоят", "Елки  стоят"),
        ("Мост – открыт…", "мост — открыт"),
    ],
)
def test_spellings_of_a_line_share_its_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_other_lines_have_other_keys() -> None:
    assert key_of("Мост открыт") != key_of("Мост закрыт")
    assert key_of("Мост открыт?") == key_of("Мост открыт")


@pytest.mark.parametrize(
    "line", ["", "x = 1;", "{" * 29, "мост " * 20, "{мост} (мост); [мост] = мост;"]
)
def test_short_lines_and_russian_ones_are_no_code(line: str) -> None:
    assert not is_code(line)
