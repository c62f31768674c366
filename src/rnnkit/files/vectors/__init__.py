# SPDX-License-Identifier: Apache-2.0
"""Word vectors: between the files that people share and one matrix with its words.

    places    a file, or a member of an archive
    source    a file, a compressed file or a member of an archive, as a stream of bytes
    numbers   decimal numbers of a text, eight characters at a time
    lines     a block of lines: a word and its numbers on each
    text      GloVe and word2vec text, and fastText .vec
    binary    word2vec binary
    store     our own file, which is opened by mapping it into memory
    cache     a store beside which no text need be read again
    words     the words, and where each of them stands
    table     words and numbers together: what every reader returns
    opening   any of these, by what a file turns out to be
    writing   the other way round
    published where well-known files of vectors can be fetched

A word here is bytes that are UTF-8; a matrix is float32 of shape (V, D): V words of D
numbers each.
"""
