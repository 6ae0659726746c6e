"""Rate and initial scale: the same net on digits with and without batch norm, trained at every change."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...live import Stops, live
from ...optimizers import SGD
from ...records import recorded
from ...training import fit
from .shared import COLORS, DASHES, NAMES, digits_net

EPOCHS, BATCH, RATE = 3, 64, 0.1
SCALES = tuple(float(f"{v:.2g}") for v in np.geomspace(0.01, 10, 16))
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
SWEEPS = {f"initial scale, at lr {RATE}": "scale", "learning rate, at scale 1": "lr"}
LIMITS = (1e-2, 1e2)
WORST = 1e3


@live(
    size=(9.6, 4.2),
    alt="Training loss of a net on digits with and without batch norm, over steps and over a range of settings",
)
def training(fig, recompute=False):
    """Learning curves of both nets at one rate and one initial scale, and where they end over a range of either.

    The scale multiplies He's standard deviation in all layers. A run that diverged ends at the top.
    """
    swept.table(recompute)
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xlabel="step", ylabel="training loss", yscale="log", xlim=(0, EPOCHS * 20), ylim=LIMITS)
    right.set(xscale="log", title=f"After {EPOCHS} epochs")
    left.set_title("Mini-batch losses of one run each")
    left.axhline(np.log(10), color="#999999", ls=":", lw=1)
    right.axhline(np.log(10), color="#999999", ls=":", lw=1)
    style = {on: dict(color=COLORS[on], ls=DASHES[on], label=NAMES[on]) for on in NAMES}
    curves = {on: left.plot([], [], **style[on])[0] for on in NAMES}
    ends = {on: right.plot([], [], "o", ms=4, **style[on])[0] for on in NAMES}
    mark = right.axvline(1, color="#999999", lw=6, alpha=0.35, zorder=0)
    fig.legend(handles=list(curves.values()), loc="outside upper right", ncols=2)

    def update(lr: Stops(list(RATES)) = 0.1, scale: Stops(list(SCALES)) = SCALES[5], sweep: SWEEPS = "scale"):
        label = next(label for label, key in SWEEPS.items() if key == sweep)
        if right.get_xlabel() != label:
            stops = SCALES if sweep == "scale" else RATES
            right.set(xlabel=label, xlim=(stops[0] / 1.3, stops[-1] * 1.3))
        found = {on: run(on, lr, scale) for on in NAMES}
        for on, (losses, _) in found.items():
            curves[on].set_data(np.arange(len(losses)), losses)
            ends[on].set_data(SCALES if sweep == "scale" else RATES, swept(on, sweep))
        mark.set_xdata([scale if sweep == "scale" else lr] * 2)
        return [*curves.values(), *ends.values(), mark], _tell(found)

    return update


@lru_cache(maxsize=512)
def run(with_norm, lr, scale):
    """(loss of each mini-batch, loss of all training data at the end in test mode) of one run; WORST if it diverged."""
    history = fit(
        digits_net(with_norm, scale), _split(), SGD(lr=lr), EPOCHS, BATCH, rng=0, evaluate_every=EPOCHS, progress=False
    )
    end = history.train_loss[-1]
    return np.clip(history.losses, None, WORST), WORST if np.isnan(end) else min(float(end), WORST)


@lru_cache(maxsize=1)
def _split():
    return digits()


@recorded((with_norm, sweep) for with_norm in NAMES for sweep in SWEEPS.values())
def swept(with_norm, sweep):
    """Losses at the end along "scale" or "lr", all else at its default; what is beyond the picture is at its edge."""
    settings = [(RATE, scale) for scale in SCALES] if sweep == "scale" else [(lr, 1.0) for lr in RATES]
    return np.clip([run(with_norm, *setting)[1] for setting in settings], *LIMITS)


def final_losses(sweep):
    """{with batch norm or not: losses of all training data at the end} along "scale" or "lr"."""
    return {on: swept(on, sweep) for on in NAMES}


@lru_cache(maxsize=4)
def end_of_scaled(hidden, last):
    """Loss of all training data at the end of the run with batch norm, hidden and last weights scaled apart."""
    net = digits_net(True)
    *inner, (outer, _) = net.weights
    for weights, _ in inner:
        weights *= hidden
    outer *= last
    return float(
        fit(net, _split(), SGD(lr=RATE), EPOCHS, BATCH, rng=0, evaluate_every=EPOCHS, progress=False).train_loss[-1]
    )


def _tell(found):
    words = []
    for on, (losses, end) in found.items():
        if end >= WORST:
            words.append(f"{NAMES[on]}: <b>diverged</b> after {len(losses)} steps")
        elif end > 0.98 * np.log(10):
            words.append(f"{NAMES[on]}: {end:.2g}, no better than a blind guess, {np.log(10):.2f}")
        else:
            words.append(f"{NAMES[on]}: {end:.2g}")
    return f"Loss of all training data at the end, {'; '.join(words)}."
