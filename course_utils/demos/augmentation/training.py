"""Does it help? A net trained on 100 digits with and without augmentation, asked about digits as they are and moved."""

from functools import lru_cache, partial

import numpy as np

from ...augmentation import (
    Pipeline,
    cutmix,
    cutout,
    flatten,
    mixup,
    random_affine,
    random_erasing,
    random_flip,
    unflatten,
)
from ...data import Split, digits
from ...layers import Dense, ReLU
from ...live import live
from ...network import Network
from ...optimizers import Adam
from ...plots import TEST, TRAIN, VAL
from ...records import recorded
from ...schedules import Constant, Cosine
from ...training import fit

N, SEEDS, BATCH, RATE, POINTS = 100, 10, 20, 5e-3, 20
EPOCHS = 40, 200
SCHEDULES = {"constant": lambda n_steps: Constant(RATE), "cosine to 0": lambda n_steps: Cosine(RATE, n_steps)}
SHAPE = 8, 8
TESTS = {"as they are": {}, "shifted by up to 1 pixel": {"shift": 1.0}, "turned by up to 30 degrees": {"degrees": 30.0}}
SPANS = dict(zip(TESTS, ((0.78, 0.95), (0.4, 0.88), (0.53, 0.86)), strict=True))
MIXES = {
    "nothing more": {}, "cutout, side 3": {"hide": partial(cutout, side=3)}, "random erasing": {"hide": random_erasing},
    "mixup, a = 0.2": {"mix": partial(mixup, a=0.2, n_classes=10)},
    "CutMix, a = 1": {"mix": partial(cutmix, a=1.0, n_classes=10)},
}  # fmt: skip
METHODS = {                                    # name: degrees, shift, mirrored, what more
    "none": (0.0, 0.0, False, "nothing more"), "turns, 15 degrees": (15.0, 0.0, False, "nothing more"),
    "shifts, ½ pixel": (0.0, 0.5, False, "nothing more"), "shifts, 1 pixel": (0.0, 1.0, False, "nothing more"),
    "turns and ½-pixel shifts": (15.0, 0.5, False, "nothing more"), "mirror images": (0.0, 0.0, True, "nothing more"),
    **{name: (0.0, 0.0, False, name) for name in MIXES if name != "nothing more"},
}  # fmt: skip


@live(
    size=(9.6, 4.0),
    alt="Accuracy over epochs with and without augmentation, and the accuracy of ten methods with ten seeds each",
)
def training(fig, recompute=False):
    """A net trained at each change on 100 digits: how many other digits it reads right, against one without all this.

    Right, every method with ten seeds, each with digits and first weights of its own; the bar is their mean.

    `recompute=True` makes all its runs anew.
    """
    shares.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(xlabel="epoch", ylabel="accuracy on other digits", xlim=(0, EPOCHS[0]), ylim=(0.4, 1.0))
    (without,) = left.plot([], [], "--", color=TEST, label="none")
    (line,) = left.plot([], [], "o-", ms=4, color=TRAIN, label="as set")
    left.legend(loc="lower right", title="one seed")
    rows = np.arange(len(METHODS))[::-1]
    right.set(xlabel=f"accuracy at the end, {SEEDS} seeds", ylim=(-0.6, len(METHODS) - 0.4), ylabel="method")
    right.set_yticks(rows, METHODS)
    right.grid(axis="y", visible=False)
    (dots,) = right.plot([], [], "o", ms=5, mfc="none", color=TRAIN, label="a seed")
    (means,) = right.plot([], [], "|", ms=15, mew=3, color=VAL, label="mean")
    reference = right.axvline(0.5, color=TEST, ls="--", lw=1.2, label="mean of none")
    fig.legend(handles=[dots, means, reference], loc="outside lower right", ncols=3)

    def update(
        digits: list(TESTS) = "as they are",
        degrees: (0, 45) = 15,
        shift: (0.0, 2.0) = 0.5,
        more: list(MIXES) = "nothing more",
        mirror: bool = False,
        epochs: list(EPOCHS) = 200,
        rate: list(SCHEDULES) = "cosine to 0",
    ):
        settings = {"none": METHODS["none"], "set": (float(degrees), shift, mirror, more)}
        found = {name: curve(setting, digits, epochs, rate) for name, setting in settings.items()}
        steps = np.linspace(0, epochs, POINTS + 1)
        without.set_data(steps, found["none"])
        line.set_data(steps, found["set"])
        if left.get_xlim() != (0, epochs):
            left.set_xlim(0, epochs)
        table = accuracies(digits, epochs, rate)
        if right.get_xlim() != SPANS[digits]:
            right.set_xlim(SPANS[digits])
        dots.set_data(np.concatenate(list(table.values())), np.repeat(rows, SEEDS))
        middle = [values.mean() for values in table.values()]
        means.set_data(middle, rows)
        reference.set_xdata([middle[0], middle[0]])
        return [without, line, dots, means, reference], (
            f"Digits {digits}, one seed: {found['set'][-1]:.1%} right as set, {found['none'][-1]:.1%} without. "
            f"The dashed line: without, mean of {SEEDS} seeds, {middle[0]:.1%}."
        )

    return update


@lru_cache(maxsize=SEEDS)
def small_split(seed):
    """100 digits to train on; for validation all other digits but the test set, 1,427 of them."""
    whole = digits()
    order = np.random.default_rng(seed).permutation(len(whole.train))
    few, rest = order[:N], order[N:]
    return Split(whole.train[few], whole.train[rest] + whole.val, whole.test)


@lru_cache(maxsize=SEEDS * len(TESTS))
def moved(seed, test):
    """The validation digits of a seed, each moved by a draw of its own."""
    x = unflatten(small_split(seed).val.x, SHAPE)
    return flatten(random_affine(x, np.random.default_rng(100 + seed), **TESTS[test]) if TESTS[test] else x)


def _net(seed):
    rng = np.random.default_rng(seed)
    return Network([Dense(64, 50, rng=rng), ReLU(), Dense(50, 10, rng=rng)])


@lru_cache(maxsize=512)
def run(setting, seed, epochs=EPOCHS[0], rate="constant"):
    """(POINTS + 1, n_params) the parameters of one net at equal distances, before the first step included."""
    n_steps = epochs * (N // BATCH)
    return fit(
        _net(seed),
        small_split(seed),
        Adam(lr=SCHEDULES[rate](n_steps)),
        epochs,
        BATCH,
        rng=seed,
        augment=_pipeline(*setting),
        evaluate_every=0,
        record=n_steps // POINTS,
        progress=False,
    ).thetas


def trained(method, seed=0):
    """The net that a method of METHODS has made of 100 digits in 40 epochs at a constant rate."""
    net = _net(seed)
    net.theta = run(METHODS[method], seed)[-1]
    return net


@lru_cache(maxsize=512)
def curve(setting, test, epochs=EPOCHS[0], rate="constant", seed=0):
    """(POINTS + 1,) share right in the course of a run."""
    return np.array([_right(theta, seed, test) for theta in run(setting, seed, epochs, rate)])


def _pipeline(degrees, shift, mirror, more):
    """What `fit` is given; None where nothing is asked."""
    steps = [partial(random_affine, degrees=degrees, shift=shift)] if degrees or shift else []
    steps += [random_flip] * mirror + [step for key, step in MIXES[more].items() if key == "hide"]
    mix = MIXES[more].get("mix")
    return Pipeline(*steps, mix=mix, shape=SHAPE) if steps or mix else None


def _right(theta, seed, test):
    net = _net(seed)
    net.theta = theta
    return float(np.mean(net.predict(moved(seed, test)) == small_split(seed).val.y))


@recorded(
    (method, seed, epochs, rate)
    for epochs in EPOCHS
    for rate in SCHEDULES
    for method in METHODS
    for seed in range(SEEDS)
)
def shares(method, seed, epochs, rate):
    """(test,) share right at the end of the digits as they are, shifted and turned."""
    theta = run(METHODS[method], seed, epochs, rate)[-1]
    return np.array([_right(theta, seed, test) for test in TESTS])


def accuracies(test, epochs=EPOCHS[1], rate="cosine to 0"):
    """{method: share right at the end with each of the seeds} of the digits as they are, shifted or turned."""
    k = list(TESTS).index(test)
    return {method: np.array([shares(method, seed, epochs, rate)[k] for seed in range(SEEDS)]) for method in METHODS}
