# SPDX-License-Identifier: Apache-2.0
"""Between bytes on a disk and arrays in memory, with every surprise told in words.

Every format stands on these:

    reading, xml    open a file that may be anything, or XML of strangers, safely
    atomic, output  write a file so that it is always old or whole, or into a pipe
    text, arriving  lines of a file or of standard input; lines as they come
    download        one file that the user asked for

Models and data:

    weights         named arrays and their description, in a file that proves it whole
    assets          the trained models and data that come with rnnkit
    vectors/        word vectors, in the forms in which people share them
    corpus          a text of any size, as a stream
    runs            sums under more keys than memory holds

Music:

    score                       music as plain data: notes on tracks
    midi, midi_mending          MIDI files to scores, whatever state they are in
    midi_writing                and back
    lead_sheet, abc, musicxml   the chords of a song, out of files
    sheet_music                 a melody with chords, into files
    sound                       samples as a WAV file
    fluidsynth                  the sounds of a soundfont, where it is installed

Nothing here knows what the arrays mean, and nothing is ever unpickled.
"""
