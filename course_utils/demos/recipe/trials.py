"""Steps 4 and 5: a coarse grid of rates and penalties with few epochs, and a fine one around the best with more."""

from functools import lru_cache

import numpy as np

from ..._support.progress import progress_bar
from ...clinic import READINGS, read
from ...live import Point, live
from ...optimizers import Momentum
from ...regularizers import L2
from ...training import fit
from .looks import FAINT, STYLES, digits_net, percent, split

BATCH = 64
DECAYS = (0.0, 1e-5, 1e-4)
RATES = {"coarse": (1e-4, 1e-3, 1e-2, 0.1, 1.0), "fine": (0.03, 0.06, 0.12, 0.25, 0.5)}
EPOCHS = {"coarse": 5, "fine": 20}
FROM = {"coarse": 0.0, "fine": 0.9}  # the accuracy where the colors begin
STAGES = {"4: coarse, up to 5 epochs": "coarse", "5: fine, up to 20 epochs": "fine"}


def grid():
    """Fifteen trials, a rate and a weight decay each. Click on one to see its curves, among those of the others."""
    return live(
        _grid, size=(9.6, 4.2), stage=STAGES, epochs=(1, 20), trial=Point(),
        presets={"stage": lambda values: {"epochs": EPOCHS[values["stage"]]}},
        alt="Validation accuracy of fifteen trials by learning rate and weight decay, and the curves of one of them",
    )  # fmt: skip


def _grid(fig):
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
    for stage in EPOCHS:
        _runs(stage)

    def update(stage="coarse", epochs=5, trial=(3, 1)):
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
            line.set_data(np.arange(n), _run(stage, b, a).val_accuracy[:n])
        history = _run(stage, j, i)
        curves["training"].set_data(np.arange(n), history.train_accuracy[:n])
        curves["validation"].set_data(np.arange(n), history.val_accuracy[:n])
        moved = [image, colors, *rates, *numbers.values(), frame, *others.values(), *curves.values()]
        return moved, _tell(stage, table, (i, j), history, n) + _end(stage, epochs)

    return update


@lru_cache(maxsize=2)
def _runs(stage):
    """{(rate, decay) by number: History} of all trials of a stage, each with all its epochs."""
    trials = list(np.ndindex(len(RATES[stage]), len(DECAYS)))
    bar = progress_bar(trials, "trial", what=stage, delay=8)
    return {
        (j, i): fit(
            digits_net(),
            split(),
            Momentum(lr=RATES[stage][j]),
            EPOCHS[stage],
            BATCH,
            rng=0,
            regularizer=L2(DECAYS[i]),
            progress=False,
        )
        for j, i in bar
    }


def _run(stage, j, i):
    return _runs(stage)[j, i]


def accuracies(stage="coarse", epochs=5):
    """(decay, rate) accuracies in validation after so many epochs, or after all that a trial of this stage has."""
    n = min(epochs, EPOCHS[stage])
    shape = len(DECAYS), len(RATES[stage])
    return np.array([_run(stage, j, i).val_accuracy[n] for i, j in np.ndindex(shape)]).reshape(shape)


def _end(stage, epochs):
    return f" A {stage} trial ends after {EPOCHS[stage]} epochs." if epochs > EPOCHS[stage] else ""


def _tell(stage, table, chosen, history, n):
    i, j = np.unravel_index(table.argmax(), table.shape)
    words = f"Best: {table[i, j]:.1%} at lr = {RATES[stage][j]:g}, lam = {DECAYS[i]:g}"
    if j in (0, table.shape[1] - 1):
        words += ", <b>on the border</b> of the rates"
    noise = np.sqrt(table[i, j] * (1 - table[i, j]) / len(split().val.y))
    words += f"; chance alone makes about ±{noise:.1%}."
    name = f"The trial at lr = {RATES[stage][chosen[1]]:g}, lam = {DECAYS[chosen[0]]:g}"
    if n < 7:
        return f"{words} {name} has {table[chosen]:.1%}."
    reading = read(history.train_accuracy[:n], history.val_accuracy[:n])
    return f"{words} {name}: <b>{reading}</b>. {READINGS[reading]}"
