# SPDX-License-Identifier: Apache-2.0
"""Running as somebody whom permissions stop, also where the tests run as root."""

from __future__ import annotations

import ctypes
import os

_DROP_FROM_BOUNDING_SET = 24
_MAY_PASS_OVER_PERMISSIONS = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of Linux."""


def as_ordinary_user() -> None:
    """Take from root what lets it read and write everything; for `preexec_fn`."""
    if os.geteuid() == 0:
        system = ctypes.CDLL(None, use_errno=True)
        for capability in _MAY_PASS_OVER_PERMISSIONS:
            if system.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "cannot give up a privilege")
