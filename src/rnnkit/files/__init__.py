# SPDX-License-Identifier: Apache-2.0
"""Between bytes on a disk and arrays in memory, with every surprise told in words.

    reading   open a file that may be anything, safely
    text      lines of text out of a file or standard input
    weights   named arrays and their description, in one file that proves it is whole
    assets    the trained models and data that come with rnnkit
    score     music as plain data: notes on tracks
    midi      MIDI files to scores, whatever state they are in; midi_writing: back
    sheet_music, lead_sheet, musicxml, abc   music on paper, out and in
    sound     samples as a WAV file
    fluidsynth   the sounds of a soundfont, where FluidSynth is installed
    atomic    write a file so that it is always old or whole

Nothing here knows what the arrays mean, and nothing is ever unpickled.
"""
