# SPDX-License-Identifier: Apache-2.0
"""A real browser for tests: Chromium without a window, asked over two pipes.

Messages of the DevTools protocol go in on file descriptor 3 and come out on 4, each
ended by a zero byte, so nothing besides Chromium has to be installed.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)

_LONGEST = 60.0

_KEYS = {
    "Tab": 9,
    "Enter": 13,
    " ": 32,
    "End": 35,
    "Home": 36,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}
"""The numbers that keys have on Windows, which Chromium goes by everywhere."""

# The two pipes have to be the descriptors 3 and 4 of the browser, and of it alone. They
# are first doubled to where they cannot be in each other's way.
_LAUNCH = """
import os, sys
high = [os.dup2(int(end), 60 + n) for n, end in enumerate(sys.argv[1:3])]
for number, end in zip((3, 4), high):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One page in a browser; use it in a `with` statement.

    Attributes:
        complaints: errors and warnings of the console, and exceptions.
        requests: the addresses that the page asked for.
    """

    def __init__(self, profile: Path) -> None:
        assert PROGRAM is not None
        ours_read, theirs_write = os.pipe()
        theirs_read, ours_write = os.pipe()
        ends = (theirs_read, theirs_write)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _LAUNCH, *map(str, ends)),
                PROGRAM,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
                "--window-size=1200,800",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        self._read, self._write = ours_read, ours_write
        self._waiting = b""
        self._count = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []
        pages = self._ask("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in pages if each["type"] == "page")
        attached = self._ask("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._read)
        os.close(self._write)

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is loaded."""
        self._ask("Page.navigate", url=path.as_uri())
        self.until("document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self._ask(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _LONGEST
        while not self.value(condition):
            assert time.monotonic() < end, condition
            # The page's own clock passes the time between two questions.
            self.value("new Promise(done => setTimeout(done, 50))")

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a person does."""
        x, y = self.value(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key and let it go: "ArrowLeft", "Tab", " "."""
        how: dict[str, Any] = {
            "key": key,
            "code": "Space" if key == " " else key,
            "windowsVirtualKeyCode": _KEYS[key],
            "modifiers": 8 if shift else 0,
        }
        # Space and Enter do something to buttons only as text.
        text = {" ": " ", "Enter": "\r"}.get(key)
        if text:
            how["text"] = text
        self._ask("Input.dispatchKeyEvent", type="keyDown", **how)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **how)

    def prefer(self, scheme: str) -> None:
        """Be the browser of somebody who prefers "light" or "dark" pages."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._ask("Emulation.setEmulatedMedia", features=[feature])

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def screenshot(self, *, whole: bool = False) -> bytes:
        """What the page looks like, as PNG; the whole of it, or what is in view."""
        found = self._ask(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole
        )
        return base64.b64decode(found["data"])

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._count:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._read], [], [], _LONGEST)
            assert ready, "the browser says nothing"
            more = os.read(self._read, 1 << 16)
            assert more, "the browser has gone"
            self._waiting += more
        message, _, self._waiting = self._waiting.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        match told.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                if parameters["type"] in {"error", "warning", "assert"}:
                    self.complaints.append(json.dumps(parameters["args"]))
            case "Log.entryAdded":
                if parameters["entry"]["level"] in {"error", "warning"}:
                    self.complaints.append(json.dumps(parameters["entry"]))
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])


needed = pytest.mark.skipif(
    PROGRAM is None,
    reason="there is no Chromium here (Debian and Ubuntu: apt install chromium)",
)
"""For tests that want a browser."""


@contextmanager
def opened_page(folder: Path, html: str) -> Iterator[tuple[Browser, Path]]:
    """A browser, and a page for it to open.

    Whatever is done with it: no error, no warning, and nothing else is fetched.
    """
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    with Browser(folder / "profile") as running:
        yield running, path
        assert running.complaints == []
        assert set(running.requests) == {path.as_uri()}
