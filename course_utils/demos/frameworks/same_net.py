"""One net, one sequence of batches, three libraries: the losses step by step, and how far they are apart."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...frameworks import INSTALL, has_pytorch, losses, pytorch_losses, sklearn_losses
from ...layers import Dense, ReLU, Sigmoid, Tanh
from ...live import live
from ...network import Network
from ...optimizers import SGD, Adam, Momentum, Nesterov
from ...training import minibatches

N_STEPS, BATCH = 60, 20
OPTIMIZERS = {cls.__name__: cls for cls in (SGD, Momentum, Nesterov, Adam)}
ACTIVATIONS = {cls.__name__: cls for cls in (ReLU, Tanh, Sigmoid)}
PRECISIONS = {"float64, 16 digits": "float64", "float32, 7 digits": "float32"}
OTHERS = {"PyTorch": ("#D55E00", (0, (4, 2))), "scikit-learn": ("#0072B2", ":")}
SMALLEST = 1e-17


@live(
    size=(9.6, 4.0),
    alt="Losses of one net trained in three libraries, one upon the other, and their differences near rounding",
)
def same_net(fig):
    """Losses of each mini-batch in course_utils, PyTorch and scikit-learn, and their differences from ours.

    All start from the same weights and see the same batches.
    """
    left, right = fig.subplots(ncols=2)
    left.set(xlabel="step", ylabel="loss of the mini-batch", xlim=(0, N_STEPS), ylim=(0, 4))
    left.set_title("Loss")
    right.set(xlabel="step", ylabel="difference from our loss", yscale="log", xlim=(0, N_STEPS))
    right.set(ylim=(SMALLEST / 30, 10), title="How far apart")
    (ours,) = left.plot([], [], color="#333333", lw=5, alpha=0.3, label="course_utils")
    curves = {name: left.plot([], [], color=color, ls=ls, label=name)[0] for name, (color, ls) in OTHERS.items()}
    gaps = {name: right.plot([], [], color=color, ls=ls, label=name)[0] for name, (color, ls) in OTHERS.items()}
    (digits_line,) = right.plot([], [], color="#777777", lw=1)
    label = right.text(N_STEPS - 1, 1, "rounding", color="#555555", size=9, va="top", ha="right")
    left.legend(loc="lower right", bbox_to_anchor=(1.01, 0.98), ncols=3, borderpad=0, columnspacing=1, handlelength=1.8)

    def update(
        optimizer: list(OPTIMIZERS) = "SGD",
        lr: (1e-4, 1.0) = 0.1,
        activation: list(ACTIVATIONS) = "ReLU",
        precision: PRECISIONS = "float64",
    ):
        found = _runs(optimizer, lr, activation, precision)
        steps, rounding = np.arange(N_STEPS), float(np.finfo(precision).eps)
        ours.set_data(steps, np.clip(found["course_utils"], 0, 1e6))
        for name in OTHERS:
            theirs = found.get(name, np.full(N_STEPS, np.nan))
            curves[name].set_data(steps, np.clip(theirs, 0, 1e6))
            gaps[name].set_data(steps, np.clip(abs(theirs - found["course_utils"]), rounding / 20, 1e6))
        digits_line.set_data([0, N_STEPS], [rounding] * 2)
        label.set_y(rounding / 25)
        return [ours, *curves.values(), *gaps.values(), digits_line, label], _tell(found)

    return update


@lru_cache(maxsize=256)
def _runs(optimizer, lr, activation, precision):
    """{library: losses of its run}, of those libraries that are there."""
    opt = OPTIMIZERS[optimizer](lr=lr)
    net = Network([Dense(64, 50, rng=0), ACTIVATIONS[activation](), Dense(50, 10, rng=1)], np.dtype(precision))
    runs = {"course_utils": losses, "scikit-learn": sklearn_losses}
    if has_pytorch():
        runs["PyTorch"] = pytorch_losses
    batches = _batches(precision)
    with np.errstate(all="ignore"):
        return {name: run(net, batches, opt)[0] for name, run in runs.items()}


@lru_cache(maxsize=2)
def _batches(precision):
    x, y = digits().train
    order = [i for i in minibatches(len(x), BATCH, 0) if len(i) == BATCH][:N_STEPS]
    return [(x[i].astype(precision), y[i]) for i in order]


def _tell(found):
    words = [f"{name}: <b>{abs(found[name] - found['course_utils']).max():.1g}</b>" for name in OTHERS if name in found]
    missing = "" if "PyTorch" in found else f" PyTorch is not installed: {INSTALL}."
    return f"Largest difference from course_utils in {N_STEPS} steps: {', '.join(words)}.{missing}"
