# SPDX-License-Identifier: Apache-2.0
"""Fetching from a server of our own, on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rnnkit.errors import InputError, OutputError
from rnnkit.files.download import fetch
from tests.files.conftest import Told

CONTENT = bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT; `ranges`, `sends` and `content` change how."""

    ranges = True
    sends = len(CONTENT)
    content = CONTENT
    asked: list[str | None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v.zip"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        if self.path != "/v.zip":
            self.send_error(404)
            return
        start = 0
        if wanted and self.server.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.sends])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


def get(server: Server, path: Path, **settings: object) -> None:
    fetch(server.url, path, size=len(CONTENT), sha256=SHA256, **settings)  # type: ignore[arg-type]


def test_a_file_comes_whole_and_tells_how_far_it_is(
    server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "v.zip"
    seen: list[tuple[int, int]] = []
    get(server, path, progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [each.name for each in tmp_path.iterdir()] == ["v.zip"]


def test_what_is_there_is_not_fetched_again(
    server: Server, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "v.zip"
    path.write_bytes(b"mine")
    with told(OutputError, "it exists", "--force"):
        get(server, path)
    assert server.asked == []
    get(server, path, force=True)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_fetch_goes_on(
    server: Server, tmp_path: Path, told: Told, ranges: bool
) -> None:
    path = tmp_path / "v.zip"
    server.sends = 1_000_000
    with told(InputError, "ended after 1,000,000 of 5,120,000 bytes", "go on"):
        get(server, path)
    assert not path.exists()
    assert 0 < (tmp_path / "v.zip.part").stat().st_size <= 1_000_000
    server.sends, server.ranges = len(CONTENT), ranges
    get(server, path)
    assert path.read_bytes() == CONTENT
    assert server.asked[1] is not None
    assert not (tmp_path / "v.zip.part").exists()


def test_another_file_is_not_believed(
    server: Server, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "v.zip"
    server.content = CONTENT[:-1] + b"x"
    with told(InputError, "is not the file that was published", "try again"):
        get(server, path)
    assert list(tmp_path.iterdir()) == []
    server.content, server.sends = CONTENT + b"more", 2 * len(CONTENT)
    with told(InputError, "is not the file that was published", "try again"):
        get(server, path)
    server.content = CONTENT[:-5]
    with told(InputError, f"ended after {len(CONTENT) - 5:,} of", "to go on"):
        get(server, path)


def test_a_part_that_is_whole_or_too_long_needs_care(
    server: Server, tmp_path: Path
) -> None:
    path, part = tmp_path / "v.zip", tmp_path / "v.zip.part"
    part.write_bytes(CONTENT)
    get(server, path)
    assert server.asked == []
    path.unlink()
    part.write_bytes(CONTENT + b"x")
    get(server, path)
    assert path.read_bytes() == CONTENT


def test_a_server_that_is_not_there(tmp_path: Path, told: Told) -> None:
    with told(InputError, "cannot fetch http://127.0.0.1:1/x", "connection"):
        fetch("http://127.0.0.1:1/x", tmp_path / "v", size=1, sha256="")


def test_a_file_the_server_does_not_have(
    server: Server, tmp_path: Path, told: Told
) -> None:
    with told(InputError, "Not Found", "connection"):
        fetch(server.url + "x", tmp_path / "v", size=1, sha256="")


def test_a_disk_without_room(server: Server, tmp_path: Path, told: Told) -> None:
    with told(OutputError, "bytes are needed", "--out"):
        fetch(server.url, tmp_path / "v", size=2**60, sha256="")
    assert server.asked == []
