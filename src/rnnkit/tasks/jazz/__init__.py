# SPDX-License-Identifier: Apache-2.0
"""Improvising jazz over a chord progression, with a rhythm section under it.

What is played over:

    symbols, chords         chord symbols as people write them, and what they mean
    progression, forms      chords bar by bar, as text, or by the name of a form
    charts, tune            a lead sheet; any of these, in some key

The soloist:

    solo, swing             notes on a grid over chords, and how the grid is played
    listening, codec        what the network reads, and solos <-> arrays
    training, corpus        which network learns, and from which solos
    model, copies           improvising, and no phrase of those it learnt from
    classic/                the way of the course, to compare with

The band, by rule:

    bass, comping, drums    what each of them plays
    instruments             who plays what
    arrangement, playing    all together: from a progression to a piece

How good it is:

    measures, scorecard     what can be counted about a solo, beside real ones

Solos out of anybody's MIDI files:

    recordings              files to solos
    melody, changes, hearing    which track it is, which chords, which notes on the grid

For ears and eyes:

    sound, timbres          samples
    notation, sheets        values that can be counted, and a sheet of paper
    pictures, page          a piano roll, and a page that plays it
"""
