"""Snippets: which sentences are shown, and how a long one is clipped."""

from __future__ import annotations

import pytest

from corpus import Article, Corpus

ARTICLES = {
    "паром": """
        Вчера в порту было тихо.
        Паром вышел из гавани на рассвете.
        Капитан парома Орлов повёл судно к маяку.
        На берегу ждали родные.
        Маяк построили рыбаки, и огонь его виден за двадцать вёрст.
    """,
    "сад": """
        В саду цвели яблони и груши, которые посадил ещё дед нынешнего хозяина.
        Садовник Лукин собрал урожай.
        Он продал его на ярмарке.
        Ярмарка закрылась в полночь, когда музыканты ушли.
        Урожай был велик.
    """,
    "ветер": """
        Ветер был сильный. Старик сидел у печи, вспоминал далёкие годы, перебирал сети, глядел в
        окно, слушал, как скрипят ставни, курил, молчал, опять вспоминал и всё ждал, что кто-нибудь
        постучит в дверь, войдёт, снимет мокрую шапку, сядет рядом и скажет наконец, что мельница
        за рекой уцелела, а мельник жив и кланяется всем соседям.
    """,
    "мосты": (
        "Старый каменный мост, который построили полтора века назад через\n"
        "реку Тихую, закрыли на ремонт до осени. Новый мост ещё не готов."
    ),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("отрывки"))
    for name, text in ARTICLES.items():
        lines = text if name == "мосты" else " ".join(text.split())
        made.add(Article(id=name, title="Запись", text=lines))
    made.add(Article(id=f"прочее {n}", text=f"Ярмарка номер {n}.") for n in range(20))
    return made


def shown(corpus: Corpus, query: str, name: str) -> str:
    hits = corpus.search(query, match="any", plain=True, limit=None)
    return next(hit.snippet.marked("[", "]") for hit in hits if hit.id == name)


@pytest.mark.parametrize(
    ("query", "name", "snippet"),
    [
        (
            "кто из рыбаков ждал капитана парома",
            "паром",
            "[Капитан] [парома] Орлов повёл судно к маяку. На берегу [ждали] родные.",
        ),
        (
            "маяк",
            "паром",
            "Капитан парома Орлов повёл судно к [маяку]. … "
            "[Маяк] построили рыбаки, и огонь его виден за двадцать вёрст.",
        ),
        (
            "садовник ярмарка",
            "сад",
            "[Садовник] Лукин собрал урожай. Он продал его на [ярмарке].",
        ),
    ],
)
def test_a_sentence_that_tells_most_and_one_that_covers_the_rest(
    corpus: Corpus, query: str, name: str, snippet: str
) -> None:
    assert shown(corpus, query, name) == snippet


def test_function_words_choose_no_sentence(corpus: Corpus) -> None:
    # The first sentence has two of the words, but they say nothing.
    assert "он [продал] его на ярмарке." in shown(corpus, "и который продал", "сад").lower()


def test_a_long_sentence_is_clipped_around_what_was_found(corpus: Corpus) -> None:
    snippet = shown(corpus, "мельница мельник", "ветер")
    assert snippet == (
        "… наконец, что [мельница] за рекой уцелела, а [мельник] жив и кланяется всем соседям."
    )


def test_a_line_broken_inside_a_sentence_is_one_with_the_next(corpus: Corpus) -> None:
    assert shown(corpus, "Тихая ремонт", "мосты").startswith(
        "Старый каменный мост, который построили полтора века назад через реку [Тихую], закрыли"
    )
