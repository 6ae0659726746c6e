"""The checkers of all chapters: `check.adam_step(your_function)` says whether it is right, or which mistake it makes.

One module a chapter, named as its notebook, loaded when one of its exercises is first asked for. `BANK` holds every
exercise with its reference and its known slips; `progress()` shows which ones are solved.
"""

import importlib
from typing import Any

from ._progress import Progress, summary
from ._verdict import Verdict

EXERCISES = {
    "start_here": ("first_step",),
    "gradients": ("softmax_cross_entropy", "hinge", "twenty_rates", "numerical_gradient", "logistic_loss"),
    "networks": ("layer_backward", "backprop", "sixty", "diagnosis"),
    "preprocessing": ("standardize", "pca_whiten", "zca", "missing_step", "ten_steps"),
    "initialization": ("he_init", "xavier_init", "predict_std", "gain_for", "fifty_layers", "strangers"),
    "activations": ("saturation_fraction", "dead_units", "update_ratio", "repair_init", "six_runs", "sigmoid_start"),
    "sgd": ("n_steps", "minibatches", "sgd_step", "sgd_epoch", "largest_stable_lr", "best_step", "five_epochs"),
    "momentum": ("momentum_step", "matching_rate", "nesterov_step", "tune_momentum", "any_valley"),
    "optimizers": ("adagrad_step", "rmsprop_step", "adam_step", "choose_optimizers", "any_units"),
    "curvature": ("newton_step", "backtracking", "two_loop_recursion"),
    "schedules": ("cosine_with_warmup", "inverse_sqrt", "rates_of_a_run"),
    "batch_norm": ("batchnorm_forward", "fold_batchnorm", "batchnorm_backward"),
    "weight_penalties": ("l2_penalty", "elastic_net", "soft_threshold", "early_stop"),
    "dropout": ("dropout_forward", "dropout_backward", "dropconnect_forward"),
    "augmentation": ("random_crop", "mixup", "cutmix"),
    "ensembles": ("ensemble_predict", "ema_update", "snapshot_steps"),
    "hyperparameters": ("log_uniform", "sample_beta", "widen_border"),
    "bug_lab": ("blind_1", "blind_2", "blind_3", "blind_4", "blind_5"),
    "recipe": ("next_rate", "read_curves", "diagnose", "capstone"),
    "frameworks": ("pytorch_layout", "translate", "lost_updates"),
}  # by chapter; the chapter's module is the file of that name
_CHAPTERS = {name: chapter for chapter, names in EXERCISES.items() for name in names}

__all__ = ["BANK", "EXERCISES", "Progress", "Verdict", "progress", *_CHAPTERS]


def progress() -> Progress:
    """Which exercises are solved and tried, by chapter.

    It is kept in the file `.course_progress` beside the notebooks; delete it to start anew. With COURSE_PROGRESS=off in
    the environment nothing is kept.
    """
    return summary(EXERCISES)


def __getattr__(name: str) -> Any:
    if name == "BANK":
        for chapter in EXERCISES:
            importlib.import_module(f"{__name__}.{chapter}")
        return importlib.import_module(f"{__name__}._protocol").BANK
    if name in _CHAPTERS:
        return getattr(importlib.import_module(f"{__name__}.{_CHAPTERS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
