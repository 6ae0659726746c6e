"""Where a constant rate ends: one parameter on a parabola, and steps that do not grow shorter near the minimum."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import SGD, AdaGrad, Adam, Momentum, RMSProp
from ...plots import COLORS, DASHED, DOTTED, STYLES, THEORY

STEPS, START = 200, 2.05
SIGN = "#7A7A00"


@live(
    size=(9.6, 4.2),
    alt="A parameter under five optimizers and under sign descent: the last keep jumping by half a rate to each side",
)
def end_state(fig):
    """Five methods and the bare sign of the gradient, on one parabola at one constant rate. Who comes to rest?"""
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(0, STEPS), ylim=(-2.3, 2.3), xlabel="step", ylabel="parameter x", title="The parameter")
    right.set(xlim=(0, STEPS), ylim=(1e-8, 5), yscale="log", xlabel="step", ylabel="distance from the minimum")
    right.set_title("Who comes to rest?")
    names = ("SGD", "Momentum", "AdaGrad", "RMSProp", "Adam")
    looks = {name: dict(color=COLORS[name], ls=STYLES[name]) for name in names}
    looks["sign descent"] = dict(color=SIGN, ls=DOTTED)
    tracks = [left.plot([], [], lw=1.4, **look)[0] for look in looks.values()]
    sizes = [right.plot([], [], lw=1.4, label=name, **look)[0] for name, look in looks.items()]
    (half,) = right.plot([], [], color=THEORY, ls=DASHED, lw=1.2, label="lr / 2")
    fig.legend(loc="outside lower center", ncols=7, handles=right.get_legend_handles_labels()[0])

    def update(
        lr: (0.01, 0.5) = 0.1,
        curvature: (0.1, 2.0) = 1.0,
        beta2: [0.9, 0.99, 0.999] = 0.9,
        noise: (0.0, 2.0, 0.1) = 0.0,
    ):
        runs = _runs(lr, curvature, beta2, noise)
        for track, size, x in zip(tracks, sizes, runs.values(), strict=True):
            track.set_data(range(STEPS + 1), x)
            size.set_data(range(STEPS + 1), np.maximum(abs(x), 1e-12))
        half.set_data([0, STEPS], [lr / 2] * 2)
        return [*tracks, *sizes, half], _tell(lr, runs)

    return update


@lru_cache(maxsize=64)
def _runs(lr, curvature, beta2, noise):
    """{method: (STEPS + 1,) parameter} from START on curvature x² / 2, all with the same noise in the gradients."""
    kicks = noise * np.random.default_rng(0).normal(size=STEPS)
    opts = {
        "SGD": SGD(lr=lr), "Momentum": Momentum(lr=lr / 10), "AdaGrad": AdaGrad(lr=lr),
        "RMSProp": RMSProp(lr=lr, rho=beta2), "Adam": Adam(lr=lr, beta2=beta2), "sign descent": None,
    }  # fmt: skip
    found = {}
    for name, opt in opts.items():
        x, path = np.array([START]), [START]
        state = opt.init(x) if opt else None
        for t in range(STEPS):
            g = curvature * x + kicks[t]
            step, state = opt.update(g, state, t, x) if opt else (-lr * np.sign(g), None)
            x = np.clip(x + step, -1e3, 1e3)
            path.append(float(x[0]))
        found[name] = np.array(path)
    return found


def late(name, lr=0.1, curvature=1.0, beta2=0.9, noise=0.0):
    """Root mean square of the parameter over the last 50 steps."""
    return float(np.sqrt(np.mean(_runs(lr, curvature, beta2, noise)[name][-50:] ** 2)))


@lru_cache(maxsize=32)
def jitter(name, noise, lr=0.1, curvature=1.0, beta2=0.9, runs=200, steps=1300):
    """Root mean square of the parameter over the last 300 of so many steps, and over so many runs."""
    kinds = {"SGD": SGD(lr=lr), "RMSProp": RMSProp(lr=lr, rho=beta2), "Adam": Adam(lr=lr, beta2=beta2)}
    opt, rng, x, late_ones = kinds[name], np.random.default_rng(1), np.zeros(runs), []
    state = opt.init(x)
    for t in range(steps):
        step, state = opt.update(curvature * x + noise * rng.normal(size=runs), state, t, x)
        x = x + step
        if t >= steps - 300:
            late_ones.append(x)
    return float(np.sqrt(np.mean(np.square(late_ones))))


def _tell(lr, runs):
    ends = ", ".join(f"{name} {np.sqrt(np.mean(x[-50:] ** 2)):.2g}" for name, x in runs.items())
    return f"Distance in the last 50 steps: {ends}. Half a rate is {lr / 2:g}."
