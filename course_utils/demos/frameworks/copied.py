"""A number that means something else over there: the same setting translated, and copied as it stands."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...data import digits
from ...dropout import Dropout
from ...layers import Dense, ReLU
from ...live import live
from ...network import Network
from ...normalization import BatchNorm
from ...optimizers import SGD, Adam, AdamW, Momentum
from ...plots import TRAIN, VAL
from ...regularizers import L2
from ...training import fit

EPOCHS, BATCH = 8, 32
ALPHA, DECAY = 1.0, 0.1


class Setting(NamedTuple):
    """A setting as the source has it, and the pieces of our net that take it: translated, and copied."""

    words: str
    right: dict
    wrong: dict


def _norm(momentum):
    return {"middle": lambda: [BatchNorm(50, momentum=momentum), ReLU()], "opt": SGD}


SETTINGS = {
    "dropout": Setting(
        "PyTorch's p = 0.2 drops a fifth. Translated: keep = 0.8. Copied: keep = 0.2.",
        {"middle": lambda: [ReLU(), Dropout(keep=0.8, rng=7)]},
        {"middle": lambda: [ReLU(), Dropout(keep=0.2, rng=7)]},
    ),
    "batch norm's momentum": Setting(
        "Keras's 0.99 is the share that stays, as here. To PyTorch it would be the share of the new: our 0.01.",
        _norm(0.99),
        _norm(0.01),
    ),
    "scikit-learn's alpha": Setting(
        f"scikit-learn divides alpha = {ALPHA:g} by the batch's size. Translated: lam = 1/{BATCH}. Copied: lam = 1.",
        {"regularizer": L2(lam=ALPHA / BATCH)},
        {"regularizer": L2(lam=ALPHA)},
    ),
    "velocity that averages": Setting(
        "With v = 0.9 v + 0.1 g a rate is worth a tenth of what it is worth in v = 0.9 v + g. "
        "Translated: lr / 10. Copied: lr.",
        {"opt": lambda lr: Momentum(lr=lr / 10)},
        {"opt": lambda lr: Momentum(lr=lr)},
    ),
    "loss as a sum": Setting(
        f"A rate chosen for a sum over {BATCH} samples, lr / {BATCH}, belongs to gradients {BATCH} times as large. "
        "Translated: lr for the mean. Copied: lr / 32 for the mean.",
        {},
        {"opt": lambda lr: SGD(lr=lr / BATCH)},
    ),
    "weight decay in Adam": Setting(
        f"AdamW's weight_decay = {DECAY} shrinks the weights beside the step. Copied: an L2 penalty whose gradient "
        "Adam divides by its root.",
        {"opt": lambda lr: AdamW(lr=lr / 50, weight_decay=DECAY)},
        {"opt": lambda lr: Adam(lr=lr / 50), "regularizer": L2(lam=DECAY)},
    ),
}


@live(
    size=(9.6, 4.0),
    alt="Loss and accuracy over the epochs of a net with a translated setting and of one with the number copied",
)
def copied(fig):
    """Learning curves on digits of two nets: a setting from elsewhere translated, and copied unchanged."""
    axes = fig.subplots(ncols=2)
    for ax, name, limits in zip(axes, ("loss", "accuracy"), ((0, 2.6), (0, 1)), strict=True):
        ax.set(xlabel="epoch", ylabel=name, xlim=(0, EPOCHS), ylim=limits)
    parts = [(which, part) for which in ("right", "wrong") for part in ("train", "val")]
    style = {"right": dict(ls="-", lw=1.8), "wrong": dict(ls=(0, (3, 1.5)), lw=2.6)}
    lines = {
        (*key, name): ax.plot([], [], color={"train": TRAIN, "val": VAL}[key[1]], **style[key[0]])[0]
        for ax, name in zip(axes, ("loss", "accuracy"), strict=True)
        for key in parts
    }

    labels = [f"{how}, {part}" for how in ("translated", "copied") for part in ("training", "validation")]
    fig.legend([lines[*part, "loss"] for part in parts], labels, loc="outside upper center", ncols=4, handlelength=3)

    def update(setting: list(SETTINGS) = "weight decay in Adam", lr: (0.01, 2.0) = 0.2):
        for (which, part, name), line in lines.items():
            line.set_data(np.arange(EPOCHS + 1), _curve(_run(setting, which, lr), f"{part}_{name}"))
        return list(lines.values()), _tell(setting, lr)

    return update


def _curve(history, name):
    """One value an epoch; a run that diverged has gaps from there on."""
    values = np.full(EPOCHS + 1, np.nan)
    got = getattr(history, name)[: EPOCHS + 1]
    values[: len(got)] = np.clip(got, 0, 1e6)
    return values


@lru_cache(maxsize=512)
def _run(setting, which, lr):
    pieces = {"middle": lambda: [ReLU()], "opt": SGD, "regularizer": None} | getattr(SETTINGS[setting], which)
    net = Network([Dense(64, 50, rng=0), *pieces["middle"](), Dense(50, 10, rng=1)])
    return fit(
        net, _split(), pieces["opt"](lr), EPOCHS, BATCH, rng=0, regularizer=pieces["regularizer"], progress=False
    )


@lru_cache(maxsize=1)
def _split():
    return digits()


def ends(setting, lr=0.2):
    """((validation loss, validation accuracy) with the setting translated, and the same with it copied)."""
    runs = (_run(setting, which, lr) for which in ("right", "wrong"))
    return tuple((float(h.val_loss[-1]), h.final_val_accuracy) for h in runs)


def _tell(setting, lr):
    words = []
    for name, (loss, accuracy) in zip(("translated", "copied"), ends(setting, lr), strict=True):
        ran = f"loss {loss:.2f}, accuracy {accuracy:.1%}" if loss < 1e3 else "<b>diverged</b>"
        words.append(f"{name}: {ran}")
    return f"{SETTINGS[setting].words}<br>In validation, {'; '.join(words)}."
