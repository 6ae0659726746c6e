"""Two weights: where the valley of the data touches the penalty's circle or diamond, and how that moves with lam."""

import numpy as np

from ...live import Point, live
from ...plots import CLASSES, DASHED, THEORY, TRAIN
from ...regularizers import elastic_net

REACH, LAMS = 2.2, np.geomspace(0.01, 10, 121)
CIRCLE = np.stack([np.cos(t := np.linspace(0, 2 * np.pi, 201)), np.sin(t)], axis=-1)
LEVELS = 0.02, 0.15, 0.4, 0.8, 1.4
COLORS, DASHES = (CLASSES[2], CLASSES[3]), ("-", DASHED)


@live(
    size=(9.6, 4.3),
    alt="Contours of a data loss over two weights and a contour of the penalty that touches one of them; beside it "
    "both weights against the strength of the penalty",
)
def contours(fig):
    """The data alone wants the star: click or drag it. The dot is what data and penalty together choose.

    Blue: contours of the data loss, the thick one through the dot. Red: weights that the penalty finds as cheap as the
    dot. l1_share = 0 is L2, 1 is L1, and between them the elastic net. Right: both weights for every lam.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(
        title="Two weights", xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel="$w_1$", ylabel="$w_2$", aspect="equal"
    )
    for line in left.axhline, left.axvline:
        line(0, color="#999999", lw=0.8, zorder=0)
    rings = [left.plot([], [], color=TRAIN, lw=0.8, alpha=0.45)[0] for _ in LEVELS]
    (through,) = left.plot([], [], color=TRAIN, lw=2, label="data loss as at the dot")
    (cheap,) = left.plot([], [], color=THEORY, lw=2, ls=DASHED, label="penalty as at the dot")
    (way,) = left.plot([], [], color="#333333", lw=1.2, label="the dot for every lam")
    (star,) = left.plot([], [], "*", ms=14, mfc="white", mec="#333333", mew=1.2)
    (dot,) = left.plot([], [], "o", ms=9, color="#333333")
    fig.legend(handles=[through, cheap, way], loc="outside upper left", ncols=3)
    right.set(xscale="log", xlabel="lam", ylabel="weight", xlim=LAMS[[0, -1]], ylim=(-REACH, REACH))
    right.axhline(0, color="#999999", lw=0.8, zorder=0)
    paths = [
        right.plot([], [], color=c, ls=d, label=f"$w_{k}$")[0] for k, c, d in zip((1, 2), COLORS, DASHES, strict=True)
    ]
    mark = right.axvline(1, color="#999999", lw=6, alpha=0.35, zorder=0)
    right.legend(loc="upper right", ncols=2)

    def update(
        lam: (0.01, 10.0) = 0.2,
        l1_share: (0.0, 1.0) = 1.0,
        correlation: (-0.9, 0.9) = 0.0,
        plain: Point(0) = (1.5, 0.6),
    ):
        w, all_w = solution(plain, correlation, lam, l1_share), solution(plain, correlation, LAMS, l1_share)
        for ring, level in zip((*rings, through), (*LEVELS, loss_at(w, plain, correlation)), strict=True):
            ring.set_data(*ellipse(plain, correlation, level).T)
        cheap.set_data(*equally_cheap(w, l1_share).T)
        way.set_data(*all_w.T)
        star.set_data(*np.reshape(plain, (2, 1)))
        dot.set_data(*w[:, None])
        for path, values in zip(paths, all_w.T, strict=True):
            path.set_data(LAMS, values)
        mark.set_xdata([lam, lam])
        return [*rings, through, cheap, way, star, dot, *paths, mark], _tell(w, all_w, plain, correlation, l1_share)

    return update


def solution(plain, correlation, lam, l1_share):
    """(..., 2) the weights that the figure's data and penalty choose."""
    x = np.sqrt(2) * np.linalg.cholesky([[1, correlation], [correlation, 1]]).T
    lam = np.asarray(lam)
    return elastic_net(x, x @ np.asarray(plain), lam * l1_share, lam * (1 - l1_share), tol=1e-6)


def loss_at(w, plain, correlation):
    """The data loss of two weights, above its lowest."""
    (a, b), r = np.subtract(w, plain), correlation
    return (a * a + b * b + 2 * r * a * b) / 2


def ellipse(plain, correlation, level):
    """The weights with that data loss."""
    factor = np.linalg.cholesky([[1, correlation], [correlation, 1]])
    return np.asarray(plain) + np.sqrt(2 * level) * np.linalg.solve(factor.T, CIRCLE.T).T


def equally_cheap(w, l1_share):
    """The weights with the penalty of w: in every direction the one radius that costs as much."""

    def costs(v):
        return l1_share * abs(v).sum(axis=-1), (1 - l1_share) / 2 * (v * v).sum(axis=-1)

    (linear, square), cost = costs(CIRCLE), sum(costs(w))
    # square · r² + linear · r = cost, solved so that nothing is divided by square, which may be 0.
    return CIRCLE * (2 * cost / (linear + np.sqrt(linear**2 + 4 * square * cost)))[:, None]


def _tell(w, all_w, plain, correlation, l1_share):
    words = f"Plain weights ({plain[0]:.2f}, {plain[1]:.2f}); with the penalty <b>({w[0]:.2f}, {w[1]:.2f})</b>."
    for k in 0, 1:
        if not all_w[-1, k] and all_w[:, k].any():
            last = np.flatnonzero(all_w[:, k])[-1]
            between = np.linspace(*LAMS[last : last + 2], 60)
            zero = solution(plain, correlation, between, l1_share)[:, k] == 0
            words += f" w{k + 1} is exactly 0 from lam = {between[zero][0]:.2g} on."
    return words
