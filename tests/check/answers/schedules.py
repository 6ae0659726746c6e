import numpy as np

from . import right, wrong


@wrong("t over n_warmup")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    return lr * np.minimum(1, t / n_warmup) * 0.5 * (1 + np.cos(np.pi * t / n_steps))


@wrong("cosine after the warm-up")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = np.minimum(1, (t + 1) / n_warmup)
    progress = np.maximum(0, (t - n_warmup) / (n_steps - n_warmup))
    return lr * climb * (1 + np.cos(np.pi * progress)) / 2


@wrong("no half")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = np.minimum(1, (t + 1) / n_warmup)
    return lr * climb * (1 + np.cos(np.pi * t / n_steps))


@wrong("if for numbers only")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = (t + 1) / n_warmup if t < n_warmup else 1
    return lr * climb * (1 + np.cos(np.pi * t / n_steps)) / 2


@wrong("minus cos")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = np.minimum(1, (t + 1) / n_warmup)
    return lr * climb * (1 - np.cos(np.pi * t / n_steps)) / 2


@wrong("the cosine counts t + 1")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = np.minimum(1, (t + 1) / n_warmup)
    return lr * climb * (1 + np.cos(np.pi * (t + 1) / n_steps)) / 2


@wrong("n_steps - 1")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    climb = np.minimum(1, (t + 1) / n_warmup)
    return lr * climb * (1 + np.cos(np.pi * t / (n_steps - 1))) / 2


@right("cos squared")
def cosine_with_warmup(t, lr, n_warmup, n_steps):
    t = np.asarray(t)
    return lr * np.where(t < n_warmup, (t + 1) / n_warmup, 1.0) * np.cos(np.pi / 2 * t / n_steps) ** 2


@wrong("t instead of t + 1 in the decay")
def inverse_sqrt(t, lr, n_warmup):
    return lr * np.minimum((t + 1) / n_warmup, np.sqrt(n_warmup / t))


@wrong("1 over root without n_warmup")
def inverse_sqrt(t, lr, n_warmup):
    return lr * np.minimum((t + 1) / n_warmup, 1 / np.sqrt(t + 1))


@wrong("linear times root")
def inverse_sqrt(t, lr, n_warmup):
    return lr * np.minimum(1, (t + 1) / n_warmup) * np.sqrt(1 / (t + 1))


@wrong("upside down root")
def inverse_sqrt(t, lr, n_warmup):
    return lr * np.minimum((t + 1) / n_warmup, np.sqrt((t + 1) / n_warmup))


@wrong("python min")
def inverse_sqrt(t, lr, n_warmup):
    return lr * min((t + 1) / n_warmup, (n_warmup / (t + 1)) ** 0.5)


@right("where")
def inverse_sqrt(t, lr, n_warmup):
    n = np.asarray(t) + 1.0
    return np.where(n <= n_warmup, lr * n / n_warmup, lr * (n_warmup / n) ** 0.5)


@wrong("batch number within the epoch")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    rates = []
    for epoch in range(epochs):
        t = 0
        for start in range(0, n_samples, batch_size):
            rates.append(schedule(t))
            t += 1
    return np.array(rates)


@wrong("counts before asking")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    rates = []
    t = 0
    for epoch in range(epochs):
        for start in range(0, n_samples, batch_size):
            t += 1
            rates.append(schedule(t))
    return np.array(rates)


@wrong("epoch plus start")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    rates = []
    for epoch in range(epochs):
        for start in range(0, n_samples, batch_size):
            rates.append(schedule(epoch + start))
    return np.array(rates)


@wrong("floor of batches")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    n_batches = n_samples // batch_size
    rates = []
    for epoch in range(epochs):
        for b in range(n_batches):
            rates.append(schedule(epoch * n_batches + b))
    return np.array(rates)


@wrong("t goes up in the outer loop")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    rates, t = [], 0
    for _ in range(epochs):
        for _ in range(0, n_samples, batch_size):
            rates.append(schedule(t))
        t += 1
    return np.array(rates)


@right("a list, counted by its length")
def rates_of_a_run(schedule, epochs, n_samples, batch_size):
    rates = []
    for _ in range(epochs):
        for _ in range(0, n_samples, batch_size):
            rates.append(schedule(len(rates)))
    return rates
