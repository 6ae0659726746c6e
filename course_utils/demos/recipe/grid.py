"""Steps 4 and 5: a coarse grid of rates and penalties with few epochs, and a fine one around the best with more."""

import numpy as np

from ...clinic import READINGS, read
from ...live import Point, live
from ...optimizers import Momentum
from ...records import recorded
from ...regularizers import L2
from ...training import fit
from .shared import FAINT, STYLES, digits_net, percent, split

BATCH = 64
DECAYS = (0.0, 1e-5, 1e-4)
RATES = {"coarse": (1e-4, 1e-3, 1e-2, 0.1, 1.0), "fine": (0.03, 0.06, 0.12, 0.25, 0.5)}
EPOCHS = {"coarse": 5, "fine": 20}
FROM = {"coarse": 0.0, "fine": 0.9}  # the accuracy where the colors begin
STAGES = {"4: coarse, up to 5 epochs": "coarse", "5: fine, up to 20 epochs": "fine"}


@live(
    size=(9.6, 4.2),
    alt="Validation accuracy of fifteen trials by learning rate and weight decay, and the curves of one of them",
    presets={"stage": lambda values: {"epochs": EPOCHS[values["stage"]]}},
)
def grid(fig, recompute=False):
    """Fifteen trials, a rate and a weight decay each. Click on one to see its curves, among those of the others.

    `recompute=True` makes all its runs anew.
    """
    run.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.15, 1])
    shape = len(DECAYS), len(RATES["coarse"])
    image = left.imshow(np.zeros(shape), cmap="cividis", vmin=0, vmax=1, aspect="auto", origin="lower")
    left.set(ylabel="weight decay lam", xticks=[], title="Accuracy in validation")
    left.set_xlabel("lr", labelpad=18)
    left.set_yticks(range(shape[0]), [f"{lam:g}" for lam in DECAYS])
    left.grid(False)
    numbers = {(i, j): left.text(j, i, "", ha="center", va="center", size=10) for i, j in np.ndindex(shape)}
    below = dict(transform=left.get_xaxis_transform(), ha="center", va="top", size=9, color="#444444")
    rates = [left.text(j, -0.025, "", **below) for j in range(shape[1])]
    colors = left.text(1, 1.02, "", transform=left.transAxes, ha="right", size=9, color="#444444")
    (frame,) = left.plot([], [], color=STYLES["validation"]["color"], lw=3, solid_joinstyle="miter")
    right.set(xlim=(0, EPOCHS["fine"]), ylim=(0, 1.04), xlabel="epoch", ylabel="accuracy", xticks=range(0, 21, 5))
    percent(right)
    others = {at: right.plot([], [], color=FAINT, lw=0.8, zorder=1)[0] for at in numbers}
    curves = {name: right.plot([], [], label=name, **style)[0] for name, style in STYLES.items()}
    right.legend(loc="lower right")

    def update(stage: STAGES = "coarse", epochs: (1, 20) = 5, trial: Point() = (3, 1)):
        for text, lr in zip(rates, RATES[stage], strict=True):
            text.set_text(f"{lr:g}")
        colors.set_text(f"colors from {FROM[stage]:.0%} to 100%")
        image.set_clim(FROM[stage], 1)
        table = accuracies(stage, epochs)
        image.set_data(table)
        for (i, j), text in numbers.items():
            text.set(text=f"{table[i, j]:.1%}", color="white" if image.norm(table[i, j]) < 0.5 else "black")
        j, i = (int(np.clip(round(at), 0, n - 1)) for at, n in zip(trial, shape[::-1], strict=True))
        frame.set_data(j + 0.47 * np.array([-1, 1, 1, -1, -1]), i + 0.47 * np.array([-1, -1, 1, 1, -1]))
        n = min(epochs, EPOCHS[stage]) + 1
        for (a, b), line in others.items():
            line.set_data(np.arange(n), run(stage, b, a)[1, :n])
        for curve, accuracy in zip(curves.values(), run(stage, j, i), strict=True):
            curve.set_data(np.arange(n), accuracy[:n])
        moved = [image, colors, *rates, *numbers.values(), frame, *others.values(), *curves.values()]
        return moved, _tell(stage, table, (i, j), n) + _end(stage, epochs)

    return update


@recorded((stage, j, i) for stage in EPOCHS for j in range(len(RATES[stage])) for i in range(len(DECAYS)))
def run(stage, j, i):
    """(training and validation, epoch) accuracies of the trial at rate j and decay i, with all epochs of its stage."""
    opt, penalty = Momentum(lr=RATES[stage][j]), L2(DECAYS[i])
    history = fit(digits_net(), split(), opt, EPOCHS[stage], BATCH, rng=0, regularizer=penalty, progress=False)
    return np.array([history.train_accuracy, history.val_accuracy])


def accuracies(stage="coarse", epochs=5):
    """(decay, rate) accuracies in validation after so many epochs, or after all that a trial of this stage has."""
    n = min(epochs, EPOCHS[stage])
    shape = len(DECAYS), len(RATES[stage])
    return np.array([run(stage, j, i)[1, n] for i, j in np.ndindex(shape)]).reshape(shape)


def _end(stage, epochs):
    return f" A {stage} trial ends after {EPOCHS[stage]} epochs." if epochs > EPOCHS[stage] else ""


def _tell(stage, table, chosen, n):
    i, j = np.unravel_index(table.argmax(), table.shape)
    words = f"Best: {table[i, j]:.1%} at lr = {RATES[stage][j]:g}, lam = {DECAYS[i]:g}"
    if j in (0, table.shape[1] - 1):
        words += ", <b>on the border</b> of the rates"
    noise = np.sqrt(table[i, j] * (1 - table[i, j]) / len(split().val.y))
    words += f"; chance alone makes about ±{noise:.1%}."
    name = f"The trial at lr = {RATES[stage][chosen[1]]:g}, lam = {DECAYS[chosen[0]]:g}"
    if n < 7:
        return f"{words} {name} has {table[chosen]:.1%}."
    reading = read(*run(stage, chosen[1], chosen[0])[:, :n])
    return f"{words} {name}: <b>{reading}</b>. {READINGS[reading]}"
