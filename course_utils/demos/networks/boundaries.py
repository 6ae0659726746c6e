"""Decision boundaries: where a net changes its answer, without a hidden layer and with one, trained at each change."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgb

from ...data import DATASETS, Split
from ...initializers import he, normal
from ...layers import Dense, ReLU, Tanh
from ...live import Changed, Play, live
from ...losses import LOSSES, softmax
from ...network import Network
from ...optimizers import SGD
from ...plots import CLASSES, DASHED, DOTTED, THEORY, TRAIN
from ...training import evaluate, fit

STEPS, EVERY, SAMPLES, SIDE = 400, 5, 300, 100
WINDOWS = {
    "spirals": ((-1.3, 1.3), (-1.3, 1.3)), "moons": ((-1.6, 2.6), (-1.4, 1.9)), "blobs": ((-1.9, 1.9), (-1.9, 1.9)),
}  # fmt: skip
ACTIVATIONS = {"ReLU": ReLU, "tanh": Tanh}
NAMES = {"cross-entropy": "softmax_cross_entropy", "hinge": "multiclass_hinge"}
PALE = 1 - 0.3 * (1 - np.array([to_rgb(color) for color in CLASSES[:3]]))


@live(
    size=(9.6, 3.7),
    alt="Two maps of the same points in three classes: the regions of a net without a hidden layer have straight "
    "borders, those of a net with one bend around the points; beside them the loss of both by training step",
)
def boundaries(fig):
    """Points in the plane, parted by a net without a hidden layer and by one with as many hidden units as you say.

    Both are trained anew at each change. Play the training; with ReLU, tick folds to see where a hidden unit switches.
    """
    axes = fig.subplots(ncols=3, width_ratios=[1, 1, 0.95])
    maps = [_map(ax, title) for ax, title in zip(axes, ("No hidden layer", "One hidden layer"), strict=False)]
    (folds_line,) = axes[1].plot([], [], color="#333333", lw=0.9, ls=(0, (4, 3)))
    axes[2].set(xlim=(0, STEPS), ylim=(0, 3.2), xlabel="step", ylabel="training loss")
    styles = dict(label="no hidden layer", ls=DASHED), dict(label="hidden layer")
    curves = [axes[2].plot([], [], color=TRAIN, **style)[0] for style in styles]
    chance = axes[2].axhline(0, color=THEORY, ls=DOTTED, lw=1.4, label="equal scores")
    axes[2].legend(loc="upper right")
    changed = Changed()

    def update(
        data: list(WINDOWS) = "spirals",
        hidden: (1, 32) = 16,
        activation: list(ACTIVATIONS) = "ReLU",
        loss: list(NAMES) = "cross-entropy",
        lr: (0.01, 10.0) = 1.0,
        folds: bool = False,
        step: Play(STEPS, stride=EVERY) = STEPS,
    ):
        split = _data(data)
        if changed(data):
            _show_points(maps, split, data)
        runs = [trained(data, n, activation, loss, lr) for n in (0, hidden)]
        nets = [_at(net, run, step) for net, run in runs]
        for (image, _), net, (_, run), curve in zip(maps, nets, runs, curves, strict=True):
            image.set_data(PALE[net.predict(_grid(data))].reshape(SIDE, SIDE, 3))
            curve.set_data(range(len(run.losses[: step + 1])), run.losses[: step + 1])
        folds_line.set_data(*(folds_of(nets[1]) if folds and activation == "ReLU" else ([], [])))
        equal = np.log(split.n_classes) if loss == "cross-entropy" else split.n_classes - 1
        chance.set_ydata([equal, equal])
        return _artists(maps, folds_line, curves, chance), _tell(nets, runs, data, hidden, step)

    return update


def _map(ax, title):
    """(the image of the regions, a line of markers for each class)."""
    ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(False)
    image = ax.imshow(np.ones((2, 2, 3)), extent=(-1, 1, -1, 1), origin="lower", aspect="auto", zorder=0)
    return image, [
        ax.plot([], [], marker, ms=4.5, ls="none", color=color, mec="white", mew=0.5)[0]
        for marker, color in zip("o^s", CLASSES, strict=False)
    ]


def _artists(maps, *others):
    """All in one list: what is in lists is taken out of them."""
    lists = [image_and_points for image, points in maps for image_and_points in ([image], points)]
    return sum(lists, []) + [a for other in others for a in (other if isinstance(other, list) else [other])]


def _show_points(maps, split, data):
    for image, points in maps:
        image.set_extent(np.ravel(WINDOWS[data]))
        image.axes.set(xlim=WINDOWS[data][0], ylim=WINDOWS[data][1])
        for k, line in enumerate(points):
            line.set_data(*split.train.x[split.train.y == k].T)


@lru_cache(maxsize=4)
def _data(name):
    return DATASETS[name](SAMPLES)


@lru_cache(maxsize=4)
def _fresh(name):
    """A thousand points that no net has trained on."""
    return DATASETS[name](1500, rng=1).train[:1000]


@lru_cache(maxsize=4)
def _grid(name):
    """The centers of the pixels of a map, row by row."""
    x, y = (np.linspace(*ends, 2 * SIDE + 1)[1::2] for ends in WINDOWS[name])
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _net(n_classes, hidden, activation):
    """Small last weights: the scores start near 0, and the loss at that of equal scores."""
    rng, small = np.random.default_rng(1), normal(0.01)
    if not hidden:
        return Network([Dense(2, n_classes, init=small, rng=rng)])
    first, last = Dense(2, hidden, init=he, rng=rng), Dense(hidden, n_classes, init=small, rng=rng)
    first.b[:] = rng.normal(0, 0.5, hidden)
    return Network([first, ACTIVATIONS[activation](), last])


@lru_cache(maxsize=64)
def trained(data, hidden, activation, loss, lr):
    """(net, History) of plain descent along the gradient of all training data."""
    net, split = _net(_data(data).n_classes, hidden, activation), _data(data)
    how = dict(epochs=STEPS, batch_size=SAMPLES, evaluate_every=0, record=EVERY, progress=False)
    return net, fit(net, Split(split.train), SGD(lr=lr), loss=LOSSES[NAMES[loss]], **how)


def _at(net, run, step):
    """The net as it was at a step; one that diverged stays as it last was."""
    net.theta = np.nan_to_num(run.thetas[min(step // EVERY, len(run.thetas) - 1)])
    return net


def folds_of(net):
    """The lines, in one broken line, on which the input of a hidden unit is 0."""
    normals, offsets = net.layers[0].W.T, net.layers[0].b
    length = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    foot = -offsets[:, None] * normals / length**2
    along = 10 * np.column_stack([-normals[:, 1], normals[:, 0]]) / length
    return np.stack([foot - along, foot + along, np.full_like(foot, np.nan)], axis=1).reshape(-1, 2).T


def _tell(nets, runs, data, hidden, step):
    words, names = [], ("no hidden layer", f"{hidden} hidden unit{'s' * (hidden > 1)}")
    for net, (_, run), what in zip(nets, runs, names, strict=True):
        if 0 <= run.diverged_at <= step:
            words.append(f"{what}: diverged at step {run.diverged_at}, the rate is too large")
        else:
            loss = run.losses[min(step, len(run.losses) - 1)]
            right, new = evaluate(net, _data(data).train)[1], evaluate(net, _fresh(data))[1]
            words.append(f"{what}: loss {loss:.3f}, {right:.0%} of the training points right, {new:.0%} of new ones")
    return f"After {step} steps, " + "; ".join(words) + "."


def accuracy(hidden, data="spirals", activation="ReLU", loss="cross-entropy", lr=1.0, new=False):
    """Share of points, trained on or new, that the figure's net with so many hidden units gets right at the end."""
    net, run = trained(data, hidden, activation, loss, lr)
    return evaluate(_at(net, run, STEPS), _fresh(data) if new else _data(data).train)[1]


def final_loss(lr):
    """The training loss at the end of the figure's run at another rate."""
    return float(trained("spirals", 16, "ReLU", "cross-entropy", lr)[1].losses[-1])


def sure_at(distance, share=0.99):
    """In which part of all directions the figure's net, so far from the middle, gives one class more than a share."""
    net, run = trained("spirals", 16, "ReLU", "cross-entropy", 1.0)
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    points = distance * np.column_stack([np.cos(angles), np.sin(angles)])
    return float(np.mean(softmax(_at(net, run, STEPS).forward(points)).max(axis=1) > share))
