"""A strict reader of CoNLL-U: what https://universaldependencies.org/format.html asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

UPOS = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
)
FEATURE = re.compile(r"[A-Z][A-Za-z0-9]*=[A-Z0-9][A-Za-z0-9]*(?:,[A-Z0-9][A-Za-z0-9]*)*")
COMMENT = re.compile(r"# ([^=]+?) = (.+)|# newpar")


class Token(NamedTuple):
    number: str
    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: str
    deprel: str
    deps: str
    misc: str


class Sentence(NamedTuple):
    comments: dict[str, str]
    tokens: list[Token]


def read(text: str) -> list[Sentence]:
    """Return the sentences of a file, every rule checked on the way."""
    if not text:
        return []
    assert text.endswith("\n\n")
    assert not text.startswith("\n")
    # Readers that split lines as Python does must find the same ones.
    assert text.splitlines() == text[:-1].split("\n")
    sentences = [_sentence(block) for block in text[:-2].split("\n\n")]
    ids = [sentence.comments["sent_id"] for sentence in sentences]
    assert len(set(ids)) == len(ids)
    return sentences


def _sentence(block: str) -> Sentence:
    lines = block.split("\n")
    comments = [line for line in lines if line.startswith("# ")]
    assert lines[: len(comments)] == comments, "comments stand above all tokens"
    facts: dict[str, str] = {}
    for line in comments:
        found = COMMENT.fullmatch(line)
        assert found, line
        name = found[1] or "newpar"
        assert name not in facts
        facts[name] = found[2] or ""
        assert facts[name] == facts[name].strip()
    assert re.fullmatch(r"[^\s/]+", facts["sent_id"])
    assert re.fullmatch(r"[^\s/]+", facts.get("newdoc id", "-"))
    assert "newpar" in facts or "newdoc id" not in facts
    tokens = [_token(line) for line in lines[len(comments) :]]
    assert [token.number for token in tokens] == [str(n) for n in range(1, len(tokens) + 1)]
    shown = (t.form + ("" if t.misc == "SpaceAfter=No" else " ") for t in tokens)
    assert "".join(shown).rstrip(" ") == facts["text"]
    return Sentence(facts, tokens)


def _token(line: str) -> Token:
    columns = line.split("\t")
    assert len(columns) == 10, line
    for column in columns:
        assert column
        assert column == column.strip()
    token = Token(*columns)
    assert token.upos in UPOS
    for column in (*columns[3:5], *columns[5:9]):
        assert not re.search(r"\s", column)
    assert (token.head, token.deprel, token.deps) == ("_", "_", "_")
    assert token.misc in ("_", "SpaceAfter=No")
    if token.feats != "_":
        pairs = token.feats.split("|")
        assert all(map(FEATURE.fullmatch, pairs))
        names = [pair.partition("=")[0] for pair in pairs]
        assert names == sorted(set(names), key=str.lower)
    return token
