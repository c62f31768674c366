# SPDX-License-Identifier: Apache-2.0
"""The forms that every jazz musician knows by name, in any key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rnnkit.errors import UsageError, did_you_mean, printable
from rnnkit.files.musicxml import MAJOR_KEYS, MINOR_KEYS
from rnnkit.tasks.jazz.chords import pitch_class, prefers_flats
from rnnkit.tasks.jazz.progression import Progression, read_progression


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        text: its progression in C.
        key: the tonic in which it is usually played, with ``m`` if it is minor.
        tempo: beats a minute at which it is often played.
        beats: beats of a bar.
    """

    text: str
    key: str
    tempo: int
    beats: int = 4

    @property
    def minor(self) -> bool:
        """Whether its key is a minor one."""
        return self.key.endswith("m")


_RHYTHM_A = "Cmaj7 A7 | Dm7 G7 | Em7 A7 | Dm7 G7 | C7 | F7 F#dim7 | "
_BRIDGE = "E7 | % | A7 | % | D7 | % | G7 | % |"
_RHYTHM_END = "C6 A7 | Dm7 G7 |"

FORMS: dict[str, Form] = {
    "blues": Form(
        "C7 | F7 | C7 | Gm7 C7 | F7 | F#dim7 | C7 | Em7b5 A7b9 |"
        "Dm7 | G7 | C7 A7 | Dm7 G7",
        key="Bb",
        tempo=160,
    ),
    "minor-blues": Form(
        "Cm7 | Fm7 | Cm7 | C7alt | Fm7 | % | Cm7 | % |Ab7 | G7alt | Cm7 | Dm7b5 G7alt",
        key="Cm",
        tempo=150,
    ),
    "rhythm": Form(
        f"|: {_RHYTHM_A} {_RHYTHM_END} :| {_BRIDGE} {_RHYTHM_A} Dm7 G7 | C6 |",
        key="Bb",
        tempo=200,
    ),
    "ii-V-I": Form(
        "Dm7 | G7 | Cmaj7 | % | Dm7 | G7 | Cmaj7 | A7b9", key="C", tempo=140
    ),
    "bird-blues": Form(
        "Cmaj7 | Bm7b5 E7b9 | Am7 D7 | Gm7 C7 | F7 | Fm7 Bb7 | Em7 A7 | Ebm7 Ab7 |"
        "Dm7 | G7 | Em7 A7 | Dm7 G7",
        key="F",
        tempo=190,
    ),
    "modal": Form("|: Cm7 :| x16 |: Dbm7 :| x8 |: Cm7 :| x8", key="Dm", tempo=140),
    "waltz": Form(
        "Cmaj7 | Bm7b5 E7b9 | Am7 | Gm7 C7 | Fmaj7 | Fm6 | Em7 | A7 |"
        "Dm7 | G7 | Em7b5 | A7b9 | Dm7 | G7 | C6 | Dm7 G7",
        key="F",
        tempo=150,
        beats=3,
    ),
    "keys": Form(
        "Dm7 | G7 | Cmaj7 | % | Cm7 | F7 | Bbmaj7 | % | Bbm7 | Eb7 | Abmaj7 | % |"
        "Abm7 | Db7 | Gbmaj7 | % | F#m7 | B7 | Emaj7 | % | Em7 | A7 | Dmaj7 | % |"
        "Ebm7 | Ab7 | Dbmaj7 | % | C#m7 | F#7 | Bmaj7 | % | Bm7 | E7 | Amaj7 | % |"
        "Am7 | D7 | Gmaj7 | % | Gm7 | C7 | Fmaj7 | % | Fm7 | Bb7 | Ebmaj7 | %",
        key="C",
        tempo=140,
    ),
}
"""The forms by name; ``keys`` is a ii-V-I in all twelve."""

_KEY = re.compile(r"\s*([A-Ga-g])([#b♯♭]?)\s*(m|min|minor|-|maj|major|)\s*", re.I)


def form_named(name: str) -> Form:
    """The form of this name.

    Raises:
        UsageError: there is none; the hint names the nearest.
    """
    known = {form.lower(): form for form in FORMS}
    found = known.get(name.strip().lower().replace("_", "-").replace(" ", "-"))
    if found is None:
        raise UsageError(
            f"no form is called '{printable(name)}'",
            hint=did_you_mean(name, FORMS) or f"forms: {', '.join(FORMS)}",
        )
    return FORMS[found]


def read_key(text: str) -> tuple[str, bool]:
    """Read a key such as ``Bb``, ``F#m`` or ``C minor``: its tonic, and whether minor.

    Raises:
        UsageError: it is no key.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise UsageError(
            f"'{printable(text)}' is no key", hint="keys are written C, Bb, F# or Cm"
        )
    sign = match[2].replace("♯", "#").replace("♭", "b").lower()
    return match[1].upper() + sign, match[3].lower() in {"m", "min", "minor", "-"}


def signature(key: str) -> str:
    """A key as a key signature names it: one with seven accidentals at most.

    G# major has no signature and becomes Ab; "" stays "".

    Raises:
        UsageError: it is no key.
    """
    if not key.strip():
        return ""
    tonic, minor = read_key(key)
    known = MINOR_KEYS if minor else MAJOR_KEYS
    if tonic not in known:
        usual = {pitch_class(name): name for name in known[2:-2]}
        tonic = usual[pitch_class(tonic)]
    return tonic + "m" * minor


def progression_of(name: str, key: str | None = None) -> Progression:
    """The progression of a form, in a key or in its usual one.

    A minor form is in the minor key of the tonic, whether or not the key says so.

    Raises:
        UsageError: there is no such form or key, or a major form is asked for in a
            minor key.
    """
    form = form_named(name)
    tonic, minor = read_key(key or form.key)
    if minor and not form.minor:
        raise UsageError(
            f"the form '{name}' is in a major key, and '{printable(key)}' is minor",
            hint=f"--key {tonic}, or a minor form: --form minor-blues",
        )
    written = read_progression(form.text, beats=form.beats)
    semitones = pitch_class(tonic)
    if not semitones:
        return written
    flats = prefers_flats(tonic, minor=form.minor)
    return written.transposed(semitones, flats=flats)
