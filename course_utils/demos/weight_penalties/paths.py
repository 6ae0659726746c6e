"""Ten measurements of patients and the course of their disease: the weights of a regression for every strength."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...plots import CLASSES, DASHED, DOTTED, TRAIN, VAL
from ...regularizers import elastic_net

LAMS = np.array([float(f"{lam:.2g}") for lam in np.geomspace(0.002, 20, 61)])  # as the slider shows them
SHARES = np.linspace(0, 1, 11).round(1)
N_TRAIN, SEED, START = 40, 1, float(LAMS[25])
MARKERS = ("-", DASHED, DOTTED)


@live(
    size=(9.6, 4.3),
    alt="Ten weights of a regression against the strength of the penalty, and the error on training and on "
    "validation data against the same strength",
)
def paths(fig):
    """Diabetes data, 40 patients to train on. Left: ten weights for every lam. Right: the errors; the dot is lowest.

    l1_share = 0 is L2, 1 is L1, and between them the elastic net. All features are standardized.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.3, 1])
    left.set(xscale="log", xlabel="lam", ylabel="weight", xlim=LAMS[[0, -1]], ylim=(-1.1, 1.1), title="Weights")
    right.set(xscale="log", xlabel="lam", ylabel="mean squared error", xlim=LAMS[[0, -1]], ylim=(0.2, 1.1))
    right.set(title="Error")
    left.axhline(0, color="#999999", lw=0.8, zorder=0)
    names = data()[0]
    lines = [left.plot([], [], color=CLASSES[k], ls=MARKERS[k % 3], label=name)[0] for k, name in enumerate(names)]
    (train,) = right.plot([], [], color=TRAIN, label="training")
    (val,) = right.plot([], [], color=VAL, ls=DASHED, label="validation")
    (best,) = right.plot([], [], "o", color=VAL, ms=7)
    marks = [ax.axvline(1, color="#999999", lw=6, alpha=0.35, zorder=0) for ax in (left, right)]
    right.legend(loc="upper left")
    left.legend(loc="upper right", ncols=2)

    def update(lam: Stops({f"{lam:g}": lam for lam in LAMS.tolist()}) = START, l1_share: (0.0, 1.0, 0.1) = 1.0):
        w, errors = path(l1_share)
        for line, values in zip(lines, w.T, strict=True):
            line.set_data(LAMS, values)
        for line, error in zip((train, val), errors, strict=True):
            line.set_data(LAMS, error)
        low = errors[1].argmin()
        best.set_data([LAMS[low]], [errors[1][low]])
        for mark in marks:
            mark.set_xdata([lam, lam])
        return [*lines, train, val, best, *marks], _tell(lam, l1_share, names)

    return update


@lru_cache(maxsize=1)
def data():
    """(names, x, y of 40 patients, x, y of the others); features and target standardized by the 40."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    order = np.random.default_rng(SEED).permutation(len(bunch.target))
    (x, x_val), (y, y_val) = (np.split(a[order], [N_TRAIN]) for a in (bunch.data, bunch.target))
    x_val, y_val = (x_val - x.mean(axis=0)) / x.std(axis=0), (y_val - y.mean()) / y.std()
    return bunch.feature_names, (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std(), x_val, y_val


@lru_cache(maxsize=1)
def _all_paths():
    """The weights (share, lam, feature), and the errors (training or validation, share, lam)."""
    _, x, y, x_val, y_val = data()
    shares = SHARES[:, None]
    w = elastic_net(x, y, LAMS * shares, LAMS * (1 - shares), tol=1e-5)
    return w, np.stack(
        [np.square(b[:, None, None] - np.tensordot(a, w, (1, 2))).mean(axis=0) for a, b in ((x, y), (x_val, y_val))]
    )


def path(l1_share):
    """The weights (lam, feature) for every lam, and the two errors (training or validation, lam)."""
    w, errors = _all_paths()
    k = int(np.argmin(abs(SHARES - l1_share)))
    return w[k], errors[:, k]


def lowest(l1_share):
    """The lam of the figure's lowest validation error, that error, and how many weights are not 0 there."""
    w, (_, val) = path(l1_share)
    low = val.argmin()
    return LAMS[low], val[low], np.count_nonzero(w[low])


def _tell(lam, l1_share, names):
    w, errors = path(l1_share)
    k = int(np.argmin(abs(LAMS - lam)))
    kept = [name for name, value in zip(names, w[k], strict=True) if value]
    which = f": {', '.join(kept)}" if 0 < len(kept) < len(names) else ""
    at, low, _ = lowest(l1_share)
    return (
        f"<b>{len(kept)} of {len(names)} weights are not 0</b>{which}. Error {errors[0, k]:.2f} in training, "
        f"{errors[1, k]:.2f} in validation; lowest {low:.2f} at lam = {at:.2g}."
    )
