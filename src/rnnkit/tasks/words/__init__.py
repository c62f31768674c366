# SPDX-License-Identifier: Apache-2.0
"""What is done with word vectors.

    recipe, training    learn them from texts
    evaluation          judge them by analogies, and by pairs that people judged
    bias                find a bias, measure it, take it out
    plane               draw some of them

What can be asked of vectors is in ``models/vectors.py``.
"""
