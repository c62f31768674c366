# SPDX-License-Identifier: Apache-2.0
"""The course's way to improvise, on material of our own.

    grammar    notes <-> values: what kind of tone, how long, how far from the last
    licks      the bars that are learnt from
    course     an LSTM of 64 units that learns values, and says fifty of them
    playing    values over chords, and what is tidied up afterwards

"Improvise a Jazz Solo with an LSTM Network" in Andrew Ng's course learns from one piece
and never sees a chord; its solos are made to fit by what comes after the network. It is
here to be compared with, in `docs/models/jazz.md`.
"""
