"""Make docs/search.svg: real output of real commands on the sample corpus, as a terminal shows it.

    pip install rich
    python tests/make_picture.py

Run it after a change to the sample or to what a search prints; `test_docs` says when it is due.
"""

from __future__ import annotations

import io
import os
import pty
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "search.svg"
COMMANDS = ('corpus search "висячий мост" --limit 3', "corpus search мост --facets source")
COLUMNS = 86

THEME = TerminalTheme(
    (250, 250, 248),
    (40, 42, 46),
    [
        *((40, 42, 46), (197, 15, 31), (19, 120, 60), (150, 110, 0)),
        *((0, 85, 200), (136, 23, 152), (0, 120, 140), (110, 110, 110)),
    ],
)
# No font is fetched: whatever monospaced font the reader has. Each run of text states its length,
# so that columns stay in line in all of them.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 16px; font-family: system-ui, "DejaVu Sans", sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def output_of(command: str, folder: Path) -> str:
    """Return what a command prints to a terminal of our width, colours included."""
    arguments = [sys.executable, "-m", "corpus", *shlex.split(command)[1:]]
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, COLUMNS))
    settings = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    settings |= {"COLUMNS": str(COLUMNS), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.Popen(
        arguments, cwd=folder, env=settings, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL
    )
    os.close(slave)
    data = b""
    while True:
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:  # Linux ends a closed terminal this way
            break
        if not chunk:
            break
        data += chunk
    if run.wait():
        raise SystemExit(f"{command}: exit code {run.returncode}")
    return data.decode().replace("\r\n", "\n")


def main() -> None:
    """Run the commands in a copy of the sample corpus and draw what they print."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inbox = folder / "corpus_data" / "articles"
        shutil.copytree(ROOT / "corpus_data" / "articles" / "sample", inbox / "sample")
        output_of(COMMANDS[0], folder)  # takes the articles in
        for number, command in enumerate(COMMANDS):
            console.print("\n" * (number > 0) + f"[green]$[/] [bold]{command}[/]", highlight=False)
            console.print(Text.from_ansi(output_of(command, folder).rstrip("\n")))
    PICTURE.parent.mkdir(exist_ok=True)
    drawn = console.export_svg(title="corpus", theme=THEME, code_format=FRAME)
    PICTURE.write_text(drawn, encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)}: {len(drawn):,} characters")


if __name__ == "__main__":
    main()
