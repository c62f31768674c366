# SPDX-License-Identifier: Apache-2.0
"""Improvising jazz over a chord progression, with a rhythm section under it."""
