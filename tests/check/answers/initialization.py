import numpy as np

from . import right, wrong


@wrong("std far too large")
def he_init(n_in, n_out, rng):
    return rng.normal(0, n_in / 2, (n_in, n_out))


@wrong("uniform with the normal's std")
def he_init(n_in, n_out, rng):
    bound = np.sqrt(2 / n_in)
    return rng.uniform(-bound, bound, (n_in, n_out))


@wrong("variance instead of std")
def he_init(n_in, n_out, rng):
    var = 2.0 / n_in
    return rng.standard_normal((n_in, n_out)) * var


@wrong("global generator")
def he_init(n_in, n_out, rng):
    return np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)


@wrong("Glorot uniform")
def he_init(n_in, n_out, rng):
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("twenty times too large a std")
def he_init(n_in, n_out, rng):
    return rng.normal(0, 20 * np.sqrt(2 / n_in), (n_in, n_out))


@right("truncated by scale")
def he_init(n_in, n_out, rng):
    return rng.standard_normal(size=(n_in, n_out)) / np.sqrt(n_in / 2)


@wrong("sqrt(3) uniform bound")
def xavier_init(n_in, n_out, rng):
    a = np.sqrt(3 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@wrong("product of n_in and n_out")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / (n_in * n_out)), (n_in, n_out))


@wrong("brackets forgotten")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in + n_out), (n_in, n_out))


@wrong("no root")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, 2 / (n_in + n_out), (n_in, n_out))


@right("mean of the fans")
def xavier_init(n_in, n_out, rng):
    fan = (n_in + n_out) / 2
    return rng.normal(scale=1 / np.sqrt(fan), size=(n_in, n_out))


@wrong("the layer before")
def predict_std(n, std, layer):
    q = 1.0
    for _ in range(layer - 1):
        q = n * std**2 * q / 2
    return np.sqrt(q - q / np.pi)


@wrong("no mean taken off")
def predict_std(n, std, layer):
    q = 1.0
    for _ in range(layer):
        q = n * std**2 * q / 2
    return np.sqrt(q)


@wrong("mean is q/pi not squared")
def predict_std(n, std, layer):
    q = (n * std**2 / 2) ** layer
    return np.sqrt(q - (q / np.pi) ** 2)


@wrong("2 pi")
def predict_std(n, std, layer):
    q = (n * std**2 / 2) ** layer
    return np.sqrt(q * (1 - 1 / (2 * np.pi)))


@wrong("the root taken of q only")
def predict_std(n, std, layer):
    q = (n * std**2 / 2) ** layer
    return np.sqrt(q) * (1 - 1 / np.pi)


@right("a loop")
def predict_std(n, std, layer):
    q = 1.0
    for _ in range(layer):
        q *= n * std * std / 2
    mean = np.sqrt(q / np.pi)
    return (q - mean**2) ** 0.5


@wrong("mean and square exchanged")
def gain_for(f, z):
    return 1 / np.sqrt(np.mean(f(z)) ** 2)


@wrong("var of f")
def gain_for(f, z):
    return 1 / np.sqrt(np.var(f(z)))


@wrong("upside down without root")
def gain_for(f, z):
    return np.mean(f(z) ** 2)


@wrong("a factor sqrt 2")
def gain_for(f, z):
    return np.sqrt(2 / np.mean(f(z) ** 2))


@right("norm")
def gain_for(f, z):
    y = f(z)
    return np.sqrt(len(y)) / np.linalg.norm(y)


@right("a zero dimensional array")
def gain_for(f, z):
    return np.array(np.average(np.square(f(z)))) ** -0.5
