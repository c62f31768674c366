# SPDX-License-Identifier: Apache-2.0
"""FluidSynth, where a machine has it: the sounds of a soundfont for a MIDI file.

It is a program of its own, and started as one: nothing of it is part of rnnkit.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from rnnkit.errors import InputError, UsageError, printable, quoted

PROGRAM = "fluidsynth"

# At its usual gain of 0.2 a trio is hardly heard.
_GAIN = "0.8"
_RATE = "44100"
_LONGEST = 120.0
_HEAD = 12


def synthesised(midi: bytes, soundfont: Path) -> bytes:
    """Return a WAV file of a MIDI file, with the sounds of a soundfont.

    Raises:
        UsageError: FluidSynth is not installed.
        InputError: the soundfont is none, or FluidSynth fails.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise UsageError(
            "--soundfont needs FluidSynth, and it is not installed",
            hint="install it (Debian and Ubuntu: apt install fluidsynth), or leave "
            "out --soundfont",
        )
    check_soundfont(soundfont)
    with tempfile.TemporaryDirectory(prefix="rnnkit-") as folder:
        source, target = Path(folder, "piece.mid"), Path(folder, "piece.wav")
        source.write_bytes(midi)
        command = [program, "-n", "-i", "-q", "-g", _GAIN, "-r", _RATE]
        # A name that begins with a dash would be taken for an option.
        command += ["-F", str(target), str(soundfont.resolve()), str(source)]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired as failure:
            raise InputError(
                f"FluidSynth was not done after {_LONGEST:g} seconds",
                hint="give a shorter piece, or leave out --soundfont",
            ) from failure
        if done.returncode or not target.exists():
            told = done.stderr.decode(errors="replace").strip().splitlines()
            reason = printable(told[-1], 200) if told else f"code {done.returncode}"
            raise InputError(
                f"FluidSynth failed: {reason}",
                hint="give another soundfont, or leave out --soundfont",
            )
        return target.read_bytes()


def check_soundfont(path: Path) -> None:
    """Refuse what is no soundfont: FluidSynth itself would play silence.

    Raises:
        InputError: it cannot be read, or is no soundfont.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as failure:
        raise InputError(
            f"cannot read {quoted(path)}: {(failure.strerror or str(failure)).lower()}",
            hint="give a soundfont, a file that ends in .sf2 or .sf3",
        ) from failure
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise InputError(
            f"{quoted(path)} is no soundfont",
            hint="give a file that ends in .sf2 or .sf3",
        )
