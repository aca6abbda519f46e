"""Stretches of words as two arrays, and what phrases and nearness make of them.

A stretch is given by the positions of its first and last word in the segment; all arrays are in
order of the first, then the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.arrow import ragged, unique_sorted
from corpus.index.arrays import NONE, Integers, Mask, common, merged

# Pairs of stretches looked at at once.
_PAIRS = 4_000_000
# No distance is greater: sums of a position and a distance must fit 32 bits.
FARTHEST = 1 << 19


class Spans(NamedTuple):
    """Stretches of words: positions of the first and the last."""

    first: Integers
    last: Integers

    def where(self, mask: Mask | slice | NDArray[np.int64]) -> Spans:
        """Return the stretches for which the mask holds, or those at some places."""
        return Spans(self.first[mask], self.last[mask])


NO_SPANS = Spans(NONE, NONE)


def words(positions: Integers) -> Spans:
    """Return words as stretches of one word each."""
    return Spans(positions, positions)


def joined(items: Sequence[Spans]) -> Spans:
    """Return the stretches that are in any of some arrays, each once."""
    items = [item for item in items if len(item.first)]
    if len(items) < 2:
        return items[0] if items else NO_SPANS
    if all(item.first is item.last for item in items):
        return words(merged([item.first for item in items]))
    keys = [(item.first.astype(np.uint64) << np.uint64(32)) | item.last for item in items]
    every = np.unique(np.concatenate(keys))
    return Spans((every >> np.uint64(32)).astype(np.uint32), every.astype(np.uint32))


def units(starts: Integers, positions: Integers) -> NDArray[np.int64]:
    """Return the number of the unit (document, zone, sentence) in which each position lies."""
    return starts.searchsorted(positions, "right") - 1


def within_units(spans: Spans, starts: Integers) -> Spans:
    """Keep the stretches that do not cross the start of a unit."""
    if not len(spans.first) or spans.first is spans.last:
        return spans
    return spans.where(units(starts, spans.first) == units(starts, spans.last))


def adjacent(words: Sequence[Sequence[Integers]]) -> Spans:
    """Return where words stand side by side, in order; each may stand in several arrays.

    The rarest is looked up first, so that nothing is done with most positions of the others.
    """
    sizes = [sum(map(len, word)) for word in words]
    rarest, *others = sorted(range(len(words)), key=sizes.__getitem__)
    found = merged(words[rarest])
    for number in others:
        # What would stand before the first position wraps to a number that no position reaches.
        step = np.uint32((number - rarest) % (1 << 32))
        beside = found + step
        found = merged([common(beside, positions) for positions in words[number]]) - step
    found = found - np.uint32(rarest)
    return Spans(found, found + np.uint32(len(words) - 1))


def owners_of_walks(parts: Sequence[Integers], slop: int, base: Integers) -> NDArray[np.int64]:
    """Return the documents in which words stand in order, each at most `slop` after the last.

    They come ascending, some more than once. What is kept on the way are all places of a word that
    can be reached: how the walk goes on depends on nothing else.
    """
    found = parts[0]
    for number, part in enumerate(parts[1:], 2):
        if not len(found) or not len(part):
            return np.zeros(0, np.int64)
        if len(found) > len(part):
            left, right = found[found.searchsorted(part) - 1], part
        elif number < len(parts):
            right = _between(part, found + np.uint32(1), found + np.uint32(slop))
            left = found[found.searchsorted(right) - 1]
        else:
            # It need not be known how many last words there are.
            left, right = found, part.take(part.searchsorted(found, "right"), mode="clip")
        # Where there is none on that side, the difference is negative: a very great number.
        near = right - left - np.uint32(1) < slop
        left, right = left[near], right[near]
        owners = units(base, left)
        within = units(base, right) == owners
        found, owners = right[within], owners[within]
    return owners


def around(words_: Sequence[Sequence[Integers]], reach: int) -> list[Spans]:
    """Return where words stand, of the frequent ones only what is near the rarest.

    Each may stand in several arrays. What is farther than `reach` from every place of the rarest
    may be left out: stretches that are no longer than that are all there.
    """
    sizes = [sum(map(len, word)) for word in words_]
    rarest = merged(words_[sizes.index(min(sizes))])
    low = np.maximum(rarest, np.uint32(reach)) - np.uint32(reach)
    high = rarest + np.uint32(reach)
    return [words(merged([_between(own, low, high) for own in word])) for word in words_]


def _between(positions: Integers, low: Integers, high: Integers) -> Integers:
    """Return the positions from each `low` to its `high`; others too where they are few anyway."""
    if len(positions) <= 4 * len(low):
        return positions
    start, stop = positions.searchsorted(low), positions.searchsorted(high, "right")
    # Where two ranges overlap, the second goes on where the first ends.
    np.maximum(start[1:], stop[:-1], out=start[1:])
    return positions[ragged(start, stop - start)]


def following(items: Sequence[Spans], gaps: int) -> Spans:
    """Return stretches of items one after the other, each as short as it can be from its start.

    There are at most `gaps` other words between the items in all.
    """
    if not gaps and all(item.first is item.last for item in items):
        return adjacent([[item.first] for item in items])
    first, last = items[0]
    length = (items[0].last - items[0].first).astype(np.int64)
    for item in items[1:]:
        if not len(item.first):
            return NO_SPANS
        if gaps:
            place = np.searchsorted(item.first, last, "right")
        else:
            place = np.searchsorted(item.first, last + np.uint32(1))
        inside = place < len(item.first)
        place = np.minimum(place, len(item.first) - 1)
        after = item.first[place]
        near = inside & (after - last <= gaps + 1)
        length = (length + 1 + item.last[place] - after)[near]
        first, last = first[near], item.last[place][near]
    # What the stretch is longer than its words and the steps between them are the gaps.
    return Spans(first, last).where((last - first).astype(np.int64) - length <= gaps)


def close(left: Spans, right: Spans, distance: int) -> Spans:
    """Return stretches over one of each side, at most `distance` words apart, nearest pairs."""
    found = []
    for one, other in ((left, right), (right, left)):
        if not len(one.first) or not len(other.first):
            continue
        place = np.searchsorted(other.first, one.last, "right")
        inside = place < len(other.first)
        place = np.minimum(place, len(other.first) - 1)
        near = inside & (other.first[place] - one.last <= distance)
        found.append(Spans(one.first[near], other.last[place][near]))
    return joined(found)


def shortest(spans: Spans) -> Spans:
    """Return the stretches within which no other one lies."""
    if spans.first is spans.last:
        return spans
    order = np.lexsort((-spans.first.astype(np.int64), spans.last))
    first = spans.first[order]
    inner = np.ones(len(first), bool)
    inner[1:] = first[1:] > np.maximum.accumulate(first)[:-1]
    return spans.where(np.sort(order[inner]))


def _in_order(first: Integers, last: Integers) -> Spans:
    keys = unique_sorted(np.sort((first.astype(np.uint64) << np.uint64(32)) | last))
    return Spans((keys >> np.uint64(32)).astype(np.uint32), keys.astype(np.uint32))


# As Whoosh means them


def near(a: Spans, b: Spans, base: Integers, slop: int, *, ordered: bool, least: int) -> Spans:
    """Return stretches over one of `a` and one of `b`, from `least` to `slop` positions apart.

    Overlapping stretches are 0 apart.
    """
    slop = min(slop, FARTHEST)
    if ordered and least > 0:
        return _after(a, b, base, slop, least)
    # A long stretch may start far before and still end near.
    reach = slop + (int((b.last - b.first).max()) if len(b.first) else 0)
    low = a.first if ordered else np.maximum(a.first, np.uint32(reach)) - np.uint32(reach)
    start = np.searchsorted(b.first, low)
    stop = np.maximum(start, np.searchsorted(b.first, a.last + np.uint32(slop), "right"))
    found = []
    for i, j in _pairs(start, stop - start):
        one, other = Spans(a.first[i], a.last[i]), Spans(b.first[j], b.last[j])
        before = other.first.astype(np.int64) - one.last
        after = one.first.astype(np.int64) - other.last
        apart = np.maximum(np.maximum(before, after), 0)
        fits = (apart >= least) & (apart <= slop)
        fits &= units(base, one.first) == units(base, other.first)
        first, last = np.minimum(one.first, other.first), np.maximum(one.last, other.last)
        found.append(_in_order(first[fits], last[fits]))
    return joined(found)


def _after(a: Spans, b: Spans, base: Integers, slop: int, least: int) -> Spans:
    """Return stretches from one of `a` to one of `b` that starts so far after its end."""
    start = b.first.searchsorted(a.last + np.uint32(least))
    stop = np.maximum(start, b.first.searchsorted(a.last + np.uint32(slop), "right"))
    found = [Spans(a.first[i], b.last[j]) for i, j in _pairs(start, stop - start)]
    if not found:
        return NO_SPANS
    within = [within_units(spans, base) for spans in found]
    if a.first is a.last and b.first is b.last and len(found) == 1:
        # Pairs of words: none comes twice, and they are in order already.
        return within[0]
    return joined([_in_order(*spans) for spans in within])


def _pairs(
    start: NDArray[np.int64], counts: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs (i, j) for every j in the range of each i, so many at once."""
    ends = counts.cumsum()
    if len(counts) and ends[-1] <= _PAIRS:
        yield np.repeat(np.arange(len(counts)), counts), ragged(start, counts)
        return
    first = 0
    while first < len(counts):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _PAIRS, "right")))
        own = counts[first:last]
        yield np.repeat(np.arange(first, last), own), ragged(start[first:last], own)
        first = last


def before_all(a: Spans, b: Spans, base: Integers) -> Spans:
    """Return the stretches of `a` that end before the first of `b` in the same document."""
    owners, others = units(base, a.first), units(base, b.first)
    place = np.searchsorted(others, owners)
    inside = place < len(others)
    place = np.minimum(place, max(0, len(others) - 1))
    if not len(others):
        return NO_SPANS
    return a.where(inside & (others[place] == owners) & (a.last < b.first[place]))


def not_touching(a: Spans, b: Spans) -> Spans:
    """Return the stretches of `a` that overlap none of `b`."""
    if not len(b.first):
        return a
    farthest = np.maximum.accumulate(b.last)
    place = np.searchsorted(b.first, a.last, "right")
    overlap = (place > 0) & (farthest[np.maximum(place, 1) - 1] >= a.first)
    return a.where(~overlap)


def containing(a: Spans, b: Spans) -> Spans:
    """Return the stretches of `a` within which one of `b` lies."""
    if not len(b.first):
        return NO_SPANS
    nearest = np.minimum.accumulate(b.last[::-1])[::-1]
    place = np.searchsorted(b.first, a.first)
    inside = place < len(b.first)
    return a.where(inside & (nearest[np.minimum(place, len(b.first) - 1)] <= a.last))


def melted(spans: Spans, base: Integers) -> Spans:
    """Return the stretches, those of one document that overlap or touch made one."""
    if len(spans.first) < 2:
        return spans
    owners = units(base, spans.first)
    # Positions grow from document to document, so the farthest so far is the farthest in its own.
    farthest = np.maximum.accumulate(spans.last)
    fresh = np.ones(len(owners), bool)
    fresh[1:] = (owners[1:] != owners[:-1]) | (
        spans.first[1:].astype(np.int64) > farthest[:-1].astype(np.int64) + 1
    )
    edges = np.flatnonzero(fresh)
    return Spans(spans.first[edges], np.maximum.reduceat(spans.last, edges))
