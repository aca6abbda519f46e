"""Global conditions: what labelled tokens must share."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from corpus import arrow
from corpus.columns.columns import Numbers
from corpus.errors import CorpusError
from corpus.patterns.attributes import Attributes, Compared
from corpus.patterns.conditions import Mask
from corpus.query.patterns import Comparison, Condition, Conjunction, Disjunction, Negation


def fulfilled(
    attributes: Attributes, where: Condition, tokens: dict[str, Numbers], size: int
) -> Mask:
    """Return which of some matches fulfil a global condition.

    `tokens` has for each label the token of each match, −1 where there is none.
    """
    if isinstance(where, Conjunction):
        found = np.ones(size, bool)
        for item in where.items:
            found &= fulfilled(attributes, item, tokens, size)
        return found
    if isinstance(where, Disjunction):
        found = np.zeros(size, bool)
        for item in where.items:
            found |= fulfilled(attributes, item, tokens, size)
        return found
    if isinstance(where, Negation):
        return ~fulfilled(attributes, where.item, tokens, size)
    if isinstance(where, Comparison):
        return _compared(attributes, where, tokens)
    raise CorpusError(
        "after a pattern only labelled tokens are compared", "for example 1.lemma = 2.lemma"
    )


def _compared(attributes: Attributes, asked: Comparison, tokens: dict[str, Numbers]) -> Mask:
    left = attributes.compared(asked.left_attribute)
    right = attributes.compared(asked.right_attribute)
    ours, theirs = _values(left, tokens[asked.left]), _values(right, tokens[asked.right])
    known = (ours >= 0) & (theirs >= 0)
    if asked.left_attribute != asked.right_attribute:
        ours = np.where(known, _translated(left, right)[ours], -1)
    same = ours == theirs
    found: Mask = known & (~same if asked.negated else same)
    return found


def _values(attribute: Compared, tokens: Numbers) -> Numbers:
    return np.where(tokens >= 0, attribute.numbers[attribute.codes[tokens]], -1)


def _translated(one: Compared, other: Compared) -> Numbers:
    """Return the other attribute's number of each of the one's values, −2 for none."""
    wanted, given = one.names.folded, other.names.folded
    places = pc.index_in(wanted, value_set=given.cast(wanted.type))
    found: Numbers = arrow.numbers(places.fill_null(-2)).astype(np.int64)
    return found
