"""Random search: 64 short trainings on digits. ratio: how many times as fast as on one core."""

from functools import partial

from joblib.externals.loky import get_reusable_executor

from course_utils.data import digits
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import Momentum
from course_utils.training import fit
from course_utils.tuning import LogUniform, search

from .report import Row
from .timing import ratio, rounds

SPACE = {"lr": LogUniform(1e-3, 0.3)}


def trial(lr, rng, epochs=15):
    """Train a small net, and score it on the validation data."""
    net = Network([Dense(64, 50, rng=rng), ReLU(), Dense(50, 10, rng=rng)])
    history = fit(net, digits(), Momentum(lr=lr), epochs, rng=rng, evaluate_every=epochs, progress=False)
    return history.final_val_accuracy


def rows(n=64, n_rounds=5):
    """Yield the same search on one core, on two, and on two whose processes have to be started."""
    one, two, started = (f"{n} trials, {where}" for where in ("one core", "two cores", "two cores, from a cold start"))
    times = rounds(
        {one: lambda: partial(run, n, 1), two: lambda: partial(run, n, 2), started: lambda: cold(partial(run, n, 2))},
        n_rounds,
    )
    for name, least in {one: None, two: 1.7, started: None}.items():
        yield Row(name, times[name], "s", ratio=None if name == one else ratio(times, one, name), at_least=least)


def run(n, n_jobs):
    """The search."""
    return search(trial, SPACE, n, n_jobs=n_jobs, progress=False)


def cold(prepared):
    """The same without the processes that earlier searches have left."""
    get_reusable_executor().shutdown()
    return prepared
