"""The network: layers in a row, and all that is trained in one flat vector.

    net = Network([Dense(64, 100, rng=rng), ReLU(), Dense(100, 10, rng=rng)])
    scores = net.forward(x, training=True)
    loss, dscores = softmax_cross_entropy(scores, y)
    net.backward(dscores)                        # fills net.grad
    net.theta += step                            # theta and grad: (n_params,)

Every layer's W, b, ... is a view into `net.theta`, every dW, db, ... a view into `net.grad`. So an
optimizer is the same few lines on a surface and on a network, and a network can be moved, saved or
interpolated as one vector. Chapter 02.
"""

import copy
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from ._support.validation import array, choice, fail
from .layers import Layer


class Network:
    """Layers in a row with one flat vector of parameters.

    Parameters
    ----------
    layers : list of Layer
        Each used once, and in one network only: its arrays become views into this network's vectors.
    dtype : float (float64), or np.float32: faster, with 7 digits.

    Raises
    ------
    ValueError
        What is no Layer; one that does not take what the one before it gives; one that is already
        part of a network; none that has anything to train.

    >>> from course_utils.layers import Dense, ReLU
    >>> Network([Dense(64, 100, rng=0), ReLU(), Dense(100, 10, rng=1)])
    Network: 7510 parameters, float64
      0  Dense(64, 100)   6500
      1  ReLU()
      2  Dense(100, 10)   1010
    """

    _went_forward = False

    def __init__(self, layers: Sequence[Layer], dtype: Any = float) -> None:
        self.layers = list(layers)
        self.dtype = np.dtype(choice("dtype", dtype, (np.dtype(float), np.dtype(np.float32))))
        for i, layer in enumerate(self.layers):
            _check_layer(f"layers[{i}]", layer, self.layers[:i])
        self.n_in, self.n_out = _widths(self.layers)
        self._bind()

    def forward(self, x: np.ndarray, training: bool = False, check: bool = True) -> np.ndarray:
        """Scores (n_samples, n_out) for a batch x (n_samples, n_in).

        check=False skips the look at x, and leaves it to the caller to silence NumPy's warnings.
        """
        if check:
            x = array("x", x, shape=(None, self.n_in), dtype=self.dtype)
            with np.errstate(over="ignore", invalid="ignore"):
                return self.forward(x, training, check=False)
        for layer in self.layers:
            x = layer.forward(x, training)
        self._went_forward = True
        return x

    def backward(self, dscores: np.ndarray, input_grad: bool = False) -> np.ndarray | None:
        """Fill `grad` from ∂loss/∂scores of the last forward pass. Returns ∂loss/∂x if input_grad, else None."""
        if not self._went_forward:
            fail("backward", "no batch", "a forward pass before it")
        first = 0 if input_grad else self._first
        with np.errstate(over="ignore", invalid="ignore"):
            for layer in self.layers[:first:-1]:
                dscores = layer.backward(dscores)
            if input_grad:
                return self.layers[0].backward(dscores)
            self.layers[first].backward(dscores, **self._lean)
        return None

    @property
    def differ_in_training(self) -> dict[int, Layer]:
        """The layers for which it matters whether `training` is True: {index: layer}."""
        return {i: layer for i, layer in enumerate(self.layers) if layer.differs_in_training}

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The class with the highest score for every row of x: (n_samples,) integers."""
        return self.forward(x).argmax(axis=1)

    @property
    def theta(self) -> np.ndarray:
        """All parameters, (n_params,). Assignment copies into it."""
        return self._theta

    @theta.setter
    def theta(self, value: np.ndarray) -> None:
        self._copy_into(self._theta, "theta", value)

    @property
    def grad(self) -> np.ndarray:
        """∂loss/∂theta of the last backward pass, (n_params,). Assignment copies into it."""
        return self._grad

    @grad.setter
    def grad(self, value: np.ndarray) -> None:
        self._copy_into(self._grad, "grad", value)

    @property
    def n_params(self) -> int:
        """How many numbers are trained: the length of theta."""
        return self._theta.size

    @property
    def weights(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """(W, dW) of every layer that has them: what a penalty acts on. Biases, gamma and beta are left alone."""
        return [(layer.W, layer.dW) for layer in self.layers if "W" in layer.params]

    @property
    def arrays(self) -> list[np.ndarray]:
        """All that makes the network what it is: theta, and what its layers keep without training it."""
        return [self._theta, *(getattr(layer, name) for layer in self.layers for name in layer.buffers)]

    def unpack(self, vector: np.ndarray) -> dict[str, np.ndarray]:
        """Views into a vector shaped like theta, by layer and name: {"0.W": (64, 100), "0.b": (100,), ...}.

        >>> from course_utils.layers import Dense
        >>> net = Network([Dense(2, 1, rng=0)])
        >>> net.unpack(np.array([1.0, 2.0, 3.0]))
        {'0.W': array([[1.], [2.]]), '0.b': array([3.])}
        """
        views, start = {}, 0
        for i, layer in enumerate(self.layers):
            for name in layer.params:
                shape = np.shape(getattr(layer, name))
                stop = start + int(np.prod(shape))
                views[f"{i}.{name}"] = vector[start:stop].reshape(shape)
                start = stop
        return views

    def copy(self) -> "Network":
        """A network of its own, with equal layers and equal parameters.

        Layers that draw, such as Dropout, get generators of their own in the same state: the copy draws what the
        original would have drawn.
        """
        return copy.deepcopy(self)

    __copy__ = copy

    def __setstate__(self, state):
        # Copied and unpickled views are arrays of their own: they have to become views again.
        self.__dict__.update(state)
        self._bind()

    def _bind(self):
        """Put what is trained into one vector, and make the layers' arrays views into it."""
        arrays = [getattr(layer, name) for layer in self.layers for name in layer.params]
        self._theta = np.concatenate([np.ravel(a) for a in arrays]).astype(self.dtype)
        self._grad = np.zeros_like(self._theta)
        values, gradients = self.unpack(self._theta), self.unpack(self._grad)
        for i, layer in enumerate(self.layers):
            views = {name: values[f"{i}.{name}"] for name in layer.params}
            layer.bind(views | {f"d{name}": gradients[f"{i}.{name}"] for name in layer.params})
        # The gradient of what goes into the first layer that is trained is nobody's concern.
        self._first = next(i for i, layer in enumerate(self.layers) if layer.params)
        can_skip = "input_grad" in inspect.signature(self.layers[self._first].backward).parameters
        self._lean = {"input_grad": False} if can_skip else {}

    def _copy_into(self, vector, name, value):
        # `net.theta += step` ends here with the vector itself: nothing is left to do.
        if value is vector:
            return
        if np.shape(value) != vector.shape:
            fail(name, f"an array of shape {np.shape(value)}", f"shape {vector.shape}")
        vector[...] = value

    def __repr__(self):
        names = [repr(layer) for layer in self.layers]
        wide, digits = max(map(len, names)), len(str(self.n_params))
        rows = [
            f"{i:3}  {name:{wide}}  {layer.n_params or '':>{digits}}".rstrip()
            for i, (name, layer) in enumerate(zip(names, self.layers, strict=True))
        ]
        return "\n".join([f"Network: {self.n_params} parameters, {self.dtype}", *rows])


def _check_layer(name, layer, before):
    if not isinstance(layer, Layer):
        fail(name, repr(layer), "a layer, such as ReLU(): an object of a class that derives from layers.Layer")
    if layer._bound or any(layer is other for other in before):
        fail(name, f"{layer!r}, which is already part of a network", "a layer of its own, or a copy.deepcopy of it")
    missing = [array for array in layer.params if not hasattr(layer, array)]
    if missing:
        fail(name, f"{layer!r} without {missing[0]}, which its params name", "a layer that makes all its arrays")


def _widths(layers):
    """(n_in, n_out) of the whole row, or the error that names the joint that does not fit."""
    n_in = n_out = None
    for i, layer in enumerate(layers):
        if layer.n_in is None:
            continue
        if n_out not in (None, layer.n_in):
            fail(f"layers[{i}]", f"{layer!r} after a layer with {n_out} outputs", f"a layer with n_in = {n_out}")
        n_in, n_out = layer.n_in if n_in is None else n_in, layer.n_out
    if n_in is None or not any(layer.params for layer in layers):
        fail("layers", layers, "at least one layer with weights, such as Dense(n_in, n_out, rng=rng)")
    return n_in, n_out
