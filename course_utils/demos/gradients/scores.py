"""Three scores to drag: what softmax makes of them, what two losses cost, and where each loss pushes every score."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

from ...live import Point, live
from ...losses import multiclass_hinge, softmax, softmax_cross_entropy
from ...plots import CLASSES, DASHED

NAMES, STARTS, LIMIT = ("A", "B", "C"), (2.0, 1.0, -1.0), 6.0
BAR = "#C9CED6"
LOSSES = {"cross-entropy": softmax_cross_entropy, "hinge": multiclass_hinge}
LOOKS = {"cross-entropy": dict(color=CLASSES[0], ls="-"), "hinge": dict(color=CLASSES[1], ls=DASHED)}
SWEEP = np.linspace(-LIMIT, LIMIT, 97)


def _on_its_bar(i):
    """A top may be dragged anywhere; it stays over its bar."""
    return lambda values: {NAMES[i]: (i, values[NAMES[i]][1])}


@live(
    size=(9.6, 3.9),
    alt="Three bars, the scores of classes A, B and C, with arrows that show where cross-entropy and hinge push each; "
    "beside them the softmax probabilities, and both losses against the score of the right class",
    presets={name: _on_its_bar(i) for i, name in enumerate(NAMES)},
)
def scores(fig):
    """Drag the tops of three bars: their probabilities, the two losses, and the push of each loss on each bar."""
    left, middle, right_ax = fig.subplots(ncols=3, width_ratios=[1.35, 0.8, 1.2])
    left.set(xlim=(-0.6, 2.6), ylim=(-LIMIT, LIMIT), xlabel="class", ylabel="score", title="Scores: drag them")
    middle.set(xlim=(-0.6, 2.6), ylim=(0, 1.08), xlabel="class", ylabel="probability", title="Softmax")
    bars = [ax.bar(range(3), np.zeros(3), width=0.62, color=BAR, zorder=2) for ax in (left, middle)]
    left.axhline(0, color="#888888", lw=0.8, zorder=3)
    for ax in left, middle:
        ax.set_xticks(range(3), NAMES)
        ax.grid(visible=False, axis="x")
    (tops,) = left.plot([], [], "o", ms=9, mfc="white", mec="#333333", mew=1.6, zorder=6)
    shares = [middle.text(i, 0, "", ha="center", va="bottom", fontsize=10) for i in range(3)]
    star = left.text(0, -LIMIT + 0.35, "right", ha="center", weight="bold", zorder=7)
    arrows = {name: [_arrow(left, LOOKS[name]["color"]) for _ in NAMES] for name in LOSSES}
    for name, look in LOOKS.items():
        left.plot([], [], color=look["color"], lw=2.4, label=f"push of {name}")
    left.legend(loc="upper right", handlelength=1.2)
    curves, dots = _loss_axes(right_ax)

    def update(
        A: Point() = (0.0, STARTS[0]),
        B: Point() = (1.0, STARTS[1]),
        C: Point() = (2.0, STARTS[2]),
        right: list(NAMES) = "B",
    ):
        s, y = np.array([A[1], B[1], C[1]]), NAMES.index(right)
        p = softmax(s)
        for bar, share, value, height in zip(bars[0], bars[1], s, p, strict=True):
            bar.set_height(value)
            share.set_height(height)
        tops.set_data(range(3), s)
        for text, value in zip(shares, p, strict=True):
            text.set(text=f"{value:.3f}", y=value)
        star.set_x(y)
        found = {name: loss(s[None], np.array([y])) for name, loss in LOSSES.items()}
        for name, (_, slope) in found.items():
            _push(arrows[name], s, slope[0], 0.16 if name == "hinge" else -0.16)
        _draw_losses(curves, dots, s, y)
        moving = [*bars[0], *bars[1], tops, *shares, star, *sum(arrows.values(), []), *curves.values(), *dots.values()]
        return moving, _tell(found, p, y)

    return update


def _loss_axes(ax):
    ax.set(xlim=(-LIMIT, LIMIT), ylim=(-0.3, 10), title="Loss, if this score alone moved")
    ax.set(xlabel="score of the right class", ylabel="loss")
    curves = {name: ax.plot([], [], label=name, **look)[0] for name, look in LOOKS.items()}
    dots = {name: ax.plot([], [], "o", ms=8, color=look["color"], mec="white")[0] for name, look in LOOKS.items()}
    ax.legend(loc="upper right")
    return curves, dots


def _arrow(ax, color):
    arrow = FancyArrowPatch((0, 0), (0, 1), arrowstyle="-|>", mutation_scale=12, lw=2.4, color=color, zorder=5)
    return ax.add_patch(arrow)


def _push(arrows, s, slope, aside):
    """Arrows against the slope, two units of the axis long for a slope of 1; no slope, no arrow."""
    for i, arrow in enumerate(arrows):
        arrow.set_visible(bool(abs(slope[i]) > 0.02))
        arrow.set_positions((i + aside, s[i]), (i + aside, s[i] - 2 * slope[i]))


def _draw_losses(curves, dots, s, y):
    """Each loss against the right class's score, the other two held; a dot where it is now."""
    moved = np.tile(s, (len(SWEEP), 1))
    moved[:, y] = SWEEP
    for name, loss in LOSSES.items():
        labels = np.array([y])
        curves[name].set_data(SWEEP, [loss(row[None], labels)[0] for row in moved])
        dots[name].set_data([s[y]], [loss(s[None], labels)[0]])


def _tell(found, p, y):
    onehot = ", ".join(f"{v:.3f}" for v in p - np.eye(3)[y])
    hinge = ", ".join(f"{v:+.0f}" if v else "0" for v in found["hinge"][1][0])
    return (
        f"Cross-entropy {found['cross-entropy'][0]:.3f}, its slopes p - onehot = ({onehot}). "
        f"Hinge {found['hinge'][0]:.3f}, its slopes ({hinge})."
    )
