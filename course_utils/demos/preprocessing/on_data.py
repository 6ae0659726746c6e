"""Raw against prepared on real data: wine and digits, several ways to prepare, every rate, several seeds."""

from functools import lru_cache

import numpy as np

from ..._support.progress import progress_bar
from ...data import Data, Split, digits, wine
from ...initializers import he
from ...layers import Dense, ReLU
from ...live import live
from ...network import Network
from ...optimizers import SGD
from ...preprocessing import PCA, MinMaxScaler, Standardizer, prepare
from ...training import fit
from .clouds import STYLES

SEEDS = 3
RATES = 10.0 ** np.arange(-4, 0.6, 0.5)
PREPARATIONS = {
    "raw": [], "zero-centered": [Standardizer(with_std=False)], "min-max": [MinMaxScaler()],
    "normalized": [Standardizer()], "whitened": [Standardizer(), PCA(whiten=True, eps=0.01)],
}  # fmt: skip
EPOCHS = {"wine": 30, "digits": 5}
MEASURES = {
    "training loss": ("train_loss", (5e-4, 30)), "validation loss": ("val_loss", (1e-2, 30)),
    "validation error": ("val_error", (5e-3, 1.2)),
}  # fmt: skip
CEILING = 30.0


def _raw(name, seed):
    """Data as they were measured: digits have pixels from 0 to 16."""
    if name == "wine":
        return wine(rng=seed)
    split = digits(rng=seed)
    return Split(*(Data(16 * part.x, part.y) for part in (split.train, split.val, split.test)))


@lru_cache(maxsize=2)
def results(name):
    """{(preparation, measure): array (rate, seed, epoch)} of a 32-unit network on this data; each seed splits anew."""
    measures = [measure for measure, _ in MEASURES.values()]
    table = {(how, m): np.empty((len(RATES), SEEDS, EPOCHS[name] + 1)) for how in PREPARATIONS for m in measures}
    jobs = [(seed, how) for seed in range(SEEDS) for how in PREPARATIONS]
    for seed, how in progress_bar(jobs, "series", what=f"training on {name}", delay=8):
        split = prepare(_raw(name, seed), *PREPARATIONS[how])
        for i, rate in enumerate(RATES):
            history = _run(split, rate, EPOCHS[name], seed)
            for m in measures:
                table[how, m][i, seed] = _curve(history, m, EPOCHS[name])
    return table


def _run(split, rate, epochs, seed):
    rng = np.random.default_rng(seed)
    hidden = Dense(split.n_features, 32, init=he, rng=rng)
    net = Network([hidden, ReLU(), Dense(32, split.n_classes, init=he, rng=rng)])
    return fit(net, split, SGD(lr=rate), epochs, batch_size=16, rng=seed, progress=False)


def _curve(history, measure, epochs):
    """One value an epoch; what diverged, or was above the ceiling, is at the ceiling."""
    values = 1 - history.val_accuracy if measure == "val_error" else getattr(history, measure)
    worst = 1.0 if measure == "val_error" else CEILING
    curve = np.full(epochs + 1, worst)
    if history.diverged_at < 0:
        curve[:] = np.clip(np.nan_to_num(values, nan=worst), 1e-9, worst)
    return curve


def best_rate(name, how):
    """Index into RATES of the lowest mean validation loss at the end."""
    return int(results(name)[how, "val_loss"][..., -1].mean(axis=1).argmin())


def ends(name, measure="validation loss", rate=0):
    """{preparation: mean over the seeds at the end}, at its best rate or `rate` half decades beside it."""
    key = MEASURES[measure][0]
    return {how: float(results(name)[how, key][_near_best(name, how, rate), :, -1].mean()) for how in PREPARATIONS}


def _near_best(name, how, rate):
    return int(np.clip(best_rate(name, how) + rate, 0, len(RATES) - 1))


def training():
    """A network on wine and on digits, raw and prepared, each at its own best rate or as far beside it as you say."""
    for name in EPOCHS:  # now, not when the menu is used
        results(name)
    names = {"×1/10": -2, "×1/3": -1, "its best": 0, "×3": 1, "×10": 2}
    return live(
        _training, size=(9.6, 4.2), data=list(EPOCHS), measure=list(MEASURES), rate=names,
        alt="Learning curves of a network on raw and prepared data, and where each ends against its learning rate",
    )  # fmt: skip


def _training(fig):
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xlabel="epoch", yscale="log", title=f"Mean and range of {SEEDS} seeds")
    right.set(xlabel="learning rate", xscale="log", xlim=(RATES[0] * 0.8, RATES[-1] * 1.25))
    right.set_title("After the last epoch")
    style = {how: dict(color=color, ls=ls, label=how) for how, (color, ls) in STYLES.items()}
    curves = {how: left.plot([], [], **style[how])[0] for how in STYLES}
    bands = {how: left.fill(np.ones(2), np.ones(2), color=STYLES[how][0], alpha=0.12, lw=0)[0] for how in STYLES}
    finals = {how: right.plot([], [], **style[how])[0] for how in STYLES}
    dots = {how: right.plot([], [], "o", color=STYLES[how][0], mec="white", ms=8)[0] for how in STYLES}
    fig.legend(handles=list(curves.values()), loc="outside right upper")

    def update(data="wine", measure="validation loss", rate=0):
        key, limits = MEASURES[measure]
        if (left.get_ylabel(), left.get_xlim()[1]) != (measure, EPOCHS[data]):
            if left.get_ylabel():  # another label: its place is known, and layout is half of a full draw
                fig.set_layout_engine("none")
            left.set(ylabel=measure, ylim=limits, xlim=(0, EPOCHS[data]))
        epochs = np.arange(EPOCHS[data] + 1)
        for how in STYLES:
            table, i = results(data)[how, key], _near_best(data, how, rate)
            curves[how].set_data(epochs, table[i].mean(axis=0))
            low, high = table[i].min(axis=0), table[i].max(axis=0)
            bands[how].set_xy(np.column_stack([[*epochs, *epochs[::-1]], [*high, *low[::-1]]]))
            finals[how].set_data(RATES, table[..., -1].mean(axis=1))
            dots[how].set_data([RATES[i]], [table[i, :, -1].mean()])
        moving = [*bands.values(), *curves.values(), *finals.values(), *dots.values()]
        return moving, _tell(data, measure, rate)

    return update


def _tell(data, measure, rate):
    last = ends(data, measure, rate)
    order = sorted(last, key=last.get)
    return f"Mean {measure} on {data}: " + ", ".join(f"{how} {last[how]:.3g}" for how in order) + "."
