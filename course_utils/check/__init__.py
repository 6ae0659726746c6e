"""The checkers of all chapters: `check.adam_step(your_function)` says whether it is right, or what differs and why.

One module a chapter, named as its notebook. `BANK` holds every exercise with its reference and its known slips.
"""
from .base import BANK, Verdict
from .initialization import he_init, predict_std, stable_gain, xavier_init
from .optimizers import adagrad_step, adam_step, choose_optimizers, rmsprop_step
from .sgd import largest_stable_lr, minibatches, n_steps, sgd_step
from .start_here import first_step

__all__ = [
    "BANK", "Verdict", "adagrad_step", "adam_step", "choose_optimizers", "first_step", "he_init", "largest_stable_lr",
    "minibatches", "n_steps", "predict_std", "rmsprop_step", "sgd_step", "stable_gain", "xavier_init",
]  # fmt: skip
