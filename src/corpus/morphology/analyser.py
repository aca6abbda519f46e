"""Forms to everything that they can be, and the words of a sentence to what they are in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING

from corpus.model import Analysis, Article, Dictionary
from corpus.morphology import choosing, endings, readings, rules
from corpus.morphology.dictionary import dictionary
from corpus.morphology.features import features, upos
from corpus.morphology.parses import Parse, Parses
from corpus.morphology.readings import Reading
from corpus.text.fold import fold, tidy_word

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

    from corpus.morphology.context import Model
    from corpus.morphology.inventory import Forms

MODEL_VERSION = "1"
"""Part of the analysis version: changes when the same sentence would be read otherwise."""

RULES_VERSION = "2"
"""Part of the analysis version: changes when the same form would get another lemma."""

# Words that need the dictionary and no tidying, as most do.
_PLAIN = re.compile("[А-Яа-яЁё][А-Яа-яЁё-]*")
# Roman numerals as texts have them: CD and MM are something else.
_ROMAN = re.compile("(?=.*[IVX])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_SMILE = re.compile(r"[:;=]['-]?[()]|[()]{3}|[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]")
_CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў")

# Words of queries whose candidate lemmas are kept.
_MOST_KNOWN = 10_000
# Sentences that are read at once.
_SENTENCES = 1_000


class Analyser:
    """Looks words up in pymorphy3's dictionary and sets right what is known to go wrong.

    Threads may share one; the dictionary loads at the first look-up (about 0.2 s).
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _morph(self) -> MorphAnalyzer:
        return dictionary()

    @cached_property
    def _parses(self) -> Parses:
        return Parses(self._morph)

    @property
    def version(self) -> str:
        """The versions of the dictionary, the rules and the model, which decide every lemma."""
        return f"{dictionary_version()}+rules{RULES_VERSION}+model{MODEL_VERSION}"

    def readings(self, form: str) -> tuple[Reading, ...]:
        """Return everything that a form can be, first what it most probably is by itself."""
        key = fold(form)
        if not _PLAIN.fullmatch(form):
            if len(form) > 1 and form[1].isalpha() and form[0] in "#@":
                return self._tagged(form)
            if len(form) > 1 and form[-1] == "." and form[0].isalpha():
                return self._abbreviated(form)
            simple = _without_dictionary(form) or endings.by_shape(form)
            if simple:
                return self._simple(simple)
            form = tidy_word(form)
            key = fold(form)
        listed, whole = readings.listed()
        found = readings.Drafts()
        if key in whole:
            for row in listed[key]:
                found.add(*row, readings.LISTED)
            return found.graded(listed[key][0])
        word = form
        parses = endings.halved(word, self._parses.of(word), self._parses.of)
        if not parses[0].known:
            for other in readings.simpler(word):
                if self._morph.word_is_known(other):
                    parses, word = self._parses.of(other), other
                    break
        lemma, tag, part = choosing.choose(word, parses)
        choice = lemma, upos(tag, lemma, part), tag

        def readable(parse: Parse) -> str:
            return choosing.readable(parse.normal_form, word, parse.known)

        found = readings.collect(word, parses, readable, self._morph.word_is_known)
        for row in listed.get(key, ()):
            found.add(*row, readings.LISTED)
        return found.graded(choice)

    def _tagged(self, form: str) -> tuple[Reading, ...]:
        """Return the readings of #слово, which are those of the word, and of @name."""
        if form[0] == "@":
            return (Reading(form.lower(), "PROPN", "LATN"),)
        return tuple(r._replace(lemma=f"#{r.lemma}") for r in self.readings(form[1:]))

    def _abbreviated(self, form: str) -> tuple[Reading, ...]:
        """Return the readings of a token that ends in a full stop, as some cut them: г., А."""
        found = self.readings(form.rstrip("."))
        if len(form) == 2 and form[0].isupper():
            initial = readings.grade(readings.LISTED, 0.0, 0.0, False)
            found += (Reading(form.lower(), "PROPN", "NOUN,Name,Init,Abbr", initial),)
        return found

    def _simple(self, simple: Dictionary) -> tuple[Reading, ...]:
        """Return the readings of what needs no dictionary."""
        found = readings.Drafts()
        found.add(simple.lemma, simple.pos, simple.tag, readings.KNOWN, 1.0)
        for pos in rules.ALSO.get(simple.tag, ()):
            found.add(simple.lemma, pos, simple.tag, readings.DERIVED)
        return found.graded((simple.lemma, simple.pos, simple.tag))

    def form(self, form: str) -> Dictionary:
        """Return the lemma, part of speech (UPOS), OpenCorpora tag and alternatives of a form.

        `form` is one token as it stands in a text, looked at by itself; punctuation and numbers
        are their own lemmas.
        """
        found = self.readings(form)
        alternatives = tuple(dict.fromkeys(reading.lemma for reading in found))
        return Dictionary(form, *found[0][:3], alternatives)

    def candidates(self, word: str) -> tuple[str, ...]:
        """Return the keys of all lemmas that a typed word can have, the likeliest first.

        The word is tried as typed and capitalised, since names are typed in small letters, and
        is itself a candidate: whoever types a lemma means that lemma. A name also brings what
        its other case forms were taken for when they were met in a text.
        """
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[word] = self._candidates(word)
        return known

    def _candidates(self, word: str) -> tuple[str, ...]:
        tidy = tidy_word(word)
        name = tidy[:1].upper() + tidy[1:]
        found = [*self.form(tidy).alternatives, *self.form(name).alternatives, tidy]
        found += endings.typed(tidy)
        found += self._lemmas_of_forms(name)
        return tuple(dict.fromkeys(fold(lemma) for lemma in found))

    def _lemmas_of_forms(self, name: str) -> Iterator[str]:
        """Yield the lemmas that the case forms of a name may be indexed under.

        Саламатине may have become саламатина, Росстата росстата: nobody can tell for sure.
        Forms that are common words of the dictionary are left out, or маск would bring every
        mask and Ветров every wind.
        """
        if _without_dictionary(name):
            return
        for parse in self._morph.parse(name):
            proper = not rules.PROPER.isdisjoint(parse.tag.grammemes)
            if parse.tag.POS == "NOUN" and (proper or not parse.is_known):
                forms = [p.word for p in parse.lexeme if "plur" not in p.tag]
                yield from self._taken_for(forms, parse.normal_form.rstrip("аяьйое"), proper)
        surname = self.form(name).lemma
        if choosing.MASCULINE.search(surname):
            yield from self._taken_for([surname + e for e in rules.SURNAME_ENDINGS], surname, True)

    def _taken_for(self, forms: Iterable[str], stem: str, proper: bool) -> Iterator[str]:
        for form in dict.fromkeys(forms):
            known = self._morph.word_is_known(form)
            first, *others = self.readings(form[:1].upper() + form[1:])
            if known:
                likely = first.pos == "PROPN" or (proper and first.pos == "ADJ")
            else:
                likely = first.pos in ("PROPN", "NOUN")
            # Of what the form can be beside, only names: Велегорском is no велегорский here.
            names = [reading for reading in others if reading.pos == "PROPN"]
            for reading in (*([first] if likely else []), *names):
                if reading.lemma.startswith(stem):
                    yield reading.lemma

    # In a sentence

    @cached_property
    def model(self) -> Model:
        """What chooses among the readings; loaded at the first sentence."""
        from corpus.morphology.context import model

        return model()

    def encoded(self, forms: Sequence[str], every: Sequence[Sequence[Reading]]) -> Forms:
        """Return forms in the numbers of the model, with those readings that may come to count."""
        from corpus.morphology.inventory import details, forms_of

        inventory = self.model.inventory
        encoded = [inventory.encode(form, r) for form, r in zip(forms, every, strict=True)]
        return self.model.living(forms_of(encoded, self.model.own(details(encoded))))

    def analyse(self, tokens: Sequence[str]) -> list[Analysis]:
        """Return what each token of a sentence is; `tokens` are its words and marks in order.

        Any strings will do, however they were cut.
        """
        return next(self.sentences([tokens]))

    def sentences(self, sentences: Iterable[Sequence[str]]) -> Iterator[list[Analysis]]:
        """Yield the analyses of sentences, each a list of tokens; many at once are quicker."""
        todo = iter(sentences)
        while batch := list(islice(todo, _SENTENCES)):
            if any(isinstance(sentence, str) for sentence in batch):
                raise TypeError("a sentence is a list of tokens; text() takes a text")
            yield from self._batch(batch)

    def _batch(self, sentences: Sequence[Sequence[str]]) -> Iterator[list[Analysis]]:
        import numpy as np

        codes: dict[str, int] = {}
        tokens = [codes.setdefault(form, len(codes)) for s in sentences for form in s]
        starts = [place == 0 for sentence in sentences for place in range(len(sentence))]
        every = [self.readings(form) for form in codes]
        forms = self.encoded(list(codes), every)
        code = np.array(tokens, np.int32)
        places = forms.places[self.model.choose(forms, code, np.array(starts, bool))]
        chosen = iter(zip(tokens, places.tolist(), strict=True))
        for sentence in sentences:
            yield [
                _analysis(form, every[code], place)
                for form, (code, place) in zip(sentence, chosen, strict=False)
            ]

    def text(self, text: str) -> list[list[Analysis]]:
        """Return the sentences of a text, each a list of what its tokens are.

        `text[a.start:a.stop] == a.form` for each analysis `a`. Paragraphs are parted by an empty
        line.
        """
        import numpy as np

        from corpus.text.tokens import Pieces, tokenise

        pieces = Pieces()
        columns = tokenise([Article(text=text)], pieces)
        forms = [pieces.forms[code] for code in columns.form.tolist()]
        ends = [*(np.flatnonzero(np.diff(columns.sentence)) + 1).tolist(), len(forms)]
        spans = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False) if a < b]
        places = list(zip(columns.start.tolist(), columns.stop.tolist(), strict=True))
        found = self.sentences([forms[span] for span in spans])
        return [
            [a._replace(start=x, stop=y) for a, (x, y) in zip(s, places[span], strict=True)]
            for s, span in zip(found, spans, strict=True)
        ]


def _analysis(form: str, every: Sequence[Reading], place: int) -> Analysis:
    chosen = every[place]
    lemmas = tuple(dict.fromkeys((chosen.lemma, *(reading.lemma for reading in every))))
    feats = features(chosen.tag, chosen.pos, chosen.lemma)
    return Analysis(form, chosen.lemma, chosen.pos, chosen.tag, feats, lemmas)


@cache
def dictionary_version() -> str:
    """Return the names and versions of the analyser and its dictionary, without loading them."""
    import pymorphy3
    import pymorphy3_dicts_ru

    return f"pymorphy3-{pymorphy3.__version__}+dicts-ru-{pymorphy3_dicts_ru.__version__}"


def _without_dictionary(form: str) -> Dictionary | None:
    """Analyse what needs no dictionary: numbers, marks, and words with no Cyrillic letter."""
    first = form[:1]
    if first.isdecimal() and not _CYRILLIC.intersection(form.lower()):
        return Dictionary(form, form, "NUM", "NUMB", (form,))
    if not first.isalnum():
        pos = "SYM" if first in rules.SIGNS or _SMILE.match(form) else "PUNCT"
        return Dictionary(form, form, pos, "PNCT", (form,))
    if _CYRILLIC.isdisjoint(form.lower()):
        roman = _ROMAN.fullmatch(form)
        lemma = form if roman else form.lower()
        return Dictionary(form, lemma, *(("ADJ", "ROMN") if roman else ("X", "LATN")), (lemma,))
    if not all(unicodedata.name(letter, "") for letter in form):
        # Letters of some old scripts have no name, which pymorphy3 asks for.
        return Dictionary(form, form.lower(), "X", "UNKN", (form.lower(),))
    return None


def lemmas(words: Iterable[str]) -> list[Dictionary]:
    """Analyse words one by one, each by itself."""
    analyser = Analyser()
    return [analyser.form(word) for word in words]
