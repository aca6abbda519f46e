"""Whoosh's own tests: fetched from its source distribution, and run in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import corpus

HELPERS = Path(__file__).parent
PACKAGE = Path(corpus.__file__).parents[1]
# A run takes less than a minute; a test that hangs is not waited for.
PATIENCE = 1800


class Unreachable(Exception):
    """The source distribution cannot be had here."""


@dataclass
class Outcome:
    """How the tests ended, by `test_file.py::test_name`."""

    passed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    """With the last line of what was raised."""
    used: dict[str, int] = field(default_factory=dict)
    """How often each part was used that stands in the place of one of Whoosh's."""

    @property
    def ran(self) -> int:
        return len(self.passed) + len(self.failed)


def fetch(folder: Path) -> Path:
    """Fetch and unpack the source distribution of the Whoosh that is installed."""
    wanted = f"whoosh3=={version('whoosh3')}"
    options = ["--no-deps", "--no-binary", "whoosh3", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    archives = list(folder.glob("whoosh3-*.tar.gz"))
    if done.returncode or not archives:
        said = done.stderr.strip().splitlines() or ["no archive"]
        raise Unreachable(f"pip cannot fetch the source of {wanted}: {said[-1]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return archives[0].with_name(archives[0].name.removesuffix(".tar.gz"))


def run(suite: Path, folder: Path, ignored: Iterable[str], setting: Mapping[str, str]) -> Outcome:
    """Run the tests with `whoosh_plugin` and the suite's own settings; `setting` goes to both."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "tests", "-p", "whoosh_plugin"]
    command += [f"--junit-xml={report}", "-o", "junit_family=xunit1", "-W", "default"]
    command += ["-p", "no:cacheprovider", "-o", "faulthandler_timeout=120"]
    command += [f"--ignore=tests/{name}" for name in ignored]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTHONPATH": os.pathsep.join((str(HELPERS), str(PACKAGE))),
        "TMPDIR": str(folder),
        **setting,
    }
    environment.pop("PYTHONWARNINGS", None)
    done = subprocess.run(
        command,
        cwd=suite,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
    (folder / "output.txt").write_text(done.stdout, encoding="utf-8")
    # 0: all have passed, 1: some have failed; else, or without a report, they have not all run.
    assert done.returncode in (0, 1), done.stdout[-4000:]
    assert report.is_file(), done.stdout[-4000:]
    return read(report)


def read(report: Path) -> Outcome:
    """Read a report in the form that `junit_family=xunit1` has: with the file of each test."""
    outcome = Outcome()
    root = ET.parse(report).getroot()
    for case in root.iter("testcase"):
        name = f"{Path(case.get('file', '')).name}::{case.get('name')}"
        faults = [*case.iter("failure"), *case.iter("error")]
        if faults:
            outcome.failed[name] = last_line(faults[0])
        elif case.find("skipped") is not None:
            outcome.skipped.add(name)
        else:
            outcome.passed.add(name)
    # A test that passes and then fails to clean up is told of twice.
    outcome.passed -= outcome.failed.keys()
    for item in root.iter("property"):
        outcome.used[item.get("name", "")] = int(item.get("value", "0"))
    return outcome


def last_line(fault: ET.Element) -> str:
    """Return what was raised, without the way to it."""
    message = (fault.get("message") or fault.text or "").strip()
    return message.splitlines()[0] if message else "no message"
