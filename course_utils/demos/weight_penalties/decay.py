"""Weights in noise alone: L2 through an optimizer, and decay past it, weight by weight."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import SGD, Adam, Momentum
from ...plots import COLORS, DASHED, DOTTED, THEORY
from ...regularizers import L2

OPTIMIZERS = {"Adam": Adam, "Momentum": Momentum, "SGD": SGD}
WEIGHTS, COPIES, STEPS, RATE = 41, 24, 300, 0.01
NOISE = np.geomspace(1e-3, 1e1, WEIGHTS)
WATCHED = 10, 35
NAMES = "L2 in the gradient", "decoupled decay"


@live(
    size=(9.6, 4.0),
    alt="Weights after 300 steps against the size of their gradients under L2 and under decoupled weight decay; "
    "beside it two of these weights by step",
)
def decay(fig):
    """Each weight starts at 1 and sees gradients that are noise about 0, so that only the penalty has a direction.

    Left: where it stands after 300 steps at lr = 0.01, against the size of its noise. Right: two of them on the way.
    """
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xscale="log", xlabel="size of the gradient's noise", ylabel="weight")
    left.set(xlim=(NOISE[0] / 1.2, NOISE[-1] * 1.2), ylim=(-0.25, 1.25))
    right.set(xlabel="step", xlim=(0, STEPS))
    left.set_title(f"After {STEPS} steps")
    right.set_title("Two of them")
    for k in WATCHED:
        left.axvline(NOISE[k], color="#999999", lw=6, alpha=0.25, zorder=0)
    theory = left.axhline(1, color=THEORY, lw=1.4, ls=DOTTED, label="(1 - lr · lam)$^t$")
    colors, markers, dashes = (COLORS["Adam"], COLORS["AdamW"]), "os", ("-", DASHED)
    dots = [
        left.plot([], [], m, ms=5, color=c, mfc="none" if m == "s" else c, label=name)[0]
        for c, m, name in zip(colors, markers, NAMES, strict=True)
    ]
    lines = [
        right.plot([], [], color=c, ls=d, lw=w)[0] for c, d in zip(colors, dashes, strict=True) for w in (1.1, 2.4)
    ]
    right.plot([], [], color="#333333", lw=1.1, label=f"noise {NOISE[WATCHED[0]]:.2g}")
    right.plot([], [], color="#333333", lw=2.4, label=f"noise {NOISE[WATCHED[1]]:.2g}")
    right.legend(loc="lower left", ncols=2)
    fig.legend(handles=[*dots, theory], loc="outside upper right", ncols=3)

    def update(optimizer: list(OPTIMIZERS) = "Adam", lam: (0.01, 10.0) = 0.5):
        both = [weights(optimizer, lam, decoupled) for decoupled in (False, True)]
        for dot, w in zip(dots, both, strict=True):
            dot.set_data(NOISE, np.clip(w[-1], -1, 2))
        for line, values in zip(lines, (w[:, k] for w in both for k in WATCHED), strict=True):
            line.set_data(range(STEPS + 1), np.clip(values, -1, 2))
        theory.set_ydata([(1 - RATE * lam) ** STEPS] * 2)
        return [*dots, *lines, theory], _tell(optimizer, lam, both)

    return update


@lru_cache(maxsize=1)
def _noise():
    """(steps, copies, weights): half of the copies see the noise of the other half turned around."""
    draws = np.random.default_rng(0).normal(size=(STEPS, COPIES // 2, WEIGHTS)) * NOISE
    return np.concatenate([draws, -draws], axis=1)


@lru_cache(maxsize=32)
def weights(optimizer, lam, decoupled):
    """(steps + 1, weights) the mean over all copies, at every step."""
    opt, penalty = OPTIMIZERS[optimizer](lr=RATE), L2(lam)
    w = np.ones((COPIES, WEIGHTS))
    state, means = opt.init(w), [w.mean(axis=0)]
    for t, noise in enumerate(_noise()):
        step, state = opt.update(noise if decoupled else noise + penalty.gradient(w), state, t)
        w = w + step - (RATE * lam * w if decoupled else 0)
        means.append(w.mean(axis=0))
    return np.array(means)


def _tell(optimizer, lam, both):
    # The sum turns -0.00 into 0.00.
    (a, b), (c, d) = (w[-1, list(WATCHED)].round(2) + 0.0 for w in both)
    small, large = NOISE[list(WATCHED)]
    return (
        f"{optimizer}: the weight with noise {small:.2g} ends at <b>{a:.2f}</b> with L2 and at {c:.2f} with decay, "
        f"that with noise {large:.2g} at <b>{b:.2f}</b> and at {d:.2f}; (1 - lr · lam)<sup>{STEPS}</sup> = "
        f"{(1 - RATE * lam) ** STEPS:.2f}."
    )
