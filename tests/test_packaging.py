"""What ships: the wheel's files and what it asks for, and the versions that are locked."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus import __version__

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("constraints.txt", "constraints-test.txt")


class Pin(NamedTuple):
    """One line of a lock file: a version, where it applies, and how many files it vouches for."""

    name: str
    version: str
    marker: str
    hashes: int


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel, built from the checkout."""
    if util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_package_whole_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    sources = (ROOT / "src").rglob("*")
    wanted = {
        path.relative_to(ROOT / "src").as_posix()
        for path in sources
        if path.is_file() and "__pycache__" not in path.parts
    }
    about = f"corpus-{__version__}.dist-info/"
    assert {name for name in wheel.namelist() if not name.startswith(about)} == wanted
    assert "corpus/py.typed" in wanted


def test_the_wheel_names_its_command_its_python_and_its_licence(wheel: zipfile.ZipFile) -> None:
    about = f"corpus-{__version__}.dist-info"
    stated = wheel.read(f"{about}/METADATA").decode()
    assert "Requires-Python: >=3.11" in stated
    assert f"Version: {__version__}\n" in stated
    assert "corpus = corpus.cli:main" in wheel.read(f"{about}/entry_points.txt").decode()
    assert f"{about}/licenses/LICENSE" in wheel.namelist()


def test_what_is_installed_is_this_version() -> None:
    try:
        installed = metadata.version("corpus")
    except metadata.PackageNotFoundError:
        pytest.skip("corpus is not installed: its sources are on the path")
    assert installed == __version__


def pins(lock: str) -> list[Pin]:
    """Return the pins of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        stated, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        requirement, _, marker = stated.partition(";")
        name, version = requirement.strip().split("==")
        assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes), line[:60]
        found.append(Pin(name, version, marker.strip(), len(hashes)))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_locked_with_hashes(lock: str) -> None:
    assert all(pin.hashes for pin in pins(lock))


def test_both_locks_agree() -> None:
    tested = set(pins(LOCKS[1]))
    assert set(pins(LOCKS[0])) <= tested, "lock again: the command stands in the second line"


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_that_is_asked_for_is_locked(lock: str) -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["build"],
        *extras["html"],
        *(extras["test"] if "test" in lock else ()),
    ]
    names = {normal(re.split(r"[\[<>=~! ]", item)[0]) for item in asked} - {"corpus"}
    assert names <= {pin.name for pin in pins(lock)}


def test_the_build_group_is_what_the_build_needs() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


def normal(name: str) -> str:
    """Return a project's name as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
