"""The notebooks run in a clean copy without a warning, and show what is right.

They are kept without outputs, whose dates and versions would change with each run. What every
cell must show stands in `notebooks.txt` beside this file, to be read and edited by hand.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import corpus

ROOT = Path(__file__).resolve().parents[1]
BOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# In a text, a number that a result must show is printed in bold: **62**, **0,21**, **4 201**.
STATED = re.compile(r"\*\*(-?\d[\d ]*(?:[.,]\d+)?)\*\*")

Book = dict[str, Any]


def read(path: Path) -> Book:
    book: Book = json.loads(path.read_text(encoding="utf-8"))
    return book


def expected() -> dict[str, list[tuple[str, str]]]:
    """Return, for each notebook, cells and what they must show."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (ROOT / "tests" / "notebooks.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            name = line.strip()
            found[name] = []
        else:
            cell, text = line.split(None, 1)
            found[name].append((cell, flat(text)))
    return found


def flat(text: str) -> str:
    """Return a text with its white space made single spaces."""
    return " ".join(text.split())


def shown(cell: Book) -> str:
    """Return what a cell shows, plain and as a page, without its tags."""
    texts = []
    for output in cell["outputs"]:
        assert output.get("name") != "stderr", output
        texts += output.get("text", [])
        for kind in ("text/plain", "text/html"):
            page = "".join(output.get("data", {}).get(kind, []))
            texts.append(html.unescape(re.sub(r"<[^>]*>", " ", page)) if "html" in kind else page)
    return flat("\n".join(texts))


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    """The notebooks as they are after a run, one after the other, in a copy of the project."""
    folder = tmp_path_factory.mktemp("clean")
    for name in ("corpus_data/articles/sample", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    env = {name: value for name, value in os.environ.items() if not name.startswith("CORPUS_")}
    # The kernel itself asks for an event loop in a way that newer Pythons do not like.
    kernel = "default:There is no current event loop:DeprecationWarning"
    env |= {"PYTHONWARNINGS": f"error,{kernel}", "PYTEST_ADDOPTS": ""}
    env["PYTHONPATH"] = str(Path(corpus.__file__).parents[1])
    command = [sys.executable, "-W", "default", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["--nbmake", "--nbmake-timeout=120", "--overwrite", "notebooks"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    sample = Path("corpus_data/articles/sample")
    assert contents(folder / sample) == contents(ROOT / sample), "the sample was changed"
    return {name: read(folder / "notebooks" / name) for name in BOOKS}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_all_notebooks_have_expectations() -> None:
    assert list(expected()) == BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_notebooks_are_kept_without_outputs(name: str) -> None:
    for cell in read(ROOT / "notebooks" / name)["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None), cell["id"]


@pytest.mark.parametrize("name", BOOKS)
def test_cells_show_what_they_must(executed: dict[str, Book], name: str) -> None:
    cells = {c["id"]: shown(c) for c in executed[name]["cells"] if c["cell_type"] == "code"}
    wanted = expected()[name]
    missing = [f"{cell} {text}" for cell, text in wanted if text not in cells[cell]]
    assert not missing
    untold = {cell for cell, text in cells.items() if text} - {cell for cell, _ in wanted}
    assert not untold, "cells of which nothing is expected"


@pytest.mark.parametrize("name", BOOKS)
def test_numbers_in_the_text_are_those_of_the_cells(executed: dict[str, Book], name: str) -> None:
    cells = executed[name]["cells"]
    every = " ".join(shown(cell) for cell in cells if cell["cell_type"] == "code")
    for cell in cells:
        if cell["cell_type"] == "markdown":
            stated = STATED.findall("".join(cell["source"]))
            wrong = [number for number in stated if not holds(every, number.replace(",", "."))]
            assert not wrong, cell["id"]


def holds(text: str, number: str) -> bool:
    """Return whether a number stands in a text, and not as a part of another one."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", text) is not None
