# SPDX-License-Identifier: Apache-2.0
"""What is done with word vectors: judge them, clean them of a bias, draw them."""
