"""Checkers of diagnoses: a dict in which each case is given one of several names."""

from ._verdict import Verdict, correct, named, undone


def diagnosed(answer, name: str, truth: dict, signs: dict, done: str) -> Verdict:
    """What to say to a dict from case to diagnosis.

    truth: {case: the right diagnosis}. signs: {diagnosis: where to look}, for all diagnoses that may be given, right or
    not. `done` is said when all are right; `name` is the exercise's.
    """
    if answer is None or answer is ...:
        return undone(f"`{name}` is still blank.")
    if not isinstance(answer, dict):
        example = f"{{'{next(iter(truth))}': '{next(iter(signs))}', ...}}"
        return named(f"The checker wants a dict such as {example}, got {type(answer).__name__}.")
    if left := [case for case in truth if answer.get(case) in (None, ...)]:
        return undone(f"Still to be named: {', '.join(left)}.")
    for case in truth:
        if answer[case] not in signs:
            return named(f"{case}: got {answer[case]!r}, want one of {', '.join(map(repr, signs))}.")
    wrong = [case for case in truth if answer[case] != truth[case]]
    if not wrong:
        return correct(done)
    if len(wrong) == 2 and answer[wrong[0]] == truth[wrong[1]] and answer[wrong[1]] == truth[wrong[0]]:
        return named(f"{wrong[0]} and {wrong[1]} are exchanged.")
    return named(f"{len(truth) - len(wrong)} of {len(truth)} are right. {wrong[0]}: {signs[truth[wrong[0]]]}")
