# SPDX-License-Identifier: Apache-2.0
"""Sound as a WAV file: 16 bits a sample, which every player knows."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

_LOUDEST = 32767


def wav_bytes(samples: NDArray[np.float32], rate: int) -> bytes:
    """Return the bytes of a WAV file.

    Args:
        samples: shape (frames, channels), from -1 to 1; what is beyond is cut.
        rate: frames a second.
    """
    numbers = np.rint(np.clip(samples, -1, 1) * _LOUDEST).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(numbers.tobytes())
    return buffer.getvalue()
