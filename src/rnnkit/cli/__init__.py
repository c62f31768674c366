# SPDX-License-Identifier: Apache-2.0
"""The command line: parse, call, print. No arithmetic and no file formats live here.

What all commands share:

    main.py         the entry, and the wall that every failure meets
    program.py      the table of all commands
    application.py  what every command and group shares: flags, help, near words
    options.py      options that several commands share, each spelled and checked once
    console.py      one object that knows the streams: data, notes, JSON, seeds
    layout.py       text as a terminal may show it: safe characters, widths, tables
    outputs.py      files that a command writes: checked before, written after
    pictures.py     what `drawing` makes, in colours if there are any
    progress.py     a bar on a terminal, a line now and then in a log
    failures.py     any exception -> two lines and an exit code
    training.py     running a training for somebody who watches
    losses.py       the curves of a training

One thin module for each command or group of commands, and what some of them lean on:

    dino.py         passages.py (running text), inspection.py (looking inside)
    jazz.py         solos.py (playing), judging.py and scorecards.py (score, inspect)
    words.py        similar and analogy; answers.py prints and draws what they find
    emojify.py
    vectors.py      fetch.py, debias.py, plot.py
    train.py        dino; report.py tells how a training of language came out
    train_jazz.py   recordings.py (what it learns from)
    train_emojify.py    emoji_report.py
    train_vectors.py    work_folder.py (where it counts)
    models.py, doctor.py

A command gets the console as `context.obj`, and nothing here is global. Whatever a
command needs is imported inside its function, so that `rnnkit --help` stays quick.
"""
