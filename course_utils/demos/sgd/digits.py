"""The perfectionist and the doer on digits: all samples a step against mini-batches, by steps, samples and seconds."""

from functools import lru_cache
from time import perf_counter

import numpy as np

from ...data import digits as load_digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...live import live
from ...network import Network
from ...optimizers import SGD
from ...training import evaluate, fit
from .shared import FULL, MINI

FULL_STEPS = 101  # the loss after 100 steps is known at the next
AXES = {"steps": (1, 2000), "samples": (8, 200_000), "seconds": (1e-4, 1)}


@live(
    size=(9.6, 4.2),
    alt="Training loss on digits of full-batch and mini-batch descent, against steps, samples or seconds",
)
def digits(fig):
    """The perfectionist reads all digits before each step, the doer a mini-batch. The x-axis decides who is ahead."""
    ax = fig.subplots()
    ax.set(xscale="log", yscale="log", ylim=(0.01, 6), ylabel="training loss")
    ax.set_title("The perfectionist and the doer")
    (noisy,) = ax.plot([], [], color=MINI, lw=0.7, alpha=0.45, label="the doer's own mini-batches")
    (mini,) = ax.plot([], [], "o-", color=MINI, ms=4, label="the doer, on all samples")
    (full,) = ax.plot([], [], color=FULL, label="the perfectionist, on all samples")
    ax.legend(loc="lower left")

    def update(
        axis: list(AXES) = "steps",
        batch_size: [8, 16, 32, 64, 128, 256] = 32,
        epochs: (1, 10) = 10,
        lr: (0.01, 3.0) = 0.8,
        full_lr: (0.01, 3.0) = 1.0,
    ):
        if ax.get_xlabel() != axis:
            ax.set(xlim=AXES[axis], xlabel=axis)
        doer, perfectionist = _train(batch_size, epochs, lr), _train(None, FULL_STEPS, full_lr)
        full.set_data(perfectionist[axis], perfectionist["next_loss"])
        noisy.set_data(doer[axis], doer["next_loss"])
        mini.set_data(_looked_at(doer, axis))
        return [noisy, full, mini], _tell(axis, doer, perfectionist)

    return update


@lru_cache(maxsize=1)
def _split():
    return load_digits()


@lru_cache(maxsize=16)
def _train(batch_size, epochs, lr):
    """A run on digits: what each step took, the losses of its batches, and of all data at some of the steps."""
    rng, split, times, looks = np.random.default_rng(0), _split(), [], {}
    net = Network([Dense(64, 32, init=he, rng=rng), ReLU(), Dense(32, 10, init=he, rng=rng)])
    n = len(split.train)
    size = batch_size or n
    wanted = set(np.unique(np.geomspace(1, epochs * -(-n // size), 18).round())) if batch_size else set()

    def watch(record):
        times.append(perf_counter())
        if record.step + 1 in wanted:
            looks[record.step + 1] = net.theta.copy()

    run = fit(net, split, SGD(lr=lr), epochs, size, rng=0, evaluate_every=0, step_callbacks=[watch], progress=False)
    steps = np.arange(1, run.n_steps + 1)
    samples = np.minimum(steps % run.steps_per_epoch * size, n) + steps // run.steps_per_epoch * n
    steps, at = np.arange(1, run.n_steps + 1), np.array(list(looks), dtype=int)
    samples = np.minimum(steps % run.steps_per_epoch * size, n) + steps // run.steps_per_epoch * n
    # losses[k] is the loss of a batch after k steps: beside what k steps have taken stands the next loss.
    return {
        "steps": steps, "samples": samples, "seconds": _clock(times), "gone": run.diverged_at,
        "next_loss": np.append(run.losses[1:], np.nan), "looks": at, "train_loss": _losses(net, looks.values()),
    }  # fmt: skip


def _clock(times):
    """Seconds from the start of the first step, which is taken to be as long as the others: set-up is no step."""
    gaps = np.diff(times)
    return np.cumsum(np.append(np.median(gaps) if len(gaps) else 0.0, gaps))


def _losses(net, thetas):
    """The loss on all training data at each of these parameters."""
    found = []
    for theta in thetas:
        net.theta = theta
        found.append(evaluate(net, _split().train)[0])
    return np.array(found)


def _looked_at(doer, axis):
    """What the doer had taken when all data was looked at, and the losses."""
    return doer[axis][doer["looks"] - 1], doer["train_loss"]


def _tell(axis, doer, perfectionist):
    runs = {"doer": doer, "perfectionist": perfectionist}
    gone = [
        f"The {who} <b>diverged</b> after {run['gone']} steps: the rate is too large."
        for who, run in runs.items()
        if run["gone"] >= 0
    ]
    if gone:
        return " ".join(gone)
    first, second, end = _at_equal(axis, doer, perfectionist)
    words = "equally long" if axis == "seconds" else f"{end:,} {axis}"
    return f"After {words}: the doer has a loss of {first:.2g}, the perfectionist of {second:.2g}."


def _at_equal(axis, doer, perfectionist):
    """(loss of the doer, of the perfectionist, where): as far out as both have come, by interpolation."""
    first = _looked_at(doer, axis)
    second = perfectionist[axis][:-1], perfectionist["next_loss"][:-1]
    end = min(first[0][-1], second[0][-1])
    return np.interp(end, *first), np.interp(end, *second), end


def at_equal(axis, batch_size=32, epochs=10, lr=0.8, full_lr=1.0):
    """(training loss of the doer, of the perfectionist) after equally many steps or samples."""
    runs = _train(batch_size, epochs, lr), _train(None, FULL_STEPS, full_lr)
    return tuple(float(loss) for loss in _at_equal(axis, *runs)[:2])
