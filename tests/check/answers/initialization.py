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


@wrong("uniform to 1 over the root of n_in", said="PyTorch's default")
def he_init(n_in, n_out, rng):
    b = 1 / np.sqrt(n_in)
    return rng.uniform(-b, b, (n_in, n_out))


@wrong("uniform from 0", said="A uniform draw from 0")
def he_init(n_in, n_out, rng):
    b = np.sqrt(6 / n_in)
    return rng.uniform(0, b, (n_in, n_out))


@wrong("random minus a half", said="1/√12")
def he_init(n_in, n_out, rng):
    return (rng.random((n_in, n_out)) - 0.5) * np.sqrt(2 / n_in)


@wrong("the deviation as the first argument", said="where the mean belongs")
def he_init(n_in, n_out, rng):
    return rng.normal(np.sqrt(2 / n_in), size=(n_in, n_out))


@wrong("normal with the 6", said="The 6 belongs to a uniform draw")
def he_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(6 / n_in), (n_in, n_out))


@wrong("zeros", said="All weights are 0")
def he_init(n_in, n_out, rng):
    return np.zeros((n_in, n_out))


@wrong("one column, repeated", said="are equal")
def he_init(n_in, n_out, rng):
    return np.repeat(rng.normal(0, np.sqrt(2 / n_in), (n_in, 1)), n_out, axis=1)


@wrong("uniform to 1 over the root of n_in", said="PyTorch's default")
def xavier_init(n_in, n_out, rng):
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@wrong("geometric mean of the fans", said="geometric mean")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, (n_in * n_out) ** -0.25, (n_in, n_out))


@wrong("mean of the deviations", said="The mean of the two deviations")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, (n_in**-0.5 + n_out**-0.5) / 2, (n_in, n_out))


@wrong("variances added", said="are added")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / n_in + 1 / n_out), (n_in, n_out))


@wrong("the larger fan", said="The larger of the two")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / max(n_in, n_out)), (n_in, n_out))


@wrong("PyTorch's gain for tanh", said="`5 / 3` does not belong here")
def xavier_init(n_in, n_out, rng):
    return rng.normal(0, 5 / 3 * np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@wrong("root minus mean", said="The deviations are subtracted")
def predict_std(n, std, layer):
    q = (n * std**2 / 2) ** layer
    return np.sqrt(q) - np.sqrt(q / np.pi)


@wrong("std outside of the power", said="std is left out of the power")
def predict_std(n, std, layer):
    return std * np.sqrt(n / 2) ** layer


@wrong("the variance is handed on", said="The variance is handed on")
def predict_std(n, std, layer):
    v = 1.0
    for _ in range(layer):
        v = n * std**2 * v / 2 * (1 - 1 / np.pi)
    return np.sqrt(v)


@wrong("a linear net", said="a net without ReLU")
def predict_std(n, std, layer):
    return (np.sqrt(n) * std) ** layer


@wrong("1 over the variance", said="and the root is missing")
def gain_for(f, z):
    return 1 / np.var(f(z))


@wrong("deviation over deviation", said="The deviations are compared")
def gain_for(f, z):
    return np.std(z) / np.std(f(z))


@wrong("mean of 1 over |f|", said="The mean is taken last")
def gain_for(f, z):
    return np.mean(1 / np.sqrt(f(z) ** 2))


wrong("the slope is not squared", "fifty_layers", said="The slope ½ is not squared")((2 / 1.5) ** 0.5)
wrong("halves counted whole", "fifty_layers", said="Both sides are counted whole")(1 / (1 + 0.5**2) ** 0.5)
wrong("the root, not one over it", "fifty_layers", said="the gain is one over it")(0.79)
wrong("one over the mean of |f|", "fifty_layers", said="This is 1 / E|f(z)|")(1.671)
wrong("He's 2 as well", "fifty_layers", said="a 2 too many")((2 / 0.625) ** 0.5)
