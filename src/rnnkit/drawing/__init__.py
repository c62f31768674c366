# SPDX-License-Identifier: Apache-2.0
"""Pictures out of numbers, for a terminal and as SVG: numbers in, text out.

The same few pictures serve every task: rows of coloured cells (heat maps), bars, and
curves. Nothing here knows what the numbers mean, or prints them.
"""
