import numpy as np

from course_utils.preprocessing import PCA, Standardizer

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


@wrong("nan_to_num", said="np.nan_to_num hides the 0/0")
def standardize(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return np.nan_to_num((train - mean) / std), np.nan_to_num((test - mean) / std)


@wrong("train is overwritten before test", said="The test data come back as they were")
def standardize(train, test):
    train = (train - train.mean(axis=0)) / np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1)
    test = (test - train.mean(axis=0)) / np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1)
    return train, test


@wrong("min-max, a constant feature divided by 1", said="This is min-max scaling")
def standardize(train, test):
    lo, hi = train.min(axis=0), train.max(axis=0)
    span = np.where(hi > lo, hi - lo, 1)
    return (train - lo) / span, (test - lo) / span


@wrong("by the largest absolute value", said="the largest absolute value")
def standardize(train, test):
    m = np.abs(train).max(axis=0)
    return train / m, test / m


@wrong("constant features are left as they are", said="A constant feature is left as it is")
def standardize(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    varies = np.ptp(train, axis=0) > 0
    return np.where(varies, (train - mean) / std, train), np.where(varies, (test - mean) / std, test)


@wrong("constant features are dropped", said="Constant features are dropped")
def standardize(train, test):
    varies = np.ptp(train, axis=0) > 0
    train, test = train[:, varies], test[:, varies]
    mean, std = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / std, (test - mean) / std


@wrong("np.divide with where", said="the result is set to 0")
def standardize(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    z = np.divide(train - mean, std, out=np.zeros_like(train), where=std > 0)
    t = np.divide(test - mean, std, out=np.zeros_like(test), where=std > 0)
    return z, t


@wrong("1e-5 is added to the deviation", said="Adding 1e-05 to the deviation")
def standardize(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / (std + 1e-5), (test - mean) / (std + 1e-5)


@wrong("1e-5 is added to the variance", said="Adding 1e-05 to the variance")
def standardize(train, test):
    mean, var = train.mean(axis=0), train.var(axis=0)
    return (train - mean) / np.sqrt(var + 1e-5), (test - mean) / np.sqrt(var + 1e-5)


@wrong("a helper for each, deviations of 0 replaced", said="by their own mean and deviation")
def standardize(train, test):
    def z(x):
        sd = x.std(axis=0)
        sd[sd == 0] = 1
        return (x - x.mean(axis=0)) / sd

    return z(train), z(test)


@wrong("a helper for each, 1e-8 added", said="by their own mean and deviation")
def standardize(train, test):
    def z(x):
        return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)

    return z(train), z(test)


@wrong("a helper for each", said="by their own mean and deviation")
def standardize(train, test):
    def z(x):
        return (x - x.mean(axis=0)) / x.std(axis=0)

    return z(train), z(test)


@wrong("test is divided by its own deviation", said="divided by their own deviation")
def standardize(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(np.ptp(train, axis=0) > 0, std, 1.0)
    tsd = np.where(np.ptp(test, axis=0) > 0, test.std(axis=0), 1.0)
    return (train - mean) / std, (test - mean) / tsd


@wrong("U of the SVD", said="eps is missing")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(c, full_matrices=False)
    return u * np.sqrt(len(x))


@wrong("eps is the least eigenvalue", said="eps is the least that an eigenvalue may be")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    return c @ U / np.sqrt(np.maximum(lam, eps))


@wrong("by the deviation of the turned data", said="by their own deviation, without eps")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    z = c @ U
    return z / z.std(axis=0)


@wrong("corrcoef", said="those of the correlations")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(np.corrcoef(c, rowvar=False))
    return c @ U / np.sqrt(np.maximum(lam, 0) + eps)


@wrong("a row for each eigenvector", said="lies on its side")
def pca_whiten(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    return U @ c.T / np.sqrt(np.maximum(lam, 0) + eps)[:, None]


@wrong("root of each entry", said="the root of each entry")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    C = c.T @ c / len(x) + eps * np.eye(x.shape[1])
    return c @ np.linalg.inv(np.sqrt(np.abs(C)))


@wrong("U Vᵀ of the SVD", said="eps is missing")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(c, full_matrices=False)
    return np.sqrt(len(x)) * u @ vt


@wrong("standardized, not turned", said="scaled, but not turned")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    return c / np.sqrt(c.var(axis=0) + eps)


@wrong("eps is the least eigenvalue", said="eps is the least that an eigenvalue may be")
def zca(x, eps=1e-5):
    c = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(c.T @ c / len(x))
    return c @ U / np.sqrt(np.maximum(lam, eps)) @ U.T


@wrong("normalized, at a good rate")
def ten_steps(train, other):
    mean, std = train.mean(0), train.std(0)
    return (train - mean) / std, (other - mean) / std, 3


@wrong("whitened by all wines together")
def ten_steps(train, other):
    both = np.vstack([train, other])
    z = (both - both.mean(0)) / both.std(0)
    lam, U = np.linalg.eigh(z.T @ z / len(z))
    z = z @ U / np.sqrt(lam + 0.01)
    return z[: len(train)], z[len(train) :], 20


@right("by the library, and a list")
def ten_steps(train, other):
    scaler = Standardizer().fit(train)
    pca = PCA(whiten=True, eps=0.01).fit(scaler.transform(train))
    return [pca.transform(scaler.transform(x)) for x in (train, other)] + [15]
