"""A straight line fitted by one sample at a time, by mini-batches, and by all samples at once."""

from functools import lru_cache

import numpy as np

from ...live import Play, live
from ...plots import DASHED, DOTTED
from ...training import minibatches
from .shared import FULL, MINI, ONE

N, EPOCHS = 100, 10
LIMIT = 1e6


@live(
    size=(9.6, 3.9),
    alt="Data with three fitted lines, the paths of their parameters over the loss, and the loss by samples seen",
)
def linear_fit(fig):
    """One line, three readers of the data: after every sample, after a mini-batch, after all of it. Play the epochs."""
    data, plane, curve = fig.subplots(ncols=3)
    x, y = _data()
    data.plot(x, y, "o", ms=3.5, color="#9aa7b5", label="_")
    data.set(xlim=(-1.1, 2.1), ylim=(-4, 8), xlabel="x", ylabel="y", title="The data and three fits")
    star = _ground(plane)
    curve.set(xlim=(0, N * EPOCHS), ylim=(1e-5, 30), yscale="log", xlabel="samples seen")
    curve.set(ylabel="loss above the lowest", title="Loss by samples seen")
    looks = [(ONE, DOTTED, "one sample"), (MINI, DASHED, "mini-batch"), (FULL, "-", "all samples")]
    lines = [data.plot([], [], color=c, ls=ls, label=label)[0] for c, ls, label in looks]
    paths = [
        plane.plot([], [], color=c, lw=0.5 if c == ONE else 1.6, alpha=0.6 if c == ONE else 1, marker=".", ms=2)[0]
        for c, _, _ in looks
    ]
    heads = [plane.plot([], [], "o", color=c, ms=8, mec="white", zorder=5)[0] for c, _, _ in looks]
    losses = [curve.plot([], [], color=c, lw=0.9 if c == ONE else 1.8)[0] for c, _, _ in looks]
    data.legend(loc="upper left")

    def update(batch_size: (2, 50) = 10, lr: (0.01, 2.0) = 0.1, samples: Play(N * EPOCHS, stride=5) = N * EPOCHS):
        sizes = (1, batch_size, N)
        for i, size in enumerate(sizes):
            seen, theta, loss = (part[: _taken(size, samples) + 1] for part in _run(size, lr))
            w, b = theta[-1]
            lines[i].set_data([-1, 2], [b - w, b + 2 * w])
            paths[i].set_data(theta[:, 0], theta[:, 1])
            heads[i].set_data(theta[-1:, 0], theta[-1:, 1])
            losses[i].set_data(seen, loss)
        return [*lines, *paths, star, *heads, *losses], _tell(sizes, lr, samples)

    return update


def _ground(ax):
    """Contours of the loss over the two parameters, ellipses around the best fit; returns its star, to lie on top."""
    (hessian, best), circle = _quadratic(), np.exp(1j * np.linspace(0, 2 * np.pi, 121))
    values, vectors = np.linalg.eigh(hessian)
    for height in (0.02, 0.2, 0.8, 2, 4, 8):
        w, b = vectors @ (np.sqrt(2 * height / values)[:, None] * [circle.real, circle.imag]) + best[:, None]
        ax.plot(w, b, color="#b9cbe3", lw=1)
    (star,) = ax.plot(*best, "*", ms=16, mfc="none", mec="#111111", mew=1.6, zorder=6)
    ax.set(xlim=(-2.2, 4.5), ylim=(-2.2, 4.5), xlabel="slope w", ylabel="intercept b", title="Paths over the loss")
    return star


@lru_cache(maxsize=1)
def _data():
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 2, N)
    return x, 2 * x + 1 + rng.normal(0, 1, N)


@lru_cache(maxsize=1)
def _quadratic():
    """(Hessian, best parameters) of the loss mean (w x + b - y)² / 2."""
    x, y = _data()
    features = np.column_stack([x, np.ones(N)])
    hessian = features.T @ features / N
    return hessian, np.linalg.solve(hessian, features.T @ y / N)


@lru_cache(maxsize=64)
def _run(size, lr):
    """(samples seen, parameters (n, 2), loss above the lowest) of EPOCHS epochs; NaN once it has diverged."""
    x, y = _data()
    rng, w, b, path, seen = np.random.default_rng(0), -1.5, -1.5, [(-1.5, -1.5)], [0]
    for _ in range(EPOCHS):
        for batch in minibatches(N, size, rng):
            error = w * x[batch] + b - y[batch]
            w, b = w - lr * float(error @ x[batch]) / len(batch), b - lr * float(error.sum()) / len(batch)
            if not max(abs(w), abs(b)) < LIMIT:
                w = b = np.nan
            path.append((w, b))
            seen.append(seen[-1] + len(batch))
    hessian, best = _quadratic()
    off = np.array(path) - best
    return np.array(seen), np.array(path), np.maximum((off @ hessian * off).sum(axis=1) / 2, 1e-12)


def _taken(size, samples):
    """How many steps a run with this batch size has taken when it has seen so many samples."""
    epochs, rest = divmod(samples, N)
    return epochs * -(-N // size) + rest // size


def _tell(sizes, lr, samples):
    words = []
    for size, name in zip(sizes, ("one sample", f"batches of {sizes[1]}", "all samples"), strict=True):
        steps = _taken(size, samples)
        loss = _run(size, lr)[2][steps]
        words.append(f"{name}: {steps} steps, " + (f"{loss:.2g}" if np.isfinite(loss) else "<b>diverged</b>"))
    return f"After {samples / N:g} epochs: " + "; ".join(words) + "."
