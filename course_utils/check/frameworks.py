"""Checkers of chapter 19: parameters in PyTorch's layout, settings translated, and updates lost in rounding."""

import numpy as np

from .compare import exercise

draws = np.random.default_rng(18)


def _layout(transpose=lambda W: W.T, weight_first=True, shape=lambda n_in, n_out: (n_in, n_out)):
    """A pytorch_layout that makes a mistake."""

    def f(theta, n_in, n_out):
        W, b = (theta[: n_in * n_out], theta[n_in * n_out :]) if weight_first else (theta[n_out:], theta[:n_out])
        return transpose(W.reshape(shape(n_in, n_out))), b

    return f


@exercise(
    cases=[
        {"theta": draws.normal(size=(n_in + 1) * n_out), "n_in": n_in, "n_out": n_out}
        for n_in, n_out in ((3, 2), (2, 3), (2, 2))
    ],
    outputs=("weight", "bias"),
    slips={
        "W has our shape (n_in, n_out): PyTorch keeps its transpose, (n_out, n_in).": _layout(lambda W: W),
        "The numbers of W are poured into the shape (n_out, n_in): a reshape is no transpose. The scores would come "
        "out without an error, and wrong.": _layout(lambda W: W, shape=lambda n_in, n_out: (n_out, n_in)),
        "b is taken before W: in theta a layer's W comes first.": _layout(weight_first=False),
    },
)
def pytorch_layout(theta, n_in, n_out):
    """(weight, bias) of a Linear layer, in PyTorch's shapes, from the piece of theta that holds W and b."""
    return _layout()(theta, n_in, n_out)


def _translation(
    momentum=lambda m: 1 - m, p=lambda keep: 1 - keep, decay=lambda lam: lam, alpha=lambda lam, size: lam * size
):
    def f(momentum_, keep, lam, batch_size):
        return momentum(momentum_), p(keep), decay(lam), alpha(lam, batch_size)

    return lambda momentum, keep, lam, batch_size: f(momentum, keep, lam, batch_size)


@exercise(
    cases=[
        {"momentum": 0.9, "keep": 0.8, "lam": 1e-2, "batch_size": 32},
        {"momentum": 0.99, "keep": 1.0, "lam": 0.5, "batch_size": 10},
    ],
    outputs=("momentum", "p", "weight_decay", "alpha"),
    slips={
        "All is copied: only lam is the same number in PyTorch.": _translation(
            lambda m: m, lambda keep: keep, alpha=lambda lam, size: lam
        ),
        "Batch norm's momentum is copied: PyTorch's is the share of the new, ours the share that stays.": _translation(
            momentum=lambda m: m
        ),
        "keep is copied: PyTorch's p is the share that is dropped.": _translation(p=lambda keep: keep),
        "weight_decay is twice too large: the gradient of lam / 2 · W² is lam · W, and PyTorch adds weight_decay · W.": _translation(
            decay=lambda lam: 2 * lam
        ),
        "weight_decay is half of what it should be: PyTorch adds weight_decay · W to the gradient, with no 2 in it.": _translation(
            decay=lambda lam: lam / 2
        ),
        "alpha is copied: scikit-learn divides it by the size of the batch.": _translation(alpha=lambda lam, size: lam),
        "alpha is divided by the size of the batch once more: scikit-learn does that itself.": _translation(
            alpha=lambda lam, size: lam / size
        ),
    },
)
def translate(momentum, keep, lam, batch_size):
    """Our settings in PyTorch's terms, and lam in scikit-learn's."""
    return _translation()(momentum, keep, lam, batch_size)


THETA = np.array([1.0, -1.0, 1.0, 0.001, 0.0, 100.0, -8.0, 0.1, 1.00048])
STEP = np.array([1e-4, 1e-2, -6e-4, 1e-4, 1e-6, 1e-6, 0.0, 1e-9, 1e-4])


def _lost(
    dtype=np.float16,
    old=lambda theta, dtype: theta.astype(dtype),
    start=None,
    moves=lambda s, dtype: s != 0,
    changed=lambda old, new: old == new,
):
    def f(theta, step):
        new = (start or old)(theta, dtype) + step.astype(dtype)
        lost = changed(old(theta, dtype), new.astype(dtype))
        return float(lost[moves(step, dtype)].mean())

    return f


@exercise(
    cases=[
        {"theta": THETA, "step": STEP},
        {"theta": np.ones(4), "step": np.array([1e-4, 4e-4, 6e-4, 1e-2])},
        {"theta": np.ones(3), "step": np.full(3, 1e-5)},
    ],
    slips={
        "Computed in float64: turn theta and the step into float16 first; float16 + float64 is float64.": _lost(
            np.float64
        ),
        "Computed in float32, which has 7 digits: float16 has 3.": _lost(np.float32),
        "The sum is compared with theta before it was rounded: a parameter that float16 does not hold exactly counts "
        "as moved.": _lost(old=lambda theta, dtype: theta, start=lambda theta, dtype: theta.astype(dtype)),
        "The step is added to theta before it is rounded: that is a master copy, which loses less.": _lost(
            start=lambda theta, dtype: theta
        ),
        "Steps that float16 rounds to 0 are left out: they are lost as well.": _lost(
            moves=lambda step, dtype: step.astype(dtype) != 0
        ),
        "Steps of exactly 0 are counted: there was nothing to lose.": _lost(moves=lambda step, dtype: slice(None)),
        "This is the share that arrives, not the share that is lost.": _lost(changed=lambda old, new: old != new),
    },
)
def lost_updates(theta, step):
    """The share of the nonzero steps that leave a float16 parameter exactly as it was."""
    return _lost()(theta, step)
