"""Two ways to draw a learning rate and a beta: evenly over the numbers, or evenly over their decades."""

import numpy as np

from ...live import Stops, live
from ...plots import THEORY, TRAIN, VAL
from ...tuning import LogUniform, OneMinus, Uniform

DECADES = 10.0 ** np.arange(-6, 1)
WINDOWS = 10.0 ** np.arange(1, 5)
HIGH, LOW_BETA = 1.0, 0.9
LOOKS = {"evenly": (VAL, 0.55), "by decades": (TRAIN, 0.75)}
RUG = 0.09


@live(
    size=(9.6, 4.6),
    alt="Random draws of a learning rate and of a beta by decade, drawn evenly above and by decades below",
)
def sampling(fig):
    """Where n random draws of a rate from lr_low to 1, and of a beta from 0.9 to beta_high, come to lie.

    Above, every number is equally likely; below, every decade is. Bars: share of the draws; diamonds: what is expected.
    """
    axes = fig.subplots(2, 2, sharey=True)
    for upper, lower in axes.T:
        upper.sharex(lower)
        upper.tick_params(labelbottom=False)
    axes[1, 0].set(xscale="log", xlim=(DECADES[0], DECADES[-1]), xlabel="lr", ylim=(-0.14, 1.04))
    axes[1, 1].set(xscale="log", xlim=(WINDOWS[0], WINDOWS[-1]), xlabel="window 1 / (1 - beta), in steps")
    axes[1, 1].set_xticks(WINDOWS, [f"{window:,.0f}" for window in WINDOWS])
    axes[1, 0].set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    bars, rugs, expected = {}, {}, {}
    for row, (name, (color, alpha)) in zip(axes, LOOKS.items(), strict=True):
        row[0].set_ylabel("share of the draws")
        for ax, edges, what in zip(row, (DECADES, WINDOWS), ("lr", "beta"), strict=True):
            ax.set_title(f"{what} drawn {name}")
            ax.minorticks_off()
            bars[what, name] = ax.stairs(np.zeros(len(edges) - 1), edges, fill=True, color=color, alpha=alpha)
            rugs[what, name] = ax.vlines([], [], [], color=color, lw=0.8, alpha=0.8)
            expected[what, name] = ax.plot([], [], "D", color=THEORY, ms=5, mec="white")[0]

    def update(
        n: Stops([9, 25, 100, 1000]) = 100,
        lr_low: Stops({f"{low:.0e}".replace("e-0", "e-"): low for low in DECADES[:-1]}) = 1e-4,
        beta_high: Stops([0.99, 0.999, 0.9999]) = 0.999,
        seed: (0, 20) = 0,
    ):
        for (what, name), drawn in draws(n, lr_low, beta_high, seed).items():
            entry, edges = _entry(what, name, lr_low, beta_high), DECADES if what == "lr" else WINDOWS
            bars[what, name].set_data(_shares(drawn, edges))
            rugs[what, name].set_segments([[(x, -RUG - 0.03), (x, -0.03)] for x in drawn])
            inside = np.clip(_back(what, edges), entry.low, entry.high)
            expected[what, name].set_data(np.sqrt(edges[1:] * edges[:-1]), np.abs(np.diff(entry.share(inside))))
        return [*bars.values(), *rugs.values(), *expected.values()], _tell(n, lr_low, beta_high, seed)

    return update


def draws(n=100, lr_low=1e-4, beta_high=0.999, seed=0):
    """{(what, how): (n,) rates, or windows of betas} for lr and beta, evenly and by decades."""
    u = np.random.default_rng(seed).random((2, n))
    drawn = {
        (what, name): _entry(what, name, lr_low, beta_high).at(u[i])
        for i, what in enumerate(("lr", "beta"))
        for name in LOOKS
    }
    return {key: values if key[0] == "lr" else 1 / (1 - values) for key, values in drawn.items()}


def top_share(how, n=1000, lr_low=1e-4, seed=0):
    """Share of the rates that are above a tenth of the largest, 1."""
    return float(np.mean(draws(n, lr_low, seed=seed)["lr", how] > HIGH / 10))


def _entry(what, name, lr_low, beta_high):
    if what == "lr":
        return (Uniform if name == "evenly" else LogUniform)(lr_low, HIGH)
    return (Uniform if name == "evenly" else OneMinus)(LOW_BETA, beta_high)


def _back(what, edges):
    return edges if what == "lr" else 1 - 1 / edges


def _shares(drawn, edges):
    return np.histogram(np.clip(drawn, edges[0], edges[-1] * (1 - 1e-12)), edges)[0] / len(drawn)


def _tell(n, lr_low, beta_high, seed):
    found = draws(n, lr_low, beta_high, seed)
    words = [
        f"{np.mean(found['lr', name] > HIGH / 10):.0%} of the rates above 0.1, "
        f"{np.mean(found['beta', name] < 100):.0%} of the windows below 100 steps"
        for name in LOOKS
    ]
    return "; ".join(f"<b>{name}</b>: {text}" for name, text in zip(LOOKS, words, strict=True)) + "."
