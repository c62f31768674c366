# SPDX-License-Identifier: Apache-2.0
"""The things people do with the engine, a folder each: a codec and a configuration."""
