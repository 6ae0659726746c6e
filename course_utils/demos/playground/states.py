"""What is set in the playground, and the lines of code that say the same. The playground runs them itself."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from ... import activations, layers
from ...initializers import INITIALIZERS

LIVE = 300  # steps that are trained at every change


class Task(NamedTuple):
    """What a data set has, and which arguments of its function are on a slider."""

    n_in: int
    n_out: int
    arguments: tuple = ()


TASKS = {
    "spirals": Task(2, 3, ("noise",)),
    "moons": Task(2, 2, ("noise", "flip")),
    "blobs": Task(2, 3, ("noise",)),
    "digits": Task(64, 10),
}
_CLASSES = {name.lower(): name for name, value in vars(layers).items() if isinstance(value, type)}
LAYERS = {name: _CLASSES[name.replace("_", "")] for name in activations.ACTIVATIONS}
# What a schedule takes besides its rate, for a run of n steps; n_steps, if it is not listed.
SHAPES = {
    "Step": lambda n: f"every={n // 3}", "Exponential": lambda n: f"k={4.5 / n:.3g}",
    "InverseTime": lambda n: f"k={18 / n:.3g}", "InverseSqrt": lambda n: f"n_hold={n // 25}",
    "CosineRestarts": lambda n: f"period={n // 3}",
}  # fmt: skip
MODULES = (
    "data",
    "initializers",
    "layers",
    "network",
    "dropout",
    "normalization",
    "optimizers",
    "regularizers",
    "schedules",
    "training",
)
SETUP = """
rng = np.random.default_rng({seed})
split = data.{data}({arguments}rng=0)
net = network.Network([
{hidden}
    layers.Dense({width}, {n_out}, {init}, rng),
])
"""
FIT = """\
history = training.fit(net, split, opt, epochs={epochs}, batch_size={batch_size}, rng={seed}{penalty}{stop})
"""
INDENT = " " * len("history = training.fit(")


@dataclass(frozen=True)
class State:
    """All that decides how a run goes; the defaults are where the playground starts."""

    data: str = "spirals"
    noise: float = 0.05
    flip: float = 0.0
    seed: int = 0
    hidden: int = 2
    width: int = 32
    activation: str = "relu"
    init: str = "he"
    batch_norm: bool = False
    optimizer: str = "Adam"
    lr: float = 0.01
    schedule: str = "Constant"
    over: int = LIVE
    batch_size: int = 32
    keep: float = 1.0
    l1: float = 0.0
    l2: float = 0.0

    @property
    def setup(self):
        """The code that makes split, net, opt and, if there is one, penalty."""
        n_in, n_out, arguments = TASKS[self.data]
        init = f"initializers.{INITIALIZERS[self.init].__name__}"
        body = SETUP.format(
            seed=self.seed, data=self.data, arguments="".join(f"{name}={getattr(self, name)}, " for name in arguments),
            hidden="\n".join(self._block(n, init) for n in (n_in, *[self.width] * (self.hidden - 1))),
            width=self.width, n_out=n_out, init=init,
        )  # fmt: skip
        body += f"opt, penalty = {self._opt}, {self._penalty}\n" if self._penalty else f"opt = {self._opt}\n"
        used = [name for name in MODULES if re.search(rf"\b{name}\.", body + FIT)]
        return f"import numpy as np\nfrom course_utils import {', '.join(used)}\n{body}"

    def code(self, step, steps_per_epoch):
        """The setup, and the line that trains for so many steps."""
        in_epoch = step % steps_per_epoch
        stop = f",\n{INDENT}step_callbacks=[lambda record: record.step + 1 == {step}]" if in_epoch else ""
        penalty = ", regularizer=penalty" if self._penalty else ""
        return self.setup + FIT.format(
            epochs=-(-step // steps_per_epoch), batch_size=self.batch_size, seed=self.seed, penalty=penalty, stop=stop
        )

    def _block(self, n_in, init):
        """The line of a hidden layer and what goes with it."""
        parts = [f"layers.Dense({n_in}, {self.width}, {init}, rng)"]
        parts += [f"normalization.BatchNorm({self.width})"] * self.batch_norm
        parts += [f"layers.{LAYERS[self.activation]}()"] if self.activation in LAYERS else []  # "none" is none
        parts += [f"dropout.Dropout({self.keep}, rng)"] * (self.keep < 1)
        return f"    {', '.join(parts)},"

    @property
    def _opt(self):
        rate, n = self.lr, self.over
        if self.schedule == "Warmup":
            rate = f"schedules.Warmup(schedules.Cosine({self.lr}, {n}), n_warmup={n // 10})"
        elif self.schedule != "Constant":
            shape = SHAPES.get(self.schedule, lambda n: f"n_steps={n}")(n)
            rate = f"schedules.{self.schedule}({self.lr}, {shape})"
        return f"optimizers.{self.optimizer}(lr={rate})"

    @property
    def _penalty(self):
        if self.l1 and self.l2:
            return f"regularizers.ElasticNet(l1={self.l1}, l2={self.l2})"
        return next((f"regularizers.{k}(lam={lam})" for k, lam in (("L1", self.l1), ("L2", self.l2)) if lam), "")
