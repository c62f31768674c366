# SPDX-License-Identifier: Apache-2.0
"""Pictures out of numbers, for a terminal and as SVG: numbers in, text out.

The same few pictures serve every task, and nothing here knows what the numbers mean,
or prints them.

    palette       colours for numbers
    terminal      rows of coloured cells (heat maps), bars and curves, of characters
    svg           heat maps
    chart         curves and bars
    scatter       named points in a plane
    piano_roll    notes over time
"""
