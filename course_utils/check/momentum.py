"""Checkers of the chapter on momentum: steps, a rate for another convention, a setting, and a ball for any valley."""

import copy
import itertools

import numpy as np

from ..descent import arrival, descend
from ..optimizers import SGD, Momentum, Nesterov
from ..surfaces import bowl
from ._limits import Endless, limited
from ._outcomes import array
from ._protocol import checker, edits, exercise
from ._symptoms import failure
from ._verdict import correct, named, undone

rng = np.random.default_rng(6)
THETA, G, V = rng.normal(size=(3, 2, 3))
FIRST = {"theta": np.array([1.0, 2.0]), "g": np.array([3.0, -4.0]), "v": np.zeros(2)}
CASES = [
    FIRST,
    FIRST | {"v": np.array([1.0, 0.5])},
    FIRST | {"v": np.array([10.0, -10.0]), "lr": 0.02, "rho": 0.99},
    {"theta": THETA, "g": G, "v": V, "lr": 0.5, "rho": 0.75},
]
VELOCITY = {
    "The gradient is added: this walks up the slope.": ("theta - lr", "theta + lr"),
    "v is a running mean, rho · v + (1 - rho) · g: it is a sum, and g enters whole.": (
        "rho * v + g",
        "rho * v + (1 - rho) * g",
    ),
    "rho is taken for friction, v = (1 - rho) · v + g: rho is the part that stays.": (
        "rho * v + g",
        "(1 - rho) * v + g",
    ),
    "rho multiplies the gradient as well: v = rho · (v + g).": ("rho * v + g", "rho * (v + g)"),
    "rho stands at the gradient: v = v + rho · g never forgets.": ("rho * v + g", "v + rho * g"),
    "lr is applied twice, in v and in the step.": ("rho * v + g", "rho * v + lr * g"),
    "The old v is returned: the next step will not know of this one.": [
        ("v = rho * v + g", "old = v; v = rho * v + g"),
        ("lr * v, v", "lr * v, old"),
    ],
    "The step is returned in place of the new theta.": ("theta - lr", "-lr"),
}  # what is got wrong in momentum and in Nesterov alike


@exercise(
    outputs=("theta", "v"),
    cases=CASES,
    slips=edits(
        VELOCITY
        | {
            "theta and v are returned in the wrong order.": ("theta - lr * v, v", "v, theta - lr * v"),
            "The step is along the gradient alone: v is kept and never used.": ("lr * v", "lr * g"),
            "The step is along the old v: the new gradient has to wait for a turn.": [
                ("v = rho", "old = v; v = rho"),
                ("lr * v", "lr * old"),
            ],
            "This is convention (b): lr goes into v, so v is in other units. Asked for is (a).": [
                ("+ g", "+ lr * g"),
                ("theta - lr * v", "theta - v"),
            ],
            "This is convention (b) with the sign in v: v = rho · v - lr · g, theta + v. Asked for is (a).": [
                ("+ g", "- lr * g"),
                ("theta - lr * v", "theta + v"),
            ],
            "v = rho · v - g points downhill already, and is subtracted: this walks up the slope.": ("+ g", "- g"),
            "rho and lr have changed places: rho keeps the old v, lr scales the step.": [
                ("rho * v", "lr * v"),
                ("lr * v, v", "rho * v, v"),
            ],
            "This is Nesterov's step: momentum's is lr · v.": ("lr * v", "lr * (g + rho * v)"),
        }
    ),
)
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    """One step of momentum in convention (a): v sums up gradients, and lr is applied when theta moves.

    v = rho · v + g, then theta = theta - lr · v. Returns (theta, v). Source: Polyak (1964), as PyTorch writes it.
    """
    v = rho * v + g
    return theta - lr * v, v


@exercise(
    cases=[{"lr": 0.1, "rho": 0.9}, {"lr": 0.5, "rho": 0.0}, {"lr": 0.02, "rho": 0.99}, {"lr": 0.2, "rho": 0.75}],
    slips=edits(
        {
            "The factor is upside down: (c) takes smaller steps, so it needs a larger lr.": (
                "lr / (1 - rho)",
                "lr * (1 - rho)",
            ),
            "This is the same lr: (c) would take 1 - rho of the steps.": ("lr / (1 - rho)", "lr"),
            "lr / rho: it is g that (c) multiplies, by 1 - rho; v keeps its rho in both.": ("(1 - rho)", "rho"),
            "lr · rho: it is g that (c) multiplies, by 1 - rho; v keeps its rho in both.": ("/ (1 - rho)", "* rho"),
            "The sign is wrong: 1 - rho is wanted, this is 1 + rho.": ("1 - rho", "1 + rho"),
            "The brackets around 1 - rho are missing: lr / 1 - rho subtracts rho from lr.": ("(1 - rho)", "1 - rho"),
            "lr · (1 + rho) is the first step of Nesterov, not a matter of convention.": ("/ (1 - rho)", "* (1 + rho)"),
            "This is the gain of the sum alone: it is to be multiplied by lr.": ("lr /", "1 /"),
        }
    ),
)
def matching_rate(lr, rho):
    """The rate with which convention (c), v = rho · v + (1 - rho) · g, walks the path that (a) walks with lr.

    lr / (1 - rho): each v of (c) is 1 - rho times that of (a).
    """
    return lr / (1 - rho)


@exercise(
    outputs=("theta", "v"),
    cases=CASES,
    slips=edits(
        {words: pairs for words, pairs in VELOCITY.items() if not words.startswith("The old")}
        | {
            "The old v is returned: the next step will not know of this one.": [
                ("v = rho * v + g", "old = v; v = rho * v + g"),
                ("rho * v), v", "rho * v), old"),
            ],
            "theta and v are returned in the wrong order.": (
                "theta - lr * (g + rho * v), v",
                "v, theta - lr * (g + rho * v)",
            ),
            "This is plain momentum, g + rho · (the old v): the look-ahead is g + rho · v with the new v, which has g in it.": (
                "(g + rho * v)",
                "v",
            ),
            "This uses the already updated velocity: rho² · v wants the old v; the first step is 2.71 lr · g, not 1.9 lr · g.": (
                "(g + rho * v)",
                "(rho**2 * v + (1 + rho) * g)",
            ),
            "rho is missing in the look-ahead: it is g + rho · v, and the first step is 1.9 lr · g, not 2 lr · g.": (
                "(g + rho * v)",
                "(g + v)",
            ),
            "g is missing: the velocity's next push is there, the gradient's own is not.": ("(g + rho * v)", "rho * v"),
            "rho multiplies g and v: it belongs to v alone.": ("(g + rho * v)", "rho * (g + v)"),
            "v is added to its own look-ahead: the step is g + rho · v, not v + rho · v.": ("(g +", "(v +"),
            "This returns the ball: theta is to stay the look-ahead point, lr · rho · v further on.": (
                "(g + rho * v), v",
                "(g + rho * v) + lr * rho * v, v",
            ),
            "v takes up g twice: v = rho · v + g once, and the step from it.": ("rho * v), v", "rho * v), g + rho * v"),
            "lr goes into v, and the step is g + rho · v in mixed units.": [
                ("rho * v + g", "rho * v + lr * g"),
                ("lr * (g + rho * v)", "(lr * g + rho * v)"),
            ],
            "This is convention (b) with the sign in v: v = rho · v - lr · g. Asked for is (a), v = rho · v + g.": [
                ("rho * v + g", "rho * v - lr * g"),
                ("theta - lr * (g + rho * v)", "theta + rho * v - lr * g"),
            ],
        }
    ),
)
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    """One step of Nesterov's momentum, where theta is the look-ahead point at which g was taken.

    v = rho · v + g, then theta = theta - lr · (g + rho · v). Returns (theta, v). Source: Nesterov (1983), in the form
    of Bengio et al. (2012).
    """
    v = rho * v + g
    return theta - lr * (g + rho * v), v


KAPPA, LOW, ALLOWED, PATIENCE = 100, 1e-6, 100, 2000


@checker(
    reference=Momentum(lr=0.03, rho=0.7),
    slips={
        "This is plain SGD: the exercise asks for momentum.": SGD(lr=0.0198),
        "Momentum(lr=0.0198, rho=0) takes 475 steps; 100 are allowed.": Momentum(lr=0.0198, rho=0.0),
        "takes 188 steps; 100 are allowed. It swings: complex roots lose √rho a step, so rho is too large.": Momentum(
            lr=0.02, rho=0.9
        ),
        "It crawls: the flat direction wants more momentum, or a larger rate.": Momentum(lr=0.005, rho=0.5),
        "diverges at step 23: its rate is beyond 2 (1 + rho) / 100 = 0.036.": Momentum(lr=0.04, rho=0.8),
        "diverges at step 32: its rate is beyond 2 (1 + rho) / (1 + 2 rho) / 100 = 0.01357.": Nesterov(lr=0.016),
        "steps, want 1e-06 after 100.": Momentum(lr=0.02, rho=1.0),
        "Momentum is a class: a setting of it is made so, Momentum(lr=0.1, rho=0.9).": Momentum,
        "The checker wants Momentum(lr=..., rho=...) or Nesterov(...), got tuple.": (0.03, 0.7),
    },
)
def tune_momentum(opt):
    """Check your setting of `Momentum` or `Nesterov` for the bowl with condition number 100.

    From (-4, 2) its loss must come below 1e-6 within 100 steps, and stay there.
    """
    if isinstance(opt, type):
        name = opt.__name__
        return named(f"`{name}` is a class: a setting of it is made so, `{name}(lr=0.1, rho=0.9)`.")
    if isinstance(opt, SGD):
        return named("This is plain SGD: the exercise asks for momentum.")
    if not isinstance(opt, Momentum) or opt.shape or callable(opt.lr):
        kind = f"{opt!r}" if isinstance(opt, Momentum) else type(opt).__name__
        return named(f"The checker wants `Momentum(lr=..., rho=...)` or `Nesterov(...)`, got {kind}.")
    run = descend(opt, bowl(KAPPA), PATIENCE)
    return _judge(opt, run)


def _judge(opt, run):
    steps = arrival(run.losses, LOW)
    if run.diverged_at >= 0:
        ahead, limit = (" / (1 + 2 rho)", 1 + 2 * opt.rho) if isinstance(opt, Nesterov) else ("", 1)
        bound = f"2 (1 + rho){ahead} / {KAPPA} = {2 * (1 + opt.rho) / limit / KAPPA:.4g}"
        return named(f"`{opt}` diverges at step {run.diverged_at}: its rate is beyond {bound}.")
    if steps == np.inf:
        words = f"`{opt}` has a loss of {run.losses[-1]:.2g} after {PATIENCE} steps, want {LOW:g} after {ALLOWED}."
        return named(words)
    words = f"`{opt}` takes {steps} steps; {ALLOWED} are allowed."
    if steps <= ALLOWED:
        return correct(words)
    swings = (np.diff(np.sign(run.points[: steps + 1, 0])) != 0).sum() > 2
    why = (
        "It swings: complex roots lose √rho a step, so rho is too large."
        if swings
        else "It crawls: the flat direction wants more momentum, or a larger rate."
    )
    return named(f"{words} {why}")


VALLEYS, STARTS, WITHIN = (20, 100, 1000), ((-4.0, 2.0), (3.0, -0.5), (0.5, 3.0)), 120
TURNED = np.array([[np.sqrt(3), -1], [1, np.sqrt(3)]]) / 2  # by 30 degrees


def _restarting(p, g, memory):
    v = np.zeros_like(p) if memory is None or g @ memory < 0 else memory
    v = 0.99 * v + g
    return p - 0.5 * v, v


def _fixed(lr, rho):
    def step(p, g, memory):
        v = rho * (0 if memory is None else memory) + g
        return p - lr * v, v

    return step


def _reversed(p, g, memory):
    v = np.zeros_like(p) if memory is None or g @ memory > 0 else memory
    v = 0.99 * v + g
    return p - 0.5 * v, v


def _with_memory_kept(p, g, memory):
    return _restarting(p, g, memory)[0], memory


@checker(
    reference=_restarting,
    slips={
        "kappa = 20: the ball is still swinging after 120 steps. When does it climb, and what should it do then?": _fixed(
            0.5, 0.99
        ),
        "kappa = 1000: it creeps.": _fixed(1.0, 0.8),
        "kappa = 20: it creeps.": _fixed(1.0, 0.0),
        "it runs away.": _fixed(3.2, 0.5),
        "The test is the wrong way round: the speed is thrown away on the steps that go down, and kept on those that climb.": (
            _reversed
        ),
        "It is to return two things, the new point and the new memory": lambda p, g, memory: p - 0.5 * g,
        "The memory comes back as it went in: what should the next step know of this one?": _with_memory_kept,
        "The new point has the shape ()": lambda p, g, memory: (0.0, memory),
    },
)
def any_valley(step):
    """Check your `step(p, g, memory)`, which returns (new point, new memory).

    It must bring the loss below 1e-6 for good within 120 steps in valleys of curvatures 1 / kappa and 1, for kappa 20,
    100 and 1,000 and three starts each, along the axes and turned by 30 degrees.
    """
    if not callable(step):
        return named(
            f"The checker wants the function itself, `check.any_valley(any_valley)`, got {type(step).__name__}."
        )
    slowest = 0
    for turn, kappa, start in itertools.product((np.eye(2), TURNED), VALLEYS, STARTS):
        hessian = turn @ np.diag([1 / kappa, 1]) @ turn.T
        path, wrong = _path(step, hessian, kappa, turn @ start)
        if wrong is None and path is None:
            return undone("`any_valley` returns nothing yet.")
        if wrong:
            return named(wrong)
        losses = np.sum(path @ hessian * path, axis=1) / 2
        steps = arrival(losses, LOW)
        if steps > WITHIN:
            where = f"From {start} with kappa = {kappa}{', turned by 30 degrees' if turn is TURNED else ''}"
            if _forgets_going_down(step, hessian, turn @ start):
                return named(
                    TEST_REVERSED, details=(f"{where} the loss is {losses[WITHIN]:.1g} after {WITHIN} steps.",)
                )
            return named(f"{where}: {_valley_lesson(path, losses)}")
        slowest = max(slowest, steps)
    return correct(f"Eighteen descents, kappa from 20 to 1,000: the slowest takes {slowest} steps of {WITHIN}.")


def _path(step, hessian, kappa, start):
    """((steps, 2) points, what is wrong with what the function returned); (None, None) if it returns nothing."""
    p, memory, path, kept = start, None, [start], 0
    try:
        with np.errstate(all="ignore"), limited():
            for _ in range(2 * WITHIN):
                returned = step(p.copy(), hessian @ p, memory)
                if returned is None or returned is ...:
                    return None, None
                if wrong := _no_pair(returned):
                    return None, wrong
                p, memory = array(returned[0]).astype(float), returned[1]
                kept += memory is None
                if not (abs(p) < 1e9).all():
                    runs = f"With kappa = {kappa} it runs away."
                    return None, f"{runs} The steepest curvature is 1: which rates does it bear?"
                path.append(p)
    except NotImplementedError:
        return None, None
    except (Exception, SystemExit, Endless) as error:  # whatever the learner's function, or what it returns, raises
        return None, failure(error, step)
    if kept == 2 * WITHIN:
        return None, "The memory comes back as it went in: what should the next step know of this one?"
    return np.array(path), None


def _no_pair(returned):
    """Why what was returned is no pair of a new point and a memory; empty if it is one."""
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        return "It is to return two things, the new point and the new memory: `return p, memory`."
    p = array(returned[0])
    if p is None or p.dtype.kind == "U":
        return f"The new point is something of type `{type(returned[0]).__name__}`, want an array of two numbers."
    if p.shape != (2,):
        return f"The new point has the shape {p.shape}, want (2,) as the old one."
    return ""


TEST_REVERSED = (
    "The test is the wrong way round: the speed is thrown away on the steps that go down, and kept on those that climb. "
    "A memory that adds up gradients points uphill, so that `g @ memory` is above 0 as long as the ball goes down."
)


def _forgets_going_down(step, hessian, start):
    """Whether each step that goes down is of the gradient alone, and would not be if the gradient were turned round."""
    p, memory, moved, lr, down, turned = start, None, np.zeros(2), None, [], []
    try:
        with np.errstate(all="ignore"), limited():
            for _ in range(WITHIN):
                g, before, last = hessian @ p, copy.deepcopy(memory), moved
                new, memory = step(p.copy(), g, memory)
                moved = array(new) - p
                lr = -(moved @ g) / (g @ g) if lr is None else lr
                if g @ last < 0:
                    down.append(_is(moved, -lr * g))
                    turned.append(_is(array(step(p.copy(), -g, before)[0]) - p, lr * g))
                p = array(new)
    except (Exception, SystemExit, Endless):  # the turned gradient is more than the learner was asked for
        return False
    return bool(down) and all(down) and not any(turned)


def _is(step, wanted):
    return np.linalg.norm(step - wanted) <= 1e-6 * np.linalg.norm(wanted)


def _valley_lesson(path, losses):
    """Why a descent is late: it swings, or it creeps."""
    climbs = np.mean(np.diff(losses[WITHIN // 2 : WITHIN + 1]) > 0)
    if climbs > 0.2:
        return f"the ball is still swinging after {WITHIN} steps. When does it climb, and what should it do then?"
    return f"it creeps. After {WITHIN} steps the loss is {losses[WITHIN]:.1g}: it needs more momentum."
