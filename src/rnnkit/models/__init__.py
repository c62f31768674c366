# SPDX-License-Identifier: Apache-2.0
"""What the tasks share above the engine.

A model that says what comes next, in letters or in notes:

    sequence        items as arrays, in batches or in windows
    alphabet        characters <-> symbols
    recipe          what people choose: the network's shape, and how it is trained
    learning        from lessons and a recipe to a trainer
    language        a whole training of written language, with its report
    advice          what two loss curves mean, in words
    fingerprints    what was learnt from, known again without being kept
    leaning         a speaker to whom some symbols are likelier
    storage         models and checkpoints as files

Counting, which it is compared with, mixed with, and taught by:

    ngram           pairs
    kneser_ney      longer runs
    mixture         network and counting, speaking together
    distillation    counting teaches the network

One answer for a whole sequence:

    classifier      learning it, asking it, calibrating it

Word vectors:

    vectors         words as vectors, and what can be asked of them
    vector_files    by name, or from a file
    neighbours      the best of many scores
    softening       better for likeness, worse for analogies
    spelling        words that look like one that is not there
    word_training/  learning them from text
"""
