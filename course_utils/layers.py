"""Layers: the pieces of a network. Each one maps a batch forward, and the gradient of the loss backward.

    out = layer.forward(x, training=False)      # x: (n_samples, n_in); remembers what backward needs
    dx = layer.backward(dout)                   # dout: ∂loss/∂out; fills layer.dW, ...; returns ∂loss/∂x

A layer of your own derives from `Layer` and defines these two. `params` names the arrays that are
trained; the gradient of W is dW. Chapter 02.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from . import activations as act
from ._support.validation import array, fail, integer, number
from .initializers import he


class Layer:
    """Base of all layers. A layer without params defines forward and backward, and that is all.

    A network puts the trained arrays of all its layers into one vector; from then on layer.W and
    layer.dW are views into net.theta and net.grad. Assigning to them, as in `self.dW = x.T @ dout`,
    copies the numbers into the view.

    >>> class Scale(Layer):
    ...     params = ("g",)
    ...     def __init__(self, n):
    ...         self.n_in = self.n_out = n
    ...         self.g = np.linspace(1, 2, n)
    ...     def forward(self, x, training=False):
    ...         self.x = x
    ...         return self.g * x
    ...     def backward(self, dout):
    ...         self.dg = (dout * self.x).sum(axis=0)
    ...         return self.g * dout
    >>> Scale(3).forward(np.ones((1, 3)))
    array([[1. , 1.5, 2. ]])
    """

    params: tuple[str, ...] = ()  # names of the arrays that are trained
    buffers: tuple[str, ...] = ()  # of those that are kept without being trained, such as running averages
    n_in: int | None = None  # features it takes and gives; None: as many as come
    n_out: int | None = None
    differs_in_training = False  # whether forward(x, training=True) is another function than forward(x)
    rng: np.random.Generator | None = None  # of a layer that draws numbers in its forward pass
    x: Any = None  # the batch of the last forward pass, where backward needs it
    W: np.ndarray  # of a layer with weights: they are what a penalty acts on
    dW: np.ndarray
    _bound: tuple[str, ...] = ()  # names of the arrays that are views into a network's vectors

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The layer's output for a batch x."""
        raise NotImplementedError

    def backward(self, dout: np.ndarray) -> Any:
        """∂loss/∂x from ∂loss/∂out, for the batch of the last forward pass.

        A layer with params fills in their gradients. It may take a second argument, input_grad=True:
        when that is False, ∂loss/∂x is not wanted (nothing is trained before this layer) and need
        not be computed.
        """
        raise NotImplementedError

    def pattern(self) -> np.ndarray | None:
        """For a piecewise function: which piece each value of the last batch was on; None if there is no kink.

        A gradient check must not step from one piece to another.
        """
        return None

    @property
    def n_params(self) -> int:
        """How many numbers are trained."""
        return sum(getattr(self, name).size for name in self.params)

    def bind(self, views: dict[str, np.ndarray]) -> None:
        """Make these arrays, by name, the layer's own: a network's vectors seen through windows."""
        self.__dict__.update(views, _bound=tuple(views))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._bound:
            object.__setattr__(self, name, value)
            return
        view = getattr(self, name)
        if value is view:  # as after layer.W *= 2
            return
        if np.shape(value) != view.shape:
            fail(name, f"an array of shape {np.shape(value)}", f"shape {view.shape}, as it is in the network")
        view[...] = value

    def __getstate__(self) -> dict[str, Any]:
        # A copy is bound to no network: its arrays are its own.
        return {name: value for name, value in self.__dict__.items() if name != "_bound"}

    def _last_batch(self):
        if self.x is None:
            fail("backward", "no batch", "a forward pass before it")
        return self.x

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.n_in is None else f'{self.n_in}, {self.n_out}'})"


class Dense(Layer):
    """Fully connected: every output is a weighted sum of all inputs.

    out = x · W + b
    dW = xᵀ · dout,  db = Σ dout over the samples,  dx = dout · Wᵀ

    Parameters
    ----------
    n_in, n_out : int >= 1
        Features in and out. W has shape (n_in, n_out), b has shape (n_out,) and starts at 0.
    init : function (n_in, n_out, rng) -> W
        See initializers.py.
    rng : numpy.random.Generator or int

    >>> layer = Dense(3, 2, rng=0)
    >>> layer, layer.forward(np.ones((5, 3))).shape
    (Dense(3, 2), (5, 2))
    """

    params = ("W", "b")

    def __init__(
        self,
        n_in: int,
        n_out: int,
        init: Callable = he,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.n_in = integer("n_in", n_in, low=1)
        self.n_out = integer("n_out", n_out, low=1)
        if not callable(init):
            fail("init", repr(init), "a function (n_in, n_out, rng) -> W, such as initializers.he")
        # A copy: the initializer may keep its array.
        self.W = array("init(n_in, n_out, rng)", init(n_in, n_out, rng), shape=(n_in, n_out)).copy()
        self.b = np.zeros(n_out)
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        shape = x.shape if isinstance(x, np.ndarray) else np.shape(x)
        if len(shape) != 2 or shape[1] != self.n_in:
            fail("x", f"an array of shape {shape}", f"shape (n_samples, {self.n_in})")
        self.x = x
        out = x @ self.W
        out += self.b
        return out

    def backward(self, dout: np.ndarray, input_grad: bool = True) -> Any:
        np.matmul(self._last_batch().T, dout, out=self.dW)
        np.add.reduce(dout, axis=0, out=self.db)
        return dout @ self.W.T if input_grad else None


class Pointwise(Layer):
    """Base of the activation layers that bend every number by itself.

    out = f(x)
    dx = dout · f'(x)
    """

    f: Callable
    derivative: Callable

    def forward(self, x, training=False):
        self.x = x
        return self.f(x)

    def backward(self, dout):
        return dout * self.derivative(self._last_batch())


class ReLU(Pointwise):
    """max(0, x), number by number.

    >>> ReLU().forward(np.array([[-2.0, 3.0]]))
    array([[0., 3.]])
    """

    f, derivative = staticmethod(act.relu), staticmethod(act.relu_derivative)

    def pattern(self):
        return self.x > 0


class Tanh(Pointwise):
    """tanh(x), number by number.

    >>> Tanh().forward(np.array([[0.0, 1000.0]]))
    array([[0., 1.]])
    """

    f, derivative = staticmethod(act.tanh), staticmethod(act.tanh_derivative)


class Sigmoid(Pointwise):
    """1 / (1 + e⁻ˣ), number by number.

    >>> Sigmoid().forward(np.array([[0.0, 1000.0]]))
    array([[0.5, 1. ]])
    """

    f, derivative = staticmethod(act.sigmoid), staticmethod(act.sigmoid_derivative)


class LeakyReLU(Pointwise):
    """x where x > 0, else slope · x.

    >>> LeakyReLU(slope=0.1).forward(np.array([[-2.0, 3.0]]))
    array([[-0.2,  3. ]])
    """

    def __init__(self, slope=0.01):
        self.slope = number("slope", slope)
        self.f = partial(act.leaky_relu, slope=slope)
        self.derivative = partial(act.leaky_relu_derivative, slope=slope)

    def pattern(self):
        return self.x > 0

    def __repr__(self):
        return f"LeakyReLU({self.slope:g})"


class ELU(Pointwise):
    """x where x > 0, else alpha · (eˣ - 1).

    >>> ELU().forward(np.array([[-1000.0, 3.0]]))
    array([[-1.,  3.]])
    """

    def __init__(self, alpha=1.0):
        self.alpha = number("alpha", alpha, low=0)
        self.f = partial(act.elu, alpha=alpha)
        self.derivative = partial(act.elu_derivative, alpha=alpha)

    def pattern(self):
        # The curve is bent at 0 even where its slope has no jump.
        return self.x > 0

    def __repr__(self):
        return f"ELU({self.alpha:g})"


class GELU(Pointwise):
    """x · Φ(x), number by number, in the exact form.

    >>> GELU().forward(np.array([[0.0, 1000.0]]))
    array([[   0., 1000.]])
    """

    f, derivative = staticmethod(act.gelu), staticmethod(act.gelu_derivative)


class SiLU(Pointwise):
    """x · σ(x), number by number.

    >>> SiLU().forward(np.array([[0.0, 1000.0]]))
    array([[   0., 1000.]])
    """

    f, derivative = staticmethod(act.silu), staticmethod(act.silu_derivative)


class Maxout(Layer):
    """The largest of each group of neighbors: n_in features become n_in / pieces.

    out[:, i] = max of x[:, i · pieces], ..., x[:, (i + 1) · pieces - 1]
    dx = dout for the winner of each group, 0 for the others; of equal ones the first wins

    Its weights are those of the dense layer before it, which has `pieces` outputs for every unit:
    [Dense(64, 200), Maxout(200, pieces=2), Dense(100, 10)] has 100 maxout units.

    n_in : int >= 1, a multiple of pieces; pieces : int >= 1

    >>> Maxout(4).forward(np.array([[1.0, 5.0, -3.0, -2.0]]))
    array([[ 5., -2.]])
    """

    def __init__(self, n_in, pieces=2):
        self.n_in = integer("n_in", n_in, low=1)
        self.pieces = integer("pieces", pieces, low=1)
        if n_in % pieces:
            fail("n_in", n_in, f"a multiple of pieces = {pieces}")
        self.n_out = n_in // pieces

    def forward(self, x, training=False):
        self.x = x
        return act.maxout(x, self.pieces)

    def backward(self, dout):
        return np.repeat(dout, self.pieces, axis=-1) * act.maxout_derivative(self._last_batch(), self.pieces)

    def pattern(self):
        return act.maxout_derivative(self.x, self.pieces) > 0

    def __repr__(self):
        return f"Maxout({self.n_in}, pieces={self.pieces})"
