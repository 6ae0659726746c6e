import numpy as np

from . import right, wrong


@wrong("plus")
def newton_step(theta, g, hessian):
    return theta + np.linalg.inv(hessian) @ g


@wrong("solve with arguments exchanged in meaning")
def newton_step(theta, g, hessian):
    return theta - np.linalg.solve(np.linalg.inv(hessian), g)


@wrong("elementwise product")
def newton_step(theta, g, hessian):
    return theta - np.linalg.inv(hessian).sum(axis=0) * g


@wrong("g divided by the diagonal")
def newton_step(theta, g, hessian):
    return theta - g / np.diagonal(hessian)


@wrong("step only")
def newton_step(theta, g, hessian):
    return np.linalg.solve(hessian, -g)


@right("inverse")
def newton_step(theta, g, hessian):
    return theta - np.linalg.inv(hessian) @ g


@right("solve for the point")
def newton_step(theta, g, hessian):
    return np.linalg.solve(hessian, hessian @ theta - g)


@wrong("norms instead of g @ d")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta + a * d) > f(theta) - c1 * a * np.linalg.norm(g) * np.linalg.norm(d):
        a *= shrink
    return a


@wrong("never ends: a is not changed")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta + a * d) > f(theta) + c1 * a * (g @ d):
        theta = theta
    return a


@wrong("begins with shrink")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = shrink
    while f(theta + a * d) > f(theta) + c1 * a * g @ d:
        a = shrink * a
    return a


@wrong("a is subtracted")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta - a * d) > f(theta) + c1 * a * (g @ d):
        a *= shrink
        if a < 1e-12:
            break
    return a


@wrong("d @ d")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a, f0 = 1.0, f(theta)
    while f(theta + a * d) > f0 + c1 * a * (d @ d):
        a *= shrink
    return a


@wrong("one shrink only")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    if f(theta + a * d) > f(theta) + c1 * a * (g @ d):
        a *= shrink
    return a


@wrong("returns the new loss")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta + a * d) > f(theta) + c1 * a * (g @ d):
        a *= shrink
    return f(theta + a * d)


@wrong("the loop runs for ever: condition turned round")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta + a * d) <= f(theta) + c1 * a * (g @ d):
        a *= shrink
    return a


@right("powers")
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    slope, start = float(np.sum(g * d)), f(theta)
    for k in range(200):
        a = shrink**k
        if f(theta + a * d) <= start + c1 * a * slope:
            return a
    return None


@wrong("both loops in the same order")
def two_loop_recursion(g, s, y):
    q = g.copy()
    alpha = np.zeros(len(s))
    for i in range(len(s)):
        alpha[i] = s[i] @ q / (s[i] @ y[i])
        q = q - alpha[i] * y[i]
    if len(s) > 0:
        q = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for i in range(len(s)):
        beta = y[i] @ q / (s[i] @ y[i])
        q = q + (alpha[i] - beta) * s[i]
    return q


@wrong("no scale")
def two_loop_recursion(g, s, y):
    q = g.copy()
    alpha = np.zeros(len(s))
    for i in reversed(range(len(s))):
        alpha[i] = s[i] @ q / (s[i] @ y[i])
        q = q - alpha[i] * y[i]
    for i in range(len(s)):
        beta = y[i] @ q / (s[i] @ y[i])
        q = q + (alpha[i] - beta) * s[i]
    return q


@wrong("alpha minus in the second loop")
def two_loop_recursion(g, s, y):
    q = g.copy()
    alpha = np.zeros(len(s))
    for i in reversed(range(len(s))):
        alpha[i] = s[i] @ q / (s[i] @ y[i])
        q = q - alpha[i] * y[i]
    if len(s) > 0:
        q = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for i in range(len(s)):
        beta = y[i] @ q / (s[i] @ y[i])
        q = q - (alpha[i] - beta) * s[i]
    return q


@wrong("g overwritten and wrong without pairs")
def two_loop_recursion(g, s, y):
    q = g
    alpha = np.zeros(len(s))
    for i in reversed(range(len(s))):
        alpha[i] = s[i] @ q / (s[i] @ y[i])
        q -= alpha[i] * y[i]
    q = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for i in range(len(s)):
        beta = y[i] @ q / (s[i] @ y[i])
        q = q + (alpha[i] - beta) * s[i]
    return q


@wrong("alpha divided by y y")
def two_loop_recursion(g, s, y):
    q = g.copy()
    alpha = np.zeros(len(s))
    for i in reversed(range(len(s))):
        alpha[i] = s[i] @ q / (y[i] @ y[i])
        q = q - alpha[i] * y[i]
    if len(s) > 0:
        q = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for i in range(len(s)):
        beta = y[i] @ q / (s[i] @ y[i])
        q = q + (alpha[i] - beta) * s[i]
    return q


@right("matrices")
def two_loop_recursion(g, s, y):
    n = len(g)
    if len(s) == 0:
        return g
    B = np.eye(n) * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for a, b in zip(s, y, strict=True):
        r = 1 / (a @ b)
        V = np.eye(n) - r * np.outer(b, a)
        B = V.T @ B @ V + r * np.outer(a, a)
    return B @ g
