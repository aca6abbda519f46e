"""Web pages."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

from corpus.model import Article, Failure
from corpus.sources import Place, parse_html, read

pytest.importorskip("trafilatura", reason="the extra [html] is not installed")

PLACE = Place("a.html", today=dt.date(2026, 6, 1))
BODY = "".join(
    f"<p>Абзац номер {number} рассказывает, как в городе строили мост и что из этого вышло.</p>"
    for number in ("один", "два", "три")
)
PAGE = f"""<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8">
<title>Мост открыли — Вестник</title>
<meta name="author" content="Анна Смирнова, Пётр Ильин">
<meta name="keywords" content="мост, река">
<meta name="description" content="Кратко о мосте.">
<meta property="og:site_name" content="вестник города">
<meta property="article:published_time" content="2024-10-24T12:30:00+03:00">
<link rel="canonical" href="https://www.vestnik.example/2023/01/01/most">
<script>var x = "скрипт";</script><style>p {{ color: red }}</style></head>
<body><header><a href="/">Вестник</a><nav><a href="/a">Главная</a> <a href="/b">Афиша</a></nav>
</header><main><article><h1>Мост открыли</h1>
<p class="meta"><time datetime="2024-10-24">24 октября 2024</time></p>
<p class="author">Анна Смирнова</p>
{BODY}<h2>Как <em>строили</em></h2><p>Первая строка.<br>Вторая строка.</p>
<ul><li>первый пролёт моста</li><li>второй пролёт моста</li></ul>
<table><tr><td>Длина</td><td>300 м</td></tr></table></article>
<aside>Читайте также: совсем другая новость, которая к делу не относится</aside></main>
<footer>© 2010 Все права защищены</footer></body></html>"""


def page(html: str, place: Place = PLACE) -> Article:
    (found,) = parse_html(html, place)
    assert isinstance(found, Article), found
    return found


def article_page(head: str = "", above: str = "", body: str = BODY) -> str:
    return (
        f"<html><head><title>Мост</title>{head}</head>"
        f"<body><article><h1>Мост</h1>{above}{body}</article></body></html>"
    )


def test_a_page_tells_what_it_is() -> None:
    found = page(PAGE)
    assert found.title == "Мост открыли"
    assert found.authors == ("Анна Смирнова", "Пётр Ильин")
    assert (found.date, found.time) == (dt.date(2024, 10, 24), "12:30:00+03:00")
    assert found.url == "https://www.vestnik.example/2023/01/01/most"
    assert found.tags == ("мост", "река")
    assert found.source == "вестник города"
    assert found.record["description"] == "Кратко о мосте."
    assert (found.markup, found.raw, found.problems) == ("headings", PAGE, ())


def test_the_body_has_paragraphs_and_headings_and_nothing_else() -> None:
    paragraphs = page(PAGE).text.split("\n\n")
    assert paragraphs[0].startswith("Абзац номер один")
    assert paragraphs[3:] == [
        "## Как строили",
        "Первая строка.\nВторая строка.",
        "первый пролёт моста",
        "второй пролёт моста",
        "Длина | 300 м",
    ]


def test_a_folder_or_the_user_names_the_source_before_the_page() -> None:
    assert page(PAGE, Place(folder="Папка")).source == "Папка"
    assert page(PAGE, Place(folder="Папка", source="Сказано")).source == "Сказано"


def test_a_site_without_a_name_is_known_by_its_host() -> None:
    link = '<link rel="canonical" href="https://www.vestnik.example/most">'
    assert page(article_page(link)).source == "vestnik.example"


def test_data_for_machines_is_read() -> None:
    script = """<script type="application/ld+json">{"@context": "https://schema.org",
    "@type": "NewsArticle", "datePublished": "2024-10-24T12:30", "author": [
    {"@type": "Person", "name": "Анна Смирнова"}, {"@type": "Person", "name": "Пётр Ильин"}]}
    </script>"""
    found = page(article_page(script))
    assert (found.date, found.time) == (dt.date(2024, 10, 24), "12:30")
    assert found.authors == ("Анна Смирнова", "Пётр Ильин")


@pytest.mark.parametrize(
    ("head", "above", "date"),
    [
        ('<meta name="DC.Date" content="24.10.2024">', "", "2024-10-24"),
        ("", '<time datetime="2024-10-24T12:30">вчера</time>', "2024-10-24"),
        ("", '<div class="date">24 октября 2024, 12:30</div>', "2024-10-24"),
        ("", "<p>24 октября 2024</p>", "2024-10-24"),
        ('<link rel="canonical" href="https://a.example/2024/10/24/x">', "", "2024-10-24"),
        ("", '<i class="date">24.10.2024</i><i class="date">25.10.2024</i>', "None"),
        ("", "", "None"),
    ],
)
def test_a_date_is_taken_where_the_page_states_it(head: str, above: str, date: str) -> None:
    html = article_page(head, above).replace("</article>", "</article><footer>© 2010</footer>")
    assert str(page(html).date) == date
    assert "24 октября" not in page(html).text


def test_an_impossible_date_is_told_and_not_replaced() -> None:
    head = '<meta name="date" content="31.02.2024">'
    found = page(article_page(head, '<div class="date">24 октября 2024</div>'))
    assert found.date is None
    assert found.problems == ("date '31.02.2024' is impossible: left empty",)


def test_a_page_laid_out_with_a_table_and_line_breaks_keeps_its_paragraphs() -> None:
    body = BODY.replace("<p>", "").replace("</p>", "<br>&nbsp;<BR/>")
    html = f"<html><body><table><tr><td><font size=2>{body}</font></td></tr></table></body></html>"
    assert len(page(html).text.split("\n\n")) == 3


def test_a_piece_of_a_page_is_a_page() -> None:
    assert page("<h1>Мост</h1><p>Мост открыли утром.</p><p>Второй абзац.</p>").text == (
        "Мост открыли утром.\n\nВторой абзац."
    )


@pytest.mark.parametrize(
    "html",
    [
        "<html><body></body></html>",
        "<html><body><nav><a href='/'>Главная</a></nav></body></html>",
        "просто слова",
        "<",
        "<!-- -->",
        "<html",
        "\0\0\0",
        "<div>" * 3000,
    ],
)
def test_a_page_without_text_is_a_failure(html: str) -> None:
    assert list(parse_html(html, PLACE)) == [Failure("a.html", "no text found in the page")]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.xhtml", "a.HTML"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
def test_a_page_is_read_in_the_encoding_it_declares(
    tmp_path: Path, name: str, charset: str
) -> None:
    path = tmp_path / name
    html = PAGE.replace('charset="utf-8"', f'charset="{charset}"')
    path.write_bytes(html.encode(charset, "xmlcharrefreplace"))
    (found,) = read([path], root=tmp_path)
    assert isinstance(found, Article), found
    assert found.title == "Мост открыли"
    assert found.origin == name


def test_an_xml_declaration_does_no_harm() -> None:
    html = f'<?xml version="1.0" encoding="windows-1251"?>\n{article_page()}'
    assert page(html).text.startswith("Абзац номер один")


def test_without_the_extractor_the_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert list(read([path], root=tmp_path)) == [
        Failure("a.html", "HTML pages need: pip install 'corpus[html]'")
    ]
