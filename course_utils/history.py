"""The record of a training run, and what callbacks see while it goes on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .network import Network


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What happened in a run, ready to plot: one entry a step in `losses`, one an evaluation in what is of all data.

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
    best_step : number of steps taken when the validation loss was lowest: there the network stands again after early
        stopping. -1 without early stopping.
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
    best_step: int = -1

    @property
    def n_steps(self):
        """How many steps were taken."""
        return len(self.losses)

    @property
    def epochs(self):
        """(n_evals,) epochs trained at each evaluation: the x-axis for train_loss and its like."""
        return self.eval_steps / self.steps_per_epoch

    @property
    def final_train_accuracy(self):
        """Share of the training data that is right at the end; nan if nothing was evaluated."""
        return float(self.train_accuracy[-1]) if len(self.train_accuracy) else np.nan

    @property
    def final_val_accuracy(self):
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
