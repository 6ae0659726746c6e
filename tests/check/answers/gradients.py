import numpy as np

from . import right, wrong


@wrong("gradient descent goes up")
def first_step(theta, g, lr=0.1):
    step = lr * g
    theta = theta + step
    return theta


@wrong("only the sign of the gradient is used")
def first_step(theta, g, lr=0.1):
    return theta - lr * np.sign(g)


@wrong("divides by lr")
def first_step(theta, g, lr=0.1):
    return theta - g / lr


@wrong("the gradient is normalized")
def first_step(theta, g, lr=0.1):
    return theta - lr * g / np.linalg.norm(g)


@wrong("theta and g have changed places")
def first_step(theta, g, lr=0.1):
    return g - lr * theta


@wrong("works in place")
def first_step(theta, g, lr=0.1):
    theta -= lr * g
    return theta


@right("entry by entry")
def first_step(theta, g, lr=0.1):
    new = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        new[i] = theta[i] - lr * g[i]
    return new


@right("a list comes back")
def first_step(theta, g, lr=0.1):
    return (theta - lr * g).tolist()


@wrong("softmax without exp of the shifted")
def softmax_cross_entropy(scores, y):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    d = p
    d[np.arange(len(y)), y] -= 1
    return loss, d / len(y)


@wrong("log base 2")
def softmax_cross_entropy(scores, y):
    n = len(y)
    s = scores - scores.max(axis=1, keepdims=True)
    e = np.exp(s)
    loss = (np.log2(e.sum(axis=1)) - s[np.arange(n), y]).mean()
    d = e / e.sum(axis=1, keepdims=True)
    d[np.arange(n), y] -= 1
    return loss, d / n


@wrong("subtracts 1 in the columns y of all rows")
def softmax_cross_entropy(scores, y):
    n = len(y)
    s = scores - scores.max(axis=1, keepdims=True)
    e = np.exp(s)
    loss = (np.log(e.sum(axis=1)) - s[np.arange(n), y]).mean()
    d = e / e.sum(axis=1, keepdims=True)
    d[:, y] -= 1
    return loss, d / n


@wrong("gradient divided twice by m")
def softmax_cross_entropy(scores, y):
    m = len(scores)
    s = scores - scores.max(1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(1, keepdims=True))
    loss = -logp[range(m), y].mean()
    d = np.exp(logp)
    d[range(m), y] -= 1
    return loss, d / m / m


@wrong("loss of the scores without subtracting the max from the right score")
def softmax_cross_entropy(scores, y):
    m = len(scores)
    s = scores - scores.max(1, keepdims=True)
    total = np.exp(s).sum(1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - scores[np.arange(m), y])
    d = np.exp(s) / total
    d[np.arange(m), y] -= 1
    return loss, d / m


@wrong("the caller's scores are overwritten")
def softmax_cross_entropy(scores, y):
    m = len(scores)
    scores -= scores.max(1, keepdims=True)
    e = np.exp(scores)
    total = e.sum(1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - scores[np.arange(m), y])
    d = e / total
    d[np.arange(m), y] -= 1
    return loss, d / m


@right("one hot and logsumexp")
def softmax_cross_entropy(scores, y):
    onehot = np.eye(scores.shape[1])[y]
    top = np.max(scores, axis=1, keepdims=True)
    logz = top + np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))
    loss = np.sum((logz - scores) * onehot) / scores.shape[0]
    return loss, (np.exp(scores - logz) - onehot) / scores.shape[0]


@right("a loop over the samples")
def softmax_cross_entropy(scores, y):
    m, loss, d = len(y), 0.0, np.zeros(scores.shape)
    for i in range(m):
        s = scores[i] - max(scores[i])
        e = np.exp(s)
        loss += (np.log(sum(e)) - s[y[i]]) / m
        d[i] = e / sum(e) / m
        d[i, y[i]] -= 1 / m
    return float(loss), d


@wrong("the margin has the wrong sign")
def hinge(scores, y):
    n = len(y)
    right_scores = scores[np.arange(n), y].reshape(-1, 1)
    margins = np.maximum(0, scores - right_scores - 1)
    margins[np.arange(n), y] = 0
    d = np.zeros_like(scores)
    d[margins > 0] = 1
    d[np.arange(n), y] = -d.sum(axis=1)
    return margins.sum() / n, d / n


@wrong("scores and right score have changed places")
def hinge(scores, y):
    n = len(y)
    own = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, own - scores + 1)
    margins[np.arange(n), y] = 0
    d = (margins > 0).astype(float)
    d[np.arange(n), y] = -d.sum(axis=1)
    return margins.sum() / n, d / n


@wrong("the mean over all entries")
def hinge(scores, y):
    n = len(y)
    own = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, scores - own + 1)
    margins[np.arange(n), y] = 0
    d = (margins > 0).astype(float)
    d[np.arange(n), y] = -d.sum(axis=1)
    return margins.mean(), d / n


@wrong("the gradient is the margins")
def hinge(scores, y):
    n = len(y)
    own = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, scores - own + 1)
    margins[np.arange(n), y] = 0
    d = margins.copy()
    d[np.arange(n), y] = -d.sum(axis=1)
    return margins.sum() / n, d / n


@wrong("the right class gets plus")
def hinge(scores, y):
    n = len(y)
    own = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, scores - own + 1)
    margins[np.arange(n), y] = 0
    d = (margins > 0).astype(float)
    d[np.arange(n), y] = d.sum(axis=1)
    return margins.sum() / n, d / n


@wrong("squared hinge")
def hinge(scores, y):
    n = len(y)
    own = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, scores - own + 1)
    margins[np.arange(n), y] = 0
    d = 2 * margins
    d[np.arange(n), y] = -d.sum(axis=1)
    return (margins**2).sum() / n, d / n


@right("subgradient with >= at the kink")
def hinge(scores, y):
    rows = np.arange(len(y))
    margins = scores - scores[rows, y][:, None] + 1
    d = (margins >= 0).astype(float)
    d[rows, y] = 0
    d[rows, y] = -d.sum(axis=1)
    margins[rows, y] = 0
    return np.maximum(margins, 0).sum(axis=1).mean(), d / len(y)


@right("loops")
def hinge(scores, y):
    loss, d = 0, np.zeros(scores.shape)
    for i, k in enumerate(y):
        for j in range(scores.shape[1]):
            m = 1 + scores[i, j] - scores[i, k]
            if j != k and m > 0:
                loss += m
                d[i, j] += 1
                d[i, k] -= 1
    return loss / len(y), d / len(y)


@wrong("only for one dimension")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad


@wrong("only for one and two dimensions")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    if x.ndim == 1:
        for i in range(len(x)):
            e = np.zeros(x.shape)
            e[i] = h
            grad[i] = (f(x + e) - f(x - e)) / (2 * h)
        return grad
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = np.zeros(x.shape)
            e[i, j] = h
            grad[i, j] = (f(x + e) - f(x - e)) / (2 * h)
    return grad


@wrong("brackets around 2h forgotten")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for idx in np.ndindex(*x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / 2 * h
    return grad


@wrong("step in place and put back to the low side")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    x = x.copy()
    for idx in np.ndindex(x.shape):
        x[idx] += h
        up = f(x)
        x[idx] -= 2 * h
        down = f(x)
        grad[idx] = (up - down) / (2 * h)
    return grad


@wrong("a sum of the two values")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for idx in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[idx] = h
        grad[idx] = (f(x + e) + f(x - e)) / (2 * h)
    return grad


@wrong("second difference")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for idx in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[idx] = h
        grad[idx] = (f(x + e) - 2 * f(x) + f(x - e)) / h**2
    return grad


@right("in place and put back")
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        old = x[idx]
        x[idx] = old + h
        up = f(x)
        x[idx] = old - h
        down = f(x)
        x[idx] = old
        grad[idx] = (up - down) / 2 / h
    return grad


@right("flattened")
def numerical_gradient(f, x, h=1e-5):
    flat = x.ravel()
    g = []
    for i in range(flat.size):
        e = np.eye(flat.size)[i] * h
        g.append((f((flat + e).reshape(x.shape)) - f((flat - e).reshape(x.shape))) / (h + h))
    return np.array(g).reshape(x.shape)


@wrong("works in place on the caller's scores, right numbers")
def hinge(scores, y):
    rows = np.arange(len(y))
    scores -= scores[rows, y][:, None] - 1
    scores[rows, y] = 0
    d = (scores > 0).astype(float)
    d[rows, y] = -d.sum(axis=1)
    return np.maximum(scores, 0).sum() / len(y), d / len(y)


@wrong("slopes of whole numbers are cut off")
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad


@wrong("all at once")
def numerical_gradient(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@wrong("log of 1 plus exp")
def logistic_loss(s, y):
    p = 1 / (1 + np.exp(-s))
    loss = np.log(1 + np.exp(s)) - y * s
    return loss.mean(), (p - y) / len(y)


@wrong("clipped")
def logistic_loss(s, y):
    p = np.clip(1 / (1 + np.exp(-s)), 1e-15, 1 - 1e-15)
    loss = -y * np.log(p) - (1 - y) * np.log(1 - p)
    return loss.mean(), (p - y) / len(y)


@wrong("the exponentials are summed down the columns", said="summed down the columns, axis=0")
def softmax_cross_entropy(scores, y):
    m = len(y)
    s = scores - scores.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=0, keepdims=True)
    loss = -np.log(p[np.arange(m), y]).mean()
    d = p.copy()
    d[np.arange(m), y] -= 1
    return loss, d / m


@wrong("the log of the sum down the columns", said="runs down the columns, axis=0")
def softmax_cross_entropy(scores, y):
    m = len(y)
    s = scores - scores.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=0))
    loss = -logp[np.arange(m), y].mean()
    d = np.exp(logp)
    d[np.arange(m), y] -= 1
    return loss, d / m


@wrong("summed down the columns and no maximum", said="summed down the columns, axis=0")
def softmax_cross_entropy(scores, y):
    m = len(y)
    p = np.exp(scores) / np.exp(scores).sum(axis=0)
    loss = -np.log(p[np.arange(m), y]).mean()
    p[np.arange(m), y] -= 1
    return loss, p / m


@wrong("one sum for the batch", said="of the whole batch are summed")
def softmax_cross_entropy(scores, y):
    m = len(y)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum()
    loss = -np.log(p[np.arange(m), y]).mean()
    p[np.arange(m), y] -= 1
    return loss, p / m


@wrong("p is clipped at 1e-12", said="p is clipped at 1e-12")
def logistic_loss(s, y):
    p = 1 / (1 + np.exp(-s))
    p = np.clip(p, 1e-12, 1 - 1e-12)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss, (p - y) / len(s)


@wrong("p is clipped at 1e-12 in the loss alone", said="p is clipped at 1e-12")
def logistic_loss(s, y):
    p = 1 / (1 + np.exp(-s))
    q = np.clip(p, 1e-12, 1 - 1e-12)
    loss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))
    return loss, (p - y) / len(s)


@wrong("p is clipped at 1e-8", said="p is clipped at 1e-08")
def logistic_loss(s, y):
    p = np.clip(1 / (1 + np.exp(-s)), 1e-8, 1 - 1e-8)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)), (p - y) / len(s)


@wrong("1e-15 in the logarithm", said="1e-15 in the logarithm")
def logistic_loss(s, y):
    p = 1 / (1 + np.exp(-s))
    return np.mean(-y * np.log(p + 1e-15) - (1 - y) * np.log(1 - p + 1e-15)), (p - y) / len(s)


@wrong("the scores are clipped", said="The scores are clipped at 500")
def logistic_loss(s, y):
    s = np.clip(s, -500, 500)
    p = 1 / (1 + np.exp(-s))
    return np.mean(np.log(1 + np.exp(s)) - y * s), (p - y) / len(s)
