"""The record of a training run, how it is taken down, and what callbacks see while it goes on. Chapter 02."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

import numpy as np

from .network import Network

Scores = tuple[float, float, float, float]  # training loss and accuracy, validation loss and accuracy


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What happened in a run, ready to plot: one entry per step in `losses`, and one per evaluation in what
    is measured on all data.

    Attributes
    ----------
    losses : (n_steps,) loss of each step's mini-batch, before the step was taken; a penalty is not part of it
    eval_steps : (n_evals,) number of steps taken when the network was evaluated; starts with 0
    train_loss, train_accuracy, val_loss, val_accuracy : (n_evals,) of all training and of all validation data
    steps_per_epoch : ceil(n_samples / batch_size)
    diverged_at : number of steps taken when the loss or a parameter was no longer finite; -1 if that never happened.
        The run ends there.
    thetas : (n_records, n_params) the parameters on the way, first and last included; None if not recorded
    theta_steps : (n_records,) number of steps taken at each of them
    """

    losses: np.ndarray
    eval_steps: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    steps_per_epoch: int
    diverged_at: int = -1
    thetas: np.ndarray | None = None
    theta_steps: np.ndarray | None = None

    @property
    def n_steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)

    @property
    def epochs(self) -> np.ndarray:
        """(n_evals,) epochs trained at each evaluation: the x-axis for train_loss and its like."""
        return self.eval_steps / self.steps_per_epoch

    @property
    def best_step(self) -> int:
        """Number of steps taken when the validation loss was lowest; -1 if there was none.

        There the network stands again after a run with training.EarlyStopping.
        """
        if np.isnan(self.val_loss).all():
            return -1
        return int(self.eval_steps[np.nanargmin(self.val_loss)])

    @property
    def final_train_accuracy(self) -> float:
        """Share of the training data that is right at the end; nan if nothing was evaluated."""
        return float(self.train_accuracy[-1]) if len(self.train_accuracy) else np.nan

    @property
    def final_val_accuracy(self) -> float:
        """Share of the validation data that is right at the end; nan if nothing was evaluated."""
        return float(self.val_accuracy[-1]) if len(self.val_accuracy) else np.nan

    def __repr__(self):
        ran = f"{self.n_steps} steps, {self.n_steps / self.steps_per_epoch:g} epochs"
        if self.diverged_at >= 0:
            return f"History({ran}: diverged at step {self.diverged_at})"
        if not len(self.eval_steps):
            return f"History({ran})"
        return (
            f"History({ran}: accuracy {self.final_train_accuracy:.3f} in training, "
            f"{self.final_val_accuracy:.3f} in validation)"
        )


class Recorder:
    """Takes down a run while it goes on, and makes the History of it.

    Parameters
    ----------
    net : Network
    measure : function () -> loss and accuracy on the training and on the validation data; or None
    steps_per_epoch : int
    record : steps between the snapshots of theta; 0: none
    """

    def __init__(
        self,
        net: Network,
        measure: Callable[[], Scores] | None,
        steps_per_epoch: int,
        record: int,
    ) -> None:
        self.net = net
        self.measure = measure
        self.steps_per_epoch = steps_per_epoch
        self.record = record
        self.losses: list[float] = []
        self.eval_steps: list[int] = []
        self.evals: list[Scores] = []
        self.theta_steps: list[int] = []
        self.thetas: list[np.ndarray] = []

    @property
    def n_steps(self) -> int:
        """How many steps were taken so far."""
        return len(self.losses)

    def step(self, loss: float) -> int:
        """Take down a step's loss, and the parameters if they are due. Returns how many steps were taken."""
        self.losses.append(loss)
        n = len(self.losses)
        if self.record and n % self.record == 0:
            self.snapshot()
        return n

    def look(self) -> "EpochRecord":
        """Evaluate the network as it is now, if that is wanted, and take it down."""
        if self.measure is None:
            return self.unseen()
        if self.n_steps not in self.eval_steps[-1:]:
            self.evals.append(self.measure())
            self.eval_steps.append(self.n_steps)
        return self._epoch_record(self.evals[-1])

    def unseen(self) -> "EpochRecord":
        """What a callback gets at the end of an epoch that is not evaluated."""
        return self._epoch_record((nan, nan, nan, nan))

    def _epoch_record(self, scores: Scores) -> "EpochRecord":
        return EpochRecord(self.n_steps // self.steps_per_epoch, self.n_steps, *scores, self.net)

    def snapshot(self) -> None:
        """Take down the parameters, if that is wanted and has not been done at this step."""
        if not self.record or self.n_steps in self.theta_steps[-1:]:
            return
        self.thetas.append(self.net.theta.copy())
        self.theta_steps.append(self.n_steps)

    def history(self, diverged: bool) -> History:
        """The History of the run so far."""
        train_loss, train_accuracy, val_loss, val_accuracy = np.array(self.evals).reshape(-1, 4).T
        return History(
            losses=np.array(self.losses),
            eval_steps=np.array(self.eval_steps, dtype=int),
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            steps_per_epoch=self.steps_per_epoch,
            diverged_at=self.n_steps if diverged else -1,
            thetas=np.array(self.thetas) if self.record else None,
            theta_steps=np.array(self.theta_steps) if self.record else None,
        )


class StepRecord(NamedTuple):
    """What a step callback sees: the step's number, its loss before the step, and what was added to theta."""

    step: int
    loss: float
    update: np.ndarray
    net: Network


class EpochRecord(NamedTuple):
    """What a callback sees after an epoch; losses and accuracies are nan if the epoch was not evaluated."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    net: Network
