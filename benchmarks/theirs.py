# SPDX-License-Identifier: Apache-2.0
"""The work of ``ours.py`` done by PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from benchmarks.case import VOCABULARY, Case

LAYERS: dict[str, type[torch.nn.RNNBase]] = {
    "rnn": torch.nn.RNN,
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
}


def their_step(case: Case) -> Callable[[], None]:
    """One step of training with PyTorch."""
    torch.manual_seed(0)
    recurrent = LAYERS[case.cell](VOCABULARY, case.hidden, case.layers)
    head = torch.nn.Linear(case.hidden, VOCABULARY)
    parameters = [*recurrent.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters)
    steps = max(case.lengths, default=case.time)
    inputs: Any = torch.nn.functional.one_hot(
        torch.randint(VOCABULARY, (steps, case.batch)), VOCABULARY
    ).float()
    if case.lengths:
        inputs = torch.nn.utils.rnn.pack_padded_sequence(
            inputs, torch.tensor(case.lengths), enforce_sorted=False
        )
    targets = torch.randint(VOCABULARY, (case.tokens,))

    def step() -> None:
        said: Any = recurrent(inputs)[0]
        rows = said.data if case.lengths else said.reshape(-1, case.hidden)
        loss = torch.nn.functional.cross_entropy(head(rows), targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step


def their_sampling(case: Case, *, by_cell: bool) -> Callable[[], None]:
    """The same with PyTorch, by nn.LSTMCell or by nn.LSTM, whichever they choose."""
    torch.manual_seed(0)
    kind: Any = torch.nn.LSTMCell if by_cell else torch.nn.LSTM
    recurrent = kind(VOCABULARY, case.hidden)
    head = torch.nn.Linear(case.hidden, VOCABULARY)
    one_hot = torch.eye(VOCABULARY)

    def run() -> None:
        symbols = torch.zeros(case.batch, dtype=torch.long)
        state: Any = None
        with torch.inference_mode():
            for _ in range(case.time):
                if by_cell:
                    state = recurrent(one_hot[symbols], state)
                    said = state[0]
                else:
                    said, state = recurrent(one_hot[symbols][None], state)
                    said = said[0]
                chances = torch.softmax(head(said), dim=-1)
                symbols = torch.multinomial(chances, 1)[:, 0]

    return run


if __name__ == "__main__":
    # What a process needs to its first name: the import, a network, a dozen letters.
    their_sampling(Case("lstm", 256, 1, time=12), by_cell=True)()
