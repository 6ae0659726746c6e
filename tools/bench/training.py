"""Training, one BLAS thread for all. ratio: how many times as long as the course's own `fit` in float64.

With two threads the larger net is some 1.5 times as fast on a quiet machine, and many times as slow on a busy one.
"""

import warnings
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import ThreadpoolController

from course_utils.data import Data, Split, digits
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.training import fit

from .report import Row
from .timing import ratio, rounds

OURS, SKLEARN, PYTORCH = "course_utils", "scikit-learn MLPClassifier", "PyTorch"
BLAS = ThreadpoolController()  # made once: to look for the libraries takes 10 ms


@dataclass(frozen=True)
class Task:
    """A network of ReLU layers to be trained with Adam, and how often to do it."""

    name: str
    widths: tuple
    data: Data
    epochs: int
    batch_size: int
    rounds: int
    budgets: dict

    @property
    def n_steps(self):
        """Steps of a run."""
        return self.epochs * -(-len(self.data) // self.batch_size)


def tasks():
    """Digits on a small network, and random data of MNIST's shape on a larger one."""
    rng = np.random.default_rng(0)
    images = Data(rng.random((6000, 784)), rng.integers(10, size=6000))
    small = Task("digits 64-100-10", (64, 100, 10), digits().train, 10, 32, 9, {SKLEARN: 2.0, PYTORCH: 3.5})
    return [small, Task("784-256-128-10", (784, 256, 128, 10), images, 1, 128, 5, {SKLEARN: 1.0})]


def rows():
    """Yield the rows of both tasks."""
    for task in tasks():
        times = rounds(contenders(task), task.rounds)
        for name, seconds in times.items():
            least = task.budgets.get(name)
            yield Row(f"{task.name}: {name}", 1e3 * seconds, ratio=ratio(times, name, OURS), at_least=least)


def contenders(task):
    """{name: function that prepares a run}, PyTorch only where it is installed."""
    found = {
        OURS: one_thread(ours, task), f"{OURS}, float32": one_thread(ours, task, np.float32),
        f"{OURS}, all threads": partial(ours, task), SKLEARN: one_thread(sklearn, task),
        "its matrix products alone": one_thread(products, task),
    }  # fmt: skip
    if find_spec("torch"):
        trial = rounds({n: partial(pytorch, replace(task, epochs=1), n) for n in (1, 2)}, 1)
        threads = min(trial, key=trial.get)
        found[PYTORCH] = partial(pytorch, task, threads)
        found[f"{PYTORCH}, Adam(fused=True)"] = partial(pytorch, task, threads, fused=True)
    return found


def one_thread(prepare, *arguments):
    """The same contender with its matrix products on one thread."""

    def prepared():
        run = prepare(*arguments)

        def limited():
            with BLAS.limit(limits=1, user_api="blas"):
                return run()

        return limited

    return prepared


def ours(task, dtype=float):
    """Prepare a run of `fit`."""
    net = network(task, dtype)
    split = Split(Data(task.data.x.astype(dtype), task.data.y))
    return lambda: fit(net, split, Adam(), task.epochs, task.batch_size, evaluate_every=0, progress=False)


def network(task, dtype=float):
    """The task's network."""
    layers = [layer for i, (a, b) in enumerate(pairwise(task.widths)) for layer in (Dense(a, b, rng=i), ReLU())]
    return Network(layers[:-1], dtype)


def sklearn(task):
    """Prepare a run of scikit-learn that never ends early."""
    net = MLPClassifier(
        task.widths[1:-1],
        alpha=0,
        batch_size=min(task.batch_size, len(task.data)),
        tol=0,
        max_iter=task.epochs,
        n_iter_no_change=task.epochs + 1,
        random_state=0,
    )

    def run():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return net.fit(*task.data)

    return run


def pytorch(task, threads, fused=None):
    """Prepare a run of PyTorch in float64, written as its tutorials do; `threads`: the better of one and two."""
    import torch

    torch.set_num_threads(threads)
    layers = [m for a, b in pairwise(task.widths) for m in (torch.nn.Linear(a, b), torch.nn.ReLU())]
    net, loss = torch.nn.Sequential(*layers[:-1]).double(), torch.nn.CrossEntropyLoss()
    x, y = torch.from_numpy(task.data.x), torch.from_numpy(task.data.y.astype(np.int64))
    opt = torch.optim.Adam(net.parameters(), fused=fused)

    def run():
        for _ in range(task.epochs):
            for batch in torch.randperm(len(x)).split(task.batch_size):
                opt.zero_grad()
                loss(net(x[batch]), y[batch]).backward()
                opt.step()
        return opt

    return run


def products(task):
    """Prepare the matrix products of a run, forward and back, and nothing else."""
    rng = np.random.default_rng(0)
    a = [rng.random((task.batch_size, width)) for width in task.widths]
    w = [rng.random(shape) for shape in pairwise(task.widths)]
    triples = [(a[i], w[i], a[i + 1]) for i in range(len(w))]
    triples += [(a[i].T, a[i + 1], w[i]) for i in range(len(w))]
    triples += [(a[i + 1], w[i].T, a[i]) for i in range(1, len(w))]  # nobody asks for the gradient of the data
    outs = [np.empty(c.shape) for _, _, c in triples]

    def run():
        for _ in range(task.n_steps):
            for (left, right, _), out in zip(triples, outs, strict=True):
                np.matmul(left, right, out=out)
        return outs

    return run
