"""Checkers of chapter 10: a cosine behind a warm-up, the inverse square root, and a run whose schedule counts epochs.

Steps count t = 0, 1, 2, ... as in the text: the first step has t = 0.
"""

import numpy as np

from .compare import exercise

STEPS = np.arange(12)


def _warm(
    climb=lambda t, w: np.minimum(1, (t + 1) / np.maximum(w, 1)),
    wave=lambda x: (1 + np.cos(np.pi * x)) / 2,
    progress=lambda t, w, n: t / n,
    back=lambda lr, climb, wave: lr * climb * wave,
):
    """cosine_with_warmup with one of its parts written otherwise."""

    def slip(t, lr, n_warmup, n_steps):
        return back(lr, climb(t, n_warmup), wave(progress(t, n_warmup, n_steps)))

    return slip


def _after(t, w, n):
    return np.clip((t - w) / max(n - w, 1), 0, 1)


@exercise(
    cases=[
        {"t": 0, "lr": 0.1, "n_warmup": 4, "n_steps": 10},
        {"t": 3, "lr": 0.1, "n_warmup": 4, "n_steps": 10},
        {"t": 7, "lr": 0.5, "n_warmup": 2, "n_steps": 10},
        {"t": 0, "lr": 0.3, "n_warmup": 1, "n_steps": 8},
        {"t": 99, "lr": 0.2, "n_warmup": 10, "n_steps": 100},
        {"t": STEPS, "lr": 0.1, "n_warmup": 5, "n_steps": 12},
    ],
    slips={
        "The climb starts at 0: the first step would not move. Step t has the share (t + 1) / n_warmup.": _warm(
            lambda t, w: np.minimum(1, t / w)
        ),
        "The climb goes on after the warm-up: its share is to stop at 1.": _warm(lambda t, w: (t + 1) / w),
        "The cosine is missing: this is a warm-up to a constant rate.": _warm(wave=lambda x: 1 + 0 * x),
        "The warm-up is missing: this is the cosine alone.": _warm(lambda t, w: 1),
        "The cosine starts after the climb; here it runs from t = 0 on, and the climb is a factor.": _warm(
            progress=_after
        ),
        "The climb and the cosine are added, want their product.": _warm(
            back=lambda lr, climb, wave: lr * (climb + wave)
        ),
        "lr is not used: the rate is between 0 and 1 whatever is asked for.": _warm(
            back=lambda lr, climb, wave: climb * wave
        ),
        "The ½ is missing: the rate starts at twice lr.": _warm(wave=lambda x: 1 + np.cos(np.pi * x)),
        "π is missing: the cosine does not come down to -1 by the end.": _warm(wave=lambda x: (1 + np.cos(x)) / 2),
        "2π is a whole wave: the rate climbs again in the second half.": _warm(
            wave=lambda x: (1 + np.cos(2 * np.pi * x)) / 2
        ),
        "This is a quarter wave, cos(π t / (2 n_steps)): want (1 + cos(π t / n_steps)) / 2.": _warm(
            wave=lambda x: np.cos(np.pi * x / 2)
        ),
        "The cosine's sign is wrong: the rate rises with t.": _warm(wave=lambda x: (1 - np.cos(np.pi * x)) / 2),
        "A straight line falls where the cosine should.": _warm(wave=lambda x: 1 - x),
        "The larger of climb and 1 is taken: the climb is lost, want the smaller.": _warm(
            lambda t, w: np.maximum(1, (t + 1) / w)
        ),
        "n_warmup and n_steps are swapped.": lambda t, lr, n_warmup, n_steps: _warm()(t, lr, n_steps, n_warmup),
    },
)
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    """The rate of step t: half a cosine wave over n_steps, times a climb over the first n_warmup steps.

    lr · min(1, (t + 1) / n_warmup) · (1 + cos(π t / n_steps)) / 2, for 0 <= t < n_steps. t: a number or an array.
    Sources: Goyal et al. (2017); Loshchilov and Hutter (2017).
    """
    return lr * np.minimum(1, (t + 1) / n_warmup) * (1 + np.cos(np.pi * t / n_steps)) / 2


@exercise(
    cases=[
        {"t": 0, "lr": 0.1, "n_warmup": 4},
        {"t": 3, "lr": 0.1, "n_warmup": 4},
        {"t": 15, "lr": 0.1, "n_warmup": 4},
        {"t": 99, "lr": 0.5, "n_warmup": 25},
        {"t": STEPS, "lr": 0.2, "n_warmup": 6},
    ],
    slips={
        "The climb is missing: this is flat for n_warmup steps.": lambda t, lr, n_warmup: (
            lr * np.minimum(1, np.sqrt(n_warmup / (t + 1)))
        ),
        "The climb never ends: the decay is missing.": lambda t, lr, n_warmup: lr * (t + 1) / n_warmup,
        "After the climb the rate is constant: the decay is missing.": lambda t, lr, n_warmup: (
            lr * np.minimum(1, (t + 1) / n_warmup)
        ),
        "The decay starts at once, and there is no climb.": lambda t, lr, n_warmup: lr / np.sqrt(t + 1),
        "The larger of the two is taken: want the smaller.": lambda t, lr, n_warmup: (
            lr * np.maximum((t + 1) / n_warmup, np.sqrt(n_warmup / (t + 1)))
        ),
        "The root is missing: this is a decay with 1/t.": lambda t, lr, n_warmup: (
            lr * np.minimum((t + 1) / n_warmup, n_warmup / (t + 1))
        ),
        "The steps are counted from 1: the first has t = 0, so it is t + 1 in both places.": lambda t, lr, n_warmup: (
            lr * np.minimum(t / n_warmup, np.sqrt(n_warmup / np.maximum(t, 1)))
        ),
        "The decay counts from the end of the climb, so the rate jumps down there.": lambda t, lr, n_warmup: (
            lr * np.where(t < n_warmup, (t + 1) / n_warmup, 1 / np.sqrt(np.maximum(t - n_warmup, 0) + 1))
        ),
        "lr is not used: the peak is 1 whatever is asked for.": lambda t, lr, n_warmup: np.minimum(
            (t + 1) / n_warmup, np.sqrt(n_warmup / (t + 1))
        ),
        "The peak is lr / √n_warmup: here lr itself is the peak.": lambda t, lr, n_warmup: (
            lr * np.minimum((t + 1) / n_warmup**1.5, 1 / np.sqrt(t + 1))
        ),
    },
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
    slips={
        "The schedule is still asked once an epoch: t is to count steps, over all epochs.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(e) for e in range(epochs) for _ in range(0, n_samples, batch_size)])
        ),
        "t starts at 0 again in every epoch: the rate jumps back up.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(b) for _ in range(epochs) for b in range(-(-n_samples // batch_size))])
        ),
        "The last, short batch is a step as well: an epoch has n_samples / batch_size steps, rounded up.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(t) for t in range(epochs * (n_samples // batch_size))])
        ),
        "t counts samples: step b of an epoch starts at sample b · batch_size, but it is step b.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(e * n_samples + i) for e in range(epochs) for i in range(0, n_samples, batch_size)])
        ),
        "There is one rate an epoch; one a step is wanted.": lambda schedule, epochs, n_samples, batch_size: np.array(
            [schedule(e) for e in range(epochs)]
        ),
        "The first step has t = 0: the count is raised before the schedule is asked.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(t + 1) for t in range(epochs * -(-n_samples // batch_size))])
        ),
        "Epoch and step are added: at the end of an epoch t has to be epoch · n_batches + batch.": lambda schedule, epochs, n_samples, batch_size: (
            np.array([schedule(e + b) for e in range(epochs) for b in range(-(-n_samples // batch_size))])
        ),
        "These are the rates of one epoch only.": lambda schedule, epochs, n_samples, batch_size: np.array(
            [schedule(t) for t in range(-(-n_samples // batch_size))]
        ),
    },
)
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    """The rate of every step of a run, in order: schedule(0), schedule(1), ... over all batches of all epochs.

    An epoch has ceil(n_samples / batch_size) steps. Returns an array with one rate a step.
    """
    return np.array([schedule(t) for t in range(epochs * -(-n_samples // batch_size))])
