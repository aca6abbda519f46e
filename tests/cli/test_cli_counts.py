"""corpus freq, ngrams, collocates, keywords, dispersion, timeline: tables of counts."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus import Corpus
from corpus.cli import comparing, counts, options, spreading
from corpus.cli.counts import slot_of
from corpus.cli.tables import bars_of, counted
from corpus.render import plain


@pytest.fixture
def count(run: Any, sample: Corpus) -> Any:
    """Return a function that runs one of the commands over the sample corpus."""
    return lambda verb, *args, **options: run(verb, "--root", sample.root, *args, **options)


def records(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


GOLDEN = {
    "freq мост --by source": """\
3 sources for «мост»

source             frequency  words      ipm  articles
Городская хроника         24  4 201  5 712.9         7
Северный вестник          23  4 359  5 276.4         6
Наука и поле              15  4 257  3 523.6         4

the whole corpus: 48 articles, 12 817 words · N counts words of the articles of each source, \
punctuation not counted · by source · minimum 1
""",
    "freq --pos NOUN -n 2 --in мост": """\
654 lemmas; 2 shown, -n all for all

rank  lemma  pos   frequency       ipm  articles
   1  мост   NOUN         62  12 984.3        17
   2  год    NOUN         33   6 911.0        16

мост: 17 articles, 4 775 words · N counts words, punctuation not counted · by lemma · pos NOUN · \
minimum 1
""",
    "ngrams --slots 'ADJ мост' -n 2": """\
2 2-grams

rank  ngram         frequency      ipm  articles
   1  висячий мост         18  1 404.4        11
   2  новый мост            2    156.0         2

the whole corpus: 48 articles, 12 817 words · N counts words, punctuation not counted · 2-grams \
by lemma · slots [pos="ADJ"] [lemma="мост"] · minimum 2
""",
    "collocates мост --minimum 4 -n 3": """\
23 collocates of «мост»; 3 shown, -n all for all

                                                                     log
rank  collocate  pos    joint  frequency  expected  log_dice  likelihood    mi
   1  висячий    ADJ       18         19      0.84     12.83       104.9  4.41
   2  велга      PROPN      9         32      1.42     11.62        20.2  2.66
   3  через      ADP        8         24      1.07     11.57        20.8  2.91

the whole corpus: 48 articles, 12 817 words · N counts words, punctuation not counted · 62 \
matches · window 5 left, 5 right · by lemma · measure log_dice · minimum 4
""",
    "keywords --source 'Наука и поле' --pos NOUN -n 2": """\
173 lemmas compared; 2 shown, -n all for all

                         reference           reference         log
rank  lemma   frequency  frequency      ipm        ipm  likelihood  log_ratio
   1  болото         14          0  3 288.7      0.000       30.86       5.82
   2  замок          11          0  2 584.0      0.000       24.25       5.47

source:"Наука и поле": 16 articles, 4 257 words · N counts words, punctuation not counted · \
reference: NOT (source:"Наука и поле"), 32 articles, 8 560 words · unit token · by lemma · \
measure log_likelihood · minimum 5 · pos NOUN
""",
    "dispersion мост паром хлеб --by source": """\
spread over 3 sources

query  frequency      ipm  parts  range      d     dp  dp_norm     d2    arf
мост          62  4 837.3      3      3  0.862  0.090    0.134  0.982  24.92
паром         15  1 170.3      3      2  0.466  0.332    0.494  0.609   5.54
хлеб          30  2 340.6      3      3  0.932  0.040    0.060  0.996  10.33

the whole corpus: 48 articles, 12 817 words · N counts words, punctuation not counted · parts by \
source
""",
    "timeline мост паром --by year": """\
«мост», «паром» by year

                                                                       articles
query  period  frequency  words      ipm      low      high  articles     total
мост   2023           14  6 306  2 220.1    654.2   5 459.2         5        24  ███████
мост   2024           48  6 269  7 656.7  4 258.5  12 687.0        12        23  \
████████████████████████
паром  2023            4  6 306    634.3     57.4   2 528.5         2        24  ██
паром  2024           11  6 269  1 754.7    432.4   4 721.3         4        23  █████▌

the whole corpus: 48 articles, 12 817 words · N counts words, punctuation not counted · by year · \
unit token · 1 article without a date left out · 95 % intervals, articles as sampling units
""",
    "timeline паром --unit article --by year": """\
«паром» by year

                  articles
period  articles     total  share    low   high
2023           2        24  0.083  0.023  0.258  ███████████▌
2024           4        23  0.174  0.070  0.371  ████████████████████████

the whole corpus: 48 articles, 12 817 words · N counts articles · by year · unit \
article · 1 article without a date left out · 95 % intervals, articles as sampling units
""",
}


@pytest.mark.parametrize("line", GOLDEN)
def test_tables_for_people(count: Any, line: str) -> None:
    assert count(*shlex.split(line)).stdout == GOLDEN[line]


COMMANDS: dict[str, tuple[list[str], Any]] = {
    "freq": (["--pos", "NOUN"], lambda c: c.frequencies(pos="NOUN")),
    "ngrams": (["3", "--by", "form"], lambda c: c.ngrams(3, by="form")),
    "collocates": (
        ["мост", "--window", "2,3", "--measure", "t", "--minimum", "2"],
        lambda c: c.collocates("мост", window=(2, 3), measure="t", minimum=2),
    ),
    "keywords": (
        ["--source", "Наука и поле", "--against-source", "Северный вестник"],
        lambda c: c.subcorpus(source="Наука и поле").keywords(
            c.subcorpus(source="Северный вестник")
        ),
    ),
    "dispersion": (["мост", "паром"], lambda c: c.dispersion(["мост", "паром"])),
    "timeline": (["мост", "--by", "week"], lambda c: c.timeline("мост", by="week")),
}


@pytest.mark.parametrize("verb", COMMANDS)
def test_machines_get_every_column_and_exact_numbers(count: Any, sample: Corpus, verb: str) -> None:
    args, call = COMMANDS[verb]
    table = call(sample)
    expected = list(table)
    limit = [] if verb == "timeline" else ["-n", "all"]
    made = count(verb, *args, *limit, "--format", "jsonl")
    # JSON has no infinity.
    assert records(made) == plain(expected)
    assert json.loads(count(verb, *args, *limit, "--format", "json").stdout) == plain(expected)
    rows = list(csv.DictReader(io.StringIO(count(verb, *args, *limit, "--format", "csv").stdout)))
    assert list(rows[0]) == table.columns
    assert len(rows) == len(expected)
    data = count(verb, *args, *limit, "--format", "parquet").stdout_bytes
    assert pq.read_table(io.BytesIO(data)).to_pylist() == expected
    assert "articles" in made.stderr
    assert "N counts" in made.stderr
    assert count(verb, *args, "--format", "jsonl", "-q").stderr == ""


@pytest.mark.parametrize("verb", ["freq", "ngrams", "collocates", "keywords"])
def test_a_limit_is_said(count: Any, sample: Corpus, verb: str) -> None:
    args, call = COMMANDS[verb]
    total = len(call(sample))
    made = count(verb, *args, "-n", "1", "--format", "jsonl")
    assert len(records(made)) == 1 < total
    assert "; 1 shown, -n all for all" in made.stderr


@pytest.mark.parametrize("verb", COMMANDS)
def test_nothing_is_no_error(count: Any, verb: str) -> None:
    args, _ = COMMANDS[verb]
    count(verb, *args, "--in", "зюзюблик")
    if verb not in ("ngrams", "keywords"):
        assert "N counts" in count(verb, "зюзюблик").stdout


def test_what_was_perhaps_meant_is_said(count: Any) -> None:
    assert "did you mean: corpus freq 'музей'" in count("freq", "муззей").stdout
    assert "did you mean: corpus collocates 'музей'" in count("collocates", "муззей").stdout
    assert "did you mean: corpus timeline 'музей'" in count("timeline", "муззей").stdout
    for verb in ("freq", "collocates", "dispersion", "timeline"):
        assert "as a phrase: corpus" in count(verb, "висячий мост").stdout


def test_both_sides_of_keywords(count: Any, sample: Corpus) -> None:
    here, there = ["--source", "Наука и поле"], ["--against-source", "Северный вестник"]
    ranked = records(count("keywords", *here, "-n", "all", "--format", "jsonl"))
    turned = records(count("keywords", *here, "-n", "all", "--rarer", "--format", "jsonl"))
    assert turned == ranked[::-1]
    assert turned[0]["log_ratio"] < 0 < ranked[0]["log_ratio"]
    whole = count("keywords", *here, "--against-all").stdout
    assert "reference: whole corpus, 48 articles" in whole
    assert '"Северный вестник", 16 articles' in count("keywords", *here, *there).stdout
    assert "reference" in count("keywords", *there).stdout
    sample.subcorpus("хлеб").save("хлебные")
    told = count("keywords", *here, "--against-subcorpus", "хлебные", "--against-date", "2023")
    assert "хлебные AND date:" in told.stdout
    told = count("keywords", "--in", "мост", "--against", "хлеб", "--unit", "article").stdout
    assert "reference: хлеб, " in told
    assert "N counts articles" in told


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("keywords", 2, "say whose keywords: corpus keywords --source NAME"),
        ("keywords --against-all", 2, "say whose keywords"),
        ("keywords --in мост --against-all --against хлеб", 2, "nothing else to compare with"),
        ("keywords --in мост --measure lll", 2, "'log_likelihood'"),
        ("collocates", 2, "Missing argument 'QUERY...'"),
        ("collocates мост --measure logdice", 2, "'log_dice'"),
        ("collocates мост --window много", 2, "neither two numbers, as 5,5, nor sentence"),
        ("collocates мост --window 1,2,3", 2, "neither two numbers"),
        ("collocates мост --pos NOMEN", 1, "NOUN"),
        ("collocates мост --minimum 0", 2, "--minimum"),
        ("freq --by слово", 2, "'lemma'"),
        ("ngrams много", 2, "not a valid integer"),
        ("ngrams 3 --slots ADJ", 1, "3-grams have 3 slots"),
        ("ngrams 99", 1, "give a number from 1 to"),
        ("dispersion", 2, "Missing argument 'QUERY...'"),
        ("dispersion мост --by place", 2, "'article'"),
        ("timeline мост --by hour", 2, "'week'"),
        ("timeline мост паром --split source", 1, "give one query"),
    ],
)
def test_errors_say_what_is_valid(count: Any, line: str, code: int, message: str) -> None:
    assert message in count(*shlex.split(line), code=code).stderr


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("dispersion мост --by tags", "dispersion мост --by tag"),
        ("timeline мост --split authors", "timeline мост --split author"),
        ("search мост --facets tags", "search мост --facets tag"),
        ("freq мост --by authors", "freq мост --by author"),
    ],
)
def test_fields_may_be_called_by_their_columns(count: Any, line: str, same: str) -> None:
    assert count(*shlex.split(line)).stdout == count(*shlex.split(same)).stdout


def test_tags_of_words_are_not_those_of_articles(count: Any) -> None:
    words, articles = (count("freq", "--by", by).stdout for by in ("tag", "tags"))
    assert "NOUN,inan" in words
    assert "NOUN,inan" not in articles


def test_slots() -> None:
    assert [slot_of(text) for text in ("*", "NOUN|ADJ", "рост|спад", "=роста|=рост")] == [
        None,
        {"pos": ["NOUN", "ADJ"]},
        {"lemma": ["рост", "спад"]},
        {"form": ["роста", "рост"]},
    ]


def test_each_argument_of_dispersion_is_a_query(count: Any) -> None:
    made = records(count("dispersion", "мост", "висячий мост", "--format", "jsonl"))
    assert [row["query"] for row in made] == ["мост", "висячий мост"]
    read = count("dispersion", "-", "--format", "jsonl", input="мост\nвисячий мост\n")
    assert records(read) == made
    parts = records(count("dispersion", "мост", "--by", "source", "--parts", "--format", "jsonl"))
    assert [row["part"] for row in parts] == [
        "Городская хроника",
        "Наука и поле",
        "Северный вестник",
    ]
    assert "█" in count("dispersion", "мост", "--by", "source", "--parts", "-n", "2").stdout


def test_periods_without_articles_are_for_machines_only(run: Any, make: Any) -> None:
    import datetime as dt

    from corpus import Article

    corpus = make(a=("Мост", "Мост открыли."))
    corpus.add(Article(id="b", text="Мост закрыли.", date=dt.date(2024, 6, 1)))
    args = ("timeline", "--root", corpus.root, "мост")
    shown = run(*args).stdout
    assert "periods without articles are not shown: 4" in shown
    assert "2024-03" not in shown
    assert len(records(run(*args, "--format", "jsonl"))) == 6


def test_bars() -> None:
    assert bars_of([8, 4, 1, 0, None], 8) == ["████████", "████", "█", "", ""]
    assert bars_of([1, 0.0625], 8) == ["████████", "▌"]
    assert bars_of([1.0], 3) == bars_of([0.0], 8) == [""]


def test_counts_have_their_nouns() -> None:
    assert [counted(1, "lemma"), counted(1234, "lemma"), counted(2, "pos"), counted(3, "tags")] == [
        "1 lemma",
        "1 234 lemmas",
        "2 parts of speech",
        "3 tags",
    ]


def test_choices_are_those_of_the_library() -> None:
    from corpus.columns.attributes import ATTRIBUTES
    from corpus.periods import PERIODS
    from corpus.statistics import catalogue, dispersion, frequencies, selection, timeline

    assert set(comparing.COLLOCATION) == set(catalogue.COLLOCATION)
    assert set(comparing.KEYNESS) == set(catalogue.KEYNESS)
    assert options.UNITS == selection.UNITS
    assert options.ATTRIBUTES == ATTRIBUTES
    assert set(counts.FIELDS) == set(frequencies.BY_FIELD)
    assert spreading.PARTS == dispersion.BY
    assert tuple(PERIODS) == spreading.PERIODS
    assert spreading.SPLITS == timeline.SPLITS
