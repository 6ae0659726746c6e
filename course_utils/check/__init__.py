"""The checkers of all chapters: `check.adam_step(your_function)` says whether it is right, or what differs and why.

One module a chapter, named as its notebook. `BANK` holds every exercise with its reference and its known slips.
"""

from .activations import dead_units, repair_init, saturation_fraction, update_ratio
from .augmentation import cutmix, mixup
from .augmentation_crops import random_crop
from .base import BANK, Verdict
from .batch_norm import batchnorm_backward, batchnorm_forward, fold_batchnorm
from .bug_lab import blind_1, blind_2, blind_3, blind_4, blind_5
from .curvature import backtracking, newton_step, two_loop_recursion
from .dropout import dropconnect_forward, dropout_backward, dropout_forward
from .ensembles import ema_update, ensemble_predict, snapshot_steps
from .frameworks import lost_updates, pytorch_layout, translate
from .gradients import hinge, layer_backward, numerical_gradient, softmax_cross_entropy
from .hyperparameters import log_uniform, sample_beta, widen_border
from .initialization import gain_for, he_init, predict_std, xavier_init
from .momentum import matching_rate, momentum_step, nesterov_step, tune_momentum
from .optimizers import adagrad_step, adam_step, choose_optimizers, rmsprop_step
from .preprocessing import pca_whiten, standardize, zca
from .recipe import diagnose, next_rate, read_curves
from .recipe_capstone import capstone
from .schedules import cosine_with_warmup, inverse_sqrt, rates_of_a_run
from .sgd import largest_stable_lr, minibatches, n_steps, sgd_step
from .start_here import first_step
from .weight_penalties import early_stop, elastic_net, l2_penalty, soft_threshold

__all__ = [
    "BANK", "Verdict", "adagrad_step", "adam_step", "backtracking", "batchnorm_backward", "batchnorm_forward",
    "blind_1", "blind_2", "blind_3", "blind_4", "blind_5", "capstone", "choose_optimizers", "cosine_with_warmup",
    "cutmix", "dead_units", "diagnose", "dropconnect_forward", "dropout_backward", "dropout_forward", "early_stop",
    "elastic_net", "ema_update", "ensemble_predict", "first_step", "fold_batchnorm", "gain_for", "he_init", "hinge",
    "inverse_sqrt", "l2_penalty", "largest_stable_lr", "layer_backward", "log_uniform", "lost_updates", "matching_rate",
    "minibatches", "mixup", "momentum_step", "n_steps", "nesterov_step", "newton_step", "next_rate",
    "numerical_gradient", "pca_whiten", "predict_std", "pytorch_layout", "random_crop", "rates_of_a_run", "read_curves",
    "repair_init", "rmsprop_step", "sample_beta", "saturation_fraction", "sgd_step", "snapshot_steps", "soft_threshold",
    "softmax_cross_entropy", "standardize", "translate", "tune_momentum", "two_loop_recursion", "update_ratio",
    "widen_border", "xavier_init", "zca",
]  # fmt: skip
