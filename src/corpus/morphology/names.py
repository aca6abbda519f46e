"""Lemmas of words outside the dictionary, decided by all the forms that a corpus has of them.

One sentence does not tell whether Рафферта, Рафферть or Рафферти is meant; a hundred do. The words
that may exist (`declensions`) compete for the forms that were seen. A word costs something, more
if it declines in a rare way or is met in other cases than words usually are; forms go to the words
that cost least together, and what speaks for no word is left as it is.

A woman's surname is a word of its own, as in the dictionary: where only women of a family are met,
Савушкина and Савушкину are forms of савушкина; where only men are, of савушкин. Where both are,
the sentence has the last word on the forms that both have. A lemma that the dictionary has stays as
it is, and so do abbreviations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import lgamma
from typing import NamedTuple

from corpus.morphology.declensions import (
    FAMILY,
    OF_A_WOMAN,
    UNCHANGED,
    WOMEN_ONLY,
    Lexeme,
    cost_unchanged,
    lexemes_of,
    patterns_of,
    stems_of,
)
from corpus.text.fold import fold

EXISTENCE = 7.0
"""What every word costs, in nats (natural logarithms of odds)."""
TRUST = 1.5
"""What is saved by each form that goes to the lemma which it was given in its sentences."""
CONCENTRATION = 8.0
"""How closely the shares of one word's endings follow those of its pattern (Dirichlet)."""
HOMONYM = 3.0
"""What it costs a word that its lemma is written like a form in the dictionary."""
SHORTEST = 4
"""What is shorter and no name may be a part of a word, or foreign."""
TOO_FEW = 4
"""So many occurrences of a single form are not enough to say that it does not decline."""
MAJORITY = 0.75
"""So many of a lemma's occurrences must go to one word for the lemma to be changed."""


class Seen(NamedTuple):
    """How often a form, as written, was met with the lemma that it was given in its sentences."""

    form: str
    lemma: str
    times: int
    starts: int
    """How many of them begin a sentence."""


class Evidence:
    """What was seen of one folded form."""

    __slots__ = ("capitals", "count", "given", "lemmas", "small", "upper", "written")

    def __init__(self) -> None:
        self.count = 0
        self.capitals = 0
        """Occurrences with a capital inside a sentence."""
        self.small = 0
        self.upper = 0
        """Occurrences in capitals throughout."""
        self.lemmas: dict[str, int] = {}
        """By the lemma given."""
        self.given: dict[str, int] = {}
        """By the folded lemma given."""
        self.written: dict[str, int] = {}
        """By spelling in small letters, with and without ё."""

    def add(self, seen: Seen) -> None:
        """Count some occurrences of the form."""
        form, lemma, count, starts = seen
        self.count += count
        if form.isupper() and len(form) > 1:
            self.upper += count
        elif form[:1].isupper():
            self.capitals += count - starts
        else:
            self.small += count
        written = form.lower()
        key = fold(lemma)
        self.lemmas[lemma] = self.lemmas.get(lemma, 0) + count
        self.given[key] = self.given.get(key, 0) + count
        self.written[written] = self.written.get(written, 0) + count

    def trust(self, lemma: str) -> float:
        """Return what is saved if a folded lemma turns out to be right."""
        return TRUST * self.given.get(lemma, 0) / self.count

    def votes(self) -> bool:
        """Return whether it is the form of a word, rather than an abbreviation or a syllable."""
        if 2 * self.upper > self.count:
            return False
        return self.capitals > self.small or len(next(iter(self.written))) >= SHORTEST


class Decision(NamedTuple):
    """The lemma that a form goes to, and the woman's surname that it may also be a form of."""

    lemma: str
    woman: str = ""

    def of(self, given: str) -> str:
        """Return the final lemma of occurrences that were given some lemma in their sentences."""
        return self.woman if self.woman and fold(given) == fold(self.woman) else self.lemma


Forms = Mapping[str, Evidence]
Taken = Callable[[str], bool]


def decide(seen: Iterable[Seen], taken: Taken) -> dict[str, str]:
    """Return the final lemma of every lemma that changes.

    `seen` are occurrences of words outside the dictionary, in any order; `taken` tells of a word
    in small letters whether the dictionary has it.
    """
    forms = gathered(seen)
    final = dict(_decided(forms, taken))
    concerned = {lemma for form in final for lemma in forms[form].lemmas}
    votes: dict[str, Counter[str]] = {lemma: Counter() for lemma in sorted(concerned)}
    for form, evidence in forms.items():
        for lemma, count in evidence.lemmas.items():
            if lemma in concerned:
                votes[lemma][final[form].of(lemma) if form in final else lemma] += count
    elected = ((lemma, _elected(lemma, found)) for lemma, found in votes.items())
    return {lemma: word for lemma, word in elected if word != lemma and not taken(lemma)}


def gathered(seen: Iterable[Seen]) -> dict[str, Evidence]:
    """Return what was seen of each folded form."""
    forms: dict[str, Evidence] = defaultdict(Evidence)
    for item in seen:
        forms[fold(item.form)].add(item)
    return dict(forms)


def _elected(lemma: str, votes: Counter[str]) -> str:
    """Return the word that nearly all forms of a lemma are forms of, or the lemma."""
    word, count = min(votes.items(), key=_most_first)
    return word if count >= MAJORITY * votes.total() else lemma


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _decided(forms: Forms, taken: Taken) -> Iterator[tuple[str, Decision]]:
    """Yield forms with the lemma of the word that they go to."""
    apart = set(forms)
    for rivals in _contests(forms):
        for word, own in _winners(rivals, forms, taken):
            yield from _decisions(word, own, _readable(word, own, forms))
            apart.difference_update(own)
    for form in apart:
        if _does_not_decline(form, forms, taken):
            yield form, Decision(_readable(Lexeme(form, UNCHANGED), [form], forms))


def _decisions(word: Lexeme, own: Sequence[str], lemma: str) -> Iterator[tuple[str, Decision]]:
    """Yield the forms of a word with its lemma; in a family that has women, theirs beside it."""
    of_women = [form for form in own if form.endswith(WOMEN_ONLY)]
    if word.pattern.name != FAMILY or not of_women:
        yield from ((form, Decision(lemma)) for form in own)
        return
    woman = lemma + OF_A_WOMAN
    for form in own:
        yield form, Decision(woman if form in of_women else lemma, woman)


def linked(forms: Collection[str], touched: Iterable[str]) -> set[str]:
    """Return the folded forms that compete with some others for words, directly or not.

    `forms` are all there are; those `touched` may be gone.
    """
    found: set[str] = set()
    waiting = list(dict.fromkeys(touched))
    while waiting:
        form = waiting.pop()
        if form in found:
            continue
        found.add(form)
        rivals = {other for word in lexemes_of(form) for other, _ in word.forms()}
        waiting.extend(other for other in rivals if other in forms and other not in found)
    return found


Rivals = list[tuple[Lexeme, list[str]]]


def _contests(forms: Forms) -> Iterator[Rivals]:
    """Yield words that compete for the same forms, each with all of its forms, two or more."""
    stems: dict[str, list[str]] = defaultdict(list)
    for form, evidence in forms.items():
        if evidence.votes():
            for stem in stems_of(form):
                stems[stem].append(form)
    several = [
        (Lexeme(stem, pattern), own)
        for stem, found in stems.items()
        if len(found) > 1
        for pattern in patterns_of(stem)
        if len(own := [form for form in found if form[len(stem) :] in pattern.endings]) > 1
    ]
    root = _joined(own for _, own in several)
    contests: dict[str, Rivals] = defaultdict(list)
    for word, own in several:
        contests[root(own[0])].append((word, own))
    yield from contests.values()


def _joined(groups: Iterable[Sequence[str]]) -> Callable[[str], str]:
    """Return what names the set that a form belongs to, once all groups are joined."""
    parents: dict[str, str] = {}

    def root(form: str) -> str:
        while (parent := parents.get(form, form)) != form:
            parents[form] = parents.get(parent, parent)
            form = parent
        return form

    for first, *others in groups:
        for other in others:
            parents[root(other)] = root(first)
    return root


def _winners(rivals: Rivals, forms: Forms, taken: Taken) -> Iterator[tuple[Lexeme, list[str]]]:
    """Yield words with the forms that go to them: first the one that saves most, and so on."""
    left = {form for _, own in rivals for form in own}
    possible = [(word, own) for word, own in rivals if _is_possible(word, own, forms)]
    while possible:
        # The words themselves settle ties.
        saving, _, _, word, own = max(
            (round(_saved(word, own, forms, taken), 6), word.lemma, word.pattern.name, word, own)
            for word, own in possible
        )
        if saving <= 0:
            return
        yield word, own
        left.difference_update(own)
        rest = ((word, [form for form in own if form in left]) for word, own in possible)
        possible = [(word, own) for word, own in rest if len(own) > 1]


def _is_possible(word: Lexeme, own: Sequence[str], forms: Forms) -> bool:
    """Return whether a word may be the one: a name, or what some sentence has taken it for."""
    evidence = [forms[form] for form in own]
    return is_name(evidence) or any(word.lemma in item.given for item in evidence)


def is_name(evidence: Iterable[Evidence]) -> bool:
    """Return whether most occurrences inside sentences begin with a capital, and some do."""
    capitals, small = map(sum, zip(*((e.capitals, e.small) for e in evidence), strict=True))
    return capitals > small


def _saved(word: Lexeme, own: Sequence[str], forms: Forms, taken: Taken) -> float:
    """Return how much cheaper one word is than as many that do not decline."""
    return sum(_cost_apart(form, forms) for form in own) - _cost(word, own, forms, taken)


def _cost_apart(form: str, forms: Forms) -> float:
    return EXISTENCE + cost_unchanged(form) - forms[form].trust(form)


def _cost(word: Lexeme, own: Sequence[str], forms: Forms, taken: Taken) -> float:
    """Return what a word costs: its existence, its pattern, and how odd its counts are."""
    lemma = word.lemma
    cost = EXISTENCE + word.pattern.cost - sum(forms[form].trust(lemma) for form in own)
    counts, expected, total = [], [], 0.0
    for form, share in word.forms():
        if form in own:
            counts.append(forms[form].count)
            expected.append(CONCENTRATION * share)
        elif form == lemma and taken(form):
            # As a form of another word, which the dictionary has, it could not be seen here.
            cost += HOMONYM
            continue
        total += CONCENTRATION * share
    return cost - _chance(counts, expected, total)


def _chance(counts: Sequence[int], expected: Sequence[float], total: float) -> float:
    """Return the logarithm of the chance of counts (Dirichlet-multinomial distribution).

    `expected` are the parameters of what was counted, `total` is the sum of all parameters.
    """
    number = sum(counts)
    chance = lgamma(total) - lgamma(total + number) + lgamma(number + 1)
    for count, share in zip(counts, expected, strict=True):
        chance += lgamma(share + count) - lgamma(share) - lgamma(count + 1)
    return chance


def _does_not_decline(form: str, forms: Forms, taken: Taken) -> bool:
    """Return whether a name that is met in one form only, often, has no other."""
    evidence = forms[form]
    if evidence.count <= TOO_FEW or not evidence.votes() or not is_name([evidence]):
        return False
    own = [form]
    cheapest = min(
        (_cost(word, own, forms, taken) for word in lexemes_of(form) if word.lemma != form),
        default=0.0,
    )
    return _cost_apart(form, forms) < cheapest


def _readable(word: Lexeme, own: Iterable[str], forms: Forms) -> str:
    """Return a word's lemma, with ё where it is mostly written.

    As one of the lemmas given, if there is one; else as the stem is written in the forms.
    """
    given: Counter[str] = Counter()
    stems: Counter[str] = Counter()
    folded, size = word.lemma, len(word.stem)
    for form in own:
        evidence = forms[form]
        given.update({k: n for k, n in evidence.lemmas.items() if fold(k) == folded})
        for written, count in evidence.written.items():
            stems[written[:size]] += count
    if given:
        return min(given.items(), key=_most_first)[0]
    return min(stems.items(), key=_most_first)[0] + folded[size:]


class Families:
    """Which folded lemmas stand for the same word, by what became of each lemma."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._final: dict[str, str] = {}
        members: dict[str, set[str]] = defaultdict(set)
        for lemma, final in renamed.items():
            self._final[fold(lemma)] = fold(final)
            members[fold(final)].add(fold(lemma))
        self._members = {final: (final, *sorted(own - {final})) for final, own in members.items()}

    def of(self, lemma: str) -> tuple[str, ...]:
        """Return all lemmas that are given to forms of the same word, the final one first."""
        final = self._final.get(lemma, lemma)
        return self._members.get(final, (lemma,))
