# SPDX-License-Identifier: Apache-2.0
"""MIDI files put together byte by byte, so that each can be wrong in one way."""

from __future__ import annotations

END = bytes.fromhex("00ff2f00")


def header(*, form: int = 1, tracks: int = 1, division: int = 96) -> bytes:
    parts = (form, tracks, division)
    return b"MThd\0\0\0\6" + b"".join(part.to_bytes(2, "big") for part in parts)


def track(body: bytes, *, end: bytes = END, length: int | None = None) -> bytes:
    body += end
    return b"MTrk" + (len(body) if length is None else length).to_bytes(4, "big") + body


def note(
    pitch: int = 60, *, wait: int = 0, length: int = 96, channel: int = 0
) -> bytes:
    """A note on and its note off."""
    on = bytes([0x90 | channel, pitch, 80])
    return variable(wait) + on + variable(length) + bytes([0x80 | channel, pitch, 0])


def meta(kind: int, body: bytes) -> bytes:
    return bytes([0, 0xFF, kind]) + variable(len(body)) + body


def variable(number: int) -> bytes:
    encoded = [number & 0x7F]
    while number := number >> 7:
        encoded.insert(0, number & 0x7F | 0x80)
    return bytes(encoded)


def plain(*bodies: bytes, **settings: int) -> bytes:
    """A file with a track for each body, one note each unless given."""
    bodies = bodies or (note(),)
    tracks = [track(body) for body in bodies]
    return header(tracks=len(tracks), **settings) + b"".join(tracks)
