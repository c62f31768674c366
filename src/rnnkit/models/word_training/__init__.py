# SPDX-License-Identifier: Apache-2.0
"""From text to word vectors.

tokens          text to words
vocabulary      which words there are to be
pairs           how often two words stand near each other: runs on disk
tiles           these counts as a symmetric matrix, cut into tiles
glove           weighted least squares on their logarithms
spectrum        eigenvectors of their mutual information
joining         both together, in fewer dimensions
"""
