"""Checkers of chapter 17: the names of five blind bugs. A wrong name is held against what the nine checks say."""

from difflib import get_close_matches

from ..bug_lab import BLIND, BUGS, EVERYTHING, blind, report
from ._protocol import checker
from ._verdict import correct, named


def _judge(n, answer):
    """The verdict on a name for the n-th blind bug."""
    if not isinstance(answer, str):
        return named(f"The checker wants the name of a bug as a text, got {type(answer).__name__}.")
    name = " ".join(answer.split())
    name = next((known for known in BUGS if known.lower() == name.lower()), name)
    if name not in BUGS:
        near = get_close_matches(name, BUGS, n=3, cutoff=0.4)
        hint = f"Near it: {', '.join(f'`{known}`' for known in near)}. " if near else ""
        return named(f"There is no bug named `{name}`. {hint}`list(BUGS)` has all names.")
    if name == BLIND[n - 1]:
        return correct(f"It is `{name}`. {BUGS[name].words}")
    first, *rest = _evidence(name, blind(n))
    return named(first, details=(*rest, f"Of yours: {BUGS[name].words}") if not rest else tuple(rest))


def _evidence(name, program):
    """Yield why a program does not have the bug of that name: the first check that tells them apart, and its words."""
    other = BUGS[name].planted(EVERYTHING)
    if repr(other) != repr(program):
        yield f"This program trains with {type(program.opt).__name__}: `{name}` would be elsewhere."
        return
    mine, its = report(other), report(program)
    for check, (caught, words) in its.items():
        if caught and not mine[check].caught:
            yield f'The check "{check}" catches this program; `{name}` would pass it. It says: {words}.'
            return
        if mine[check].caught and not caught:
            yield f'This program passes the check "{check}"; `{name}` would be caught: {mine[check].words}.'
            return
    check = next(check for check in its if its[check].caught and its[check].words != mine[check].words)
    yield f'The same checks catch `{name}`, but "{check}" would say something else.'
    yield f"Of this program: {its[check].words}."
    yield f"Of yours: {mine[check].words}."


def _blind(n, slips):
    """The checker of the n-th blind bug; slips: a sentence -> the wrong name to which it is said."""

    def judge(answer):
        return _judge(n, answer)

    judge.__name__ = judge.__qualname__ = f"blind_{n}"
    judge.__doc__ = f"Check your name, a text, for the bug in the program `bugs.blind({n})`."
    return checker(BLIND[n - 1], slips | COMMON)(judge)


COMMON = {
    "The checker wants the name of a bug as a text, got int.": 7,
    "There is no bug named bug.": "bug",
    "There is no bug named summd loss. Near it: summed loss": "summd loss",
    "This program trains with Adam: Nesterov with the updated velocity would be elsewhere.": "Nesterov with the updated velocity",
    "summed loss would be caught: 76.": "summed loss",
}
blind_1 = _blind(
    1,
    {
        'The same checks catch factor 2 in dW, but "gradient check" would say something else.': "factor 2 in dW",
        'The same checks catch ReLU by delta, but "gradient check" would say something else.': "ReLU by delta",
        'The check "gradient check" catches this program; running averages never updated would pass it.': "running averages never updated",
    },
)
blind_2 = _blind(
    2,
    {
        'The same checks catch randn for the mask, but "two modes" would say something else.': "randn for the mask",
        'This program passes the check "oracle"; dropout on at test time would be caught': "dropout on at test time",
    },
)
blind_3 = _blind(
    3,
    {
        'This program passes the check "oracle"; beta1 in the second moment would be caught': "beta1 in the second moment",
        'This program passes the check "update ratio"; no bias correction would be caught': "no bias correction",
        'The same checks catch softmax without the maximum, but "known answers" would say': "softmax without the maximum",
    },
)
blind_4 = _blind(
    4,
    {
        'The check "known answers" catches this program; labels out of step would pass it.': "labels out of step",
        'The same checks catch penalty on the biases, but "known answers" would say': "penalty on the biases",
    },
)
blind_5 = _blind(
    5,
    {
        'This program passes the check "gradient check"; 4/n in db would be caught': "4/n in db",
        'The same checks catch statistics of the test set, but "known answers" would say': "statistics of the test set",
    },
)
