# SPDX-License-Identifier: Apache-2.0
"""Letting a network that predicts what comes next go on by itself.

Draw a symbol from what the network expects, let it read that symbol, and so on. The
state is carried from step to step, so a sequence twice as long costs twice as much.
Many sequences are drawn side by side, and those that have ended leave.

What to feed back is the caller's affair (:class:`Feedback`): a name feeds back the
letter; a solo feeds back the note and the chord it will stand on. Who speaks is the
caller's affair, too (:class:`Speaker`): a network, or anything that reads and expects
as a network does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from rnnkit.engine.activations import log_softmax, softmax
from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import take


@dataclass(frozen=True)
class Choice:
    """How to choose from a distribution.

    Attributes:
        temperature: probabilities are taken to the power 1/temperature: below 1 bolder
            on the likely, above 1 more even; 0 always takes the likeliest.
        top_k: choose among the k likeliest only.
        top_p: choose among the likeliest that together have at least this probability
            only (Holtzman et al., 2020, arXiv:1904.09751).
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.temperature < np.inf):
            raise ValueError("temperature must be a number of at least 0")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError("top_k must be at least 1")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise ValueError("top_p must be above 0 and at most 1")

    @property
    def _prefers(self) -> bool:
        """Whether it draws by other chances than the network's."""
        limited = self.top_k is not None or self.top_p is not None
        return limited or self.temperature != 1

    def probabilities(self, logits: FloatArray) -> FloatArray:
        """The distributions to draw from, (B, V), by the network's scores (B, V).

        Raises:
            ValueError: a row has no finite largest score, so nothing can be drawn.
        """
        largest = logits.max(axis=-1, keepdims=True)
        if not np.isfinite(largest).all():
            raise ValueError(_NOTHING)
        shifted = (logits - largest).astype(np.float64)
        if self.temperature == 0:
            return np.eye(shifted.shape[-1])[shifted.argmax(axis=-1)]
        with np.errstate(over="ignore"):
            p = softmax(shifted / self.temperature)
        if self.top_k is None and self.top_p is None:
            return p
        likeliest_first = np.argsort(-p, axis=-1, kind="stable")
        ranked = np.take_along_axis(p, likeliest_first, axis=-1)
        if self.top_k is not None:
            ranked[:, self.top_k :] = 0
        if self.top_p is not None:
            # A symbol stays while those before it do not reach the share yet.
            before = np.cumsum(ranked, axis=-1) - ranked
            reached = before >= self.top_p * ranked.sum(axis=-1, keepdims=True)
            reached[:, 0] = False
            ranked[reached] = 0
        ranked /= ranked.sum(axis=-1, keepdims=True)
        np.put_along_axis(p, likeliest_first, ranked, axis=-1)
        return p

    def draw(
        self,
        logits: FloatArray,
        generator: np.random.Generator,
        allowed: BoolArray | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Draw one symbol a row, by scores (B, V). A score of -inf is never drawn.

        Args:
            allowed: which symbols may be drawn, (V,) or (B, V); none: all.

        Returns:
            The symbols, (B,), and the logarithms of the chances that the scores gave
            them, whatever the choice prefers, (B,).

        Raises:
            ValueError: a row has no finite largest score, so nothing can be drawn.
        """
        largest = logits.max(axis=1, keepdims=True)
        if not np.isfinite(largest).all():
            raise ValueError(_NOTHING)
        scores = (logits - largest).astype(np.float64)
        cumulated = np.exp(scores).cumsum(axis=1)
        totals = cumulated[:, -1]
        rows = np.arange(len(scores))
        preferred = scores if allowed is None else np.where(allowed, scores, -np.inf)
        if self.temperature == 0:
            drawn = preferred.argmax(axis=1)
        else:
            if allowed is not None or self._prefers:
                cumulated = self.probabilities(preferred).cumsum(axis=1)
            thresholds = generator.random(len(rows)) * cumulated[:, -1]
            drawn = (cumulated > thresholds[:, None]).argmax(axis=1)
        return drawn, scores[rows, drawn] - np.log(totals)


_NOTHING = "nothing can be drawn: no score is finite, or one is nan"


class Start(NamedTuple):
    """Where to go on from.

    Attributes:
        logits: what is expected next, by head, (1, V) or (B, V).
        state: of who expects it: named tuples of arrays with as many rows.
    """

    logits: dict[str, FloatArray]
    state: tuple[Any, ...]


Expectations: TypeAlias = tuple[dict[str, FloatArray], tuple[Any, ...]]
"""Logits by head, and the state to read on from, as in :class:`Start`."""


class Speaker(Protocol):
    """Who reads sequences and expects what comes next: a ``RecurrentNetwork``, say.

    What it says may be any scores whose softmax are the chances: logarithms of
    chances will do.
    """

    def forward(
        self, inputs: Mapping[str, Array], packing: Packing, *, state: Any = None
    ) -> tuple[Expectations, Any]:
        """What is expected at each step of sequences, (N, V).

        They are read on from a state, or from their beginning.
        """

    def prepare(self) -> Any:
        """What ``step`` can use again, as long as the speaker does not change."""

    def step(
        self, inputs: Mapping[str, Array], state: Any, *, prepared: Any
    ) -> Expectations:
        """Read one step of each of B sequences; what is expected next, (B, V)."""


class Feedback(Protocol):
    """What the caller decides at each step of sampling."""

    def allowed(self, head: str, step: int) -> BoolArray | None:
        """Which symbols may be drawn, (V,), or a row a sequence; none: all."""

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        """What the network reads next, and which sequences go on.

        Args:
            drawn: by head, a symbol for each sequence that still runs.
            step: from 0.

        Returns:
            The inputs of the sequences that go on, and for each that still ran
            whether it does.
        """


class Sampled(NamedTuple):
    """One sequence that was drawn.

    Attributes:
        symbols: by head, what was drawn, (steps,).
        log_likelihood: the natural logarithm of the probability that the speaker gave
            to what was drawn, whatever the choice preferred.
        ended: False if it was cut off after the largest number of steps.
    """

    symbols: dict[str, IntArray]
    log_likelihood: float
    ended: bool


def read(speaker: Speaker, inputs: Mapping[str, Array]) -> Start:
    """Let it read the beginning of one sequence: rows (T,) or (T, D)."""
    length = len(next(iter(inputs.values())))
    (logits, state), _ = speaker.forward(inputs, Packing.of([length]))
    return Start({name: scores[-1:] for name, scores in logits.items()}, state)


class Spoken(NamedTuple):
    """One step of sequences that are drawn side by side.

    Attributes:
        running: which of them had not ended before it, (R,).
        symbols: by head, what was drawn for each of these, (R,).
        log_likelihood: the natural logarithm of the probability that the speaker gave
            to it, all heads together, (R,).
        goes_on: which of these do not end with it, (R,).
    """

    running: IntArray
    symbols: dict[str, IntArray]
    log_likelihood: FloatArray
    goes_on: BoolArray


def speak(
    speaker: Speaker,
    start: Start,
    feedback: Feedback,
    *,
    choice: Choice,
    generator: np.random.Generator,
    count: int = 1,
    max_steps: int,
) -> Iterator[Spoken]:
    """Draw sequences side by side, all from the same start, and yield every step.

    The heads are drawn in the order of the configuration. What came before is not
    kept, so a sequence may be as long as you like.

    Args:
        start: of one sequence, as :func:`read` gives it.
        feedback: what may be drawn and what is read next.
        choice: how symbols are chosen.
        count: how many sequences.
        max_steps: after how many symbols a sequence is cut off.
    """
    expected = {
        name: np.repeat(scores, count, axis=0) for name, scores in start.logits.items()
    }
    state = tuple(take(part, np.zeros(count, np.intp)) for part in start.state)
    prepared = speaker.prepare()
    running = np.arange(count)
    for step in range(max_steps):
        drawn: dict[str, IntArray] = {}
        log_likelihood = np.zeros(len(running))
        for name, logits in expected.items():
            allowed = feedback.allowed(name, step)
            drawn[name], log_p = choice.draw(logits, generator, allowed)
            log_likelihood += log_p
        inputs, goes_on = feedback.follow(drawn, step)
        yield Spoken(running, drawn, log_likelihood, goes_on)
        if not goes_on.all():
            running = running[goes_on]
            if not len(running):
                return
            state = tuple(take(part, goes_on) for part in state)
        expected, state = speaker.step(inputs, state, prepared=prepared)


def sample(
    speaker: Speaker,
    start: Start,
    feedback: Feedback,
    *,
    choice: Choice,
    generator: np.random.Generator,
    count: int = 1,
    max_steps: int,
) -> list[Sampled]:
    """The sequences that :func:`speak` draws, each as a whole."""
    log_likelihood = np.zeros(count)
    ended = np.zeros(count, dtype=bool)
    nothing: IntArray = np.empty(0, np.intp)
    who, what = [nothing], {name: [nothing] for name in start.logits}
    for spoken in speak(
        speaker,
        start,
        feedback,
        choice=choice,
        generator=generator,
        count=count,
        max_steps=max_steps,
    ):
        log_likelihood[spoken.running] += spoken.log_likelihood
        ended[spoken.running] = ~spoken.goes_on
        who.append(spoken.running)
        for name, drawn in spoken.symbols.items():
            what[name].append(drawn)
    # Everything that was drawn, sequence by sequence.
    sequences = np.concatenate(who)
    order = np.argsort(sequences, kind="stable")
    ends = np.cumsum(np.bincount(sequences, minlength=count))[:-1]
    symbols = {
        name: np.split(np.concatenate(parts)[order], ends)
        for name, parts in what.items()
    }
    return [
        Sampled(
            {name: lists[i] for name, lists in symbols.items()},
            float(log_likelihood[i]),
            bool(ended[i]),
        )
        for i in range(count)
    ]


def beam_search(
    speaker: Speaker,
    start: Start,
    feedback: Feedback,
    *,
    width: int,
    max_steps: int,
    length_penalty: float = 0.0,
) -> list[Sampled]:
    """The likeliest sequences, best first, as far as ``width`` candidates can tell.

    At each step every candidate is continued by every symbol, and the ``width``
    likeliest continuations are kept. For networks of one head.

    Args:
        width: how many candidates are kept, and at most how many come back.
        length_penalty: candidates are ranked by log likelihood / steps ** this: 0
            prefers short ones, 1 compares the mean a symbol.
    """
    (head,) = start.logits
    beams: list[tuple[float, list[int]]] = [(0.0, [])]
    done: list[tuple[float, list[int]]] = []
    expected, state = start
    prepared = speaker.prepare()

    def rank(beam: tuple[float, list[int]]) -> float:
        return beam[0] / max(1, len(beam[1])) ** length_penalty

    for step in range(max_steps):
        log_p = log_softmax(expected[head].astype(np.float64))
        allowed = feedback.allowed(head, step)
        if allowed is not None:
            log_p = np.where(allowed, log_p, -np.inf)
        totals = np.array([score for score, _ in beams])[:, None] + log_p
        best = np.argsort(-totals, axis=None, kind="stable")[:width]
        best = best[np.isfinite(totals.ravel()[best])]
        parents, chosen = np.divmod(best, log_p.shape[1])
        beams = [
            (float(totals[parent, symbol]), [*beams[parent][1], int(symbol)])
            for parent, symbol in zip(parents, chosen, strict=True)
        ]
        inputs, goes_on = feedback.follow({head: chosen}, step)
        done += [beam for beam, on in zip(beams, goes_on, strict=True) if not on]
        beams = [beam for beam, on in zip(beams, goes_on, strict=True) if on]
        if not beams:
            break
        if length_penalty == 0 and len(done) >= width:
            # Scores only fall: what runs can no longer overtake what is done.
            worst = sorted((rank(beam) for beam in done), reverse=True)[width - 1]
            if beams[0][0] <= worst:
                beams = []
                break
        state = tuple(take(part, parents[goes_on]) for part in state)
        expected, state = speaker.step(inputs, state, prepared=prepared)
    candidates = [(rank(b), b, True) for b in done] + [
        (rank(b), b, False) for b in beams
    ]
    candidates.sort(key=lambda candidate: -candidate[0])
    return [
        Sampled({head: np.array(symbols, dtype=np.intp)}, score, ended)
        for _, (score, symbols), ended in candidates[:width]
    ]
