# SPDX-License-Identifier: Apache-2.0
"""All numbers that a network learns, in one vector, and the same vector seen by name.

Clipping, an optimizer's step, averaging, saving and the gradient check each treat
every number alike: on one flat vector each is a line. The layers want matrices with
names: views into that vector, sharing its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import DTypeLike

from rnnkit.engine.arrays import FloatArray


class Parameters:
    """Named arrays inside one flat vector, with a gradient of the same layout.

    Backward passes *add* to the gradient: a parameter that is used twice (tied
    weights, several heads) needs no further care. Call :meth:`zero_gradient` first.

    Attributes:
        values: every parameter, shape (P,).
        gradient: the derivative of the loss by each of them, shape (P,).
        gradients: views of ``gradient`` by name.

    Args:
        shapes: the shape of each array, in the order in which they are stored.
        dtype: ``numpy.float32`` or ``numpy.float64``.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[int, ...]], *, dtype: DTypeLike = np.float32
    ) -> None:
        sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
        total = sum(sizes.values())
        self.values: FloatArray = np.zeros(total, dtype=dtype)
        self.gradient: FloatArray = np.zeros(total, dtype=dtype)
        self.gradients: dict[str, FloatArray] = {}
        self._views: dict[str, FloatArray] = {}
        start = 0
        for name, shape in shapes.items():
            part = slice(start, start + sizes[name])
            self._views[name] = self.values[part].reshape(shape)
            self.gradients[name] = self.gradient[part].reshape(shape)
            start = part.stop

    def __getitem__(self, name: str) -> FloatArray:
        """The view called ``name``; writing into it writes into ``values``."""
        return self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    @property
    def size(self) -> int:
        """P, how many numbers there are."""
        return self.values.size

    def items(self) -> Iterator[tuple[str, FloatArray]]:
        """Names and views, in the order in which they are stored."""
        return iter(self._views.items())

    def zero_gradient(self) -> None:
        """Forget the gradient of the step before."""
        self.gradient[:] = 0

    def mask(self, wanted: Callable[[str, FloatArray], bool]) -> FloatArray:
        """A vector of ones where ``wanted(name, view)`` is true, zeros elsewhere."""
        parts = [
            np.full(view.size, wanted(name, view), dtype=self.values.dtype)
            for name, view in self.items()
        ]
        return np.concatenate(parts)

    def load(self, arrays: Mapping[str, FloatArray]) -> None:
        """Take the values of all parameters from arrays of the same names and shapes.

        Raises:
            ValueError: a name is missing, or a shape differs. Nothing is changed.
        """
        for name, view in self.items():
            if name not in arrays:
                raise ValueError(f"the parameter {name!r} is missing")
            if arrays[name].shape != view.shape:
                raise ValueError(
                    f"the parameter {name!r} should have the shape {view.shape}, "
                    f"not {arrays[name].shape}"
                )
        for name, view in self.items():
            view[...] = arrays[name]
