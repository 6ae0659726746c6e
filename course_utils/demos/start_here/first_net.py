"""The first figure of the course: a small net learns to read digits, at a rate that the reader drags."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...live import Play, live
from ...network import Network
from ...optimizers import SGD
from ...plots import CLASSES, DOTTED, THEORY, TRAIN
from ...training import evaluate, fit

STEPS, EVERY, SAMPLES, HIDDEN = 150, 2, 300, 16
ROWS, COLUMNS = 4, 8
RIGHT, WRONG = "#333333", CLASSES[1]


@live(
    size=(9.6, 3.7),
    alt="Left, thirty-two handwritten digits, each with the answer of the net below it, wrong ones with a cross and in "
    "orange; right, the loss by training step, falling from that of guessing",
)
def first_net(fig):
    """A net of 16 hidden units learns from 300 digits. Drag its learning rate, or play the training."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(xlim=(0, 10 * COLUMNS), ylim=(12.2 * ROWS, -0.3), xticks=[], yticks=[], aspect="equal")
    left.set_title("What it reads in digits it has never seen")
    left.grid(False)
    left.spines[:].set_visible(False)
    answers = [_digit(left, i) for i in range(ROWS * COLUMNS)]
    right.set(xlim=(0, STEPS), ylim=(0, 3), xlabel="step", ylabel="loss", title="How wrong it is")
    right.axhline(np.log(10), color=THEORY, ls=DOTTED, lw=1.4, label="guessing")
    (curve,) = right.plot([], [], color=TRAIN, label=f"the net, on the {SAMPLES} digits it learns from")
    (head,) = right.plot([], [], "o", ms=8, color=TRAIN, mec="white", zorder=4, clip_on=False)
    right.legend(loc="upper right")

    def update(rate: (1e-2, 10.0) = 0.316, step: Play(STEPS, stride=EVERY) = STEPS):
        net, run = _trained(rate)
        net.theta = run.thetas[min(step // EVERY, len(run.thetas) - 1)]
        for answer, guess, truth in zip(answers, net.predict(_shown().x), _shown().y, strict=True):
            answer.set(text=str(guess) if guess == truth else f"$\\times$ {guess}")
            answer.set_color(RIGHT if guess == truth else WRONG)
        losses = np.minimum(run.losses, 10)[: step + 1]
        curve.set_data(range(len(losses)), losses)
        head.set_data([len(losses) - 1], [min(losses[-1], 2.95)])
        return [*answers, curve, head], _tell(net, run, rate, step)

    return update


def _digit(ax, i):
    """Draw one of the digits shown; the text for the net's answer to it."""
    row, column = divmod(i, COLUMNS)
    x, y = 10 * column + 1, 12.5 * row
    picture = _shown().x[i].reshape(8, 8)
    ax.imshow(picture, extent=(x, x + 8, y + 8, y), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    return ax.text(x + 4, y + 9.9, "", ha="center", va="center", fontsize=10, weight="bold")


@lru_cache(maxsize=1)
def _split():
    return digits().first(SAMPLES)


def _shown():
    return _split().val[: ROWS * COLUMNS]


@lru_cache(maxsize=64)
def _trained(rate):
    """(net, History) of plain descent along the gradient of all 300 digits."""
    rng = np.random.default_rng(0)
    net = Network([Dense(64, HIDDEN, init=he, rng=rng), ReLU(), Dense(HIDDEN, 10, init=he, rng=rng)])
    how = dict(batch_size=SAMPLES, evaluate_every=0, record=EVERY, progress=False)
    run = fit(net, _split(), SGD(lr=rate), epochs=STEPS + 1, **how)
    return net, run


def _tell(net, run, rate, step):
    loss, right = run.losses[min(step, len(run.losses) - 1)], evaluate(net, _split().val)[1]
    seen = f"it reads {right:.0%} of {len(_split().val.y)} digits right that it has never seen"
    return f"Rate {rate:g}, after {step} steps: loss {loss:.3g}; {seen}. {_judge(run, step)}"


def _judge(run, step):
    """What the curve of a whole run shows, in a sentence; guessing costs ln 10."""
    start, end = run.losses[0], run.losses[-1]
    if step < STEPS:
        return ""
    if end > 0.8 * start and run.losses.max() > 1.5 * start:
        return "This rate is <b>too large</b>: the first steps overshot, and the net has not recovered."
    if end > 0.5 * start:
        return "It is on its way, and far from done: this rate is <b>too small</b> for so few steps."
    return ""


def reached(rate, step=STEPS):
    """(loss, share of new digits read right) of the figure's net after a number of steps."""
    net, run = _trained(rate)
    net.theta = run.thetas[min(step // EVERY, len(run.thetas) - 1)]
    return float(run.losses[min(step, len(run.losses) - 1)]), evaluate(net, _split().val)[1]


def units_on(rate):
    """How many of the hidden units are on for any of the training digits, when the figure's training has ended."""
    net, run = _trained(rate)
    net.theta = run.thetas[-1]
    first = net.layers[0]
    return int((first.forward(_split().train.x) > 0).any(axis=0).sum())
