"""Checkers of the chapter on schedules: a cosine behind a warm-up, the inverse square root, a run that counts epochs.

Steps count t = 0, 1, 2, ... as in the text: the first step has t = 0.
"""

import numpy as np

from ._protocol import edits, exercise

STEPS = np.arange(12)
WAVE = "(1 + np.cos(np.pi * t / n_steps)) / 2"


@exercise(
    cases=[
        {"t": 0, "lr": 0.1, "n_warmup": 4, "n_steps": 10},
        {"t": 3, "lr": 0.1, "n_warmup": 4, "n_steps": 10},
        {"t": 7, "lr": 0.5, "n_warmup": 2, "n_steps": 10},
        {"t": 0, "lr": 0.3, "n_warmup": 1, "n_steps": 8},
        {"t": 99, "lr": 0.2, "n_warmup": 10, "n_steps": 100},
        {"t": STEPS, "lr": 0.1, "n_warmup": 5, "n_steps": 12},
    ],
    slips=edits(
        {
            "The climb starts at 0: the first step would not move. Step t has the share (t + 1) / n_warmup.": (
                "(t + 1) / n_warmup",
                "t / n_warmup",
            ),
            "The climb goes on after the warm-up: its share is to stop at 1.": (
                "np.minimum(1, (t + 1) / n_warmup)",
                "(t + 1) / n_warmup",
            ),
            "The cosine is missing: this is a warm-up to a constant rate.": (f" * {WAVE}", ""),
            "The warm-up is missing: this is the cosine alone.": (" * np.minimum(1, (t + 1) / n_warmup)", ""),
            "The cosine starts after the climb; here it runs from t = 0 on, and the climb is a factor.": (
                "np.pi * t / n_steps",
                "np.pi * np.clip((t - n_warmup) / max(n_steps - n_warmup, 1), 0, 1)",
            ),
            "The climb and the cosine are added, want their product.": (
                "lr * np.minimum(1, (t + 1) / n_warmup) * (1 + np.cos(np.pi * t / n_steps)) / 2",
                "lr * (np.minimum(1, (t + 1) / n_warmup) + (1 + np.cos(np.pi * t / n_steps)) / 2)",
            ),
            "lr is not used: the rate is between 0 and 1 whatever is asked for.": ("lr * np", "1.0 * np"),
            "The ½ is missing: the rate starts at twice lr.": (" / 2", ""),
            "π is missing: the cosine does not come down to -1 by the end.": ("np.pi * t", "t"),
            "2π is a whole wave: the rate climbs again in the second half.": ("np.pi * t", "2 * np.pi * t"),
            "This is a quarter wave, cos(π t / (2 n_steps)): want (1 + cos(π t / n_steps)) / 2.": (
                WAVE,
                "np.cos(np.pi * t / n_steps / 2)",
            ),
            "The cosine's sign is wrong: the rate rises with t.": ("1 + np.cos", "1 - np.cos"),
            "A straight line falls where the cosine should.": (WAVE, "(1 - t / n_steps)"),
            "The larger of climb and 1 is taken: the climb is lost, want the smaller.": ("np.minimum", "np.maximum"),
            "n_warmup and n_steps are swapped.": [("/ n_warmup", "/ n_steps"), ("t / n_steps)) /", "t / n_warmup)) /")],
        }
    ),
)
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    """The rate of step t: half a cosine wave over n_steps, times a climb over the first n_warmup steps.

    lr · min(1, (t + 1) / n_warmup) · (1 + cos(π t / n_steps)) / 2, for 0 <= t < n_steps. t: a number or an array.
    Sources: Goyal et al. (2017); Loshchilov and Hutter (2017).
    """
    return lr * np.minimum(1, (t + 1) / n_warmup) * (1 + np.cos(np.pi * t / n_steps)) / 2


BOTH = "np.minimum((t + 1) / n_warmup, np.sqrt(n_warmup / (t + 1)))"


@exercise(
    cases=[
        {"t": 0, "lr": 0.1, "n_warmup": 4},
        {"t": 3, "lr": 0.1, "n_warmup": 4},
        {"t": 15, "lr": 0.1, "n_warmup": 4},
        {"t": 99, "lr": 0.5, "n_warmup": 25},
        {"t": STEPS, "lr": 0.2, "n_warmup": 6},
    ],
    slips=edits(
        {
            "The climb is missing: this is flat for n_warmup steps.": ("minimum((t + 1) / n_warmup", "minimum(1"),
            "The climb never ends: the decay is missing.": (BOTH, "(t + 1) / n_warmup"),
            "After the climb the rate is constant: the decay is missing.": (BOTH, "np.minimum(1, (t + 1) / n_warmup)"),
            "The decay starts at once, and there is no climb.": (BOTH, "1 / np.sqrt(t + 1)"),
            "The larger of the two is taken: want the smaller.": ("np.minimum", "np.maximum"),
            "The root is missing: this is a decay with 1/t.": ("np.sqrt", ""),
            "The steps are counted from 1: the first has t = 0, so it is t + 1 in both places.": [
                ("minimum((t + 1)", "minimum(t"),
                ("n_warmup / (t + 1)", "n_warmup / np.maximum(t, 1)"),
            ],
            "The decay counts from the end of the climb, so the rate jumps down there.": (
                BOTH,
                "np.where(t < n_warmup, (t + 1) / n_warmup, 1 / np.sqrt(np.maximum(t - n_warmup, 0) + 1))",
            ),
            "lr is not used: the peak is 1 whatever is asked for.": ("lr * np", "1.0 * np"),
            "The peak is lr / √n_warmup: here lr itself is the peak.": [
                ("(t + 1) / n_warmup", "(t + 1) / n_warmup**1.5"),
                ("np.sqrt(n_warmup / (t", "np.sqrt(1 / (t"),
            ],
            "The decay is too small by √n_warmup, so that the two parts do not meet: want √(n_warmup / (t + 1)).": (
                "np.sqrt(n_warmup / (t",
                "np.sqrt(1 / (t",
            ),
            "Climb and decay are multiplied, and do not meet at n_warmup: want the smaller of the two.": (
                BOTH,
                "np.minimum(1, (t + 1) / n_warmup) / np.sqrt(t + 1)",
            ),
        }
    ),
)
def inverse_sqrt(t, lr, n_warmup):
    """The rate of step t: a climb to lr over n_warmup steps, and from there a fall with one over the root of the step.

    lr · min((t + 1) / n_warmup, √(n_warmup / (t + 1))). t: a number or an array. Source: Vaswani et al. (2017).
    """
    return lr * np.minimum((t + 1) / n_warmup, np.sqrt(n_warmup / (t + 1)))


def _falling(t):
    return 0.1 * 0.9 ** np.asarray(t)


def _hyperbola(t):
    return 0.5 / (1 + np.asarray(t))


@exercise(
    cases=[
        {"schedule": _falling, "epochs": 3, "n_samples": 10, "batch_size": 5},
        {"schedule": _falling, "epochs": 2, "n_samples": 10, "batch_size": 4},
        {"schedule": _hyperbola, "epochs": 4, "n_samples": 7, "batch_size": 2},
        {"schedule": _hyperbola, "epochs": 5, "n_samples": 3, "batch_size": 8},
    ],
    slips=edits(
        {
            "The schedule is still asked once an epoch: t is to count steps, over all epochs.": (
                "schedule(len(rates))",
                "schedule(epoch)",
            ),
            "t starts at 0 again in every epoch: the rate jumps back up.": (
                "schedule(len(rates))",
                "schedule(start // batch_size)",
            ),
            "The last, short batch is a step as well: an epoch has n_samples / batch_size steps, rounded up.": (
                "range(0, n_samples, batch_size)",
                "range(0, n_samples - batch_size + 1, batch_size)",
            ),
            "t counts samples: step b of an epoch starts at sample b · batch_size, but it is step b.": (
                "schedule(len(rates))",
                "schedule(epoch * n_samples + start)",
            ),
            "There is one rate an epoch; one a step is wanted.": [
                ("range(0, n_samples, batch_size)", "[0]"),
                ("schedule(len(rates))", "schedule(epoch)"),
            ],
            "The first step has t = 0: the count is raised before the schedule is asked.": (
                "schedule(len(rates))",
                "schedule(len(rates) + 1)",
            ),
            "Epoch and step are added: at the end of an epoch t has to be epoch · n_batches + batch.": (
                "schedule(len(rates))",
                "schedule(epoch + start // batch_size)",
            ),
            "Epoch and first sample are added: t counts steps, one more at each.": (
                "schedule(len(rates))",
                "schedule(epoch + start)",
            ),
            "These are the rates of one epoch only.": ("in range(epochs)", "in range(1)"),
        }
    ),
)
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    """The rate of every step of a run, in order: schedule(0), schedule(1), ... over all batches of all epochs.

    An epoch has ceil(n_samples / batch_size) steps. Returns an array with one rate a step.
    """
    rates = []
    for epoch in range(epochs):  # noqa: B007
        for start in range(0, n_samples, batch_size):  # noqa: B007
            rates.append(schedule(len(rates)))
    return np.array(rates)
