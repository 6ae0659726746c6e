"""A run that can be paused: it trains on when a later step is asked for, and keeps what an earlier one looked like."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..._support.threads import few_threads
from ...training import batches, evaluate, steps
from .states import LIVE, State

EVERY = 10  # steps between two evaluations, and between two kept states once a run is longer than LIVE


class Look(NamedTuple):
    """How good a net is after so many steps, on all training and on all validation data."""

    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float


class Run:
    """The run that a State describes, as far as it has gone; `to` carries it on.

    Attributes
    ----------
    net, split, opt, penalty : what the state's own code has made; penalty is None without one
    losses : list, the mini-batch loss of every step
    looks : list of Look, every EVERY steps
    ratios : list of (step, ‖update‖ / ‖W‖ of every dense layer), every EVERY steps
    ended : why it cannot go on, in words; "" while it can
    """

    def __init__(self, state):
        made, self.state = {}, state
        exec(state.setup, made)  # so the code that the reader copies cannot differ from what is shown
        self.net, self.split, self.opt, self.penalty = (made.get(k) for k in ("net", "split", "opt", "penalty"))
        self.steps_per_epoch = -(-len(self.split.train) // state.batch_size)
        self.losses, self.looks, self.ratios, self.ended = [], [], [], ""
        self._view, self._kept = self.net.copy(), {0: self._arrays()}
        endless = batches(self.split.train, state.batch_size, state.seed)
        self._steps = steps(self.net, endless, self.opt, regularizer=self.penalty)
        self._look()

    def to(self, step):
        """Train until so many steps are taken, or until the run ends."""
        with few_threads(self.net), np.errstate(all="ignore"):
            while len(self.losses) < step and not self.ended:
                try:
                    self._note(*next(self._steps))
                except StopIteration:
                    self.ended = f"<b>Diverged</b> at step {len(self.losses)}: the loss is not finite any more."
                except ValueError as error:  # batch norm refuses a batch of one
                    self.ended = f"<b>This cannot be trained.</b> {error}."
            if self.ended:
                self._kept[len(self.losses)] = self._arrays()

    def at(self, step):
        """(step, net): the last kept state that is not after `step`; the net is the same one at every call."""
        step = max(kept for kept in range(step, -1, -1) if kept in self._kept)
        for array, kept in zip(self._view.arrays, self._kept[step], strict=True):
            array[...] = kept
        return step, self._view

    def code(self, step):
        """The code of what `at` gives; where the run has ended, it ends the code's run as well."""
        at, _ = self.at(step)
        return self.state.code(step if self.ended and at == len(self.losses) else at, self.steps_per_epoch)

    def _note(self, loss, update):
        self.losses.append(loss)
        step = len(self.losses)
        if step <= LIVE or step % EVERY == 0:
            self._kept[step] = self._arrays()
        if step % EVERY == 0:
            self._look()
            changes, weights = self.net.unpack(update), self.net.unpack(self.net.theta)
            self.ratios.append((step, [_ratio(changes[k], w) for k, w in weights.items() if w.ndim > 1]))

    def _look(self):
        train, val = (evaluate(self.net, part) for part in (self.split.train, self.split.val))
        self.looks.append(Look(len(self.losses), *train, *val))

    def _arrays(self):
        return [array.copy() for array in self.net.arrays]


def _ratio(step, weights):
    norm = np.linalg.norm(weights)
    return float(np.linalg.norm(step) / norm) if norm else np.nan


@lru_cache(maxsize=4)
def run_of(state):
    """The Run of a state, the same one while it is among the last four."""
    return Run(state)


def after(step, **settings):
    """The last Look of a run of so many steps, with these controls set and the others as they are at the start."""
    run = Run(State(**settings))
    run.to(step)
    return run.looks[-1]
