import numpy as np

from . import right, wrong


@wrong("rounded to two digits")
def saturation_fraction(h, limit=0.99):
    return round(float(np.mean(np.abs(h) > limit)), 2)


@wrong("lower end with the wrong sign")
def saturation_fraction(h, limit=0.99):
    return np.mean((h > limit) | (h < limit - 1))


@wrong("both ends at once")
def saturation_fraction(h, limit=0.99):
    return np.mean((h > limit) & (h < -limit))


@wrong("divided by the rows")
def saturation_fraction(h, limit=0.99):
    return (abs(h) > limit).sum() / len(h)


@wrong("only for two dimensions")
def saturation_fraction(h, limit=0.99):
    n, m = h.shape
    return np.sum(abs(h) > limit) / (n * m)


@wrong("counts below the limit")
def saturation_fraction(h, limit=0.99):
    return np.mean(abs(h) < limit)


@right("counted in a loop")
def saturation_fraction(h, limit=0.99):
    count = 0
    for v in h.ravel():
        if v > limit or v < -limit:
            count += 1
    return count / h.size


@wrong("maximum is 0")
def dead_units(h):
    return h.max(axis=0) == 0


@wrong("std is 0")
def dead_units(h):
    return h.std(axis=0) == 0


@wrong("sum is 0")
def dead_units(h):
    return h.sum(axis=0) == 0


@wrong("the samples' axis")
def dead_units(h):
    return (h == 0).all(axis=1)


@wrong("any instead of all")
def dead_units(h):
    dead = []
    for j in range(h.shape[1]):
        dead.append(np.any(h[:, j] == 0))
    return np.array(dead)


@wrong("minimum is 0")
def dead_units(h):
    return h.min(axis=0) == 0


@right("a list of bools")
def dead_units(h):
    return [bool(np.abs(h[:, j]).max() == 0) for j in range(h.shape[1])]


@right("ones and zeros")
def dead_units(h):
    return np.array([1 if (column == 0).all() else 0 for column in h.T])


@wrong("max norm")
def update_ratio(step, w):
    return np.max(np.abs(step)) / np.max(np.abs(w))


@wrong("spectral norm")
def update_ratio(step, w):
    return np.linalg.norm(step, 2) / np.linalg.norm(w, 2)


@wrong("L1 norms")
def update_ratio(step, w):
    return np.abs(step).sum() / np.abs(w).sum()


@wrong("root of the step only")
def update_ratio(step, w):
    return np.sqrt(np.sum(step**2)) / np.sum(w**2)


@wrong("plus a small number")
def update_ratio(step, w):
    return np.linalg.norm(step) / (np.linalg.norm(w) + 1e-3)


@wrong("the difference")
def update_ratio(step, w):
    return np.linalg.norm(step - w) / np.linalg.norm(w)


@right("rms")
def update_ratio(step, w):
    return np.sqrt(np.mean(step * step)) / np.sqrt(np.mean(w * w))


@wrong("not drawn from rng")
def repair_init(n_in, n_out, rng):
    return np.random.default_rng().normal(0, n_in**-0.5, (n_in, n_out))


@wrong("not drawn at all")
def repair_init(n_in, n_out, rng):
    i, j = np.indices((n_in, n_out))
    return np.sin(1000 * i + j**2) * np.sqrt(2 / n_in)


@wrong("zeros")
def repair_init(n_in, n_out, rng):
    return np.zeros((n_in, n_out))


@wrong("too small")
def repair_init(n_in, n_out, rng):
    return 0.01 * rng.standard_normal((n_in, n_out))


@wrong("He")
def repair_init(n_in, n_out, rng):
    return rng.normal(0, 1, (n_in, n_out)) * 2


@right("Glorot uniform")
def repair_init(n_in, n_out, rng):
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@wrong("the mean taken off in the first layer too")
def sigmoid_start(n_in, n_out, rng, first):
    W = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
    return W, -W.sum(axis=0) / 2


@right("as tanh in other letters")
def sigmoid_start(n_in, n_out, rng, first):
    V = 1.5 * rng.standard_normal((n_in, n_out)) / n_in**0.5
    return (2 * V, np.zeros(n_out)) if first else (4 * V, -2 * V.sum(axis=0))
