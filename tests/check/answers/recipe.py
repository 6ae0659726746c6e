import numpy as np

from course_utils.clinic import EXAM

from . import right, wrong


@wrong("first loss a mean of ten")
def next_rate(losses, lr):
    first, end = np.mean(losses[:10]), np.mean(losses[-10:])
    if not np.all(np.isfinite(losses)) or np.max(losses) > 1.5 * first or end > first:
        return lr / 3
    return lr * 10 if end > 0.9 * first else lr


@wrong("the end as a median")
def next_rate(losses, lr):
    end = np.median(losses[-10:])
    if not np.all(np.isfinite(losses)) or np.max(losses) > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    return lr * 10 if end > 0.9 * losses[0] else lr


@wrong("only the last loss finite")
def next_rate(losses, lr):
    end = np.mean(losses[-10:])
    if not np.isfinite(losses[-1]) or np.max(losses) > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    return lr * 10 if end > 0.9 * losses[0] else lr


@wrong("any for all")
def next_rate(losses, lr):
    end = np.mean(losses[-10:])
    if not np.isfinite(losses).any() or np.max(losses) > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    return lr * 10 if end > 0.9 * losses[0] else lr


@wrong("flat asked for first")
def next_rate(losses, lr):
    end = np.mean(losses[-10:])
    if end > 0.9 * losses[0]:
        return lr * 10
    if not np.isfinite(losses).all() or np.max(losses) > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    return lr


@wrong("and for or")
def next_rate(losses, lr):
    end = losses[-10:].mean()
    if not np.isfinite(losses).all() or (losses.max() > 1.5 * losses[0] and end > losses[0]):
        return lr / 3
    if end > 0.9 * losses[0]:
        return lr * 10
    return lr


@wrong("the first ten")
def next_rate(losses, lr):
    end = losses[:10].mean()
    if not np.isfinite(losses).all() or losses.max() > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    if end > 0.9 * losses[0]:
        return lr * 10
    return lr


@right("ifs in a row")
def next_rate(losses, lr):
    start = losses[0]
    bad = np.isnan(losses).any() or np.isinf(losses).any()
    if bad:
        return lr / 3
    if max(losses) > start * 1.5:
        return lr / 3
    end = sum(losses[-10:]) / len(losses[-10:])
    if end > start:
        return lr / 3
    if end / start > 0.9:
        return 10 * lr
    return lr


@wrong("only validation has to rise")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if val[-1] - val[-6] > rise:
        return "train longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"


@wrong("relative rises")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] / train[-6] - 1 > rise and val[-1] / val[-6] - 1 > rise:
        return "train longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"


@wrong("means of the last five")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] - train[-6] > rise and val[-1] - val[-6] > rise:
        return "train longer"
    t, v = train[-5:].mean(), val[-5:].mean()
    if t - v > max(gap, goal - t):
        return "overfitting"
    return "underfitting" if t < goal else "fine"


@wrong("minus five")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] - train[-5] > rise and val[-1] - val[-5] > rise:
        return "train longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"


@wrong("or")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] - train[-6] > rise or val[-1] - val[-6] > rise:
        return "train longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"


@wrong("min for max")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] - train[-6] > rise and val[-1] - val[-6] > rise:
        return "train longer"
    if train[-1] - val[-1] > min(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"


@wrong("another spelling")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    if train[-1] - train[-6] > rise and val[-1] - val[-6] > rise:
        return "train_longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfit"
    return "underfit" if train[-1] < goal else "fine"


@right("nested")
def read_curves(train, val, goal=0.95, gap=0.05, rise=0.01):
    climbs = [a[-1] - a[len(a) - 6] > rise for a in (train, val)]
    lack, distance = goal - train[-1], train[-1] - val[-1]
    if all(climbs):
        return "train longer"
    if distance > gap and distance > lack:
        return "overfitting"
    return "underfitting" if lack > 0 else "fine"


wrong("two exchanged", "diagnose")(EXAM | {1: EXAM[5], 5: EXAM[1]})
wrong("a list", "diagnose")(list(EXAM.values()))
wrong("a misspelled one", "diagnose")(EXAM | {3: "learning rate to high"})
wrong("one wrong", "diagnose")(EXAM | {4: "leakage"})
right("careless writing", "diagnose")({n: f" {name.title()}" for n, name in EXAM.items()})
