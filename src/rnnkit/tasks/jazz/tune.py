# SPDX-License-Identifier: Apache-2.0
"""What is played over: a form by name, chords as text, or a chart, in some key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rnnkit.errors import UsageError, printable
from rnnkit.tasks.jazz.arrangement import ending_chord
from rnnkit.tasks.jazz.charts import read_chart
from rnnkit.tasks.jazz.chords import pitch_class, prefers_flats
from rnnkit.tasks.jazz.forms import (
    FORMS,
    Form,
    form_named,
    progression_of,
    read_key,
    signature,
)
from rnnkit.tasks.jazz.progression import MOST_BARS, Progression, read_progression

USUAL_FORM = "blues"
USUAL_TEMPO = 160.0

USUAL_BARS = 24
"""A form is played until there are so many bars, unless the choruses are counted."""


@dataclass(frozen=True)
class Tune:
    """What is played over.

    Attributes:
        progression: one chorus of it.
        title: what it is called.
        key: such as ``Bb`` or ``Cm``; "" if unknown.
        tempo: beats a minute at which it is usually played; None if unknown.
    """

    progression: Progression
    title: str
    key: str = ""
    tempo: float | None = None

    def choruses(self, wanted: int | None = None, *, least_bars: int = 0) -> int:
        """How often it is played: as often as wanted, or until there is enough of it.

        Args:
            least_bars: how many bars are enough, if these are more than usual.

        Raises:
            UsageError: that makes too many bars.
        """
        bars = len(self.progression)
        times = wanted or -(-max(USUAL_BARS, least_bars) // bars)
        if times * bars > MOST_BARS:
            raise UsageError(
                f"{times} choruses of {bars} bars are more than {MOST_BARS} bars",
                hint=f"give --choruses from 1 to {MOST_BARS // bars}",
            )
        return times


def tune_of(
    *,
    chords: str | None = None,
    form: str | None = None,
    chart: Path | None = None,
    key: str | None = None,
    beats: int | None = None,
) -> Tune:
    """The tune that one of these names; a blues if none does.

    Args:
        chords: a progression as text.
        form: the name of a form.
        chart: a file with a progression, as text, ABC or MusicXML.
        key: what a form or a chart is to be played in. Chords are played as they are
            written: there it only names the key for the sheet music.
        beats: of a bar of the chords, 4 or 3; a form and a chart have their own.

    Raises:
        UsageError: more than one is given, or there is no such form or key.
        InputError: the chords or the chart cannot be read.
    """
    given = {"--chords": chords, "--form": form, "--chart": chart}
    named = [option for option, value in given.items() if value is not None]
    if len(named) > 1:
        raise UsageError(
            f"{' and '.join(named)} were given together", hint="give one of them"
        )
    if chords is not None:
        progression = read_progression(chords, beats=beats or 4)
        return Tune(progression, _title(progression), signature(key or ""))
    if beats is not None:
        raise UsageError(
            "--time goes with --chords: a form and a chart have a time of their own",
            hint="leave out --time",
        )
    if chart is not None:
        return _of_chart(chart, key)
    return _of_form(form or USUAL_FORM, key)


def _of_form(name: str, key: str | None) -> Tune:
    form = form_named(name)
    progression = progression_of(name, key)
    tonic, _ = read_key(key or form.key)
    return Tune(
        progression,
        f"{_shown(form)} in {tonic}{' minor' * form.minor}",
        signature(tonic + "m" * form.minor),
        float(form.tempo),
    )


def _of_chart(path: Path, key: str | None) -> Tune:
    chart = read_chart(path)
    tune = Tune(
        chart.progression,
        chart.title or printable(path.stem, 80),
        _known_key(chart.key),
        chart.tempo,
    )
    if key is None:
        return tune
    tonic, minor = read_key(key)
    if tune.key:
        written, was_minor = read_key(tune.key)
        root = pitch_class(written)
    else:
        rest = ending_chord(chart.progression)
        root, was_minor = rest.root, rest.is_minor
    if minor and not was_minor:
        raise UsageError(
            f"the chart is in a major key, and '{printable(key)}' is minor",
            hint=f"--key {tonic}",
        )
    flats = prefers_flats(tonic, minor=was_minor)
    semitones = (pitch_class(tonic) - root) % 12
    return replace(
        tune,
        progression=chart.progression.transposed(semitones, flats=flats),
        key=signature(tonic + "m" * was_minor),
    )


def _known_key(text: str) -> str:
    """The key that a chart names, or "" where it names none that can be read."""
    try:
        return signature(text)
    except UsageError:
        return ""


def _shown(form: Form) -> str:
    """The name of a form as a title has it: ``Blues``, but ``ii-V-I``."""
    name = next(name for name, each in FORMS.items() if each is form)
    return name.capitalize() if name.islower() else name


def _title(progression: Progression) -> str:
    """The first chords, as what has no other name is called."""
    first = [c.chord.symbol for c in progression.changes() if c.chord is not None]
    return " ".join(first[:4]) + (" ..." if len(first) > 4 else "")
