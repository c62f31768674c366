# SPDX-License-Identifier: Apache-2.0
"""What `rnnkit jazz` does with its options: find the tune, play, write, show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnkit.cli.console import Console
from rnnkit.cli.pictures import is_plain
from rnnkit.cli.scorecards import plain_card, summary
from rnnkit.engine import Choice
from rnnkit.engine.arrays import IntArray
from rnnkit.errors import UsageError, printable
from rnnkit.files.assets import model_path
from rnnkit.files.midi_writing import midi_bytes
from rnnkit.files.output import STANDARD_OUTPUT, check_output, write_or_pipe
from rnnkit.tasks.jazz.arrangement import Style, read_band
from rnnkit.tasks.jazz.instruments import instrument_named, read_range
from rnnkit.tasks.jazz.model import SoloModel, Wishes
from rnnkit.tasks.jazz.playing import Piece, sounding
from rnnkit.tasks.jazz.progression import Progression, symbol_of
from rnnkit.tasks.jazz.swing import TICKS
from rnnkit.tasks.jazz.tune import USUAL_TEMPO, Tune, tune_of

TAKES = 4
"""Takes of which the best is kept."""

_TIMES = {"4/4": 4, "3/4": 3}
_BOUNDS = 2.0


@dataclass(frozen=True)
class Played:
    """A piece, and what it was played over.

    Attributes:
        progression: all that was played over, every chorus.
        choruses: how often the tune comes in it.
    """

    piece: Piece
    progression: Progression
    style: Style
    choruses: int


@dataclass(frozen=True)
class Files:
    """The files that are wanted.

    Attributes:
        wanted: by option; ``-`` is standard output.
        soundfont: what the sound is made with; None for rnnkit's own.
        transposed: whether sheet music is written as the player reads it.
        force: whether files that exist are replaced.
    """

    wanted: Mapping[str, Path | None]
    soundfont: Path | None
    transposed: bool
    force: bool

    @property
    def given(self) -> dict[str, Path]:
        """The files that were asked for, by option."""
        return {name: path for name, path in self.wanted.items() if path is not None}

    @property
    def piped(self) -> bool:
        """Whether one of them goes to standard output."""
        return STANDARD_OUTPUT in self.given.values()

    def check(self, *, in_json: bool) -> None:
        """Refuse before anything is played what could not be written.

        Raises:
            UsageError: two options want the same file, or ``-`` meets a terminal.
            OutputError: a file exists, or cannot be written.
        """
        homes: dict[Path, str] = {}
        for name, path in self.given.items():
            if path in homes:
                raise UsageError(
                    f"--{homes[path]} and --{name} would both write "
                    f"'{printable(path, 200)}'",
                    hint="give each a file of its own",
                )
            homes[path] = name
        if self.piped and in_json:
            raise UsageError(
                f"--{homes[STANDARD_OUTPUT]} - and --json would both use the standard "
                "output",
                hint="give a file, or leave out --json",
            )
        if self.soundfont is not None and "wav" not in self.given:
            raise UsageError(
                "--soundfont is of use with --wav alone", hint="add --wav solo.wav"
            )
        if self.transposed and not {"musicxml", "abc"} & set(self.given):
            raise UsageError(
                "--transposed is of use with --musicxml or --abc alone",
                hint="add --musicxml solo.musicxml",
            )
        for path in self.given.values():
            check_output(path, force=self.force)

    def write(self, played: Played) -> None:
        """Write all of them, if all of them can be made.

        Raises:
            InputError: the piece is too long to be played, or FluidSynth fails.
            OutputError: one cannot be written.
        """
        made = [(path, self._bytes(name, played)) for name, path in self.given.items()]
        for path, data in made:
            write_or_pipe(path, data, force=self.force)

    def _bytes(self, name: str, played: Played) -> bytes:
        score = played.piece.score
        if name == "out":
            return midi_bytes(score)
        if name == "wav":
            return self._sound(played)
        if name == "html":
            from rnnkit.tasks.jazz.page import page_of

            return page_of(score).encode()
        notes = sounding(played.piece.solo)
        if name == "svg":
            from rnnkit.drawing.piano_roll import as_svg
            from rnnkit.tasks.jazz.pictures import roll_of

            return as_svg(
                roll_of(notes, played.progression, played.style.title)
            ).encode()
        from rnnkit.files.sheet_music import abc_text, musicxml_bytes
        from rnnkit.tasks.jazz.sheets import sheet_of

        sheet = sheet_of(
            notes, played.progression, played.style, transposed=self.transposed
        )
        return abc_text(sheet).encode() if name == "abc" else musicxml_bytes(sheet)

    def _sound(self, played: Played) -> bytes:
        score = played.piece.score
        if self.soundfont is not None:
            from rnnkit.files.fluidsynth import synthesised

            return synthesised(midi_bytes(score), self.soundfont)
        from rnnkit.files.sound import wav_bytes
        from rnnkit.tasks.jazz.sound import render
        from rnnkit.tasks.jazz.timbres import RATE

        return wav_bytes(render(score), RATE)


def find_tune(
    chords: str | None,
    form: str | None,
    chart: Path | None,
    key: str | None,
    time: str | None,
) -> Tune:
    """The tune that the options name.

    Raises:
        RnnkitError: they name none.
    """
    if time is not None and time not in _TIMES:
        raise UsageError(
            f"--time '{printable(time)}' is not played here",
            hint="give --time 4/4 or --time 3/4",
        )
    beats = None if time is None else _TIMES[time]
    return tune_of(chords=chords, form=form, chart=chart, key=key, beats=beats)


def style_of(
    tune: Tune,
    tempo: float | None,
    swing: float | None,
    instrument: str,
    band: str,
    title: str | None,
) -> Style:
    """How the tune is played.

    Raises:
        UsageError: an option has a value that cannot be used.
    """
    if tempo is None:
        tempo = tune.tempo or USUAL_TEMPO
    return Style(
        tempo=tempo,
        swing=swing,
        band=read_band(band),
        instrument=instrument_named(instrument),
        title=tune.title if title is None else printable(title, 200),
        key=tune.key,
    )


def wishes_of(
    style: Style, temperature: float | None, density: float, pitches: str | None
) -> Wishes:
    """What is wanted of the solo.

    Raises:
        UsageError: an option has a value that cannot be used.
    """
    if abs(density) > _BOUNDS:
        raise UsageError(
            f"--density {density:g} is out of range",
            hint="give -2 (few notes) to 2 (many), such as --density 0.5",
        )
    player = style.instrument
    low, high = read_range(pitches) if pitches else (player.lowest, player.highest)
    usual = Wishes().choice
    heat = usual.temperature if temperature is None else temperature
    choice = Choice(heat, usual.top_k, usual.top_p)
    return Wishes(choice=choice, density=density, low=low, high=high)


def phrase_in(console: Console, path: Path | None, beats: int) -> IntArray | None:
    """The phrase of a MIDI file, to go on from.

    Raises:
        InputError: the file cannot be read, or has no melody.
    """
    if path is None:
        return None
    # Reading needs mido, which takes as long to import as a chorus to play.
    from rnnkit.files.midi import read_midi
    from rnnkit.tasks.jazz.hearing import hear

    music = read_midi(path)
    for remark in music.remarks:
        console.note(f"{printable(path)}: {remark}")
    heard = hear(music)
    phrase = heard.phrase(beats)
    console.note(f"going on from {len(phrase)} notes of '{printable(heard.track)}'")
    return phrase


def bars_with(phrase: IntArray | None, tune: Tune) -> int:
    """The bars that a phrase takes, and one to go on in; 0 without a phrase."""
    if phrase is None:
        return 0
    end = int(phrase[-1, 0] + phrase[-1, 2])
    return end // (tune.progression.beats * TICKS) + 1


def only_modern(**options: object) -> None:
    """Refuse what the course's way does not know.

    Raises:
        UsageError: such an option is given.
    """
    for name, value in options.items():
        if value:
            raise UsageError(
                f"--classic knows no --{name.replace('_', '-')}",
                hint=f"leave out --{name.replace('_', '-')}, or --classic",
            )


def play_classic(
    console: Console,
    progression: Progression,
    style: Style,
    *,
    seed: int,
    temperature: float | None,
) -> Piece:
    """Play as the course did: always the likeliest, unless told else."""
    from rnnkit.tasks.jazz.classic import course, playing

    with console.progress("learning the licks", course.EPOCHS) as bar:
        return playing.play_classic(
            progression,
            style,
            seed=seed,
            temperature=temperature or 0.0,
            progress=lambda done, loss: bar.update(done, f"loss {loss:.3f}"),
        )


def load(model: str) -> SoloModel:
    """The soloist of this name, or in this file.

    Raises:
        ModelError: there is none.
    """
    return SoloModel.load(model_path(model, "jazz"))


def show(console: Console, played: Played, files: Files, *, model: str) -> None:
    """Show what was played, and say where it was written."""
    piece, style = played.piece, played.style
    if console.format != "text":
        console.emit([_result(played, files)], seed=piece.seed, model=model)
    elif not files.piped:
        _draw(console, played)
    bars = len(played.progression) // played.choruses
    times = f"{played.choruses} x " if played.choruses > 1 else ""
    console.note(
        f"{style.title}: {times}{bars} bars, {style.tempo:g} beats a minute, "
        f"swing {style.share:.2f}"
    )
    console.note(
        f"{style.instrument.name}: {len(piece.solo.notes)} notes; "
        + summary(piece.scorecard)
    )
    given = files.given
    for path in given.values():
        if path != STANDARD_OUTPUT:
            console.note(f"wrote {path}")
    if not given:
        console.note("nothing was written; --out solo.mid keeps it")


def _draw(console: Console, played: Played) -> None:
    from rnnkit.drawing.piano_roll import as_text
    from rnnkit.tasks.jazz.pictures import roll_of

    roll = roll_of(sounding(played.piece.solo), played.progression)
    channel = console.stdout
    for line in as_text(roll, width=channel.width, plain=is_plain(channel)):
        console.out(line)


def _result(played: Played, files: Files) -> dict[str, Any]:
    piece, style = played.piece, played.style
    paths = {name: str(path) for name, path in files.given.items()}
    return {
        "out": paths.get("out"),
        "files": paths,
        "title": style.title,
        "chords": plain_chords(played.progression),
        "choruses": played.choruses,
        "beats": played.progression.beats,
        "tempo": style.tempo,
        "swing": style.share,
        "key": style.key or None,
        "instrument": style.instrument.name,
        "band": list(style.band),
        "notes": len(piece.solo.notes),
        "seconds": round(piece.score.seconds(), 3),
        **plain_card(piece.scorecard),
    }


def plain_chords(progression: Progression) -> list[list[dict[str, Any]]]:
    """The chords as JSON has them: a list a bar, by beat within the bar."""
    return [
        [{"beat": change.beat, "symbol": symbol_of(change.chord)} for change in bar]
        for bar in progression.bars
    ]
