"""Layers: the pieces of a network. Each one maps a batch forward, and the gradient of the loss backward.

    out = layer.forward(x, training=False)      # x: (n_samples, n_in); remembers what backward will need
    dx = layer.backward(dout)                   # dout: ∂loss/∂out; fills layer.dW, layer.db, ...; returns ∂loss/∂x

`layer.params` names the arrays that are trained; the gradient of W is dW. A network puts all of them into one vector,
after which they are views into it: change them in place (layer.W[:] = ...), never by assignment.
Arrays that are kept but not trained, a generator, or a forward pass that differs while training belong to the layer.
"""
import numpy as np

from .activations import relu, relu_derivative, sigmoid, sigmoid_derivative, tanh, tanh_derivative
from .initializers import he
from .validation import array, fail, integer


class Layer:
    """Base of all layers. A layer without params defines forward and backward, and that is all."""
    params = ()      # names of the arrays that are trained
    n_in = None      # features it takes and gives; None: as many as come
    n_out = None

    def forward(self, x, training=False):
        """The layer's output for a batch x."""
        raise NotImplementedError

    def backward(self, dout):
        """∂loss/∂x from ∂loss/∂out, for the batch of the last forward pass.

        A layer with params fills in their gradients, and takes a second argument, input_grad=True: when it is False,
        ∂loss/∂x is not wanted (nothing is trained before this layer) and need not be computed.
        """
        raise NotImplementedError

    def pattern(self):
        """Which piece of a piecewise function each value of the last batch was on; None if there is no kink."""

    @property
    def n_params(self):
        """How many numbers are trained."""
        return sum(getattr(self, name).size for name in self.params)

    def __repr__(self):
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

    def __init__(self, n_in, n_out, init=he, rng=None):
        self.n_in, self.n_out = integer("n_in", n_in, low=1), integer("n_out", n_out, low=1)
        if not callable(init):
            fail("init", repr(init), "a function (n_in, n_out, rng) -> W, such as initializers.he")
        # A copy: a network asks whether W is a view to know whether the layer is already part of one.
        self.W = array("init(n_in, n_out, rng)", init(n_in, n_out, rng), shape=(n_in, n_out)).copy()
        self.b = np.zeros(n_out)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x, training=False):
        if np.ndim(x) != 2 or np.shape(x)[1] != self.n_in:
            fail("x", f"an array of shape {np.shape(x)}", f"shape (n_samples, {self.n_in})")
        self.x = x
        out = x @ self.W
        out += self.b
        return out

    def backward(self, dout, input_grad=True):
        np.matmul(self.x.T, dout, out=self.dW)
        np.add.reduce(dout, axis=0, out=self.db)
        return dout @ self.W.T if input_grad else None


class Pointwise(Layer):
    """Base of the activation layers that bend every number by itself.

    out = f(x)
    dx = dout · f'(x)
    """
    f = derivative = None

    def forward(self, x, training=False):
        self.x = x
        return self.f(x)

    def backward(self, dout):
        return dout * self.derivative(self.x)


class ReLU(Pointwise):
    """max(0, x), number by number.

    >>> ReLU().forward(np.array([[-2.0, 3.0]]))
    array([[0., 3.]])
    """
    f, derivative = staticmethod(relu), staticmethod(relu_derivative)

    def pattern(self):
        return self.x > 0


class Tanh(Pointwise):
    """tanh(x), number by number.

    >>> Tanh().forward(np.array([[0.0, 1000.0]]))
    array([[0., 1.]])
    """
    f, derivative = staticmethod(tanh), staticmethod(tanh_derivative)


class Sigmoid(Pointwise):
    """1 / (1 + e⁻ˣ), number by number.

    >>> Sigmoid().forward(np.array([[0.0, 1000.0]]))
    array([[0.5, 1. ]])
    """
    f, derivative = staticmethod(sigmoid), staticmethod(sigmoid_derivative)
