"""A learning rate that waits for the loss to stand still: the one schedule that has to see the run.

    plateau = Plateau(lr=0.1)
    fit(net, digits(), SGD(lr=plateau), callbacks=[plateau.watch])

The schedules of schedules.py are functions of the step: ask them twice, and they answer alike. A Plateau remembers, so
it serves one run, cannot be drawn beforehand, and goes on where it stood only if it is saved with the weights.
"""

from math import inf

from .._support.validation import integer, number


class Plateau:
    """Multiply the rate by `factor` when the loss has not improved for more than `patience` looks.

    A loss counts as an improvement if it is below (1 - threshold) · the best so far; a NaN never is.

    Parameters
    ----------
    lr : float > 0
    factor : float, 0 < factor < 1
    patience : int >= 0, looks without improvement that are still borne
    threshold : float, 0 <= threshold < 1
    lr_min : float >= 0, below which the rate never falls

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    PyTorch's ReduceLROnPlateau with cooldown=0 and eps=0; its own eps ends the fall once a cut is less than 1e-8.

    >>> plateau = Plateau(lr=0.1, patience=1)
    >>> [round(plateau.look(loss), 4) for loss in (1.0, 0.5, 0.5, 0.5, 0.4)]
    [0.1, 0.1, 0.1, 0.01, 0.01]
    """

    def __init__(self, lr, factor=0.1, patience=10, threshold=1e-4, lr_min=0.0):
        self.lr = number("lr", lr, above=0)
        self.factor = number("factor", factor, above=0, below=1)
        self.patience = integer("patience", patience)
        self.threshold = number("threshold", threshold, low=0, below=1)
        self.lr_min = number("lr_min", lr_min, low=0, high=lr)
        self.best, self.waited = inf, 0

    def __call__(self, t):
        """The rate now, whatever t is."""
        return float(self.lr)

    def look(self, loss):
        """Take note of a loss, and return the rate from now on."""
        if loss < self.best * (1 - self.threshold):
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.lr, self.waited = max(self.lr * self.factor, self.lr_min), 0
        return float(self.lr)

    def watch(self, record):
        """A callback for `fit`: looks at the validation loss after every epoch that was evaluated.

        Without validation data it looks at the training loss.
        """
        if record.val_loss == record.val_loss:
            self.look(record.val_loss)
        elif record.train_loss == record.train_loss:
            self.look(record.train_loss)
