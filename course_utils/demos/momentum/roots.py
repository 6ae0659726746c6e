"""The two roots that rule a run with momentum, in the complex plane, for a flat and a steep direction."""

import numpy as np

from ...live import live
from ...plots import DASHED, THEORY
from ...theory import best_momentum, momentum_factor

STEPS = 80
FLAT, STEEP = "#0072B2", "#D55E00"
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 181))


@live(
    size=(9.6, 4.3),
    alt="Roots of momentum in the complex plane for a flat and a steep direction, and their distances by step",
)
def roots(fig):
    """Drag the rate and watch two roots meet, part and meet again. Where do both directions shrink fastest?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(xlim=(-1.45, 1.45), ylim=(-1.25, 1.25), aspect="equal", xlabel="real part", ylabel="imaginary part")
    left.set_title("The roots z")
    left.plot(CIRCLE.real, CIRCLE.imag, color="#666666", lw=1.2, label="|z| = 1")
    (ring,) = left.plot([], [], color=THEORY, lw=1.2, ls=(0, (1, 2)), label="|z| = √ρ")
    right.set(xlim=(0, STEPS), yscale="log", ylim=(1e-7, 100), xlabel="step", ylabel="distance from the minimum")
    right.set_title("What a step leaves in the long run")
    looks = [(FLAT, "-", "o", "along the flat direction"), (STEEP, DASHED, "s", "along the steep direction")]
    marks = [left.plot([], [], m, color=c, ms=9, mec="white", zorder=5)[0] for c, _, m, _ in looks]
    runs = [right.plot([], [], color=c, ls=ls, label=label)[0] for c, ls, _, label in looks]
    (slope,) = right.plot([], [], color=THEORY, lw=1.4, ls=(0, (1, 2)), label="theory, the slower one")
    left.legend(loc="lower left", fontsize=8)
    right.legend(loc="upper right")

    def update(kappa: (1.0, 100.0) = 20.0, lr: (0.01, 4.0) = 0.5, rho: (0.0, 0.99, 0.01) = 0.7):
        curvatures = np.array([1 / kappa, 1.0])
        ring.set_data(np.sqrt(rho) * CIRCLE.real, np.sqrt(rho) * CIRCLE.imag)
        for mark, run, a in zip(marks, runs, lr * curvatures, strict=True):
            z = np.roots([1, -(1 + rho - a), rho])
            mark.set_data(z.real, z.imag)
            run.set_data(range(STEPS + 1), np.maximum(_distance(a, rho), 1e-12))
        factor = momentum_factor(lr, rho, curvatures)
        slope.set_data([0, STEPS], [1, np.clip(factor**STEPS, 1e-12, 1e12)])
        return [ring, *marks, *runs, slope], _tell(kappa, lr, rho, factor)

    return update


def _distance(a, rho):
    """|x| after 0, 1, ... STEPS steps from x = 1 at rest."""
    x, v, path = 1.0, 0.0, [1.0]
    for _ in range(STEPS):
        v = rho * v + a * x
        x = x - v
        path.append(min(abs(x), 1e12))
    return np.array(path)


def _tell(kappa, lr, rho, factor):
    kinds = [_kind(lr * curvature, rho) for curvature in (1 / kappa, 1.0)]
    best_lr, best_rho, best = best_momentum([1 / kappa, 1.0])
    end = f"a step leaves {factor:.3f} in the long run" if factor < 1 else "it <b>diverges</b>"
    return (
        f"Flat: {kinds[0]}. Steep: {kinds[1]}. So {end}; the best setting, lr = {best_lr:.3g} and rho = {best_rho:.2f}, "
        f"leaves {best:.3f}."
    )


def _kind(a, rho):
    """What the roots of one direction are like."""
    inner = (1 + rho - a) ** 2 - 4 * rho
    if inner < 0:
        return "complex, it swings"
    if a < 1 + rho:
        return "real and positive, it crawls"
    return "real and negative, it jumps" if a < 2 * (1 + rho) else "beyond -1"
