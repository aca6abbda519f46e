"""Our query tree to Whoosh's: words become their candidate lemmas in the fields that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from whoosh import query as whoosh_query

from corpus.errors import CorpusError
from corpus.index.articles import day_number
from corpus.index.nodes import Close, Following, Pattern, Synonyms
from corpus.index.patterned import Occurrences, Patterned
from corpus.index.schema import FORM_FIELDS, LEMMA_FIELDS, NO_DATE
from corpus.index.sides import Expression
from corpus.index.snapshot import Snapshot
from corpus.patterns.values import Strings
from corpus.query import patterns, tree
from corpus.query.expressions import re2
from corpus.text.fold import fold, tidy_word
from corpus.text.function_words import FUNCTION_WORDS

Candidates = Callable[[str], Sequence[str]]
Family = Callable[[str], tuple[str, ...]]
Occurring = Callable[[patterns.Pattern], Occurrences]


class Translator:
    """Translates one query for one state of the index.

    `candidates` gives the lemmas a typed word can have, the likeliest first; `family` all lemmas
    that stand for the same word as one, the final one first; `renamed` the lemmas that became
    others; `occurring` what token patterns find.
    """

    def __init__(
        self,
        candidates: Candidates,
        snapshot: Snapshot,
        family: Family | None = None,
        renamed: Mapping[str, str] | None = None,
        occurring: Occurring | None = None,
    ) -> None:
        self._candidates = candidates
        self._renamed = renamed or {}
        self._occurring = occurring
        self._snapshot = snapshot
        self._family = family or (lambda lemma: (lemma,))
        self._fields: tuple[int, ...] = (0, 1)

    def translate(self, node: tree.Node) -> Any:
        """Return the Whoosh query of a tree."""
        return self._do(node)

    def _do(self, node: tree.Node) -> Any:
        rule = _RULES.get(type(node))
        if rule is None:
            raise CorpusError(f"{type(node).__name__} cannot be searched yet")
        return rule(self, node)

    def _word(self, node: tree.Word) -> Any:
        """Take every lemma that the word can have; those of one word count as one."""
        families = list(dict.fromkeys(map(self._family, self._candidates(node.text))))
        groups = [self._lemmas(family) for family in families]
        forms = self._in_fields(FORM_FIELDS, fold(tidy_word(node.text)))
        return Synonyms(groups, node.text, [family[0] for family in families], forms)

    def _form(self, node: tree.Form) -> Any:
        return Synonyms([self._in_fields(FORM_FIELDS, fold(tidy_word(node.text)))], str(node))

    def _wildcard(self, node: tree.Wildcard) -> Any:
        pattern = fold(tidy_word(node.pattern))
        return Synonyms([[Pattern(FORM_FIELDS[n], pattern) for n in self._fields]], str(node))

    def _regex(self, node: tree.Regex) -> Any:
        expression = re2(node.expression)
        fields = (names[n] for names in (FORM_FIELDS, LEMMA_FIELDS) for n in self._fields)
        items: list[Any] = [Expression(field, expression) for field in fields]
        if self._renamed:
            # A lemma goes by the name that it has in the end, too.
            finals = Strings.of(list(self._renamed.values())).described(node.expression)
            given = [fold(lemma) for lemma in compress(self._renamed, finals)]
            items += self._lemmas(dict.fromkeys(given))
        return Synonyms([items], str(node))

    def _pattern(self, node: patterns.Pattern) -> Any:
        if self._occurring is None:
            raise CorpusError("token patterns need the token columns", "corpus rebuild")
        found = self._occurring(node)
        if len(self._fields) == 1:
            wanted = LEMMA_FIELDS[self._fields[0]] == "title"
            found = found.where(found.in_title == wanted)
        return Patterned(found, str(node))

    def _fuzzy(self, node: tree.Fuzzy) -> Any:
        """Take every lemma, and the lemmas of every form, within the distance.

        Where none is named it is one letter, or two if one finds nothing.
        """
        word = fold(tidy_word(node.text))
        found: list[str] = []
        for distance in (node.distance,) if node.distance else (1, 2):
            found = found or self._near_lemmas(word, distance)
        # None is likelier than another: they are scored as one word.
        words = dict.fromkeys(lemma for text in (word, *found) for lemma in self._family(text))
        return Synonyms([self._lemmas(words)], str(node))

    def _near_lemmas(self, word: str, distance: int) -> list[str]:
        found: list[str] = []
        for number in self._fields:
            found += sorted(self._snapshot.near_terms(LEMMA_FIELDS[number], word, distance))
            for form in sorted(self._snapshot.near_terms(FORM_FIELDS[number], word, distance)):
                found += self._candidates(form)[:1]
        return found

    def _phrase(self, node: tree.Phrase) -> Any:
        return Following([self._do(item) for item in node.items], node.slop)

    def _near(self, node: tree.Near) -> Any:
        sides = [self._do(node.left), self._do(node.right)]
        if isinstance(node.distance, int):
            return Close(sides, node.distance)
        return Close(sides, unit="sentences" if node.distance == "s" else "paragraphs")

    def _and(self, node: tree.And) -> Any:
        return whoosh_query.And(_weighed([self._do(item) for item in node.items]))

    def _or(self, node: tree.Or) -> Any:
        return whoosh_query.Or(_weighed([self._do(item) for item in node.items]))

    def _not(self, node: tree.Not) -> Any:
        return whoosh_query.Not(self._do(node.item))

    def _boost(self, node: tree.Boost) -> Any:
        found = self._do(node.item)
        found.boost *= node.factor
        return found

    def _in(self, node: tree.In) -> Any:
        before, self._fields = self._fields, (LEMMA_FIELDS.index(node.field),)
        try:
            return self._do(node.item)
        finally:
            self._fields = before

    def _is(self, node: tree.Is) -> Any:
        exact = node.field in ("id", "url")
        value = node.value if exact else " ".join(fold(node.value).split())
        if "*" in value:
            return Pattern(node.field, value)
        return whoosh_query.Term(node.field, value)

    def _date(self, node: tree.Date) -> Any:
        if node.missing:
            return whoosh_query.NumericRange("date", NO_DATE, NO_DATE)
        first = day_number(node.first) if node.first else NO_DATE + 1
        last = day_number(node.last) if node.last else 2**31 - 1
        return whoosh_query.NumericRange("date", first, last)

    def _lemmas(self, texts: Iterable[str]) -> list[Any]:
        return [item for text in texts for item in self._in_fields(LEMMA_FIELDS, text)]

    def _in_fields(self, fields: Sequence[str], text: str) -> list[Any]:
        return [whoosh_query.Term(fields[n], text) for n in self._fields]


def _weighed(items: list[Any]) -> list[Any]:
    """Let function words count nothing where words that tell more stand beside them."""
    words = [item for item in items if isinstance(item, Synonyms) and item.lemmas]
    telling = [word for word in words if word.lemmas[0] not in FUNCTION_WORDS]
    for word in words if telling else ():
        word.telling = word in telling
    return items


_T = Translator

_RULES: dict[type[tree.Node], Callable[[Translator, Any], Any]] = {
    tree.Word: _T._word, tree.Form: _T._form, tree.Wildcard: _T._wildcard, tree.Fuzzy: _T._fuzzy,
    tree.Phrase: _T._phrase, tree.Near: _T._near, tree.And: _T._and, tree.Or: _T._or,
    tree.Not: _T._not, tree.Boost: _T._boost, tree.In: _T._in, tree.Is: _T._is,
    tree.Date: _T._date, tree.Regex: _T._regex, patterns.Pattern: _T._pattern,
}  # fmt: skip
