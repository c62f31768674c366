# SPDX-License-Identifier: Apache-2.0
"""`rnnkit jazz`: improvise over chords; judge a solo; look into a MIDI file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rnnkit.cli.application import command, doing_group
from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Force,
    Model,
    Seed,
    real_number,
    whole,
)

app = doing_group(
    "jazz",
    """Improvise a jazz solo over chords, with a rhythm section under it.

    Examples:
      rnnkit jazz --out solo.mid
      rnnkit jazz --chords "Dm7 G7 | Cmaj7" --choruses 8 --wav solo.wav
      rnnkit jazz --form rhythm --key Ab --tempo 220 --band bass --html solo.html
      rnnkit jazz score solo.mid

    Without --out, --wav or the like it only shows what it plays. Of a beat in the
    picture there are four columns, and of two semitones a line.
    """,
)


def _text(option: str, metavar: str, help: str) -> Any:
    return typer.Option(option, metavar=metavar, help=help)


def _file(option: str, help: str, *more: str) -> Any:
    return typer.Option(option, *more, metavar="FILE", help=help)


def _number(option: str, help: str, hint: str) -> Any:
    parser = real_number(option, hint=hint)
    return typer.Option(option, parser=parser, metavar="X", help=help)


Chords = Annotated[
    str | None,
    _text("--chords", "TEXT", 'Bars of chords, such as "Dm7 G7 | Cmaj7 | % | A7alt".'),
]
Form = Annotated[
    str | None,
    _text(
        "--form", "NAME", "blues, minor-blues, rhythm, ii-V-I, bird-blues, modal ..."
    ),
]
Chart = Annotated[
    Path | None, _file("--chart", "A chart: text, ABC or MusicXML (also .mxl).")
]
Key = Annotated[
    str | None, _text("--key", "KEY", "The key of the form or chart: Bb, F#, Cm ...")
]
Time = Annotated[str | None, _text("--time", "3/4|4/4", "The time of --chords.")]
Swing = Annotated[
    float | None,
    _number(
        "--swing",
        "Share of the beat that its first eighth takes: 0.5 straight, 0.667 triplets; "
        "by default what suits the tempo.",
        "give 0.5 (straight) to 0.8, such as --swing 0.667",
    ),
]
Track = Annotated[
    str | None,
    _text("--track", "NAME|N", "The track of the melody; by default it is found."),
]
Song = Annotated[Path, typer.Argument(metavar="FILE", help="A MIDI file.")]


@app.callback()
def play(
    context: typer.Context,
    chords: Chords = None,
    form: Form = None,
    chart: Chart = None,
    key: Key = None,
    time: Time = None,
    choruses: Annotated[
        int | None,
        whole(
            "--choruses",
            "How often the tune is played; by default until there are 24 bars.",
            maximum=2048,
            usual=3,
        ),
    ] = None,
    tempo: Annotated[
        float | None,
        _number("--tempo", "Beats a minute, 40 to 320.", "such as --tempo 160"),
    ] = None,
    swing: Swing = None,
    instrument: Annotated[
        str, _text("--instrument", "NAME", "Who takes the solo: alto, trumpet ...")
    ] = "tenor",
    band: Annotated[
        str, _text("--band", "NAMES", "Who plays along: bass,piano,drums, or none.")
    ] = "bass,piano,drums",
    prime: Annotated[
        Path | None, _file("--prime", "A MIDI file with a phrase to go on from.")
    ] = None,
    trade: Annotated[
        int | None,
        whole(
            "--trade",
            "Leave every other N bars free, for you to play.",
            maximum=64,
            usual=4,
        ),
    ] = None,
    seed: Seed = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            "--temperature",
            "-t",
            parser=real_number(
                "--temperature",
                minimum=0,
                hint="give 0 (always the likeliest) or more, such as --temperature 0.9",
            ),
            metavar="X",
            help="Below 1 more usual, above 1 more daring, 0 always the likeliest; 1 "
            "by default, 0 with --classic.",
        ),
    ] = None,
    density: Annotated[
        float,
        _number(
            "--density",
            "More notes above 0, fewer below; -2 to 2.",
            "give -2 (few notes) to 2 (many), such as --density 0.5",
        ),
    ] = 0.0,
    pitches: Annotated[
        str | None,
        _text("--range", "LOW-HIGH", "Such as G3-G5; by default the instrument's."),
    ] = None,
    best_of: Annotated[
        int | None,
        whole(
            "--best-of",
            "Play N takes and keep the one nearest to real solos; 4 by default.",
            maximum=64,
            usual=4,
        ),
    ] = None,
    classic: Annotated[
        bool,
        typer.Option("--classic", help="Play as the course did: an LSTM of 64 units."),
    ] = False,
    out: Annotated[
        Path | None, _file("--out", "MIDI; - sends it into a pipe.", "-o")
    ] = None,
    wav: Annotated[Path | None, _file("--wav", "Sound.")] = None,
    soundfont: Annotated[
        Path | None, _file("--soundfont", "Make --wav with FluidSynth and this .sf2.")
    ] = None,
    svg: Annotated[Path | None, _file("--svg", "A piano roll for the wall.")] = None,
    musicxml: Annotated[
        Path | None, _file("--musicxml", "Sheet music, for MuseScore and others.")
    ] = None,
    abc: Annotated[Path | None, _file("--abc", "Sheet music as ABC text.")] = None,
    transposed: Annotated[
        bool,
        typer.Option(
            "--transposed", help="Sheet music as the instrument's player reads it."
        ),
    ] = False,
    html: Annotated[
        Path | None, _file("--html", "A page that plays it in the browser.")
    ] = None,
    title: Annotated[
        str | None, _text("--title", "TEXT", "What the piece is called.")
    ] = None,
    force: Force = False,
    model: Model = "jazz",
) -> None:
    """Play, unless a command follows."""
    if context.invoked_subcommand is not None:
        return
    from rnnkit.cli import solos
    from rnnkit.tasks.jazz import playing
    from rnnkit.tasks.jazz.swing import STRAIGHT

    console: Console = context.obj
    written = {
        "out": out,
        "wav": wav,
        "svg": svg,
        "musicxml": musicxml,
        "abc": abc,
        "html": html,
    }
    files = solos.Files(written, soundfont, transposed=transposed, force=force)
    files.check(in_json=console.format != "text")
    tune = solos.find_tune(chords, form, chart, key, time)
    if classic and swing is None:
        swing = STRAIGHT
    style = solos.style_of(tune, tempo, swing, instrument, band, title)
    phrase = None
    if not classic:
        phrase = solos.phrase_in(console, prime, tune.progression.beats)
    choruses = tune.choruses(choruses, least_bars=solos.bars_with(phrase, tune))
    progression = tune.progression.repeated(choruses)
    if classic:
        solos.only_modern(
            prime=prime, trade=trade, density=density, range=pitches, best_of=best_of
        )
        seed = console.seed(seed)
        piece = solos.play_classic(
            console, progression, style, seed=seed, temperature=temperature
        )
    else:
        wishes = solos.wishes_of(style, temperature, density, pitches)
        soloist = solos.load(model)
        seed = console.seed(seed)
        piece = playing.play(
            soloist,
            progression,
            style,
            seed=seed,
            wishes=wishes,
            takes=best_of or solos.TAKES,
            trade=trade or 0,
            prime=phrase,
        )
    played = solos.Played(piece, progression, style, choruses)
    files.write(played)
    solos.show(console, played, files, model="classic" if classic else model)


@command(app, "score")
def score(
    context: typer.Context,
    file: Song,
    chords: Chords = None,
    form: Form = None,
    chart: Chart = None,
    key: Key = None,
    time: Time = None,
    track: Track = None,
    swing: Swing = None,
    start: Annotated[
        int | None,
        whole(
            "--start",
            "The bar in which the form begins; by default that of the first chord "
            "in the file, or the first.",
            maximum=100_000,
            usual=2,
        ),
    ] = None,
    model: Model = "jazz",
) -> None:
    """Hold a solo beside 429 real ones: 21 measures, and what must not be.

    Examples:
      rnnkit jazz score solo.mid
      rnnkit jazz score other.mid --chords "Dm7 | G7 | Cmaj7 | %" --start 3
      rnnkit jazz score solo.mid --json

    A measure is inside if nine of ten real solos lie around it. Chords that are
    shorter than the solo are repeated; files of rnnkit have their chords with them.
    """
    from rnnkit.cli import judging, solos

    console: Console = context.obj
    tune = None
    if chords is not None or form is not None or chart is not None:
        tune = solos.find_tune(chords, form, chart, key, time)
    judged = judging.judge(
        console, file, tune, track=track, swing=swing, start=start, model=model
    )
    judging.show_score(console, judged, model=model)


@command(app, "inspect")
def inspect(context: typer.Context, file: Song, track: Track = None) -> None:
    """Tell what a MIDI file holds, which track is the melody, and what is wrong.

    Examples:
      rnnkit jazz inspect song.mid
      rnnkit jazz inspect song.mid --track 3
    """
    from rnnkit.cli import judging

    judging.show_file(context.obj, file, track)
