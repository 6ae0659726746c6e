"""Early stopping on noisy moons: when the validation loss says to stop, and what the net is there and later."""

from functools import lru_cache

import numpy as np

from ...data import Split
from ...live import live
from ...optimizers import Adam
from ...plots import DASHED, DOTTED, TEST, THEORY, TRAIN, VAL
from ...training import evaluate, fit
from .shared import draw_map, fresh_net, regions, split

N_VAL, EPOCHS, BATCH, RATE, TOP = 60, 100, 16, 0.01, 1.5
SHOWN = "the best, restored", "where it stopped", "after all epochs"


@live(
    size=(9.6, 3.9),
    alt="Losses of a training run by epoch with the epoch of the lowest validation loss and the epoch at which "
    "training stops; beside them a map of what the net says",
)
def early_stopping(fig):
    """Training ends once the validation loss has not improved for `patience` epochs; then the best net is restored.

    Left: losses; the validation loss is that of 60 points, the black one that of 1,140 fresh points. Right: the net.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.35, 1])
    history, fresh, _ = run()
    left.set(xlabel="epoch", ylabel="cross-entropy", xlim=(0, EPOCHS), ylim=(0, TOP))
    for losses, color, dash, name in (
        (history.train_loss, TRAIN, "-", "training"), (history.val_loss, VAL, DASHED, "validation, 60 points"),
        (fresh, TEST, DOTTED, "fresh points"),
    ):  # fmt: skip
        left.plot(np.minimum(losses, 2 * TOP), color=color, ls=dash, label=name)
    after = left.axvspan(0, EPOCHS, color="#999999", alpha=0.18, lw=0, zorder=0, label="never run")
    (best,) = left.plot([], [], "*", ms=15, mfc="white", mec=VAL, mew=1.6, zorder=5, label="restored")
    now = left.axvline(0, color=THEORY, lw=1.4, label="map")
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper left", ncols=6)
    image, *points = draw_map(right, "")

    def update(patience: (1, 60) = 5, show: list(SHOWN) = SHOWN[0]):
        stop, kept = stopped(patience)
        epoch = {SHOWN[0]: kept, SHOWN[1]: stop, SHOWN[2]: EPOCHS}[show]
        after.set(x=stop, width=EPOCHS - stop)
        best.set_data([kept], [history.val_loss[kept]])
        now.set_xdata([epoch, epoch])
        image.set_data(regions(net_at(epoch)))
        return [after, best, now, image, *points], _tell(stop, kept, epoch)

    return update


@lru_cache(maxsize=1)
def run():
    """(History, loss of fresh points at every epoch, the small split) of a run that nobody stops."""
    many = split().val
    small = Split(split().train, many[:N_VAL], split().test)
    net = fresh_net()
    per_epoch = -(-len(small.train) // BATCH)
    history = fit(net, small, Adam(lr=RATE), EPOCHS, BATCH, rng=0, record=per_epoch, progress=False)
    others, losses = many[N_VAL:], []
    for theta in history.thetas:
        net.theta = theta
        losses.append(evaluate(net, others)[0])
    return history, np.array(losses), small


def stopped(patience):
    """The epoch at which early stopping ends the figure's run, and the one whose net it restores."""
    losses, waited = run()[0].val_loss, 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[:epoch].min() else waited + 1
        if waited >= patience:
            break
    return epoch, int(losses[: epoch + 1].argmin())


def net_at(epoch):
    """The net of the figure's run after so many epochs."""
    net = fresh_net()
    net.theta = run()[0].thetas[epoch]
    return net


def fresh_loss(epoch):
    """The loss of fresh points in the figure's run after so many epochs."""
    return float(run()[1][epoch])


@lru_cache(maxsize=1)
def halves():
    """(EPOCHS + 1, 2) losses by epoch on the first and on the second half of the fresh points."""
    fresh = split().val[N_VAL:]
    middle = len(fresh) // 2
    return np.array(
        [[evaluate(net_at(k), part)[0] for part in (fresh[:middle], fresh[middle:])] for k in range(EPOCHS + 1)]
    )


def _tell(stop, kept, epoch):
    end = "Training runs to its end" if stop == EPOCHS else f"Training stops after epoch {stop}"
    return (
        f"{end}, and the net of epoch {kept} is restored. The map is that of epoch {epoch}: validation loss "
        f"{run()[0].val_loss[epoch]:.2f}, <b>loss of fresh points {fresh_loss(epoch):.2f}</b>; at the end of all "
        f"{EPOCHS} epochs that is {fresh_loss(EPOCHS):.2f}."
    )
