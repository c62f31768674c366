# SPDX-License-Identifier: Apache-2.0
"""Read XML from strangers: no entities, nothing fetched, no file that unfolds.

An XML file can define words that stand for other words, and a few lines of those grow
to gigabytes. Music needs none, so a file that defines any is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import suppress
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from rnnkit.errors import InputError

LARGEST_XML = 2**24
"""Bytes of a document."""

_MOST_MEMBERS = 1000
_ZIP_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_HINT = "save it again from the program that made it, or give another file"


def parse_xml(data: bytes) -> Element:
    """Parse a document.

    Raises:
        InputError: it is no XML, or it defines entities.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data

    def refuse(name: str, *_: object) -> None:
        raise InputError(
            "it defines entities, which music does not need",
            hint="give a file that a music program wrote",
        )

    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as failure:
        raise InputError(
            f"it is no sound XML (line {failure.lineno})", hint=_HINT
        ) from failure
    except (LookupError, ValueError) as failure:
        # Expat asks Python for encodings that it does not know itself.
        raise InputError(
            "it is XML in an encoding that cannot be read", hint="save it as UTF-8"
        ) from failure
    return builder.close()


def unzipped(data: bytes) -> bytes:
    """The document in a compressed MusicXML file (.mxl).

    Its container names it; without one, the first document is taken.

    Raises:
        InputError: the archive is damaged, holds no document, or unfolds too far.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                raise InputError(f"it holds {len(names):,} files", hint=_HINT)
            name = _document(archive, names)
            return _member(archive, name)
    except _ZIP_FAILURES as failure:
        raise InputError("its archive is damaged", hint=_HINT) from failure


def _document(archive: zipfile.ZipFile, names: list[str]) -> str:
    container = "META-INF/container.xml"
    if container in names:
        # Some programs write names with an apostrophe that breaks the container.
        with suppress(InputError):
            for element in parse_xml(_member(archive, container)).iter():
                path = element.get("full-path")
                if element.tag.endswith("rootfile") and path in names:
                    return path or ""
    for name in names:
        if name.lower().endswith((".xml", ".musicxml")) and name != container:
            return name
    raise InputError("its archive holds no score", hint=_HINT)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    # A size that lies is noticed too: no more than this is ever unfolded.
    with archive.open(name) as file:
        document = file.read(LARGEST_XML + 1)
    if len(document) > LARGEST_XML:
        raise InputError(
            f"it unfolds to more than {LARGEST_XML:,} bytes", hint="give another file"
        )
    return document
