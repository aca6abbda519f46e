"""Analysing many forms and tokens on all cores; answers do not depend on how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.morphology.analyser import Analyser
from corpus.morphology.context import blocks
from corpus.morphology.inventory import Forms, Ints
from corpus.processes import MOST, Pool, cores

ENOUGH = 20_000
"""From this many forms on, starting processes (half a second each) pays."""
_BLOCK = 500
_FEW_TOKENS = 20_000
"""So few tokens are read sooner here than anywhere else."""

Progress = Callable[[int, int], None]


class Analyses(NamedTuple):
    """Everything that some forms can be.

    The first five have an entry a form, the others one a reading: those of the first form, `sizes`
    of it, then those of the second …; the numbers are those of `morphology.inventory.Forms`.
    """

    forms: list[str]
    alternatives: list[tuple[str, ...]]
    sizes: NDArray[np.int32]
    atoms: NDArray[np.int32]
    shapes: NDArray[np.int32]
    lemmas: list[str]
    parts: list[str]
    tags: list[str]
    labels: NDArray[np.int32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]

    def likeliest(self, column: Sequence[str]) -> list[str]:
        """Return what a column of readings has for the first reading of each form."""
        return [column[place] for place in (np.cumsum(self.sizes) - self.sizes).tolist()]


_OF_FORMS = 5


def analyse_all(
    forms: Sequence[str],
    analyser: Analyser,
    progress: Progress | None = None,
    pool: Pool | None = None,
) -> Analyses:
    """Analyse forms; the answer does not depend on who does it.

    The processes of a pool share the work; without one, many forms get one of their own.
    """
    # Neighbours in the alphabet are neighbours in the dictionary, where memory is read faster; and
    # a word that differs by its capitals only is not looked up again.
    lower = [form.lower() for form in forms]
    order = sorted(range(len(forms)), key=lower.__getitem__)
    blocks = [
        [forms[place] for place in order[first : first + _BLOCK]]
        for first in range(0, len(forms), _BLOCK)
    ]
    own = None
    if pool is None and len(forms) >= ENOUGH and cores() > 1:
        pool = own = Pool(min(cores(), MOST))
    answers = [_analyses([], analyser)]
    done = 0
    try:
        for answer in _answers(blocks, analyser, pool):
            answers.append(answer)
            done += len(answer.forms)
            if progress:
                progress(done, len(forms))
    finally:
        if own:
            own.close()
    return _joined(answers, np.argsort(np.array(order, np.int64), kind="stable"))


def _joined(answers: Sequence[Analyses], order: NDArray[np.int64]) -> Analyses:
    """Return the forms of all answers, in some order of them."""
    sizes = np.concatenate([answer.sizes for answer in answers])
    first = np.cumsum(sizes) - sizes
    counts = sizes[order]
    ends = np.cumsum(counts)
    readings = np.repeat(first[order] - (ends - counts), counts) + np.arange(counts.sum())
    places = order.tolist(), readings.tolist()
    columns: list[Any] = []
    for number, name in enumerate(Analyses._fields):
        parts = [getattr(answer, name) for answer in answers]
        if isinstance(parts[0], np.ndarray):
            where = order if number < _OF_FORMS else readings
            columns.append(np.concatenate(parts)[where])
        else:
            every = [value for part in parts for value in part]
            columns.append([every[place] for place in places[number >= _OF_FORMS]])
    return Analyses(*columns)


def _answers(
    blocks: Sequence[Sequence[str]], analyser: Analyser, pool: Pool | None
) -> Iterator[Analyses]:
    if pool is None:
        yield from (_analyses(block, analyser) for block in blocks)
        return
    answers = [pool.submit(analyse_block, block, urgent=True) for block in blocks]
    for block, answer in zip(blocks, answers, strict=True):
        yield answer.get() or _analyses(block, analyser)


def analyse_block(forms: Sequence[str]) -> Analyses:
    """Analyse some forms in a process of a pool."""
    return _analyses(forms, _analyser())


class Share(NamedTuple):
    """Some tokens with the forms that they have, and nothing else that reading them needs."""

    forms: Forms
    tokens: Ints
    starts: NDArray[np.bool_]
    readings: NDArray[np.int64]
    """Which readings of all are those of `forms`."""

    @classmethod
    def of(cls, forms: Forms, tokens: Ints, starts: NDArray[np.bool_]) -> Share:
        """Return some tokens by themselves; `forms` are those of many more."""
        used = np.flatnonzero(np.bincount(tokens, minlength=len(forms.sizes)))
        sizes = forms.sizes[used]
        first = (np.cumsum(sizes) - sizes).astype(np.int32)
        readings = np.repeat(forms.first[used] - first, sizes) + np.arange(sizes.sum())
        code = np.zeros(len(forms.sizes), np.int32)
        code[used] = np.arange(len(used))
        own = Forms(
            first,
            sizes,
            forms.labels[readings],
            forms.words[readings],
            (forms.own[0][readings], forms.own[1][readings]),
            forms.atoms[used],
            forms.shapes[used],
            forms.places[readings],
        )
        return cls(own, code[tokens], starts, readings)


def choosing(
    forms: Forms, tokens: Ints, starts: NDArray[np.bool_], analyser: Analyser, pool: Pool | None
) -> Callable[[], Ints]:
    """Have the readings of tokens chosen; return what waits for their places among all readings.

    `tokens` are codes of `forms`, `starts` says which are the first of a sentence. The processes of
    a pool share the work; the answer does not depend on who does it.
    """
    if pool is None or len(tokens) < _FEW_TOKENS:
        chosen = analyser.model.choose(forms, tokens, starts)
        return lambda: chosen
    parts = blocks(starts, -(-len(tokens) // pool.size))
    shares = [Share.of(forms, tokens[part], starts[part]) for part in parts]
    answers = [pool.submit(choose, share[:3], urgent=True) for share in shares]

    def places() -> Ints:
        found = [np.zeros(0, np.int64)]
        for share, answer in zip(shares, answers, strict=True):
            chosen = answer.get()
            if chosen is None:
                chosen = analyser.model.choose(*share[:3])
            found.append(share.readings[chosen])
        return np.concatenate(found).astype(np.int32)

    return places


def choose(share: tuple[Forms, Ints, NDArray[np.bool_]]) -> Ints:
    """Return the places of tokens' readings among those of their forms, in a process of a pool."""
    return _analyser().model.choose(*share)


@cache
def _analyser() -> Analyser:
    """Return the analyser of this process, which loads the dictionary once."""
    return Analyser()


def _analyses(forms: Sequence[str], analyser: Analyser) -> Analyses:
    every = [analyser.readings(form) for form in forms]
    found = analyser.encoded(forms, every)
    places, sizes = found.places.tolist(), found.sizes.tolist()
    owners = [r for readings, size in zip(every, sizes, strict=True) for r in [readings] * size]
    living = [readings[place] for readings, place in zip(owners, places, strict=True)]
    return Analyses(
        list(forms),
        [tuple(dict.fromkeys(reading.lemma for reading in readings)) for readings in every],
        found.sizes,
        found.atoms,
        found.shapes,
        [reading.lemma for reading in living],
        [reading.pos for reading in living],
        [reading.tag for reading in living],
        found.labels,
        *found.own,
    )
