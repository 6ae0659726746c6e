"""One correlated cloud of two classes, and what each step of preprocessing makes of it."""

from functools import lru_cache

import numpy as np

from ...data import Data
from ...live import Play, live
from ...plots import CLASSES, DOTTED, THEORY

# What was done to the data has the same color and line in every figure of the chapter.
STYLES = {
    "raw": ("#333333", "--"), "zero-centered": ("#5A5AC8", "-"), "min-max": ("#7A7A00", (0, (6, 2, 1, 2))),
    "normalized": ("#117733", "-"), "whitened": ("#8E44AD", DOTTED),
}  # fmt: skip
N, PER_STAGE = 160, 10
CENTER = np.array([4.0, 2.5])
STAGES = {
    "original": "x", "zero-centered": "x − mean", "normalized": "… / standard deviation",
    "decorrelated": "turned to the eigenvectors", "whitened": "… / √eigenvalue",
}  # fmt: skip
LAST = PER_STAGE * (len(STAGES) - 1)
CIRCLE = np.stack([np.cos(a := np.linspace(0, 2 * np.pi, 121)), np.sin(a)], axis=1)


@lru_cache(maxsize=64)
def points(angle, stretch, center=tuple(CENTER)):
    """Data of a cloud, `stretch` times as long as wide, its long axis turned by `angle` degrees.

    The line between the classes goes through the cloud's center and through the origin, so that a classifier without a
    bias can draw it before and after centering.
    """
    rng = np.random.default_rng(3)
    z = rng.normal(size=(N, 2))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(z.T @ z / N)).T  # exactly uncorrelated, of exactly unit variance
    a = np.deg2rad(angle)
    x = (z * [0.6 * stretch, 0.6]) @ [[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]
    side = x @ [-CENTER[1], CENTER[0]]
    y = side + side.std() * rng.normal(size=N) > 0
    return Data(x + center, y.astype(int))


@live(
    size=(9.6, 4.4),
    alt="A cloud of points with the ellipse of its covariance, the steps of preprocessing, and the covariance",
)
def cloud(fig):
    """A cloud of data on its way from as measured to white: every point, the ellipse of its covariance, the matrix."""
    grid = fig.add_gridspec(2, 2, width_ratios=[1.35, 1], height_ratios=[1, 1.15])
    left, names, matrix = fig.add_subplot(grid[:, 0]), fig.add_subplot(grid[0, 1]), fig.add_subplot(grid[1, 1])
    left.set(xlim=(-7.5, 10.5), ylim=(-6.5, 8.5), aspect="equal", anchor="W", xlabel="feature 1", ylabel="feature 2")
    left.axhline(0, color="#bbbbbb", lw=1)
    left.axvline(0, color="#bbbbbb", lw=1)
    look = dict(ls="none", ms=4.5, mec="white", mew=0.4)
    (measured,) = left.plot([], [], ".", color="#c9c9c9", ms=4, label="as measured", zorder=1)
    dots = [
        left.plot([], [], marker=m, color=c, label=f"class {k}", **look)[0]
        for k, (m, c) in enumerate(zip("os", CLASSES, strict=False))
    ]
    (ellipse,) = left.plot([], [], color=THEORY, lw=2, label="two standard deviations")
    left.legend(loc="upper left")
    (marker,) = names.plot([], [], ">", color=THEORY, ms=8, clip_on=False)
    _list_stages(names)
    image = matrix.imshow(np.zeros((2, 2)), cmap="PuOr", vmin=-9, vmax=9)
    matrix.set_xticks((0, 1), labels=("1", "2"))
    matrix.set_yticks((0, 1), labels=("1", "2"))
    matrix.set(xlabel="feature", ylabel="feature")
    matrix.set_title("Covariance")
    matrix.grid(False)
    entries = [[matrix.text(j, i, "", ha="center", va="center", fontsize=12) for j in (0, 1)] for i in (0, 1)]

    def update(
        stage: Play(LAST, interval=60) = LAST,
        angle: (0, 180, 5) = 35,
        stretch: (1.0, 4.0, 0.1) = 3.0,
    ):
        data = points(angle, stretch)
        z = _push(data.x, stage / PER_STAGE)
        covariance = np.cov(z.T, bias=True)
        measured.set_data(*data.x.T)
        for k, line in enumerate(dots):
            line.set_data(*z[data.y == k].T)
        values, vectors = np.linalg.eigh(covariance)
        ellipse.set_data(*(z.mean(axis=0) + 2 * CIRCLE * np.sqrt(values) @ vectors.T).T)
        marker.set_data([0.02], [-stage / PER_STAGE])
        image.set_data(covariance)
        for text, value in zip(np.ravel(entries), covariance.ravel(), strict=True):
            text.set(text=f"{round(value, 2) + 0.0:.2f}", color="white" if abs(value) > 5 else "black")
        return [measured, *dots, ellipse, marker, image, *entries[0], *entries[1]], _tell_stage(stage, z, values)

    return update


def _list_stages(ax):
    ax.set(xlim=(0, 1), ylim=(-len(STAGES) + 0.5, 0.5))
    ax.axis("off")
    for i, (name, formula) in enumerate(STAGES.items()):
        ax.text(0.08, -i, f"{i}  {name}", va="center", fontsize=11)
        ax.text(0.48, -i, formula, va="center", color="#555555")


def _push(x, way):
    """x after so many steps; a fraction is on the way to the next."""
    center, turn, stretch = x.mean(axis=0), *_axes(x)
    deviation = x.std(axis=0)
    done = np.clip(way - np.arange(4), 0, 1)
    a = turn * done[2]
    z = (x - done[0] * center) / (1 - done[1] + done[1] * deviation)
    z = z @ [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    return z / (1 - done[3] + done[3] * stretch)


def _axes(x):
    """(angle of the first principal axis of the normalized x, standard deviations along both)."""
    covariance = np.corrcoef(x.T)
    values, vectors = np.linalg.eigh(covariance)
    first = vectors[:, 1] * np.sign(vectors[0, 1])
    return np.arctan2(first[1], first[0]), np.sqrt(np.maximum(values[::-1], 1e-12))


def _tell_stage(stage, z, values):
    """Where the cloud stands, and how long it is against its width."""
    i, between = divmod(stage, PER_STAGE)
    names = list(STAGES)
    where = f"Between {names[i]} and {names[i + 1]}." if between else f"Step {i}: {names[i]}."
    mean = np.round(z.mean(axis=0), 2) + 0.0
    shape = f"the ellipse is {np.sqrt(values[1] / values[0]):.2f} times as long as wide"
    return f"{where} Mean ({mean[0]:.2f}, {mean[1]:.2f}); {shape}."
