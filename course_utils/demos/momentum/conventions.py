"""Three ways to write momentum: one path while the rate is constant, three when it changes."""

import numpy as np

from ...descent import LIMIT
from ...live import live
from ...plots import COLORS, DASHED, DOTTED, terrain
from ...surfaces import bowl
from .shared import length

STEPS = 100
VALLEY, START = bowl(10.0), (-4.0, 2.0)
LOOKS = {  # convention: title, color, line style
    "a": ("(a)  v = ρv + g;  x −= lr v", COLORS["Momentum"], "-"),
    "b": ("(b)  v = ρv + lr g;  x −= v", "#A0522D", DASHED),
    "c": ("(c)  v = ρv + (1−ρ)g;  x −= lr v", "#7A3FBF", DOTTED),
}


@live(
    size=(9.6, 4.7),
    alt="Paths of momentum written in three ways down one valley, and the lengths of their steps by step",
)
def conventions(fig):
    """Momentum in three conventions on one valley. Change the rate on the way, or give (c) the rate it needs."""
    show = {"all three": "abc", "(a)": "a", "(b)": "b", "(c)": "c", "(a) and (b)": "ab", "(a) and (c)": "ac"}
    top, bottom = fig.subfigures(nrows=2, height_ratios=[1.15, 1])
    axes = dict(zip(LOOKS, top.subplots(ncols=3, sharey=True), strict=True))
    paths, heads, lengths, below = {}, {}, {}, bottom.subplots()
    below.set(xlim=(0, STEPS), ylim=(1e-5, 10), yscale="log", xlabel="step", ylabel="length of the step")
    for key, (title, color, ls) in LOOKS.items():
        terrain(axes[key], VALLEY)
        axes[key].set(title=title, xlabel="x", ylabel="y" if key == "a" else "")
        axes[key].title.set_fontsize(10)
        (paths[key],) = axes[key].plot([], [], ".-", color=color, lw=1.2, ms=4, zorder=3)
        (heads[key],) = axes[key].plot([], [], "o", color=color, ms=8, mec="white", zorder=5)
        (lengths[key],) = below.plot([], [], color=color, ls=ls, label=f"({key})", lw=1.5 if key == "a" else 2.4)
    below.legend(loc="upper right", ncols=3)
    turn = below.axvline(0, color="#999999", lw=1)
    dots = [axes[key].plot([], [], "s", color="#333333", ms=6, mfc="white", zorder=4)[0] for key in LOOKS]

    def update(
        convention: show = "abc",
        lr: (0.001, 0.5) = 0.02,
        rho: (0.0, 0.99, 0.01) = 0.9,
        change_at: (0, STEPS) = 25,
        times: (0.01, 10.0) = 0.1,
        scale_c: bool = False,
    ):
        points = walk(lr, rho, change_at, times, scale_c)
        for i, key in enumerate(LOOKS):
            p = points[:, i] if key in convention else points[:0, i]
            paths[key].set_data(*p.T)
            heads[key].set_data(*p[-1:].T)
            dots[i].set_data(*p[change_at : change_at + 1].T)
            lengths[key].set_data(range(len(p) - 1), length(np.diff(p, axis=0)))
        turn.set_xdata([change_at, change_at])
        moving = [*paths.values(), *heads.values(), *dots, *lengths.values(), turn]
        return moving, _tell(points, convention, rho, change_at, times, scale_c)

    return update


def walk(lr, rho, change_at, times, scale_c, start=START, n_steps=STEPS):
    """(n_steps + 1, 3, 2): the paths of (a), (b) and (c) when the rate is multiplied by `times` at step `change_at`."""
    p, v = np.tile(np.array(start), (3, 1)), np.zeros((3, 2))
    points = [p]
    with np.errstate(all="ignore"):
        for t in range(n_steps):
            rate = lr * (times if t >= change_at else 1.0)
            of_c = rate / (1 - rho) if scale_c else rate
            v = rho * v + np.array([[1.0], [rate], [1 - rho]]) * VALLEY.grad(p)
            p = p - np.array([[rate], [1.0], [of_c]]) * v
            points.append(p)
        points = np.array(points)
        gone = np.logical_or.accumulate(~(abs(points) < LIMIT).all(axis=-1), axis=0)
    points[gone] = np.nan
    return points


def _tell(points, convention, rho, change_at, times, scale_c):
    if gone := [
        f"({key}) at step {int(np.isnan(points[:, i, 0]).argmax())}"
        for i, key in enumerate(LOOKS)
        if key in convention and np.isnan(points[-1, i]).any()
    ]:
        return f"<b>Diverged</b>: {', '.join(gone)}. The rate is too large for this valley."
    apart = [np.nanmax(length(points[:, i] - points[:, 0])) for i in (1, 2)]
    words = [
        f"({key}) {'walks the path of (a)' if d < 1e-8 else f'comes up to {d:.2g} away from (a)'}"
        for key, d in zip("bc", apart, strict=True)
    ]
    changed = times != 1 and 0 < change_at < STEPS
    why = f" The rate is multiplied by {times:g} at step {change_at} (square)." if changed else " The rate is constant."
    gain = f" (c) takes {1 - rho:.2g} of (a)'s steps: its rate wants a factor {1 / (1 - rho):.3g}." * (not scale_c)
    return "; ".join(words) + "." + why + gain
