# SPDX-License-Identifier: Apache-2.0
"""What the tasks share above the engine: sequences, baselines, model files."""
