"""The two curvatures of least squares on a cloud, as bars that answer to every step of preprocessing."""

import numpy as np

from ...live import live
from ...plots import CLASSES, THEORY
from .cloud import CENTER, STAGES, points

MEAN, FLAT, STEEP = "#D55E00", "#0072B2", "#8E44AD"
STEPS = {name: i for i, name in enumerate(STAGES)}
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 121))


@live(
    size=(9.6, 4.0),
    alt="A cloud, the ellipse of its second moments around the origin, and its two eigenvalues as bars, step by step",
)
def eigenvalues(fig):
    """What each step does to the eigenvalues of XᵀX / N. Which lowers the tall bar, which lifts the low one?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(xlim=(-8, 11), ylim=(-6.5, 8.5), aspect="equal", anchor="W", xlabel="feature 1", ylabel="feature 2")
    left.set_title("The data, seen from the origin")
    left.axhline(0, color="#bbbbbb", lw=1)
    left.axvline(0, color="#bbbbbb", lw=1)
    (dots,) = left.plot([], [], "o", color=CLASSES[0], ms=3, alpha=0.5, label="samples")
    (mean,) = left.plot([], [], color=MEAN, lw=2, marker="o", label="their mean")
    (ellipse,) = left.plot([], [], color=THEORY, lw=2, label="half axes: root mean square along them")
    left.legend(loc="upper left", fontsize=8)
    right.set(xlim=(-0.6, 1.6), yscale="log", ylim=(0.02, 200))
    right.set(xlabel="direction", ylabel="eigenvalue of XᵀX / N")
    right.set_xticks((0, 1), labels=("flat", "steep"))
    right.set_title("The curvatures")
    right.axhline(1, color="#999999", lw=0.9, ls=(0, (4, 2)))
    bars = [right.fill([], [], color=c, alpha=0.75)[0] for c in (FLAT, STEEP)]
    texts = [right.text(i, 1, "", ha="center", va="bottom", fontsize=10) for i in (0, 1)]

    def update(
        step: STEPS = 0, angle: (0, 180, 5) = 35, stretch: (1.0, 4.0, 0.1) = 3.0, distance: (0.0, 1.5, 0.1) = 1.0
    ):
        x = _prepared(angle, stretch, distance, step)
        values, vectors = np.linalg.eigh(x.T @ x / len(x))
        dots.set_data(*x.T)
        mean.set_data(*np.transpose([(0, 0), x.mean(axis=0)]))
        ellipse.set_data(*(vectors @ (np.sqrt(values)[:, None] * [CIRCLE.real, CIRCLE.imag])))
        for i, (bar, text, value) in enumerate(zip(bars, texts, values, strict=True)):
            bar.set_xy([(i - 0.3, 1e-3), (i - 0.3, value), (i + 0.3, value), (i + 0.3, 1e-3)])
            text.set(position=(i, value * 1.1), text=f"{value:.2f}")
        return [dots, mean, ellipse, *bars, *texts], _tell(step, x, values)

    return update


def _prepared(angle, stretch, distance, step):
    """The cloud after so many steps of preprocessing."""
    x = points(angle, stretch).x + (distance - 1) * CENTER
    if step >= 1:
        x = x - x.mean(axis=0)
    if step >= 2:
        x = x / x.std(axis=0)
    if step >= 3:
        values, vectors = np.linalg.eigh(x.T @ x / len(x))
        x = x @ vectors
        if step >= 4:
            x = x / np.sqrt(values)
    return x


def _tell(step, x, values):
    name, mu = list(STAGES)[step], x.mean(axis=0)
    return (
        f"<b>{name.capitalize()}</b>: eigenvalues {values[0]:.3g} and {values[1]:.3g}, condition number "
        f"{values[1] / values[0]:.3g}. Their sum, {values.sum():.3g}, is {x.var(axis=0).sum():.3g} of variance and "
        f"{round(mu @ mu, 9):.3g} of squared mean."
    )


def curvatures(step=0, angle=35, stretch=3.0, distance=1.0):
    """(flat, steep) eigenvalue of XᵀX / N after so many steps."""
    x = _prepared(angle, stretch, distance, step)
    return tuple(float(value) for value in np.linalg.eigvalsh(x.T @ x / len(x)))
