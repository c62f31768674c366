# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.tasks.emojify.negation import marks_of
from rnnkit.tasks.emojify.text import words_of


def marked(sentence: str) -> tuple[str, str]:
    words = words_of(sentence)
    marks = marks_of([w.text for w in words], [w.apart for w in words])
    return tuple(  # type: ignore[return-value]
        " ".join(w.text for w, is_ in zip(words, each, strict=True) if is_)
        for each in marks
    )


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("I am not happy with it", "happy with it"),
        ("I'm not happy but I love you", "happy"),
        ("no pizza, thanks", "pizza"),
        ("never again! I love you", "again"),
        ("not one two three four five six seven", "one two three four five six"),
        ("I can't wait to see you", ""),
        ("not only good", ""),
        ("no doubt I love you", ""),
        ("never been so happy", ""),
        ("never was so happy", ""),
        ("I was never so happy", ""),
        ("I never was happy", "was happy"),
        ("it never fails to please", ""),
        ("you never failed to please me", ""),
        ("you failed to please me", "please me"),
        ("could not be happier", ""),
        ("you could not have done it any better", ""),
        ("I could not eat it", "eat it"),
        ("she was less than happy", "happy"),
        ("no longer happy", "longer happy"),
        ("no one loves me", "one loves me"),
        ("far from happy", "happy"),
        ("she is anything but happy", "happy"),
        ("I could have been happier", "been happier"),
        ("I wish I could laugh again", "laugh again"),
        ("I wish you luck", ""),
        ("we used to love it", "love it"),
        ("I love you", ""),
    ],
)
def test_what_a_negation_reaches(sentence: str, negated: str) -> None:
    assert marked(sentence)[0] == negated


@pytest.mark.parametrize(
    ("sentence", "outweighed"),
    [
        ("I was sad but now I smile", "i was sad"),
        ("although it rained, we had fun", "although it rained"),
        ("we had fun despite the rain", "despite the rain"),
        ("it was bad, although now I smile", ""),
        ("nice, though", ""),
        ("although I love you", ""),
        ("but I love you", ""),
        ("all but one", ""),
        ("they kissed once, now they fight", "they kissed once"),
        ("we were poor and now we are rich", "we were poor and"),
        ("I am happy now", ""),
        ("now I smile, and laugh", ""),
        ("I love you", ""),
    ],
)
def test_what_a_but_outweighs(sentence: str, outweighed: str) -> None:
    assert marked(sentence)[1] == outweighed
