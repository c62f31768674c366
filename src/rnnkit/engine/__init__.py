# SPDX-License-Identifier: Apache-2.0
"""The engine: arrays in, arrays out, and nothing but NumPy.

To see how an LSTM works, read from the top down:

1.  ``cells/lstm.py``      one step in time, forward and back: the equations
2.  ``cells/rnn.py``, ``cells/gru.py``     its simpler relatives
3.  ``recurrent.py``       a cell over time: the loop
4.  ``packing.py``         sequences of unequal lengths, without padding
5.  ``stack.py``           layers and directions
6.  ``heads.py``, ``network.py``   inputs, stack, pooling, heads: the whole thing
7.  ``losses.py``, ``optimizers.py``, ``schedules.py``, ``training.py``   learning
8.  ``sampling.py``        letting it speak
9.  ``gradient_check.py``  proving that the backward pass is right
10. ``fast/``              the same cells again, laid out for the machine

What these are made of: ``activations.py``, ``linear.py``, ``embedding.py``,
``dropout.py``, ``pooling.py``; ``parameters.py`` (all numbers in one vector) and
``averaging.py``; ``configuration.py`` and ``shapes.py`` (a network as plain data);
``arrays.py`` (names of types); ``self_check.py`` (what `rnnkit doctor` asks).

``course.py`` offers the same kernels in the notation of Andrew Ng's course.

What is imported below is the interface: take it from here, not from the modules.
"""

from __future__ import annotations

from rnnkit.engine.averaging import WeightAverage
from rnnkit.engine.cells import (
    CELLS,
    Cell,
    GRUCell,
    HiddenState,
    LSTMCell,
    LSTMState,
    RNNCell,
    State,
    StepGradients,
)
from rnnkit.engine.configuration import (
    Category,
    Frame,
    Head,
    Input,
    NetworkConfig,
    Number,
    Recurrence,
)
from rnnkit.engine.gradient_check import numerical_gradient, relative_error
from rnnkit.engine.losses import softmax_cross_entropy, surprise
from rnnkit.engine.network import Outputs, RecurrentNetwork
from rnnkit.engine.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Optimizer,
    RMSProp,
    clip_by_norm,
    clip_by_value,
)
from rnnkit.engine.packing import Packing
from rnnkit.engine.parameters import Parameters
from rnnkit.engine.sampling import (
    Choice,
    Expectations,
    Feedback,
    Sampled,
    Speaker,
    Spoken,
    Start,
    beam_search,
    read,
    sample,
    speak,
)
from rnnkit.engine.schedules import (
    Constant,
    OneCycle,
    Schedule,
    Staircase,
    WarmupCosine,
)
from rnnkit.engine.stack import Dropout
from rnnkit.engine.training import (
    Batch,
    EpochDone,
    Event,
    Finished,
    LossOptions,
    StepDone,
    Trainer,
    TrainingSettings,
    evaluate,
)

__all__ = [
    "CELLS",
    "OPTIMIZERS",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Batch",
    "Category",
    "Cell",
    "Choice",
    "Constant",
    "Dropout",
    "EpochDone",
    "Event",
    "Expectations",
    "Feedback",
    "Finished",
    "Frame",
    "GRUCell",
    "Head",
    "HiddenState",
    "Input",
    "LSTMCell",
    "LSTMState",
    "LossOptions",
    "NetworkConfig",
    "Number",
    "OneCycle",
    "Optimizer",
    "Outputs",
    "Packing",
    "Parameters",
    "RMSProp",
    "RNNCell",
    "Recurrence",
    "RecurrentNetwork",
    "Sampled",
    "Schedule",
    "Speaker",
    "Spoken",
    "Staircase",
    "Start",
    "State",
    "StepDone",
    "StepGradients",
    "Trainer",
    "TrainingSettings",
    "WarmupCosine",
    "WeightAverage",
    "beam_search",
    "clip_by_norm",
    "clip_by_value",
    "evaluate",
    "numerical_gradient",
    "read",
    "relative_error",
    "sample",
    "softmax_cross_entropy",
    "speak",
    "surprise",
]
