"""Training and judging the model: `python -m corpus.morphology.training FILE.conllu… -o MODEL`.

Reads CoNLL-U, also gzipped. The same files give the same model, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.morphology import inventory, templates
from corpus.morphology.analyser import MODEL_VERSION, Analyser
from corpus.morphology.context import GROUPS, Model, Rows, Weights, pack, unpack
from corpus.morphology.features import feature_dict
from corpus.morphology.fitting import Problem, Settings, fit, joined
from corpus.morphology.inventory import (
    EDGE_NAME,
    LISTS,
    Details,
    Encoded,
    Forms,
    Ints,
    Inventory,
    Names,
    details,
    endings,
    forms_of,
    key_of,
    lexical,
    rough_of,
    signature,
)
from corpus.morphology.readings import Reading, label
from corpus.morphology.rehearsing import Borrowed, without_words
from corpus.morphology.templates import ANY, Neighbours, Template
from corpus.morphology.treebanks import Data, Gold, Sentence, agreement, features_of, read
from corpus.text.fold import fold

# Names that are met less often have no number.
_LEAST = {"words": 6, "signatures": 8, "rough": 8, "endings": 8, "lexical": 6, "lemmas": 4}
_JACKKNIFE = 4
SETTINGS = Settings()


# Names


Label = tuple[str, str, str, str]


def inventory_of(data: Data) -> tuple[Inventory, set[Label]]:
    """Return the inventory of some data, and the names of the labels met in it."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in LISTS}
    of_word: dict[str, Counter[str]] = {}
    labels: set[Label] = set()
    for code, times in sorted(Counter(data.tokens.tolist()).items()):
        key, readings = key_of(data.forms[code]), data.readings[code]
        name = signature(readings)
        counts["words"][key] += times
        of_word.setdefault(key, Counter())[name] += times
        for ending in endings(key):
            counts["endings"][ending] += times
        for kind, value in (("signatures", name), ("signatures", rough_of(name))):
            counts[kind][value] += times
        counts["rough"][rough_of(name)] += times
        for reading in readings:
            classes = label(reading.pos, reading.tag)
            labels.add((*classes, lexical(key, reading)))
            for kind, value in zip(("coarse", "middle", "fine"), classes, strict=True):
                counts[kind][value] += times
            if len(readings) > 1:
                counts["lexical"][lexical(key, reading)] += times
                counts["lemmas"][inventory.lemma(reading)] += times
    names = {}
    for kind in LISTS:
        least = _LEAST.get(kind, 1)
        kept = sorted(name for name, times in counts[kind].items() if times >= least)
        names[kind] = ["", EDGE_NAME, *kept]
    most = {word: max(sorted(seen), key=seen.__getitem__) for word, seen in of_word.items()}
    return _inventory(names, labels, most), labels


def _inventory(
    names: dict[str, list[str]], labels: Iterable[Label], signatures: dict[str, str]
) -> Inventory:
    """Return the inventory of some names; `signatures` has that of each word."""
    lists = {kind: Names(names[kind]) for kind in LISTS}
    rows = {(0, 0, 0, 0)}
    for coarse, middle, fine, word in labels:
        row = (
            lists["coarse"](coarse),
            lists["middle"](middle),
            lists["fine"](fine),
            lists["lexical"](word),
        )
        rows |= {row, (*row[:3], 0), (*row[:2], 0, 0), (row[0], 0, 0, 0)}
    of_words = [
        lists["signatures"](signatures.get(word, ""), rough_of(signatures.get(word, "")))
        for word in names["words"]
    ]
    return Inventory(names, sorted(rows), of_words)


# Problems


def problem(
    data: Data, names: Inventory, encoded: Sequence[Encoded], chosen: Ints | None = None
) -> tuple[Problem, Rows]:
    """Return what the first pass is to learn, or with what it has `chosen` the second."""
    forms, facts = _plain_forms(encoded), details(encoded)
    near = Neighbours(data.starts)
    first = forms.first[data.tokens]
    if chosen is None:
        rows = Rows.of(forms, data.tokens, first, None)
        layouts = templates.own_first(names), templates.first_templates(names)
        beside = templates.first_things(forms, data.tokens, near)
    else:
        rows = Rows.of(forms, data.tokens, chosen, forms.words)
        layouts = templates.own_second(names), templates.second_templates(names)
        beside = templates.second_things(names, forms, data.tokens, near, forms.labels[chosen])
    here = Details(*(column[rows.readings] for column in facts))
    things: list[NDArray[Any]] = [*templates.own_things(here, chosen is not None)]
    things += [thing[rows.tokens] for thing in beside]
    every = [*layouts[0], *layouts[1]]
    columns = _features(every, names, names.labels[here.labels], things)
    good = np.array(
        [
            agreement(data.gold[token], data.readings[data.tokens[token]][place])
            for token, place in zip(rows.tokens.tolist(), rows.places.tolist(), strict=True)
        ]
    )
    counts = np.diff(np.append(rows.starts, len(good)))
    best = np.maximum.reduceat(good, rows.starts)
    right = good > np.repeat(best, counts) - 1e-6
    size = 1 + sum(s.rows * s.width for s in templates.slots(every, names))
    return Problem(columns, rows.starts, right, good >= 100, size), rows


def _features(
    layout: Sequence[Template], names: Inventory, labels: Ints, things: Sequence[NDArray[Any]]
) -> NDArray[np.int32]:
    """Return the numbers of the features of each row."""
    columns = []
    for slot in templates.slots(layout, names):
        there = layout[slot.template].views[things[slot.template], slot.other]
        if slot.view == ANY:
            number = there
        else:
            number = np.where(
                labels[:, slot.view] > 0, labels[:, slot.view] * slot.width + there, 0
            )
        columns.append(np.where((there > 0) & (number > 0), slot.base + number, 0))
    return np.stack(columns, 1).astype(np.int32)


def split(
    weights: NDArray[np.int8], own: Sequence[Template], names: Inventory
) -> tuple[Weights, Weights]:
    """Return the weights of a pass: those of the word's own templates, and the sentence's."""
    end = 1 + sum(s.rows * s.width for s in templates.slots(own, names))
    numbers = np.flatnonzero(weights).astype(np.int32)
    mine, others = numbers[numbers < end], numbers[numbers >= end]
    return Weights(mine, weights[mine]), Weights(others - (end - 1), weights[others])


# Training


def train(
    sentences: Sequence[Sentence],
    analyser: Analyser,
    header: dict[str, Any] | None = None,
    settings: Settings = SETTINGS,
) -> Model:
    """Return a model of some sentences."""
    data = Data(sentences, analyser)
    names, labels = inventory_of(data)
    encoded = data.encoded(names)
    first, rows = problem(data, names, encoded)
    lessons = [(first, rows.tokens[rows.starts]), *_rehearsals(data, names, encoded, first, rows)]
    weights = fit(joined([lesson for lesson, _ in lessons]), settings)[: first.size]
    chosen = _jackknifed(data, encoded, rows, lessons, settings)
    second, _ = problem(data, names, encoded, chosen)
    more = fit(second, settings)
    parts = (
        *split(weights, templates.own_first(names), names),
        *split(more, templates.own_second(names), names),
    )
    return _smaller(Model(header or {}, names, parts), labels)


def _rehearsals(
    data: Data, names: Inventory, encoded: Sequence[Encoded], first: Problem, rows: Rows
) -> list[tuple[Problem, NDArray[np.int64]]]:
    """Return more for the first pass to learn, and the token of each group."""
    forms = _plain_forms(encoded)
    own, sentence = templates.own_first(names), templates.first_templates(names)
    every = [*own, *sentence]
    bare, kept = without_words(first, every, names, forms.labels[rows.readings])
    borrowed = Borrowed(names, forms, data.tokens, first, rows)
    labels = borrowed.labels(names, forms)
    beside = templates.first_things(forms, data.tokens, Neighbours(data.starts))
    things: list[NDArray[Any]] = [np.zeros(len(labels), np.int32) for _ in own]
    things += [thing[borrowed.tokens] for thing in beside]
    base = 1 + sum(slot.rows * slot.width for slot in templates.slots(own, names))
    more = borrowed.problem(_features(every, names, labels, things), labels, base, first.size)
    return [
        (bare, rows.tokens[rows.starts][kept]),
        (more, borrowed.tokens[borrowed.starts]),
    ]


def _plain_forms(encoded: Sequence[Encoded]) -> Forms:
    """Return forms of whose readings it is not known yet what speaks for them."""
    nothing = np.zeros(0, np.int32)
    return forms_of(encoded, (nothing, nothing))


def _jackknifed(
    data: Data,
    encoded: Sequence[Encoded],
    rows: Rows,
    lessons: Sequence[tuple[Problem, NDArray[np.int64]]],
    settings: Settings,
) -> Ints:
    """Return the readings that first passes choose for sentences that they were not fitted to."""
    whole = lessons[0][0]
    chosen = _plain_forms(encoded).first[data.tokens]
    part = data.sentence * _JACKKNIFE // (int(data.sentence[-1]) + 1)
    for number in range(_JACKKNIFE):
        rest = [lesson.part(part[tokens] != number) for lesson, tokens in lessons]
        weights = fit(joined(rest), settings)[: whole.size].astype(np.int32)
        mine = part[rows.tokens] == number
        kept = Rows(
            rows.tokens[mine],
            rows.readings[mine],
            rows.places[mine],
            np.flatnonzero(np.diff(rows.tokens[mine], prepend=-1)),
        )
        if len(kept.tokens):
            kept.pick(chosen, weights[whole.features[mine]].sum(axis=1).astype(np.int32))
    return chosen


def _smaller(model: Model, labels: set[Label]) -> Model:
    """Return the model without the names that no weight belongs to."""
    old = model.inventory
    used = {kind: {0, 1} for kind in LISTS}
    for kind in ("coarse", "middle", "rough"):
        used[kind] = set(range(old.size(kind)))
    found = [list(_weighted(model, group)) for group in range(len(GROUPS))]
    for slot, template, rows, columns, _ in (entry for entries in found for entry in entries):
        if slot.view in (inventory.FINE, inventory.WORD):
            used["fine" if slot.view == inventory.FINE else "lexical"].update(rows.tolist())
        kind = template.lists[slot.other]
        if kind in used:
            used[kind].update(columns.tolist())
    names, number = {}, {}
    for kind in LISTS:
        kept = sorted(used[kind])
        names[kind] = [old.lists[kind].names[place] for place in kept]
        number[kind] = np.zeros(old.size(kind), np.int64)
        number[kind][kept] = np.arange(len(kept))
    words = old.lists["words"].names
    signatures = old.lists["signatures"].names
    of_word = {w: signatures[old.signatures[place]] for place, w in enumerate(words)}
    new = _inventory(names, labels, of_word)
    weights = [_renumbered(model, new, number, group, found[group]) for group in range(len(GROUPS))]
    return Model(model.header, new, weights)


_Entry = tuple[templates.Slot, Template, NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]


def _weighted(model: Model, group: int) -> Iterable[_Entry]:
    """Yield the rows, columns and values of the weights of each slot."""
    layout = model.templates[group]
    for slot, dense in model.slots(group):
        rows, columns = np.nonzero(dense)
        yield slot, layout[slot.template], rows, columns, dense[rows, columns]


def _renumbered(
    model: Model,
    new: Inventory,
    number: dict[str, NDArray[np.int64]],
    group: int,
    entries: Sequence[_Entry],
) -> Weights:
    layout = Model({}, new, model.weights).templates[group]
    slots = {(s.template, s.view, s.other): s for s in templates.slots(layout, new)}
    numbers, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int8)]
    for old, template, rows, columns, value in entries:
        slot = slots[old.template, old.view, old.other]
        if old.view != ANY:
            rows = number[templates.CLASSES[old.view]][rows]
        kind = template.lists[old.other]
        columns = number[kind][columns] if kind else columns
        numbers.append(slot.base + rows * slot.width + columns)
        values.append(value)
    every, all_values = np.concatenate(numbers), np.concatenate(values)
    order = np.argsort(every)
    return Weights(every[order].astype(np.int32), all_values[order])


# Judging


def choices(model: Model, data: Data) -> list[Reading]:
    """Return the reading that a model chooses for each token."""
    encoded = data.encoded(model.inventory)
    forms = model.living(forms_of(encoded, model.own(details(encoded))))
    chosen = forms.places[model.choose(forms, data.tokens, data.starts)]
    return [
        data.readings[code][place]
        for code, place in zip(data.tokens.tolist(), chosen.tolist(), strict=True)
    ]


class Score(NamedTuple):
    """How many words there are, and of how many lemma and part of speech are right."""

    words: int
    lemmas: int
    parts: int
    features: dict[str, tuple[int, int]]
    wrong: Counter[tuple[str, str, str]]

    def __str__(self) -> str:
        shown = [f"{self.words:6,} words", f"lemma {100 * self.lemmas / max(1, self.words):.2f}"]
        shown.append(f"UPOS {100 * self.parts / max(1, self.words):.2f}")
        shown += [f"{n} {100 * right / all_:.1f}" for n, (right, all_) in self.features.items()]
        return "  ".join(shown)


def score(gold: Iterable[Gold], found: Iterable[Reading]) -> Score:
    """Compare readings with the gold: case and ё ignored, punctuation left out."""
    words = lemmas = parts = 0
    features = dict.fromkeys(("Case", "Number", "Gender", "Tense"), (0, 0))
    wrong: Counter[tuple[str, str, str]] = Counter()
    for token, reading in zip(gold, found, strict=True):
        if token.pos == "PUNCT":
            continue
        words += 1
        parts += token.pos == reading.pos
        if fold(token.lemma) == fold(reading.lemma):
            lemmas += 1
        else:
            wrong[token.form, token.lemma, reading.lemma] += 1
        wanted = features_of(token)
        given = feature_dict(reading.tag, reading.pos, reading.lemma)
        for name, (right, every) in features.items():
            if name in wanted:
                features[name] = right + (given.get(name) == wanted[name]), every + 1
    features = {name: counts for name, counts in features.items() if counts[1]}
    return Score(words, lemmas, parts, features, wrong)


def cross_validate(
    files: dict[str, list[Sentence]], folds: int, analyser: Analyser
) -> dict[str, Score]:
    """Return the score of each file, every fold judged by a model of all the others.

    A fold is a stretch of neighbouring sentences of every file.
    """
    found: dict[str, tuple[list[Gold], list[Reading]]] = {name: ([], []) for name in files}
    for number in range(folds):
        held, rest = {}, []
        for name, sentences in files.items():
            cut = slice(*(len(sentences) * (number + n) // folds for n in (0, 1)))
            held[name] = sentences[cut]
            rest += sentences[: cut.start] + sentences[cut.stop :]
        model = train(rest, analyser)
        for name, sentences in held.items():
            if sentences:
                data = Data(sentences, analyser)
                found[name][0].extend(data.gold)
                found[name][1].extend(choices(model, data))
    return {name: score(gold, readings) for name, (gold, readings) in found.items()}


# The command


def _key(sentence: Sentence) -> tuple[str, ...]:
    return tuple(fold(gold.form) for gold in sentence if gold.pos != "PUNCT")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="CoNLL-U to train on")
    parser.add_argument("-o", "--output", type=Path, help="where the model goes")
    parser.add_argument("--model", type=Path, help="judge this model instead of training one")
    parser.add_argument("--evaluate", nargs="*", type=Path, default=[], help="CoNLL-U to judge by")
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS", help="judge by folds")
    parser.add_argument(
        "--leave-out",
        nargs="*",
        type=Path,
        default=[],
        help="CoNLL-U whose sentences are not trained on, wherever they stand",
    )
    parser.add_argument("--errors", type=int, default=0, help="how many errors to show a file")
    given = parser.parse_args(arguments)
    analyser = Analyser()
    left_out = {_key(sentence) for path in given.leave_out for sentence in read(path)}
    files = {path.name: [s for s in read(path) if _key(s) not in left_out] for path in given.files}
    if given.cross_validate:
        for name, found in cross_validate(files, given.cross_validate, analyser).items():
            print(f"{name}, {given.cross_validate} folds: {found}")
            _show_errors(found, given.errors)
    if given.model:
        model = unpack(given.model.read_bytes())
    else:
        header = {
            "version": MODEL_VERSION,
            "licence": "CC BY-SA 4.0",
            "trained on": {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in given.files
            },
        }
        model = train([s for sentences in files.values() for s in sentences], analyser, header)
    if given.output:
        given.output.write_bytes(pack(model))
    trained = {_key(sentence) for sentences in files.values() for sentence in sentences}
    for path in given.evaluate:
        sentences = read(path)
        data = Data(sentences, analyser)
        found = score(data.gold, choices(model, data))
        known = sum(_key(sentence) in trained for sentence in sentences)
        note = f" ({known} of {len(sentences)} sentences were trained on)" if known else ""
        print(f"{path.name}: {found}{note}")
        _show_errors(found, given.errors)


def _show_errors(found: Score, most: int) -> None:
    for (form, lemma, other), times in found.wrong.most_common(most):
        print(f"  {times:4} {form}: {lemma}, not {other}")


if __name__ == "__main__":
    main()
