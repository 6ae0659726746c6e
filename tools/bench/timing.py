"""Timing contenders against each other, so that a machine that is busy with something else slows all of them alike."""

from time import perf_counter

import numpy as np


def rounds(contenders, n):
    """{name: seconds (n,)} of n rounds A B C, A B C, ...; an untimed round comes first.

    contenders : {name: function that prepares, untimed, and returns the function to be timed}
    """
    times = {name: [] for name in contenders}
    for _ in range(n + 1):
        for name, prepare in contenders.items():
            run = prepare()
            start = perf_counter()
            run()
            times[name].append(perf_counter() - start)
    return {name: np.array(seconds[1:]) for name, seconds in times.items()}


def ratio(times, name, base):
    """How many times as long as `base` it takes: the median over the rounds."""
    return float(np.median(times[name] / times[base]))
