import numpy as np

from . import right, wrong


@wrong("exponent of the difference of bounds")
def log_uniform(low, high, u):
    return 10 ** (np.log10(low) + u * np.log10(high - low))


@wrong("u at low")
def log_uniform(low, high, u):
    return 10 ** (u * np.log10(low) + (1 - u) * np.log10(high))


@wrong("plus")
def log_uniform(low, high, u):
    return 10 ** (np.log10(low) + u * (np.log10(high) + np.log10(low)))


@wrong("ln and 10")
def log_uniform(low, high, u):
    return 10 ** (np.log(low) + u * (np.log(high) - np.log(low)))


@wrong("whole exponents")
def log_uniform(low, high, u):
    r = np.log10(low) + u * (np.log10(high) - np.log10(low))
    return 10 ** np.round(r)


@right("powers")
def log_uniform(low, high, u):
    return low ** (1 - u) * high**u


@right("exp and log")
def log_uniform(low, high, u):
    return np.exp(np.log(low) + u * np.log(high / low))


@wrong("log of beta")
def sample_beta(low, high, u):
    r = np.log10(low) + u * (np.log10(high) - np.log10(low))
    return 1 - 10**r


@wrong("not back")
def sample_beta(low, high, u):
    r = np.log10(1 - low) + u * (np.log10(1 - high) - np.log10(1 - low))
    return 10**r


@wrong("bounds exchanged")
def sample_beta(low, high, u):
    r = np.log10(1 - high) + u * (np.log10(1 - low) - np.log10(1 - high))
    return 1 - 10**r


@wrong("brackets")
def sample_beta(low, high, u):
    r = np.log10(1 - low) + u * np.log10(1 - high) - np.log10(1 - low)
    return 1 - 10**r


@wrong("plus 1")
def sample_beta(low, high, u):
    r = np.log10(1 - low) + u * (np.log10(1 - high) - np.log10(1 - low))
    return 1 + 10**r


@right("windows")
def sample_beta(low, high, u):
    first, last = 1 / (1 - low), 1 / (1 - high)
    window = first * (last / first) ** u
    return 1 - 1 / window


@wrong("even scale")
def widen_border(low, high, best):
    share = (best - low) / (high - low)
    if share < 0.1:
        return low / 10, high
    if share > 0.9:
        return low, high * 10
    return low, high


@wrong("factor 100")
def widen_border(low, high, best):
    share = np.log10(best / low) / np.log10(high / low)
    if share < 0.1:
        return low / 100, high
    if share > 0.9:
        return low, high * 100
    return low, high


@wrong("wrong direction")
def widen_border(low, high, best):
    share = np.log10(best / low) / np.log10(high / low)
    if share < 0.1:
        low = low * 10
    if share > 0.9:
        high = high / 10
    return low, high


@wrong("elif of the middle returns None")
def widen_border(low, high, best):
    share = np.log10(best / low) / np.log10(high / low)
    if share < 0.1:
        return low / 10, high
    elif share > 0.9:
        return low, high * 10


@wrong("0.2")
def widen_border(low, high, best):
    share = np.log10(best / low) / np.log10(high / low)
    if share < 0.2:
        return low / 10, high
    if share > 0.8:
        return low, high * 10
    return low, high


@wrong("subtracts a decade")
def widen_border(low, high, best):
    share = np.log10(best / low) / np.log10(high / low)
    if share < 0.1:
        return low - 10, high
    if share > 0.9:
        return low, high + 10
    return low, high


@right("exponents, and a list")
def widen_border(low, high, best):
    a, b, c = np.log10([low, high, best])
    tenth = (b - a) / 10
    if c - a < tenth:
        a -= 1
    if b - c < tenth:
        b += 1
    return [10**a, 10**b]
