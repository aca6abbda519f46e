"""What a notebook shows, in a real JupyterLab in Chromium: light and dark, trusted and not.

Asked for with `pytest -m browser`; needs the extra `browser`, and chromium and chromium-driver
(Debian's names). With CORPUS_SCREENSHOTS=FOLDER the screenshots stay there.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator
from html import escape
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from lab import Lab, browser, chromium

from corpus import Article, Corpus, pictures
from corpus.pictures import panel

pytestmark = pytest.mark.browser

LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "formula": "за $5 … $6 и \\(x^2\\), $$y$$",
    "directions": "\u202eтсом\u202c и \u2067мост\u2069",
    "long": "ы" * 100_000,
}
FREQUENCIES = pa.table(
    {
        "rank": range(1, len(HOSTILE) + 1),
        "lemma": list(HOSTILE.values()),
        "frequency": [5000, 400, 300, 200, 100],
    }
)
TIMES = pa.table(
    {
        "period": ["2024-01", "2024-02", "2024-03"],
        "ipm": [10.0, 20.0, 15.0],
        "low": [5.0, 10.0, 8.0],
        "high": [20.0, 40.0, 30.0],
    }
)
_WORDS = list(HOSTILE.values())
KEYWORDS = pa.table({"lemma": _WORDS, "log_ratio": [3.0, 2.0, 1.0, -1.0, -2.0]})
COLLOCATES = pa.table({"collocate": _WORDS, "joint": [9, 8, 7, 6, 5], "log_dice": range(9, 4, -1)})
JOINTS = pa.table({"source": _WORDS, "target": [*_WORDS[1:], _WORDS[0]], "joint": [9, 8, 7, 6, 5]})
JOINTS = JOINTS.append_column("log_dice", JOINTS["joint"])
PARTS = pa.table({"query": [*_WORDS[:4]] * 2, "part": ["а"] * 4 + ["б"] * 4, "words": [500] * 8})
PARTS = PARTS.append_column("frequency", pa.array(range(8)))
GROWTH = pa.table({"words": [0, 1000, 2000], "lemmas": [0, 500, 800], "hapaxes": [0, 400, 500]})

# What the notebook shows: code as it stands in a cell, and what makes the thing. Add to it.
SHOWN: dict[str, Callable[[Corpus], object]] = {
    'c.search("мост")': lambda c: c.search("мост"),
    'c.search("мост").facets("source")': lambda c: c.search("мост").facets("source"),
    'c.search("мост").facets("tag")': lambda c: c.search("мост").facets("tag"),
    'c.concordance("мост")': lambda c: c.concordance("мост"),
    'c.concordance("мост").by_article()': lambda c: c.concordance("мост").by_article(),
    'c["script"]': lambda c: c["script"],
    "pictures.frequencies(…)": lambda c: pictures.frequencies(FREQUENCIES, **_texts()),
    "pictures.timeline(…)": lambda c: pictures.timeline(TIMES, **_texts()),
    'c.timeline("мост").plot()': lambda c: c.timeline("мост").plot(**_texts()),
    "pictures.keywords(…)": lambda c: pictures.keywords(KEYWORDS, **_texts()),
    "pictures.collocates(…)": lambda c: pictures.collocates(COLLOCATES, "мост", **_texts()),
    "pictures.network(…)": lambda c: pictures.network(JOINTS, **_texts()),
    "pictures.dispersion(…)": lambda c: pictures.dispersion(PARTS, **_texts()),
    "pictures.concordance(…)": lambda c: pictures.concordance(
        c.concordance("мост").to_arrow(), **_texts()
    ),
    "pictures.vocabulary(…)": lambda c: pictures.vocabulary(GROWTH, **_texts()),
}

DRAWN = [code for code in SHOWN if "pictures." in code or ".plot(" in code]


def _texts() -> Any:
    return {"title": HOSTILE["script"], "subtitle": HOSTILE["image"], "footer": HOSTILE["formula"]}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Articles whose texts, titles, sources and tags try to be more than texts."""
    corpus = Corpus.create(tmp_path_factory.mktemp("hostile"))
    # Cleaning takes tags out; what was escaped before comes out of it as a text with tags.
    texts = {name: escape(text, quote=False) for name, text in HOSTILE.items()}
    corpus.add(
        Article(
            id=name,
            title=f"Мост {text}",
            text=f"Мост открыли: {text} и закрыли мост.",
            source=text[:200],
            tags=(text[:200],),
            authors=(text[:200],),
            date=dt.date(2024, month, 1),
        )
        for month, (name, text) in enumerate(texts.items(), 1)
    )
    return corpus


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, hostile: Corpus) -> Iterator[Lab]:
    """A JupyterLab that has two notebooks with the same outputs: trusted and untrusted."""
    missing = [name for name in ("jupyterlab", "selenium") if find_spec(name) is None]
    missing += [] if chromium() else ["chromium"]
    missing += [] if shutil.which("chromedriver") else ["chromium-driver"]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        shown = [(code, make(hostile)) for code, make in SHOWN.items()]
        for trusted in (True, False):
            lab.write(_name(trusted), shown, trusted=trusted)
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="module")
def driver(lab: Lab) -> Iterator[Any]:
    driver = browser()
    try:
        yield driver
    finally:
        driver.quit()


def _name(trusted: bool) -> str:
    return "trusted.ipynb" if trusted else "untrusted.ipynb"


@pytest.fixture(
    scope="module",
    params=list(product((True, False), (False, True))),
    ids=["trusted-light", "trusted-dark", "untrusted-light", "untrusted-dark"],
)
def page(
    request: pytest.FixtureRequest,
    lab: Lab,
    driver: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What the page tells about itself when all is drawn; see looking.js."""
    trusted, dark = request.param
    driver.set_window_size(1300, 1000)
    driver.get(lab.url(_name(trusted), dark=dark))
    _until(driver, "return !!document.querySelector('.jp-MarkdownOutput mjx-container')")
    drawn = "return document.querySelectorAll('.jp-OutputArea-output svg.marks').length"
    _until(driver, f"{drawn} === {len(DRAWN)}")
    folder = Path(os.environ.get("CORPUS_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    name = Path(_name(trusted)).stem
    _screenshot(driver, folder / f"{name}-{'dark' if dark else 'light'}.png")
    seen: dict[str, Any] = driver.execute_script(LOOKING)
    assert seen["theme"] == ("dark" if dark else "light")
    seen["opened"] = [_look(driver, TIMELINE) for _ in _clicks(driver)]
    _screenshot(driver, folder / f"{name}-{'dark' if dark else 'light'}-clicked.png")
    return seen


TIMELINE = list(SHOWN).index('c.timeline("мост").plot()')


def _look(driver: Any, output: int) -> dict[str, Any]:
    """Return what one output shows now, and dialogs that have opened by now."""
    seen = driver.execute_script(LOOKING)
    found: dict[str, Any] = seen["outputs"][output]
    return {**found, "dialogs": seen["dialogs"]}


def _clicks(driver: Any) -> Iterator[None]:
    """Click one point of the timeline after the other, as a mouse does."""
    from selenium.webdriver.common.action_chains import ActionChains

    picture = driver.find_elements("css selector", ".jp-OutputArea-output")[TIMELINE]
    points = picture.find_elements("css selector", "g.mark-symbol path[opacity='0']")
    assert len(points) == len(HOSTILE)
    for month, point in enumerate(points, 1):
        ActionChains(driver).move_to_element(point).click().perform()
        call = f'timeline.concordance(\\"2024-{month:02}\\")'
        _until(driver, f'return document.body.textContent.includes("{call}")')
        yield


def _until(driver: Any, condition: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not driver.execute_script(condition):
        assert time.monotonic() < end, f"not so after {seconds} s: {condition}"
        time.sleep(0.1)


def _screenshot(driver: Any, path: Path) -> None:
    """Save a picture of the whole notebook, or of its first 12,000 dots."""
    height = driver.execute_script(
        "return document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
    )
    driver.set_window_size(1300, min(12_000, height + 200))
    time.sleep(0.5)
    path.parent.mkdir(parents=True, exist_ok=True)
    driver.save_screenshot(str(path))


def test_everything_is_shown(page: dict[str, Any]) -> None:
    assert len(page["outputs"]) == len(SHOWN)
    assert all(output["text"].strip() for output in page["outputs"])


def test_texts_of_strangers_run_nothing(page: dict[str, Any]) -> None:
    assert page["dialogs"] == []
    for output in page["outputs"]:
        assert (output["scripts"], output["images"], output["handlers"]) == (0, 0, 0)
    hits, concordance = page["outputs"][0]["text"], page["outputs"][3]["text"]
    assert HOSTILE["script"] in hits
    assert HOSTILE["image"] in hits
    assert HOSTILE["image"] in concordance


def test_prices_are_no_formulas(page: dict[str, Any]) -> None:
    assert [output["maths"] for output in page["outputs"]] == [0] * len(SHOWN)
    assert "$5 … $6" in page["outputs"][0]["text"]


def test_long_words_stay_in_the_page(page: dict[str, Any]) -> None:
    assert not page["wide"]
    widths = dict(zip(SHOWN, (output["overflow"] for output in page["outputs"]), strict=True))
    assert {code: width for code, width in widths.items() if width > 1.01} == {}


def test_texts_are_readable(page: dict[str, Any]) -> None:
    dim = {code: o["dim"] for code, o in zip(SHOWN, page["outputs"], strict=True) if o["dim"]}
    assert not dim, dim


def test_a_click_on_a_point_opens_its_lines(page: dict[str, Any]) -> None:
    assert panel.HINT in page["outputs"][TIMELINE]["text"]
    for number, (name, opened) in enumerate(zip(HOSTILE, page["opened"], strict=True), 1):
        text = opened["text"]
        assert panel.HINT not in text
        # Two of them lie between marks of direction.
        assert f"2024-{number:02} · {5 if name == 'directions' else 3} lines" in text
        assert "Мост" in text
        assert "открыли: " in text
        # Of the article's own words those that the line has room for.
        assert (HOSTILE[name][:12] in text) == (name != "directions"), name
        assert "\u202e" not in text
        assert opened["dialogs"] == []
        counts = [opened[kind] for kind in ("scripts", "images", "handlers", "maths")]
        assert counts == [0] * 4
        assert opened["dim"] == []
        assert opened["overflow"] <= 1.01


def test_pictures_are_drawn(page: dict[str, Any]) -> None:
    for code, output in zip(SHOWN, page["outputs"], strict=True):
        if code in DRAWN:
            ((width, height, shapes),) = output["charts"]
            assert width > 600
            assert height > 100
            assert shapes > 8
