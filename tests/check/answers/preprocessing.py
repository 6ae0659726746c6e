import numpy as np

from . import right, wrong


@wrong("test uses its own mean")
def standardize(train, test):
    mu, sd = train.mean(axis=0), train.std(axis=0)
    sd[sd == 0] = 1
    return (train - mu) / sd, (test - test.mean(axis=0)) / sd


@wrong("axis 1")
def standardize(train, test):
    mu, sd = train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
    sd = np.where(sd == 0, 1, sd)
    return (train - mu) / sd, (test - test.mean(axis=1, keepdims=True)) / test.std(axis=1, keepdims=True)


@wrong("only the training data are divided")
def standardize(train, test):
    mu, sd = train.mean(axis=0), train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return (train - mu) / sd, test - mu


@wrong("plus the mean")
def standardize(train, test):
    mu, sd = train.mean(axis=0), train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return (train + mu) / sd, (test + mu) / sd


@wrong("brackets forgotten")
def standardize(train, test):
    mu, sd = train.mean(axis=0), train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return train - mu / sd, test - mu / sd


@wrong("median")
def standardize(train, test):
    mu, sd = np.median(train, axis=0), train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return (train - mu) / sd, (test - mu) / sd


@wrong("eps in the denominator")
def standardize(train, test):
    mu = np.mean(train, axis=0)
    sigma = np.std(train, axis=0) + 1e-8
    return (train - mu) / sigma, (test - mu) / sigma


@right("constant feature by ptp")
def standardize(train, test):
    mu = np.mean(train, 0)
    sigma = np.sqrt(np.mean((train - mu) ** 2, 0))
    sigma[np.ptp(train, axis=0) == 0] = 1
    return [(train - mu) / sigma, (test - mu) / sigma]


@wrong("covariance of the raw data")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(x.T @ x / len(x))
    return c @ U / np.sqrt(np.maximum(lam, 0) + eps)


@wrong("np.cov as it is")
def pca_whiten(x, eps=1e-5):
    x = x - np.mean(x, axis=0)
    C = np.cov(x, rowvar=False)
    w, v = np.linalg.eigh(C)
    return np.dot(x, v) / np.sqrt(w + eps)


@wrong("divides by std of the data first")
def pca_whiten(x, eps=1e-5):
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + eps)
    lam, U = np.linalg.eigh(x.T @ x / len(x))
    return x @ U


@wrong("transposed result")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(c))
    return (c @ U / np.sqrt(np.maximum(lam, 0) + eps)).T


@wrong("divides by n_features")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / x.shape[1])
    return c @ U / np.sqrt(np.maximum(lam, 0) + eps)


@right("svd")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(c, full_matrices=False)
    z = np.zeros(c.shape)
    z[:, : len(s)] = c @ vt.T / np.sqrt(s**2 / len(x) + eps)
    return z


@right("bias=True")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0, keepdims=True)
    lam, U = np.linalg.eigh(np.cov(c.T, bias=True))
    return (c @ U) @ np.diag(1 / np.sqrt(np.clip(lam, 0, None) + eps))


@wrong("turned back with U")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    z = c @ U
    z = z / np.sqrt(np.maximum(lam, 0) + eps)
    return z @ U


@wrong("np.cov and no centering")
def zca(x, eps=1e-5):
    lam, U = np.linalg.eigh(np.cov(x.T))
    return x @ U / np.sqrt(np.maximum(lam, 0) + eps) @ U.T


@wrong("divides by the root without eps")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    return c @ U @ np.diag(lam + eps) ** 0.5 @ U.T


@wrong("scaled after turning back")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    return c @ U @ U.T / np.sqrt(np.maximum(lam, 0) + eps)


@right("one matrix")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(np.dot(c.T, c) / x.shape[0])
    return c @ (U @ np.diag((np.maximum(lam, 0) + eps) ** -0.5) @ U.T)
