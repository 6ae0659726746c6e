"""The range test on digits: the loss while the rate rises, and what a run at a rate read from it does."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...schedules import range_test as run_test
from ...training import fit
from .shared import CHOSEN, PLAIN, data, net

EPOCHS, STEPS = 3, 120
START = {"SGD": 0.2, "Momentum": 0.0631, "Adam": 0.0251}


@live(
    size=(9.6, 4.0),
    alt="Loss against a learning rate that rises during the run, and the losses of a run at one of the rates",
    presets={"optimizer": lambda values: {"lr": START[values["optimizer"]]}},
)
def range_test(fig):
    """The rate rises from 0.00001 to 10 in one short run. Put the line where you would train, and see that run."""
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(1e-5, 10), ylim=(0.4, 3.5), xscale="log", xlabel="learning rate, rising", ylabel="mini-batch loss")
    left.set_title("The test")
    right.set(xlim=(0, STEPS), ylim=(0.03, 30), yscale="log", xlabel="step", ylabel="mini-batch loss")
    right.set_title(f"{EPOCHS} epochs at the rate of the line")
    (raw,) = left.plot([], [], color=PLAIN, lw=0.7, alpha=0.5, label="each step")
    (mean,) = left.plot([], [], color=PLAIN, lw=2.2, label="moving average")
    line = left.axvline(1, color=CHOSEN, label="the rate of the run")
    (curve,) = right.plot([], [], color=CHOSEN, lw=1.2)
    left.legend(loc="upper left")

    def update(optimizer: list(START) = "SGD", lr: (1e-4, 10.0) = 0.2, n_steps: [50, 100, 200] = 200):
        test, history = rise(optimizer, n_steps), train(optimizer, lr)
        raw.set_data(test.rates, np.clip(test.losses, 0, 1e9))
        mean.set_data(test.rates, np.clip(test.smooth(), 0, 1e9))
        line.set_xdata([lr, lr])
        curve.set_data(range(history.n_steps), np.clip(history.losses, 1e-9, 1e9))
        return [raw, mean, line, curve], _tell(test, history)

    return update


@lru_cache(maxsize=16)
def rise(optimizer="SGD", n_steps=100):
    """The RangeTest of an optimizer on digits."""
    return run_test(net(), data(), OPTIMIZERS[optimizer], 1e-5, 10.0, n_steps)


@lru_cache(maxsize=32)
def train(optimizer, lr):
    """The History of a run at this rate."""
    return fit(net(), data(), OPTIMIZERS[optimizer](lr=lr), EPOCHS, rng=0, evaluate_every=EPOCHS, progress=False)


def _tell(test, history):
    mean = test.smooth()
    lowest = test.rates[mean.argmin()]
    words = f"The average is lowest at {lowest:.2g}, a tenth of which is {lowest / 10:.2g}; "
    words += f"the test ends at {test.rates[-1]:.2g}. "
    if history.diverged_at >= 0:
        return words + f"The run <b>diverged</b> at step {history.diverged_at}."
    return words + f"The run: training loss {history.train_loss[-1]:.2g}."


def loss_at(optimizer="SGD", lr=0.2):
    """The training loss of the run on the right."""
    return float(train(optimizer, lr).train_loss[-1])


def lowest(optimizer="SGD", n_steps=200):
    """The rate at which the moving average of the test is lowest."""
    test = rise(optimizer, n_steps)
    return float(test.rates[test.smooth().argmin()])
