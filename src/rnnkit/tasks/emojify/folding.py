# SPDX-License-Identifier: Apache-2.0
"""Which of the five emoji of the course stands for which of the many.

The lab has five classes, and its baseball is any sport, its fork any food. With this
table one lexicon serves both models.
"""

from __future__ import annotations

from rnnkit.tasks.emojify.emoji import bare
from rnnkit.tasks.emojify.shorthand import listed

FIVE = ("❤️", "⚾", "😄", "😞", "🍴")

_MEMBERS = {
    "❤️": "❤️ 😍 😘 🤗 💍",
    "⚾": "⚾ ⚽ 🏀 🎾 🏃 🏊 🏆",
    "😄": "😄 😂 👏 👍 🎉 🎂 🎓 😎",
    "😞": "💔 😢 😭 😞 😡 😱 😟 🤒 🤢 👎 🙄",
    "🍴": "🍴 🍕 🍔 🍎 🍫 🍰 🍦 🥗 🍳 🍞",
}

FOLDED: dict[str, str] = {
    bare(member): five
    for five, members in _MEMBERS.items()
    for member in members.split()
}
"""The one of the five for the bare form of many an emoji."""

HAPPY = frozenset(map(bare, listed("❤️ 😍 😘 🤗 😄 😂 😎 👏 👍 🎉 🙏 😉")))
"""Emoji that a negation turns sad."""

SAD = frozenset(map(bare, listed("💔 😢 😭 😞 😡 😱 😟 👎 🙄")))
"""Emoji that a negation takes the reason from."""
