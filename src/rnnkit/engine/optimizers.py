# SPDX-License-Identifier: Apache-2.0
"""From gradients to better parameters.

Every optimizer moves one flat vector. ``g`` is the gradient, ``theta`` the
parameters, ``lr`` the learning rate, given anew at each step so that a schedule can
change it.

=========  ============================================================
SGD        v = momentum * v + g;                 theta -= lr * v
AdaGrad    s += g^2;                             theta -= lr * g / (sqrt(s) + eps)
RMSProp    s = d * s + (1 - d) * g^2;            theta -= lr * g / (sqrt(s) + eps)
Adam       m = b1 * m + (1 - b1) * g,
           s = b2 * s + (1 - b2) * g^2,
           each divided by 1 - b^t;              theta -= lr * m / (sqrt(s) + eps)
AdamW      Adam after theta -= lr * decay * theta
=========  ============================================================

Sources: Duchi et al. (2011); Hinton's lecture 6e (2012); Kingma & Ba (2015,
arXiv:1412.6980); Loshchilov & Hutter (2019, arXiv:1711.05101). Defaults and the
place of eps are PyTorch's, so that results can be compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.parameters import Parameters

# The elementwise passes of a step go over the vectors in pieces of this many numbers,
# which stay in the processor's cache from the first pass to the last.
BLOCK = 16_384


class Optimizer(ABC):
    """What all optimizers share; the subclasses are the table above.

    Attributes:
        steps: how many steps have been made.
        memory: the optimizer's own vectors by name, each (P,).

    Args:
        parameters: what to improve.
    """

    memory_names: tuple[str, ...] = ()

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.steps = 0
        self.memory: dict[str, FloatArray] = {
            name: np.zeros_like(parameters.values) for name in self.memory_names
        }

    def step(self, learning_rate: float) -> None:
        """Improve the parameters by their gradient."""
        self.steps += 1
        for start in range(0, self.parameters.size, BLOCK):
            piece = slice(start, start + BLOCK)
            self._move(
                self.parameters.values[piece],
                self.parameters.gradient[piece],
                learning_rate,
                piece,
            )

    def load(self, steps: int, memory: Mapping[str, FloatArray]) -> None:
        """Go on from where another optimizer of the same kind was."""
        self.steps = steps
        for name in self.memory_names:
            self.memory[name][...] = memory[name]

    @abstractmethod
    def _move(self, theta: FloatArray, g: FloatArray, lr: float, piece: slice) -> None:
        """Move ``theta`` in place; both it and ``g`` are ``piece`` of the whole."""


class SGD(Optimizer):
    """Gradient descent; with ``momentum``, a ball that rolls."""

    memory_names = ("velocity",)

    def __init__(self, parameters: Parameters, *, momentum: float = 0.0) -> None:
        super().__init__(parameters)
        self.momentum = momentum

    def _move(self, theta: FloatArray, g: FloatArray, lr: float, piece: slice) -> None:
        v = self.memory["velocity"][piece]
        v *= self.momentum
        v += g
        theta -= lr * v


class AdaGrad(Optimizer):
    """Smaller steps for what has often moved."""

    memory_names = ("squares",)

    def __init__(self, parameters: Parameters, *, epsilon: float = 1e-10) -> None:
        super().__init__(parameters)
        self.epsilon = epsilon

    def _move(self, theta: FloatArray, g: FloatArray, lr: float, piece: slice) -> None:
        s = self.memory["squares"][piece]
        s += g * g
        theta -= lr * g / (np.sqrt(s) + self.epsilon)


class RMSProp(Optimizer):
    """AdaGrad that forgets."""

    memory_names = ("squares",)

    def __init__(
        self, parameters: Parameters, *, decay: float = 0.99, epsilon: float = 1e-8
    ) -> None:
        super().__init__(parameters)
        self.decay = decay
        self.epsilon = epsilon

    def _move(self, theta: FloatArray, g: FloatArray, lr: float, piece: slice) -> None:
        s = self.memory["squares"][piece]
        s *= self.decay
        s += (1 - self.decay) * (g * g)
        theta -= lr * g / (np.sqrt(s) + self.epsilon)


class Adam(Optimizer):
    """Momentum and RMSProp together, both corrected for their start at zero.

    Args:
        weight_decay: pulls the weights towards zero, apart from the gradient (that is
            AdamW). Only matrices decay: a bias does no harm by being large. None: 0 for
            Adam, 0.01 for AdamW.
    """

    memory_names = ("mean", "squares")
    usual_weight_decay = 0.0

    def __init__(
        self,
        parameters: Parameters,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float | None = None,
    ) -> None:
        super().__init__(parameters)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        if weight_decay is None:
            weight_decay = self.usual_weight_decay
        self.weight_decay = weight_decay
        self._decaying = parameters.mask(lambda name, view: view.ndim > 1)
        self._scratch = np.empty_like(parameters.values[:BLOCK])

    def _move(self, theta: FloatArray, g: FloatArray, lr: float, piece: slice) -> None:
        m, s = self.memory["mean"][piece], self.memory["squares"][piece]
        scratch = self._scratch[: len(g)]
        if self.weight_decay:
            np.multiply(self._decaying[piece], lr * self.weight_decay, out=scratch)
            scratch *= theta
            theta -= scratch
        np.multiply(g, self._constant(1 - self.beta1), out=scratch)
        m *= self._constant(self.beta1)
        m += scratch
        np.multiply(g, g, out=scratch)
        scratch *= self._constant(1 - self.beta2)
        s *= self._constant(self.beta2)
        s += scratch
        # lr m^ / (sqrt(s^) + eps), with what corrects m and s taken out of the passes.
        mean_correction = 1 - self.beta1**self.steps
        root_correction = (1 - self.beta2**self.steps) ** 0.5
        root = np.sqrt(s, out=scratch)
        root += self._constant(self.epsilon * root_correction)
        step = np.divide(m, root, out=scratch)
        step *= self._constant(lr * root_correction / mean_correction)
        theta -= step

    def _constant(self, number: float) -> FloatArray:
        """A number as NumPy multiplies by it without looking at it first."""
        return np.asarray(number, self.parameters.values.dtype)


class AdamW(Adam):
    """Adam with weight decay, unless said otherwise."""

    usual_weight_decay = 0.01


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def clip_by_norm(gradient: FloatArray, limit: float) -> float:
    """Shorten the gradient, in place, to length ``limit`` if it is longer.

    Its direction stays. Returns the length before (Pascanu et al., 2013).
    """
    norm = float(np.sqrt(np.vdot(gradient, gradient)))
    if norm == np.inf:
        # A square overflows float32 long before the number itself does.
        norm = float(np.linalg.norm(gradient.astype(np.float64)))
    if norm > limit:
        gradient *= limit / norm
    return norm


def clip_by_value(gradient: FloatArray, limit: float) -> None:
    """Cut every number of the gradient, in place, to -limit ... limit."""
    np.clip(gradient, -limit, limit, out=gradient)
