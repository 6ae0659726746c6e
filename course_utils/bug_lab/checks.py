"""Checks: nine ways to look at a training program that find bugs its loss curve hides.

    finding = CHECKS["gradient check"](program)
    finding.caught, finding.words
    report(program)                  # what all nine say

A check knows what holds of any right program, and nothing of the bugs; a right program passes all nine. Its limits are
rules of thumb, the constants below. All nine of a program together take about a tenth of a second.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .._support.threads import few_threads
from ..data import Data, Split
from ..gradients import check_gradients
from ..health import Monitor, layer_health
from ..training import evaluate
from ._known_answers import known_answers, without_answer
from ._oracle import disagreements
from .programs import CLASSES

FIRST_LOSS = 0.1  # relative distance from ln 10
MEMORIZED, SMALL, LONG = 0.5, 20, 300
GRADIENT = 1e-4  # below, kinks or rounding may be to blame
RATIOS = 1e-4, 1e-2  # a thousandth, give or take a factor of ten
SPREADS, DEAD = (0.1, 10.0), 0.25
PASSES, MODES = 10, 0.25  # how far the scores of the two modes may be apart
LEARNED, CHANCE = 0.3, 0.4  # shares; of ten classes a tenth is right by chance
SHOWN = 2  # of several faults


class Finding(NamedTuple):
    """What a check says of a program: whether it caught something, and the numbers on which that rests."""

    caught: bool
    words: str


def initial_loss(program):
    """Before training the loss is that of even guesses, ln(n_classes): a net knows nothing yet."""
    x, y = program.split().train
    loss = program.loss(program.net().forward(x[:32], training=True), y[:32])[0]
    return Finding(abs(loss / np.log(CLASSES) - 1) > FIRST_LOSS, f"{loss:.2f}, want ln 10 = {np.log(CLASSES):.2f}")


def overfit(program):
    """A net with more parameters than samples can learn 20 samples by heart."""
    split = Split(program.split().train[:SMALL])
    net, _ = program.run(split, epochs=LONG, batch_size=SMALL, regularizer=None, evaluate_every=0)
    loss, accuracy = evaluate(net, split.train)
    if np.isnan(loss):
        return Finding(True, "the run diverges")
    return Finding(loss > MEMORIZED, f"loss {loss:.3f}, {accuracy:.0%} right of {SMALL} samples after {LONG} steps")


def gradient_check(program):
    """The gradient of the backward pass is the slope of the program's own loss, in training mode."""
    x, y = program.split().train
    found = check_gradients(program.net(), x[:8], y[:8], program.loss, n_per_array=20, training=True)
    if found.error < GRADIENT:
        return Finding(False, "relative errors below 1e-4")
    errors = ", ".join(f"{name} {error:.3g}" for name, error in found.errors.items() if not error < GRADIENT)
    return Finding(True, f"relative errors {errors}")


def update_ratio(program):
    """In a healthy run a step changes the weights, here the first layer's, by about a thousandth of their size."""
    ratio = np.median(trained(program)[1].update_ratio[:, 0])
    return Finding(not RATIOS[0] <= ratio <= RATIOS[1], f"{ratio:.2g}, want about 0.001")


def activation_histogram(program):
    """Activations neither vanish nor explode, and few units are dead."""
    net, _, data = trained(program)
    (layer,) = layer_health(net, data.x)
    if not np.isfinite(layer.std):
        return Finding(True, "activations that are not finite")
    caught = layer.dead > DEAD or not SPREADS[0] <= layer.std <= SPREADS[1]
    return Finding(caught, f"std {layer.std:.2g}, {layer.dead:.0%} of the units dead")


def modes(program):
    """Test mode is repeatable, and its scores are what training mode gives on average over what is random there."""
    net, _, (x, _) = trained(program)
    net = net.copy()
    test, again = net.forward(x), net.forward(x)
    if not np.isfinite(test).all():
        return Finding(True, "scores that are not finite")
    if not np.array_equal(test, again):
        return Finding(True, f"two passes in test mode differ by up to {abs(test - again).max():.2g}")
    train = sum(net.forward(x, training=True) for _ in range(PASSES)) / PASSES
    slope = np.sum(train * test) / np.sum(test * test)
    return Finding(abs(slope - 1) > MODES, f"scores in training mode {slope:.2f} times those in test mode")


def oracle(program):
    """A second implementation computes the same from the same numbers."""
    wrong, unknown = disagreements(program)
    right = "agrees in what it has a formula for" if unknown else "agrees in scores, gradient and steps"
    return Finding(bool(wrong), (_first(wrong) or right) + _no_formula(unknown))


def known_answer(program):
    """Where the answer is known from a formula, the program gives that answer."""
    wrong = [
        f"{what} is {'not finite' if np.isnan(got) else f'{got:.3g}'}, want {want:.3g}"
        for what, got, want, tolerance in known_answers(program)
        if not abs(got - want) <= tolerance
    ]
    return Finding(bool(wrong), (_first(wrong) or "all as the formulas say") + _no_formula(without_answer(program)))


def _no_formula(parts):
    return f"; no formula for {' and '.join(parts)}" if parts else ""


def _first(wrong):
    return "; ".join(wrong[:SHOWN]) + (f"; {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else "")


def permuted_labels(program):
    """With permuted labels nothing can be learned, and with the right ones something can."""
    split = program.split()
    y = np.random.default_rng(1).permutation(split.train.y)
    mixed = Split(Data(split.train.x, y), split.val, split.test)
    right, permuted = (program.run(s, epochs=3, evaluate_every=3)[1].final_val_accuracy for s in (split, mixed))
    if np.isnan(right):
        return Finding(True, "the run diverges")
    words = f"{right:.0%} right in validation, {permuted:.0%} with permuted labels"
    return Finding(right < LEARNED or permuted > CHANCE, words)


CHECKS = {
    "initial loss": initial_loss,
    "overfit 20": overfit,
    "gradient check": gradient_check,
    "update ratio": update_ratio,
    "activations": activation_histogram,
    "two modes": modes,
    "oracle": oracle,
    "known answers": known_answer,
    "permuted labels": permuted_labels,
}


class Report(dict):
    """What every check says of a program: {name of the check: Finding}."""

    @property
    def caught(self):
        """The names of the checks that caught something."""
        return [name for name, finding in self.items() if finding.caught]

    def __repr__(self):
        return "\n".join(
            f"{'CAUGHT' if caught else 'passed'}  {name:16} {words}" for name, (caught, words) in self.items()
        )


@lru_cache(maxsize=64)
def report(program):
    """Run all nine checks on a Program.

    >>> from course_utils.bug_lab import Program
    >>> report(Program()).caught
    []
    """
    with few_threads(program.net()):
        return Report({name: check(program) for name, check in CHECKS.items()})


@lru_cache(maxsize=4)
def trained(program):
    """(net, Health, training Data) of a run of three epochs, looked at every eighth step."""
    split = program.split()
    monitor = Monitor(split.train.x[:250], every=8)
    net, _ = program.run(split, epochs=3, step_callbacks=[monitor], evaluate_every=0)
    return net, monitor.health(), split.train
