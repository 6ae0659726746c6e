"""A factor in dW that does not belong there: what the loss curve tells of it, and what the gradient check."""

from functools import lru_cache

import numpy as np

from ...bug_lab import Program
from ...bug_lab.checks import GRADIENT
from ...gradients import check_gradients
from ...layers import Dense
from ...live import live
from ...optimizers import SGD, Adam
from ...plots import COLORS, DASHED, STYLES, THEORY, TRAIN
from ...records import recorded

OPTIMIZERS = {"SGD": SGD(lr=0.02), "Adam": Adam(lr=0.001)}
EPOCHS, LEAST = 10, 1e-10
FACTORS = tuple(float(f"{f:.3g}") for f in np.geomspace(0.1, 10, 9))


@live(
    size=(9.6, 4.4),
    alt="Loss curves of a net with a factor in dW and of the right one; its last loss and its gradient check's "
    "relative error over the factor",
)
def factor(fig, recompute=False):
    """A net on digits whose dW is multiplied by a factor in every layer, beside the right one (gray).

    Above on the right: the training loss at the end over the factor. Below: the relative error in the gradient check.

    `recompute=True` makes all its runs anew.
    """
    loss_at_end.table(recompute)
    grid = fig.add_gridspec(2, 2, width_ratios=[1.1, 1])
    left, below = fig.add_subplot(grid[:, 0]), fig.add_subplot(grid[1, 1])
    above = fig.add_subplot(grid[0, 1], sharex=below)
    left.set(xlabel="epoch", ylabel="training loss", xlim=(0, EPOCHS), ylim=(0, 2.5), title="The curve")
    (right_one,) = left.plot([], [], color="#777777", ls=DASHED, label="right")
    (wrong_one,) = left.plot([], [], "o-", ms=4, color=TRAIN, mec="white", label="with the factor")
    left.legend(loc="upper right")
    above.set(yscale="log", ylim=(0.01, 3), ylabel="last loss", title="What the curve tells")
    above.tick_params(labelbottom=False)
    for name in OPTIMIZERS:
        above.plot(FACTORS, [final_loss(f, name) for f in FACTORS], color=COLORS[name], ls=STYLES[name], label=name)
    above.legend(loc="lower left", ncols=2)
    below.set(
        xscale="log",
        yscale="log",
        ylim=(LEAST, 10),
        xlabel="factor in dW",
        ylabel="relative error",
        title="What the check tells",
    )
    f = np.geomspace(0.1, 10, 401)
    below.plot(f, np.maximum(abs(f - 1) / np.maximum(f, 1), LEAST), color=THEORY, ls=":", label="|f - 1| / max(f, 1)")
    below.axhspan(GRADIENT, 10, color="#f5c2c2", lw=0, alpha=0.6, zorder=0, label="caught")
    below.legend(loc="lower left")
    below.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    below.set_xlim(0.085, 12)
    dots = [ax.plot([], [], "o", ms=8, color=TRAIN, mec="white", zorder=5)[0] for ax in (above, below)]

    def update(factor: (0.1, 10.0) = 2.0, optimizer: list(OPTIMIZERS) = "SGD"):
        runs = _trained(1.0, optimizer), _trained(factor, optimizer)
        for line, run in zip((right_one, wrong_one), runs, strict=True):
            line.set_data(run.epochs, run.train_loss)
        error = gradient_error(factor)
        dots[0].set_data([factor], [runs[1].train_loss[-1]])
        dots[1].set_data([factor], [max(error, LEAST)])
        return [right_one, wrong_one, *dots], _tell(runs, error)

    return update


@lru_cache(maxsize=64)
def _program(factor, optimizer):
    class Times(Dense):
        def backward(self, dout, input_grad=True):
            dx = super().backward(dout, input_grad)
            self.dW *= factor
            return dx

    return Program(dense=Times, opt=OPTIMIZERS[optimizer])


@lru_cache(maxsize=64)
def _trained(factor, optimizer):
    return _program(factor, optimizer).run(epochs=EPOCHS)[1]


@lru_cache(maxsize=64)
def gradient_error(factor):
    """The largest relative error of the gradient check with that factor in dW."""
    program = _program(factor, "SGD")
    x, y = program.split().train
    return check_gradients(program.net(), x[:4], y[:4], n_per_array=10).error


@recorded((factor, name) for factor in FACTORS for name in OPTIMIZERS)
def loss_at_end(factor, optimizer):
    """The loss of all training data at the end of a run with that factor in dW."""
    return _trained(factor, optimizer).train_loss[-1]


def final_loss(factor, optimizer="SGD"):
    """The loss of all training data at the end of a run with that factor in dW."""
    return float(loss_at_end(factor, optimizer))


def _tell(runs, error):
    losses = " and ".join(f"{run.train_loss[-1]:.2f}" for run in runs)
    shares = " and ".join(f"{run.final_val_accuracy:.1%}" for run in runs)
    verdict = "<b>caught</b>" if error > GRADIENT else "nothing to see"
    return (
        f"The right net and this one end at a loss of {losses}, with {shares} of new digits right. "
        f"Gradient check: {verdict}, relative error {error:.2g}."
    )
