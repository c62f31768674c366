# SPDX-License-Identifier: Apache-2.0
"""The command line: parse, call, print. No arithmetic and no file formats live here.

    main.py         the table of all commands, and the wall that every failure meets
    application.py  what every command and group shares: flags, help, near words
    options.py      options that several commands share, each spelled and checked once
    console.py      one object that knows the streams: data, notes, JSON, seeds
    layout.py       text as a terminal may show it: safe characters, widths, tables
    progress.py     a bar on a terminal, a line now and then in a log
    failures.py     any exception -> two lines and an exit code
    doctor.py ...   one thin module for each command or group of commands

A command gets the console as `context.obj`, and nothing here is global. Whatever a
command needs is imported inside its function, so that `rnnkit --help` stays quick.
"""
