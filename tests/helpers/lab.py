"""A real JupyterLab with notebooks of our making, looked at by a headless Chromium.

Nothing of the user's is read or written: settings, trust and runtime files live in a folder of
the test. The browser resolves no host name, so what it shows, it shows without a network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"}
    | {"checkForUpdates": False},
    # All cells are drawn, not only those in sight.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-dev-shm-usage "
    "--window-size=1300,1000"
).split()
# Counts what a dialog would have said: an open one would only stop the test.
_COUNT_DIALOGS = """
window.dialogs = [];
for (const name of ["alert", "confirm", "prompt"])
    window[name] = (text) => { window.dialogs.push(String(text)); };
"""


class Lab:
    """A JupyterLab server on this machine; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        self._settings = folder / "settings"
        places = {"CONFIG": "config", "DATA": "data", "RUNTIME": "runtime"}
        self._env = {
            **os.environ,
            **{f"JUPYTER_{key}_DIR": str(folder / name) for key, name in places.items()},
            "JUPYTERLAB_SETTINGS_DIR": str(self._settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        for name, values in _SETTINGS.items():
            self._set(name, values)
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ip=127.0.0.1", "--port=0", "--LabApp.extension_manager=readonly"]
        with (folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                command, cwd=self.notebooks, env=self._env, stdout=log, stderr=log
            )
        try:
            self._about = self._wait()
        except BaseException:
            self.close()
            raise

    def _wait(self) -> dict[str, Any]:
        for _ in range(300):
            for path in (self.folder / "runtime").glob("jpserver-*.json"):
                # The file is there for a moment before anything stands in it.
                with suppress(ValueError):
                    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                    return found
            if self._server.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError((self.folder / "server.log").read_text(errors="replace"))

    def _set(self, name: str, values: dict[str, Any]) -> None:
        path = self._settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")

    def write(self, name: str, shown: Iterable[tuple[str, object]], *, trusted: bool) -> None:
        """Write a notebook that has shown some objects, each after the code that made it."""
        import nbformat
        from IPython.core.formatters import DisplayFormatter
        from nbformat import v4

        # The formula is there to tell when MathJax has been over the page.
        cells = [v4.new_markdown_cell("$x^2$")]
        for number, (code, thing) in enumerate(shown, 1):
            data, metadata = DisplayFormatter().format(thing)
            output = v4.new_output(
                "execute_result", data=data, metadata=metadata, execution_count=number
            )
            cells.append(v4.new_code_cell(code, outputs=[output], execution_count=number))
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self.notebooks / name
        nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
        if trusted:
            trust = [sys.executable, "-m", "jupyter", "trust", str(path)]
            subprocess.run(trust, env=self._env, check=True, capture_output=True)

    def url(self, name: str, *, dark: bool) -> str:
        """Return where a notebook is opened, in a theme."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        self._set("@jupyterlab/apputils-extension/themes", {"theme": theme})
        return f"{self._about['url']}lab/tree/{name}?reset&token={self._about['token']}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(20)


def browser() -> Any:
    """Return a driver of a headless Chromium without a network, and without a profile."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium() or ""
    for flag in (*_FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    script = {"source": _COUNT_DIALOGS}
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
    driver.set_script_timeout(60)
    return driver


def chromium() -> str | None:
    """Return where Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
