"""The cases of each exercise tell its reference from every small change of it, but for those that change nothing."""

import re

import pytest

from course_utils.check import BANK, _search

# Changes that no case can see, because they change nothing: what is said of them, and why.
HARMLESS = [
    (r"^it is computed as", "the same product or sum in another order"),
    (r"^the absolute value of", "never negative: a size, a rate, a share, a square, an accuracy, a loss"),
    (r"`1` is part of what the root is taken of", "√1 is 1"),
    (r"stands where `\w+` belongs, in `(len\(\w+\)|\w+\.shape|np\.\w+_like\(\w+\))`", "an array of the same length or shape"),
    (r"stand in the wrong order$", "neither of the two uses the other"),
    (r"keeps its axis", "an axis of length 1 is stretched by broadcasting"),
    (r"`copy` is left out|`out` is not what comes back, but `x`", "the same numbers; shared memory is told apart"),
    (r"`mask` is squared|the root of `mask`|\* 1\.0` (is squared|is taken)|root of `\(rng", "0 and 1 are their own squares"),
    (r"runs? backward", "every pass of the loop stands for itself"),
    (r"`False` stands for `True`|`strict` is left out", "the lengths are the same"),
    (r"taken along `axis=0` only", "there is one axis"),
]  # fmt: skip
EXPLAINED = {
    "softmax_cross_entropy": {
        r"the mean is taken, not the maximum": "of two far scores any shift between them does; the batch's are close",
        r"-1 stands where 0 belongs": "there is one column",
    },
    "hinge": {
        r"`len\(y\)` is part of what the sum": "the sum of quotients is the quotient of the sum",
        r"adds to what was there": "a 0 is there",
        r"`\(margins > 0\)|`margins` (is squared|is taken)|root of `margins`": "only whether it is above 0 is asked",
    },
    "numerical_gradient": {r"adds to what was there": "a 0 is there"},
    "layer_backward": {
        r"`x @ W \+ b` and `0` are equal": "at the kink either side is a subgradient",
        r"`x @ W \+ b` (is|and)|root of `x @ W": "only whether it is above 0 is asked",
    },
    "logistic_loss": {
        r"changed places in `logaddexp`": "a sum has no order",
        r"`y` is squared|root of `y`": "labels of 0 and 1 are their own squares",
    },
    "standardize": {
        r"np\.ptp\(train": "only whether it is above 0 is asked",
        r"`train` (is squared|has the wrong sign)": "what is constant stays so",
    },
    "pca_whiten": {
        r"larger one|nothing limits|-1 stands where 0": "rounding makes no eigenvalue as low as -eps",
        r"wrong sign|changed places": "the signs of the columns are free",
        r"`x` stands where `centered`|`centered [+-] 1`": "the other factor is centered",
    },
    "zca": {
        r"larger one|nothing limits|-1 stands where 0": "rounding makes no eigenvalue as low as -eps",
        r"`x` stands where `centered`|`centered [+-] 1`": "the other factor is centered",
    },
    "dead_units": {r"`h` (is squared|has the wrong sign)|root of `h`": "only whether it is 0 is asked"},
    "sgd_step": {r"is transposed": "a vector is its own transpose"},
    "sgd_epoch": {r"is transposed": "a vector is its own transpose"},
    "adam_step": {},
    "backtracking": {r"is transposed|changed places": "a product of two vectors has no order"},
    "two_loop_recursion": {
        r"is transposed|changed places": "a product of two vectors has no order",
        r"len\(s\)|`alphas` stands|`y` stands": "only whether there are pairs is asked",
        r"wrong sign": "s, y and alpha turn their signs together, or y alone where it stands twice",
    },
    "cosine_with_warmup": {r"wrong sign": "the cosine is even"},
    "rates_of_a_run": {r"`array` is left out|but `rates`": "a list of numbers will do"},
    "batchnorm_forward": {
        r"the old `running_\w+`": "in test mode they are what came in",
        r"happens also when": "in test mode the mean is the running one, and their average is itself",
    },
    "batchnorm_backward": {r"`dz [+-] 1`": "z has mean 0"},
    "l2_penalty": {
        r"is part of what the sum": "a factor may stand inside the sum",
        r"np\.zeros_like\(b\)": "whatever is done to 0",
    },
    "elastic_net": {r"is part of what the sum": "a factor may stand inside the sum"},
    "dropout_forward": {
        r"np\.ones": "1 is its own square and root",
        r"`1\.0`": "it only turns True and False into numbers",
        r"are equal": "a draw is never exactly keep",
    },
    "dropconnect_forward": {r"are equal": "a draw is never exactly keep"},
    "mixup": {r"2 stands where 1 belongs, in `-1`": "any negative length is worked out"},
    "cutmix": {
        r"`center` is asked for entry -1": "the last of two is the second",
        r"`1 - x1` stands|`x2` stands": "only its shape is asked",
    },
    "ensemble_predict": {
        r"the `argmax` runs along `axis=1`|the minus before `1`": "the second of two axes is the last",
        r"not the maximum": "any shift of a row does, as long as nothing overflows",
        r"np\.exp": "a factor of all exponentials cancels",
        r"`p [+-] 1`": "the largest stays the largest",
    },
    "snapshot_steps": {r"0\.5 stands where 1 belongs": "the range ends before n + 1 all the same"},
    "widen_border": {r"are equal": "no share is exactly a tenth in floating point"},
    "next_rate": {r"`losses` (is squared|has the wrong sign)|root of `losses`": "only whether it is finite is asked"},
    "read_curves": {r"2 stands where 1": "at the end the curve rests"},
    "lost_updates": {
        r"`old` is part of what `astype`": "float16 plus float32 of it is rounded alike",
        r"`lost` is squared|root of `lost`": "True and False are their own squares",
        r"`step` (is squared|has the wrong sign)|root of `step`": "only whether it is 0 is asked",
    },
}  # fmt: skip
EXERCISES = [pytest.param(name, id=name) for name, exercise in BANK.items() if exercise.outputs]


def survivors(name):
    """The changes of a reference that agree with it on all cases."""
    task = BANK[name]

    with _search.quiet():
        search = _search.Search(task.reference, task.cases, task.wanted[0], task.outputs, view=task.view)
        search.left, search.until = 10**9, float("inf")
        return [finding.clause for finding in search.singles()]


@pytest.mark.parametrize("name", EXERCISES)
def test_whatever_the_cases_do_not_see_changes_nothing(name):
    known = [pattern for pattern, _ in HARMLESS] + list(EXPLAINED.get(name, {}))
    assert [clause for clause in survivors(name) if not any(re.search(pattern, clause) for pattern in known)] == []


def test_a_case_less_and_a_change_goes_unseen(monkeypatch):
    monkeypatch.setattr(BANK["first_step"], "cases", BANK["first_step"].cases[:1])
    monkeypatch.delitem(BANK["first_step"].__dict__, "wanted", raising=False)
    unseen = survivors("first_step")
    monkeypatch.delitem(BANK["first_step"].__dict__, "wanted", raising=False)
    assert "`lr` is not used: it is 0.1 whatever is asked for" in unseen
