"""The query language: text to a tree that can be inspected, printed and explained.

Nothing here knows an index or a dictionary; other layers say which lemmas a word stands for.

    путин маск              both words, in any of their forms        путин AND маск, путин И маск
    путин OR маск           one of them at least                     ИЛИ
    путин -маск             without the second                       путин NOT маск, НЕ
    (а OR б) в              brackets
    "личные темы"           a phrase; also «…» “…” „…“; "личные темы"~3 with at most 3 words between
    "(личные OR частные) темы"    single words to choose from inside a phrase
    а NEAR/5 б              in either order; NEAR alone is NEAR/10, NEAR/s one sentence,
                            NEAR/p one paragraph; words, phrases or (а OR б) on each side
    =путину                 this very form; ="личным темам" each of these forms
    бесед*  м?р             any letters or none; one letter
    /мост(ом|у)/            forms or lemmas by a regular expression; also "/нов.*/ мост"
    пентагон~  пентагон~2   with typos
    title:слово  text:(…)   one field only (заголовок: текст:)
    source: author: tag: id: url:     filters (источник: автор: тег:); * is any characters
    date:2024  date:2024-10  date:24.10.2024  date:октябрь-2024  date:сегодня  date:none
    date:2024-01..2024-06  date:2024-01..06  date:..2024  date:>=2024-05  date:2024-Q3     (дата:)
    слово^2                 counts twice for the order of the results

CQL, for single tokens: one node of the tree (`Pattern`), whose parts are those of
`corpus.query.patterns`; see there and `corpus.query.cql`.

    [lemma="мост" & pos="NOUN"]             one token; values are regular expressions
    [pos="ADJ"]+ []{0,3} "мост.*"           one after the other; a value alone is a form
    ("снег" | "лёд") [tag="ablt"]           one or the other
    1:[pos="ADJ"] 2:[pos="NOUN"] & 1.case = 2.case
    <s> []{2} </s>    … within <s/>    <s/> containing …    !within    !containing

Operators are written in capitals. Precedence, from tight to loose: `~ ^`, fields and NOT, NEAR,
AND and adjacency, OR. With `any`, adjacency is an OR that binds looser than AND, while exclusions
and fields stay required.

A sentence pasted as it is works where it can: marks at the edge of words are dropped, so that the
question mark in `Что сказал Путин?` is none of ours (`мир??` and `м?р?` are wildcards), words that
no space parts make a phrase (км/ч, AT&T, 12:30), except at a comma. What cannot be understood is an
error that says where. With `plain`, nothing is syntax.
"""

from __future__ import annotations

from corpus.query.dates import parse_date
from corpus.query.explain import Line, explain, outline
from corpus.query.lexer import words
from corpus.query.parser import parse, plain
from corpus.query.patterns import Pattern
from corpus.query.tree import (
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
    PhraseItem,
    Regex,
    Wildcard,
    Word,
    all_of,
    any_of,
    is_filter,
    is_positional,
)

__all__ = [
    "And",
    "Boost",
    "Date",
    "Form",
    "Fuzzy",
    "In",
    "Is",
    "Line",
    "Near",
    "Node",
    "Not",
    "Or",
    "Pattern",
    "Phrase",
    "PhraseItem",
    "Regex",
    "Wildcard",
    "Word",
    "all_of",
    "any_of",
    "explain",
    "is_filter",
    "is_positional",
    "outline",
    "parse",
    "parse_date",
    "plain",
    "words",
]
