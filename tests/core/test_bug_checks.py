"""The nine checks: right programs pass all of them, every bug is caught by those that should, and margins are wide."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from course_utils.bug_lab import BUGS, CHECKS, EVERYTHING, Program, blind, report
from course_utils.bug_lab import _known_answers as known_answers
from course_utils.bug_lab import _oracle as oracle
from course_utils.bug_lab._known_answers import of_optimizer
from course_utils.data import Data
from course_utils.dropout import NoisyGradients
from course_utils.layers import ELU, GELU, Dense, LeakyReLU, Pointwise, SiLU, Tanh
from course_utils.losses import multiclass_hinge
from course_utils.network import Network
from course_utils.normalization import GroupNorm, LayerNorm
from course_utils.optimizers import SGD, AdaDelta, AdaGrad, Adam, AdamW, Momentum, Nadam, Nesterov, RMSProp
from course_utils.regularizers import L2
from course_utils.schedules import Cosine

CAUGHT = {
    "factor 2 in dW": "gradient check, oracle",
    "4/n in db": "gradient check, oracle",
    "missing 1/n": "gradient check, update ratio, oracle",
    "summed loss": "initial loss, oracle, known answers",
    "ReLU by delta": "overfit 20, gradient check, activations, oracle, permuted labels",
    "X for H1": "gradient check, oracle",
    "batch norm backward in test mode": "gradient check, oracle",
    "running averages never updated": "overfit 20, two modes, oracle, known answers",
    "randn for the mask": "two modes, known answers",
    "no scaling at test time": "two modes, known answers",
    "dropout on at test time": "two modes, oracle, known answers",
    "Nesterov with the updated velocity": "oracle, known answers",
    "beta1 in the second moment": "oracle, known answers",
    "no bias correction": "oracle, known answers",
    "eps inside the root": "known answers",
    "softmax without the maximum": "known answers",
    "penalty on the biases": "known answers",
    "statistics of the test set": "known answers",
    "labels out of step": "permuted labels",
}
HEALTHY = {repr(program): program for program in (*(bug.healthy for bug in BUGS.values()), EVERYTHING)}


@pytest.mark.parametrize("program", HEALTHY.values(), ids=HEALTHY.keys())
def test_a_right_program_passes_all_nine(program):
    assert report(program).caught == []


# Right programs from which no bug is planted: a check must not take what it does not know for wrong.
RIGHT = {
    "Momentum": {"opt": Momentum(lr=0.002)},
    "Momentum without friction": {"opt": Momentum(lr=0.0005, rho=0.99)},
    "Nesterov": {"opt": Nesterov(lr=0.002)},
    "RMSProp": {"opt": RMSProp(lr=0.001)},
    "AdaGrad": {"opt": AdaGrad(lr=0.01)},
    "AdaDelta": {"opt": AdaDelta(lr=0.3)},
    "Adam": {"opt": Adam(lr=0.001)},
    "Adam uncorrected": {"opt": Adam(lr=0.0005, bias_correction=False)},
    "Nadam": {"opt": Nadam(lr=0.001)},
    "AdamW": {"opt": AdamW(lr=0.001, weight_decay=0.1)},
    "a function as rate": {"opt": Momentum(lr=lambda t: 0.004 / (1 + t / 50))},
    "a schedule": {"opt": SGD(lr=Cosine(lr=0.02, n_steps=400))},
    "a rate that starts at 0": {"opt": AdamW(lr=lambda t: 0.001 * min(t / 10, 1))},
    "noisy gradients": {"opt": NoisyGradients(SGD(lr=0.02), std=0.001)},
    "Tanh": {"activation": Tanh},
    "LeakyReLU": {"activation": LeakyReLU},
    "ELU": {"activation": ELU},
    "GELU": {"activation": GELU},
    "SiLU": {"activation": SiLU},
    "LayerNorm": {"norm": LayerNorm},
    "GroupNorm": {"norm": partial(GroupNorm, groups=8)},
}


@pytest.mark.parametrize("penalty", [None, L2(lam=0.001)], ids=["bare", "L2"])
@pytest.mark.parametrize("parts", RIGHT.values(), ids=RIGHT)
def test_a_right_program_is_not_accused(parts, penalty):
    assert report(Program(**parts, regularizer=penalty)).caught == []


class Softplus(Tanh):
    """Its base's word is not kept: it is no Tanh."""

    f = staticmethod(lambda x: np.logaddexp(0, x))
    derivative = staticmethod(lambda x: 1 / (1 + np.exp(-x)))


class OwnSoftplus(Pointwise):
    f, derivative = Softplus.f, Softplus.derivative


class Own:
    """An optimizer of a learner's own."""

    def init(self, theta):
        return ()

    def update(self, grad, state, t, theta=None):
        return -0.02 * grad, state


def test_a_part_without_a_formula_is_named_and_a_base_is_taken_at_its_word():
    found = {name: CHECKS[name](Program(opt=Own(), activation=OwnSoftplus)) for name in ("oracle", "known answers")}
    assert not any(finding.caught for finding in found.values())
    assert found["oracle"].words == "agrees in what it has a formula for; no formula for Own and OwnSoftplus"
    assert found["known answers"].words == "all as the formulas say; no formula for Own"
    assert CHECKS["oracle"](Program(activation=Softplus)).caught
    hinge = Program(loss=multiclass_hinge)
    assert "no formula for multiclass_hinge" in CHECKS["oracle"](hinge).words
    assert not any(CHECKS[name](hinge).caught for name in ("oracle", "known answers"))


@pytest.mark.parametrize("activation", [Tanh, LeakyReLU, ELU, GELU, SiLU])
@pytest.mark.parametrize("norm", [None, LayerNorm, partial(GroupNorm, groups=8)], ids=["bare", "layer", "group"])
def test_the_oracle_knows_the_gradient_of_what_it_has_a_formula_for(activation, norm):
    class Off(Network):
        def backward(self, dscores, input_grad=False):
            super().backward(dscores, input_grad)
            self.layers[0].dW *= 1.001

    right = Program(activation=activation, norm=norm)
    assert oracle.disagreements(right) == ([], [])
    assert oracle.disagreements(replace(right, network=Off)) == (["gradient of 0.W off by 0.001"], [])


@pytest.mark.parametrize("opt", [AdaGrad(), RMSProp(), AdaDelta(), Nadam(), AdamW(), Momentum(), Adam()], ids=str)
def test_the_oracle_sees_a_thousandth_in_any_step(opt):
    class Off(type(opt)):
        def update(self, grad, state, t, theta=None):
            step, state = super().update(grad, state, t, theta)
            return step * (1.001 if t == 3 else 1), state

    assert oracle.disagreements(Program(opt=opt)) == ([], [])
    assert oracle.disagreements(Program(opt=Off(**vars(opt)))) == (["step 4 off by 0.001"], [])


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_caught_by_these_checks_and_no_others(name):
    assert ", ".join(report(BUGS[name].program).caught) == CAUGHT[name]


@pytest.mark.parametrize(
    ("n", "caught"),
    [
        (1, "gradient check"),
        (2, "two modes, known answers"),
        (3, "known answers"),
        (4, "known answers"),
        (5, "known answers"),
    ],
)
def test_blind_bugs_are_caught_among_all_parts(n, caught):
    assert ", ".join(report(blind(n)).caught) == caught


def test_every_check_catches_something_and_every_bug_is_caught():
    caught = [set(report(bug.program).caught) for bug in BUGS.values()]
    assert set.union(*caught) == CHECKS.keys()
    assert all(caught)


def test_a_report_is_read_line_by_line():
    lines = repr(report(BUGS["summed loss"].program)).splitlines()
    assert len(lines) == 9
    assert lines[0].startswith("CAUGHT  initial loss     75.6")
    assert lines[1].startswith("passed  overfit 20       loss 0.0")


def test_the_size_of_a_gradient_s_error_tells_its_factor():
    """Of 8 samples a sum is 8 times the mean: 1 - 1/8; and 4 / m is 1 - 1/4 off."""
    for name, words in (
        ("missing 1/n", "0.W 0.875, 0.b 0.875, 2.W 0.875, 2.b 0.875"),
        ("4/n in db", "0.b 0.75, 2.b 0.75"),
        ("factor 2 in dW", "0.W 0.5, 2.W 0.5"),
    ):
        assert CHECKS["gradient check"](BUGS[name].program).words == f"relative errors {words}"


# Faults that are not in the catalogue: a check is no lookup.


class Halved(Dense):
    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        return dx / 2 if input_grad else None


class Shifted(Dense):
    def forward(self, x, training=False):
        return super().forward(x, training) + (0.5 if training else 0.0)


class Sneaky(SGD):
    def update(self, grad, state, t, theta=None):
        return -1.01 * self.lr * grad, state


@pytest.mark.parametrize(
    ("parts", "caught"),
    [
        ({"dense": Halved}, {"gradient check", "oracle"}),
        ({"dense": Shifted}, {"oracle"}),
        ({"opt": Sneaky(lr=0.02)}, {"oracle", "known answers"}),
        ({"opt": SGD(lr=1.0)}, {"update ratio"}),
        ({"opt": SGD(lr=1e-5)}, {"overfit 20", "update ratio", "permuted labels"}),
        ({"opt": SGD(lr=1e6)}, {"overfit 20", "update ratio", "activations", "two modes", "permuted labels"}),
    ],
)
def test_other_faults_are_caught_too(parts, caught):
    assert caught <= set(report(Program(**parts)).caught)


def test_a_gradient_that_is_0_by_construction_is_no_reason_to_cry():
    """A bias before batch norm has none; rounding leaves 1e-17 there."""
    program = BUGS["running averages never updated"].healthy
    assert oracle.disagreements(program) == ([], [])
    wrong, _ = oracle.disagreements(BUGS["batch norm backward in test mode"].program)
    assert [words.split(" off")[0] for words in wrong] == ["gradient of 0.W", "gradient of 0.b"]


class Peeking(Program):
    """Trains on the validation data as well, whatever labels it is given for the others."""

    def run(self, split=None, **options):
        split = split or self.split()
        both = (np.concatenate([a, *[b] * 10]) for a, b in zip(split.train, split.val, strict=True))
        return super().run(replace(split, train=Data(*both)), **options)


def test_answers_that_come_another_way_are_seen_with_permuted_labels():
    found = CHECKS["permuted labels"](Peeking())
    assert found.caught
    assert not found.words.endswith("diverges")


def test_known_answers_of_optimizers_that_no_bug_uses():
    for opt in (SGD(lr=0.1), Momentum(lr=0.01, rho=0.5)):
        for what, got, want, tolerance in of_optimizer(opt):
            assert abs(got - want) <= tolerance, what


def test_every_known_answer_has_a_case():
    program = BUGS["randn for the mask"].healthy
    assert len(list(known_answers.known_answers(program))) == 2 + 2 + 4 + 1 + 3
    assert len(list(known_answers.known_answers(BUGS["running averages never updated"].healthy))) == 2 + 4 + 1 + 2


@pytest.mark.parametrize("name", ["0.W", "1.gamma", "1.beta", "3.W", "3.b"])
def test_the_oracle_sees_a_thousandth_in_any_array(name):
    healthy = BUGS["running averages never updated"].healthy

    class Off(healthy.network):
        def backward(self, dscores, input_grad=False):
            super().backward(dscores, input_grad)
            self.unpack(self.grad)[name][:] *= 1.001

    assert oracle.disagreements(healthy) == ([], [])
    assert oracle.disagreements(replace(healthy, network=Off)) == ([f"gradient of {name} off by 0.001"], [])
