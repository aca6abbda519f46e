"""Which of its readings a word has in its sentence: a linear model, applied to many tokens at once.

The first pass chooses lemma and part of speech, the second, which sees what the first chose for the
neighbours, case, number and the rest. A reading's score is the sum of what speaks for it by itself
and of one number for each template: the entry of a table at (label, what stands there). All
weights are whole numbers, so that sums do not depend on their order; a decision depends on nothing
but the sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.morphology import rules, templates
from corpus.morphology.agreement import Agreement
from corpus.morphology.inventory import COARSE, FINE, LISTS, WORD, Details, Forms, Ints, Inventory
from corpus.morphology.templates import ANY, Neighbours, Slot

FILE = "context.model"
_BLOCK = 1 << 15
FAR = 48
"""How much less has to speak for a word than for another to be left out of account."""
_ENOUGH = 30_000
"""From so many readings on that were met, tables pay, which take .15 s to be made."""
_NEVER = 1 << 10
"""What no evidence outweighs."""
_RANKS = 6  # bits that hold a reading's place among those of its form


class Weights(NamedTuple):
    """Of one group of templates: the numbers of those weights that are not 0, and the weights."""

    numbers: Ints
    values: NDArray[np.int8]


GROUPS = ("own first", "first", "own second", "second")
_TEMPLATES = (
    templates.own_first,
    templates.first_templates,
    templates.own_second,
    templates.second_templates,
)


class Model:
    """An inventory and the weights of the four groups of templates."""

    def __init__(self, header: dict[str, Any], inventory: Inventory, weights: Sequence[Weights]):
        self.header, self.inventory, self.weights = header, inventory, tuple(weights)
        self.templates = [make(inventory) for make in _TEMPLATES]
        self._met = 0

    def own(self, details: Details) -> tuple[Ints, Ints]:
        """Return what speaks for readings without their sentence, in either pass."""
        first, second = (self._own(details, group) for group in (0, 2))
        return first, second

    def _own(self, details: Details, group: int) -> Ints:
        things = templates.own_things(details, group == 2)
        labels = self.inventory.labels[details.labels]
        score = np.zeros(len(labels), np.int32)
        for slot, dense in self._dense[group]:
            template = self.templates[group][slot.template]
            there = template.views[things[slot.template], slot.other]
            score += dense[0 if slot.view == ANY else labels[:, slot.view], there]
        return score

    @cached_property
    def _dense(self) -> dict[int, list[tuple[Slot, NDArray[np.int8]]]]:
        """The weights of each group, slot by slot."""
        return {group: list(self.slots(group)) for group in range(len(GROUPS))}

    def slots(self, group: int) -> Iterator[tuple[Slot, NDArray[np.int8]]]:
        """Yield each slot that has weights, and its weights as a table."""
        numbers, values = self.weights[group]
        for slot in templates.slots(self.templates[group], self.inventory):
            end = slot.base + slot.rows * slot.width
            here = slice(*np.searchsorted(numbers, (slot.base, end)))
            if here.start < here.stop:
                dense = np.zeros(slot.rows * slot.width, np.int8)
                dense[numbers[here] - slot.base] = values[here]
                yield slot, dense.reshape(slot.rows, slot.width)

    @cached_property
    def _classes(self) -> tuple[Ints, Ints]:
        """Return the labels less their words, each once, and which of them each label has."""
        bare = self.inventory.labels.copy()
        bare[:, WORD] = 0
        found, place = np.unique(bare, axis=0, return_inverse=True)
        return found, place.reshape(-1).astype(np.int32)

    @cached_property
    def _tables(self) -> tuple[list[NDArray[np.int16]], list[NDArray[np.int16]]]:
        return self._expanded(1, with_words=True), self._expanded(3, with_words=False)

    def _expanded(self, group: int, with_words: bool) -> list[NDArray[np.int16]]:
        """Return for each template the sum of its weights, a row for each label or its classes."""
        classes, place = self._classes
        words = self.inventory.labels[:, WORD]
        worded = np.flatnonzero(words)
        tables = []
        every = self._dense[group]
        for number, template in enumerate(self.templates[group]):
            by_view: dict[int, NDArray[np.int16]] = {}
            for slot, dense in every:
                if slot.template == number:
                    # Whole rows are copied many times faster than columns.
                    turned = np.ascontiguousarray(dense.T, np.int16)
                    part = turned.take(template.views[:, slot.other], axis=0)
                    if slot.view in by_view:
                        by_view[slot.view] += part
                    else:
                        by_view[slot.view] = part
            by_view = {view: np.ascontiguousarray(part.T) for view, part in by_view.items()}
            of_words = by_view.pop(WORD, None)
            table = np.zeros((len(classes), len(template.views)), np.int16)
            for view, part in by_view.items():
                table += part if view == ANY else part.take(classes[:, view], axis=0)
            if with_words:
                table = table.take(place, axis=0)
                if of_words is not None:
                    table[worded] += of_words[words[worded]]
            tables.append(table)
        return tables

    def living(self, forms: Forms) -> Forms:
        """Return the forms without the readings that no sentence is likely to bring up.

        Those are the readings of words that are far behind the best of the form; what a form most
        probably is by itself stays.
        """
        if not len(forms.sizes):
            return forms
        form = np.repeat(np.arange(len(forms.sizes)), forms.sizes)
        word = (form << _RANKS) + forms.words
        best = np.full(len(forms.sizes) << _RANKS, np.iinfo(np.int32).min, np.int32)
        np.maximum.at(best, word, forms.own[0])
        top = np.maximum.reduceat(forms.own[0], forms.first)
        living = best[word] >= top[form] - FAR
        living[forms.first] = True
        sizes = np.bincount(form[living], minlength=len(forms.sizes)).astype(np.int32)
        return forms._replace(
            first=(np.cumsum(sizes) - sizes).astype(np.int32),
            sizes=sizes,
            labels=forms.labels[living],
            words=forms.words[living],
            own=(forms.own[0][living], forms.own[1][living]),
            places=forms.places[living],
        )

    def choose(self, forms: Forms, tokens: Ints, starts: NDArray[np.bool_]) -> Ints:
        """Return the place of each token's reading among all readings of `forms`.

        `tokens` holds form codes; `starts` says which tokens are the first of a sentence.
        """
        chosen = [
            self._choose_block(forms, tokens[block], starts[block]) for block in blocks(starts)
        ]
        return np.concatenate([np.zeros(0, np.int32), *chosen])

    def _choose_block(self, forms: Forms, tokens: Ints, starts: NDArray[np.bool_]) -> Ints:
        near = Neighbours(starts)
        chosen = forms.first[tokens]
        rows = Rows.of(forms, tokens, chosen, None)
        things = templates.first_things(forms, tokens, near)
        score = forms.own[0][rows.readings] + self._spoken(0, rows, forms, things)
        score -= self._impossible(rows, forms, things[0])
        rows.pick(chosen, score)
        broken = self._agreement.broken(
            rows.tokens, forms.labels[rows.readings], chosen, forms, near
        )
        if broken.any():
            rows.pick(chosen, score - broken * _NEVER)
        rows = Rows.of(forms, tokens, chosen, forms.words)
        things = templates.second_things(self.inventory, forms, tokens, near, forms.labels[chosen])
        score = forms.own[1][rows.readings] + self._spoken(1, rows, forms, things)
        rows.pick(chosen, score - self._impossible(rows, forms, things[0]))
        return chosen

    def _impossible(self, rows: Rows, forms: Forms, before: NDArray[np.int64]) -> Ints:
        """Return what to take from the scores of readings that do not stand after prepositions."""
        labels = forms.labels[rows.readings]
        found = self._unprepositional[labels] & self._prepositions[before[rows.tokens]]
        return found.astype(np.int32) * _NEVER

    @cached_property
    def _unprepositional(self) -> NDArray[np.bool_]:
        """Which labels do not stand right after a preposition: verbs and nominatives.

        What does not decline is called a nominative for want of a better word.
        """
        coarse, fine = (self.inventory.lists[name].names for name in ("coarse", "fine"))
        verbs = [name.split(".")[0] in ("VERB", "AUX") and ".PRT" not in name for name in coarse]
        nominatives = [".nomn" in name and ".Fixd" not in name for name in fine]
        labels = self.inventory.labels
        found: NDArray[np.bool_] = (
            np.array(verbs)[labels[:, COARSE]] | np.array(nominatives)[labels[:, FINE]]
        )
        return found

    @cached_property
    def _prepositions(self) -> NDArray[np.bool_]:
        """Which words, as neighbours have their numbers, are prepositions and nothing else."""
        words = self.inventory.lists["words"]
        numbers = [words(word) for word in sorted(rules.PREPOSITIONS) if words(word)]
        return np.isin(self.inventory.atoms[:, 0], numbers)

    @cached_property
    def _agreement(self) -> Agreement:
        return Agreement(self.inventory)

    def _spoken(
        self, second: int, rows: Rows, forms: Forms, things: Sequence[NDArray[np.int64]]
    ) -> Ints:
        """Return what the sentence speaks for each of some rows, in the first or second pass."""
        labels = forms.labels[rows.readings]
        self._met += len(labels)
        if self._met < _ENOUGH:
            return self._from_slots(second, labels, [thing[rows.tokens] for thing in things])
        if second:
            labels = self._classes[1][labels]
        return rows.from_tables(self._tables[second], labels.astype(np.int64), things)

    def _from_slots(self, second: int, labels: Ints, things: Sequence[NDArray[np.int64]]) -> Ints:
        """Return the same for a few rows: slower by far, but without any tables to be made."""
        group = 2 * second + 1
        views = self.inventory.labels[labels]
        score = np.zeros(len(labels), np.int32)
        for slot, dense in self._dense[group]:
            template = self.templates[group][slot.template]
            there = template.views[things[slot.template], slot.other]
            if slot.view != WORD:
                score += dense[0 if slot.view == ANY else views[:, slot.view], there]
            elif not second:
                words = views[:, WORD]
                score += np.where(words > 0, dense[words, there], 0).astype(np.int32)
        return score


class Rows(NamedTuple):
    """The readings of those tokens that have several to choose from, one after the other."""

    tokens: NDArray[np.int64]
    readings: NDArray[np.int64]
    places: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, forms: Forms, tokens: Ints, chosen: Ints, words: Ints | None) -> Rows:
        """Return the rows of tokens; with `words` only readings of the same word as `chosen`."""
        sizes = forms.sizes[tokens]
        several = np.flatnonzero(sizes > 1)
        counts = sizes[several].astype(np.int64)
        starts = np.cumsum(counts) - counts
        token = np.repeat(several, counts)
        place = np.arange(len(token)) - np.repeat(starts, counts)
        reading = np.repeat(forms.first[tokens[several]].astype(np.int64), counts) + place
        if words is None or not len(token):
            return cls(token, reading, place, starts)
        same = words[reading] == np.repeat(words[chosen[several]], counts)
        # Nothing is left to choose where the word has one reading.
        kept = np.add.reduceat(same, starts, dtype=np.int64)
        same &= np.repeat(kept > 1, counts)
        left = kept[kept > 1]
        return cls(token[same], reading[same], place[same], np.cumsum(left) - left)

    def from_tables(
        self,
        tables: Sequence[NDArray[np.int16]],
        labels: NDArray[np.int64],
        things: Sequence[NDArray[np.int64]],
    ) -> Ints:
        """Return the sums of what tables have for the label of each row and its token's things."""
        score = np.zeros(len(labels), np.int32)
        if not len(self.starts):
            return score
        several = self.tokens[self.starts]
        counts = np.diff(np.append(self.starts, len(self.tokens)))
        begins: dict[int, NDArray[np.int64]] = {}
        for table, thing in zip(tables, things, strict=True):
            width = table.shape[1]
            if width not in begins:
                begins[width] = labels * width
            place = np.repeat(thing[several], counts)
            place += begins[width]
            score += table.ravel().take(place)
        return score

    def pick(self, chosen: Ints, score: Ints) -> None:
        """Set `chosen` to the reading of each token with the highest score, the first of equals."""
        if not len(self.starts):
            return
        ranked = (score << _RANKS) + ((1 << _RANKS) - 1 - self.places)
        best = np.maximum.reduceat(ranked, self.starts)
        place = (1 << _RANKS) - 1 - (best & ((1 << _RANKS) - 1))
        first = self.readings[self.starts] - self.places[self.starts]
        chosen[self.tokens[self.starts]] = first + place


def blocks(starts: NDArray[np.bool_], size: int | None = None) -> Iterator[slice]:
    """Yield stretches of whole sentences, of `size` tokens at most unless a sentence has more.

    By default they are small enough for a processor's near memory.
    """
    sentences = np.append(np.flatnonzero(starts), len(starts))
    first = 0
    while first < len(starts):
        place = np.searchsorted(sentences, first + (size or _BLOCK), "right") - 1
        end = int(sentences[place])
        if end <= first:
            end = int(sentences[place + 1])
        yield slice(first, end)
        first = end


# The model's file: a line of JSON that anybody can read, then everything else, compressed.


def pack(model: Model) -> bytes:
    """Return a model as the content of a file."""
    inventory = model.inventory
    lists = {name: inventory.lists[name].names for name in LISTS}
    body = {
        "lists": lists,
        "labels": inventory.labels.tolist(),
        "signatures": inventory.signatures.tolist(),
        "sizes": [len(weights.numbers) for weights in model.weights],
    }
    parts = [json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()]
    for weights in model.weights:
        steps = np.diff(weights.numbers, prepend=0).astype("<i4")
        parts += [steps.tobytes(), weights.values.tobytes()]
    header = json.dumps(model.header, ensure_ascii=False, sort_keys=True).encode()
    sizes = json.dumps([len(part) for part in parts]).encode()
    return b"\n".join([header, sizes, zlib.compress(b"".join(parts), 9)])


def unpack(data: bytes) -> Model:
    """Return the model that a file holds."""
    header, sizes, packed = data.split(b"\n", 2)
    plain = memoryview(zlib.decompress(packed))
    parts, place = [], 0
    for size in json.loads(sizes):
        parts.append(plain[place : place + size])
        place += size
    body = json.loads(bytes(parts[0]))
    weights = [
        Weights(
            np.cumsum(np.frombuffer(steps, "<i4"), dtype=np.int32), np.frombuffer(values, np.int8)
        )
        for steps, values in zip(parts[1::2], parts[2::2], strict=True)
    ]
    inventory = Inventory(body["lists"], body["labels"], body["signatures"])
    return Model(json.loads(header), inventory, weights)


@cache
def model() -> Model:
    """Return the model that ships, loaded once."""
    return unpack(resources.files("corpus.morphology").joinpath("model", FILE).read_bytes())
