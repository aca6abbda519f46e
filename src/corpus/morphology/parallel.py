"""Analysing many forms on all cores; the answers do not depend on how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from corpus.morphology.analyser import Analyser
from corpus.processes import MOST, Pool, cores

ENOUGH = 20_000
"""From this many forms on, starting processes (half a second each) pays."""
_BLOCK = 500

Progress = Callable[[int, int], None]


class Analyses(NamedTuple):
    """Analyses of some forms, a list for each field of `Dictionary`."""

    forms: list[str]
    lemmas: list[str]
    parts: list[str]
    tags: list[str]
    alternatives: list[tuple[str, ...]]


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
    answers: list[Analyses] = []
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
    back = sorted(range(len(forms)), key=order.__getitem__)
    columns = (list(chain.from_iterable(fields)) for fields in _by_field(answers))
    return Analyses(*([column[place] for place in back] for column in columns))


def _by_field(answers: Sequence[Analyses]) -> Iterator[Sequence[list[Any]]]:
    return (tuple(answer[field] for answer in answers) for field in range(len(Analyses._fields)))


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


@cache
def _analyser() -> Analyser:
    """Return the analyser of this process, which loads the dictionary once."""
    return Analyser()


def _analyses(forms: Sequence[str], analyser: Analyser) -> Analyses:
    found = [analyser.analyse(form) for form in forms]
    return Analyses(*map(list, zip(*found, strict=True)))
