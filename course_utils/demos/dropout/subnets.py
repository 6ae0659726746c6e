"""Subnets: which units a mask leaves, what each subnet answers, and what their average answers."""

from functools import lru_cache

import numpy as np
from matplotlib.collections import LineCollection

from ...dropout import Dropout, geometric_mean
from ...layers import Dense, ReLU
from ...live import Play, Stops, live
from ...losses import softmax
from ...network import Network
from ...optimizers import Adam
from ...plots import DASHED, THEORY
from ...training import fit
from .few_samples import few_digits
from .shared import ALL, DROPPED, KEPT

UNITS, MOST, PICTURES = 16, 64, 20
KEEPS = (0.3, 0.5, 0.7, 0.9)
MEANS = ("arithmetic", "geometric")
CLASSES_AT = np.arange(10.0)
UNITS_AT = np.linspace(-0.2, 9.2, UNITS)


@live(
    size=(9.6, 4.2),
    alt="A digit, the units that a subnet keeps, its probabilities, and the accuracy of the mean of many subnets",
)
def subnets(fig):
    """Subnets of a trained net with 16 hidden units, drawn one by one: what each answers, and their mean so far.

    Pictures are ordered from those on which the subnets agree to those on which they do not.
    """
    axes = fig.subplots(ncols=4, width_ratios=(1.1, 1.3, 2.4, 3.2))
    show_picture, show_units = _picture(axes[0]), _units(axes[1])
    show_bars, show_curve = _bars(axes[2]), _curve(axes[3])
    handles = axes[3].get_legend_handles_labels()[0]
    fig.legend(handles=[*axes[2].get_legend_handles_labels()[0], *handles], loc="outside lower center", ncols=3)

    def update(
        subnet: Play(MOST - 1, interval=150) = 15,
        keep: Stops(list(KEEPS)) = 0.5,
        mean: list(MEANS) = "arithmetic",
        picture: (1, PICTURES) = 15,
    ):
        drawn = _drawn(keep)
        i, k = drawn["pictures"][picture - 1], subnet + 1
        answers, whole = drawn["answers"][:, i], drawn["whole"][i]
        so_far = _mean(answers[:k], mean)
        artists = [*show_picture(drawn["x"][i]), *show_units(drawn["masks"][subnet])]
        artists += [*show_bars(answers[subnet], so_far, whole), *show_curve(drawn, mean, k)]
        right = "right" if so_far.argmax() == drawn["y"][i] else "wrong"
        words = (
            f"This subnet answers {answers[subnet].argmax()}, the mean of {k} answers {so_far.argmax()}, which is "
            f"{right}. Of the validation data the mean of {k} gets {drawn[mean][k - 1]:.1%} right, a subnet alone "
            f"{drawn['alone'].mean():.1%}, the whole net {drawn['all']:.1%}."
        )
        return artists, words

    return update


def _picture(ax):
    image = ax.imshow(np.zeros((8, 8)), cmap="gray_r", vmin=0, vmax=1)
    ax.set_title("Picture")
    ax.axis("off")

    def show(x):
        image.set_data(x.reshape(8, 8))
        return [image]

    return show


def _units(ax):
    ax.set(xlim=(-0.05, 1.06), ylim=(10.4, -0.6), title="Units kept")
    ax.axis("off")
    for x, words in ((0, "picture"), (0.5, "hidden"), (1, "class")):
        ax.text(x, 9.75, words, ha="center", va="top", size=8.5, color="#444444")
    lines = ax.add_collection(LineCollection([], colors=KEPT, linewidths=0.5, alpha=0.5))
    dots = [ax.plot([], [], "o", ms=ms, color=color)[0] for ms, color in ((9, KEPT), (5, DROPPED))]

    def show(mask):
        kept = UNITS_AT[mask > 0]
        segments = [[(0.5, u), (1, c)] for u in kept for c in CLASSES_AT]
        lines.set_segments(segments + [[(0, 4.5), (0.5, u)] for u in kept])
        for line, at in zip(dots, (kept, UNITS_AT[mask == 0]), strict=True):
            line.set_data(np.full(len(at), 0.5), at)
        return [lines, *dots]

    return show


def _bars(ax):
    ax.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=range(10), xlabel="probability", ylabel="class", title="Answers")
    ax.grid(axis="y", visible=False)
    bars = list(ax.barh(CLASSES_AT, 0, 0.75, color=KEPT, alpha=0.55, label="mean so far"))
    (one,) = ax.plot([], [], "|", ms=11, mew=2.5, color=ALL, label="this subnet")
    (whole,) = ax.plot([], [], "D", ms=5, mfc="none", mew=1.6, color=THEORY, label="whole net")

    def show(alone, so_far, scaled):
        for bar, width in zip(bars, so_far, strict=True):
            bar.set_width(width)
        one.set_data(alone, CLASSES_AT)
        whole.set_data(scaled, CLASSES_AT)
        return [*bars, one, whole]

    return show


def _curve(ax):
    ax.set(
        xscale="log",
        xlim=(0.9, MOST * 1.1),
        ylim=(0.1, 1),
        xlabel="subnets averaged",
        ylabel="accuracy",
        title="Validation data",
        xticks=[1, 4, 16, 64],
        xticklabels=[1, 4, 16, 64],
    )
    ax.minorticks_off()
    (curve,) = ax.plot([], [], color=KEPT, label="mean of the first k")
    (alone,) = ax.plot([], [], ".", ms=4, color="#888888", label="k-th subnet alone")
    (dot,) = ax.plot([], [], "o", ms=8, color=KEPT)
    whole = ax.axhline(0.5, color=THEORY, ls=DASHED, label="whole net, one pass")
    at = np.arange(1, MOST + 1)

    def show(drawn, mean, k):
        curve.set_data(at, drawn[mean])
        alone.set_data(at, drawn["alone"])
        dot.set_data([k], [drawn[mean][k - 1]])
        whole.set_ydata([drawn["all"]] * 2)
        return [alone, whole, curve, dot]

    return show


def _mean(answers, mean):
    return answers.mean(axis=0) if mean == "arithmetic" else geometric_mean(answers)


@lru_cache(maxsize=len(KEEPS))
def _drawn(keep):
    """All that the figure shows of a net trained with this keep: masks, answers, accuracies, pictures by agreement."""
    net, (x, y) = trained_net(keep), few_digits(400).val
    answers, masks = each_answer(net, x, keep)
    whole = softmax(net.forward(x))
    upto = np.arange(1, MOST + 1)[:, None, None]
    arithmetic, geometric = np.cumsum(answers, axis=0), np.cumsum(np.log(answers), axis=0) / upto
    order = np.argsort(answers.mean(axis=0).max(axis=1))[::-1]
    return {
        "x": x, "y": y, "masks": masks, "answers": answers, "whole": whole, "all": _share(whole, y),
        "alone": _share(answers, y), "arithmetic": _share(arithmetic, y), "geometric": _share(geometric, y),
        "pictures": order[np.linspace(0, len(order) - 1, PICTURES).astype(int)],
    }  # fmt: skip


@lru_cache(maxsize=2 * len(KEEPS))
def trained_net(keep=0.5, seed=0):
    """64-16-10 with dropout on the hidden units, trained on 400 digits; make a copy before you change it."""
    rng = np.random.default_rng(seed)
    net = Network([Dense(64, UNITS, rng=rng), ReLU(), Dropout(keep, rng=rng), Dense(UNITS, 10, rng=rng)])
    fit(net, few_digits(400), Adam(lr=0.01), 40, 25, rng=rng, evaluate_every=0, progress=False)
    return net


def each_answer(net, x, keep):
    """(probabilities (MOST, n_samples, 10), masks (MOST, UNITS)): each subnet has one mask for all samples."""
    first, relu, _, last = net.layers
    masks = np.random.default_rng(1).random((MOST, UNITS)) < keep
    h = relu.forward(first.forward(x))
    return softmax((h * masks[:, None] / keep) @ last.W + last.b), masks


def _share(p, y):
    return (p.argmax(axis=-1) == y).mean(axis=-1)


def subnet_accuracies(keep=0.5):
    """{"alone", "arithmetic", "geometric", "all": accuracy} of a subnet on average, of means of 64, of the whole."""
    drawn = _drawn(keep)
    means = {mean: float(drawn[mean][-1]) for mean in MEANS}
    return {"alone": float(drawn["alone"].mean()), "all": float(drawn["all"]), **means}
