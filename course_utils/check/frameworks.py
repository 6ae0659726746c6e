"""Checkers of the chapter on frameworks: PyTorch's layout, settings translated, updates lost."""

import numpy as np

from ._protocol import edits, exercise

draws = np.random.default_rng(18)


@exercise(
    cases=[
        {"theta": draws.normal(size=(n_in + 1) * n_out), "n_in": n_in, "n_out": n_out}
        for n_in, n_out in ((3, 2), (2, 3), (2, 2))
    ],
    outputs=("weight", "bias"),
    slips=edits(
        {
            "W has our shape (n_in, n_out): PyTorch keeps its transpose, (n_out, n_in).": (".T", ""),
            "The numbers of W are poured into the shape (n_out, n_in): a reshape is no transpose. The scores would come "
            "out without an error, and wrong.": ("reshape(n_in, n_out).T", "reshape(n_out, n_in)"),
            "b is taken before W: in theta a layer's W comes first.": (
                "theta[: n_in * n_out], theta[n_in * n_out :]",
                "theta[n_out:], theta[:n_out]",
            ),
            "The bias is a column: want one axis, (n_out,).": ("T, b", "T, b[:, None]"),
            "The bias begins one too late: in Python the piece after theta[:n] is theta[n:].": (
                "theta[n_in * n_out :]",
                "theta[n_in * n_out + 1 :]",
            ),
        }
    ),
)
def pytorch_layout(theta, n_in, n_out):
    """(weight, bias) of a Linear layer, in PyTorch's shapes, from the piece of theta that holds W and b."""
    W, b = theta[: n_in * n_out], theta[n_in * n_out :]
    return W.reshape(n_in, n_out).T, b


ALPHA = "lam * batch_size"


@exercise(
    cases=[
        {"momentum": 0.9, "keep": 0.8, "lam": 1e-2, "batch_size": 32},
        {"momentum": 0.99, "keep": 1.0, "lam": 0.5, "batch_size": 10},
    ],
    outputs=("momentum", "p", "weight_decay", "alpha"),
    slips=edits(
        {
            "All is copied: only lam is the same number in PyTorch.": (
                "1 - momentum, 1 - keep, lam, lam * batch_size",
                "momentum, keep, lam, lam",
            ),
            "Batch norm's momentum is copied: PyTorch's is the share of the new, ours the share that stays.": (
                "1 - momentum",
                "momentum",
            ),
            "keep is copied: PyTorch's p is the share that is dropped.": ("1 - keep", "keep"),
            "weight_decay is twice too large: the gradient of lam / 2 · W² is lam · W, and PyTorch adds weight_decay · W.": (
                "lam, lam",
                "2 * lam, lam",
            ),
            "weight_decay is half of what it should be: PyTorch adds weight_decay · W to the gradient, with no 2 in it.": (
                "lam, lam",
                "lam / 2, lam",
            ),
            "weight_decay and alpha are twice too large: the ½ of lam / 2 · W² cancels against the 2 of its slope.": (
                "lam, lam * batch_size",
                "2 * lam, 2 * lam * batch_size",
            ),
            "alpha is copied: scikit-learn divides it by the size of the batch.": (ALPHA, "lam"),
            "alpha is divided by the size of the batch once more: scikit-learn does that itself.": (
                ALPHA,
                "lam / batch_size",
            ),
        }
    ),
)
def translate(momentum, keep, lam, batch_size):
    """Our settings in PyTorch's terms, and lam in scikit-learn's."""
    return 1 - momentum, 1 - keep, lam, lam * batch_size


THETA = np.array([1.0, -1.0, 1.0, 0.001, 0.0, 100.0, -8.0, 0.1, 1.00048])
STEP = np.array([1e-4, 1e-2, -6e-4, 1e-4, 1e-6, 1e-6, 0.0, 1e-9, 1e-4])
HALF = "np.float16"


@exercise(
    cases=[
        {"theta": THETA, "step": STEP},
        {"theta": np.ones(4), "step": np.array([1e-4, 4e-4, 6e-4, 1e-2])},
        {"theta": np.ones(3), "step": np.full(3, 1e-5)},
        *(
            {"theta": draws.normal(size=60), "step": draws.normal(0, 3e-4, size=60) * (draws.random(60) < 0.8)}
            for _ in range(2)
        ),
        # Half of the gap above and below a power of two, and small numbers, whose gaps do not shrink any more.
        {
            "theta": np.array([1.0, 1.0, 1.5, 2.0, 1e-6, 1e-7]),
            "step": np.array([4.4e-4, -4e-4, 4.4e-4, -7e-4, 2e-8, 5e-8]),
        },
    ],
    slips=edits(
        {
            "Computed in float64: turn theta and the step into float16 first; float16 + float64 is float64.": [
                (f"theta.astype({HALF})", "theta"),
                (f"step.astype({HALF})", "step"),
            ],
            "Computed in float32, which has 7 digits: float16 has 3.": [
                (f"theta.astype({HALF})", "theta.astype(np.float32)"),
                (f"step.astype({HALF})", "step.astype(np.float32)"),
            ],
            "The sum is compared with theta before it was rounded: a parameter that float16 does not hold exactly counts "
            "as moved.": ("== old", "== theta"),
            "The step is added to theta before it is rounded: that is a master copy, which loses less.": (
                f"old + step.astype({HALF})",
                f"(theta + step.astype({HALF})).astype({HALF})",
            ),
            "Steps that float16 rounds to 0 are left out: they are lost as well.": (
                "[step != 0]",
                f"[step.astype({HALF}) != 0]",
            ),
            "Steps of exactly 0 are counted: there was nothing to lose.": ("lost[step != 0]", "lost"),
            "This is the share that arrives, not the share that is lost.": ("== old", "!= old"),
            "This is how many are lost: want the share of the steps that are not 0.": (
                "lost[step != 0].mean()",
                "lost[step != 0].sum()",
            ),
            "This is the rule of thumb, |step| < |theta| · 2⁻¹¹: add in float16 and look whether anything moved.": (
                f"old + step.astype({HALF}) == old",
                "abs(step) < abs(theta) * 2**-11",
            ),
        }
    ),
)
def lost_updates(theta, step):
    """The share of the nonzero steps that leave a float16 parameter exactly as it was."""
    old = theta.astype(np.float16)
    lost = old + step.astype(np.float16) == old
    return lost[step != 0].mean()
