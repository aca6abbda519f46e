"""What two articles are to each other: golden cases in versions.txt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from corpus import Article, Corpus

GOLDEN = Path(__file__).with_name("versions.txt")
KEYS = ("case", "title", "text", "title2", "text2", "is")


def read_cases() -> list[dict[str, str]]:
    blocks = GOLDEN.read_text("utf-8").split("\n\n")
    cases = []
    for block in blocks:
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        case = {key: value.strip() for key, value in (line.split(None, 1) for line in lines)}
        if case:
            assert tuple(case) == KEYS, case
            case["text2"] = case["text2"].replace("@", case["text"])
            cases.append(case)
    return cases


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_golden_cases(case: dict[str, str], tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path)
    corpus.add(
        Article(
            id=name,
            title=case[f"title{end}"],
            text=case[f"text{end}"].replace("¶", "\n\n"),
            date=dt.date(2024, 3, day),
        )
        for name, end, day in (("later", "2", 2), ("first", "", 1))
    )
    found = corpus.versions("later")
    relations = {row["id"]: row["relation"] for row in found}
    if case["is"] == "same":
        assert (found.first, found.ids) == ("first", ["first", "later"])
        assert relations == {"first": "first version", "later": "version"}
    else:
        assert (found.first, found.ids) == ("later", ["later"])
        assert ("first" in relations) == (case["is"] == "shares")
    assert corpus.search("", date="2024").stories == (1 if case["is"] == "same" else 2)


def test_every_verdict_has_its_cases() -> None:
    assert {case["is"] for case in CASES} == {"same", "shares", "none"}
