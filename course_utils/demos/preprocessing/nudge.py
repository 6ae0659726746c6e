"""What a nudge of the best weights does to the border and to the loss, on raw and on normalized data."""

import numpy as np

from ...live import live
from .cloud import CENTER, STYLES
from .linear_classifier import ANGLE, class_dots, decision_lines, scene

TURN = np.deg2rad(np.arange(0, 361, 5))


def nudged(how, nudge=10, distance=5.0, angle=ANGLE, stretch=2.0):
    """(x, y, weights, losses) of the best classifier nudged by so many percent, in TURN's directions."""
    x, y, surface, best, _ = scene(angle, stretch, how, tuple(distance * CENTER / np.hypot(*CENTER)))
    moved = best + nudge / 100 * np.hypot(*best) * np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
    return x, y, moved, surface.f(moved)


@live(
    size=(9.6, 4.0),
    alt="Decision lines of a classifier with nudged weights, on raw and normalized data, and the loss after it",
)
def nudge(fig):
    """The best weights, nudged by a few percent in every direction: what happens to the border and to the loss."""
    axes, names = fig.subplots(ncols=3, width_ratios=[1, 1, 1.25]), ("raw", "normalized")
    for ax, name in zip(axes, names, strict=False):
        ax.set(xlim=(-8, 14), ylim=(-8, 14), xlabel="feature 1", ylabel="feature 2", title=f"{name.capitalize()} data")
    axes[2].set(xlim=(0, 360), ylim=(0, 2), xlabel="direction of the nudge (degrees)", ylabel="loss after the nudge")
    axes[2].set_xticks(range(0, 361, 90))
    dots = [class_dots(ax) for ax in axes[:2]]
    axes[0].legend(loc="upper left")
    fans = [ax.plot([], [], color=STYLES[name][0], lw=0.8)[0] for ax, name in zip(axes, names, strict=False)]
    style = [dict(color=STYLES[name][0], ls=STYLES[name][1], label=name) for name in names]
    curves = [axes[2].plot([], [], **kw)[0] for kw in style]
    axes[2].legend(loc="lower right")

    def update(
        distance: (0.0, 8.0, 0.1) = 5.0,
        nudge: (0, 50, 1) = 10,
        angle: (0, 180, 5) = ANGLE,
        stretch: (1.0, 4.0, 0.1) = 2.0,
    ):
        words = []
        for how, both, fan, curve in zip(names, dots, fans, curves, strict=True):
            x, y, moved, losses = nudged(how, nudge, distance, angle, stretch)
            for k, line in enumerate(both):
                line.set_data(*x[y == k].T)
            fan.set_data(*decision_lines(moved[::3]))
            curve.set_data(np.rad2deg(TURN), losses)
            words.append(f"<b>{how.capitalize()}</b>: loss from {losses.min():.3f} to {losses.max():.3f}.")
        return [*fans, *dots[0], *dots[1], *curves], " ".join(words)

    return update
