"""Theory: the formulas that are laid over simulations. Each one predicts what a run will show, without running it."""

from functools import cache
from typing import NamedTuple

import numpy as np

from ._support.settings import numbers
from ._support.validation import array, fail, integer


def batch_noise(std, batch_size, n_samples=None):
    """Standard deviation of a mini-batch's mean: how far the gradient of a batch lies from that of all samples.

    std / √B                                with replacement, or from an endless supply
    std / √B · √((N - B) / (N - 1))         without replacement: 0 when the batch is all samples

    Parameters
    ----------
    std : float or array, >= 0
        Standard deviation over the samples (divided by N, not by N - 1).
    batch_size : int B >= 1
    n_samples : int N >= B, or None for with replacement

    Source: Cochran, "Sampling Techniques" (1977), theorem 2.2, which divides by N - 1 and so has √((N - B) / N).

    >>> batch_noise(1.0, 25), batch_noise(1.0, 25, n_samples=25)
    (0.2, 0.0)
    """
    std = _positive("std", std, zero=True)
    batch_size = integer("batch_size", batch_size, low=1)
    noise = std / batch_size**0.5
    if n_samples is None or batch_size == n_samples == 1:
        return noise * (n_samples is None)
    n_samples = integer("n_samples", n_samples, low=batch_size)
    return noise * ((n_samples - batch_size) / (n_samples - 1)) ** 0.5


def best_rate(eigenvalues):
    """(lr, factor): the rate at which descent on a quadratic shrinks its worst direction fastest, and by how much.

    lr = 2 / (l₁ + lₙ)
    factor = (κ - 1) / (κ + 1),  κ = lₙ / l₁

    At this rate the flattest and the steepest direction shrink alike. From 2 / lₙ on, descent diverges.
    eigenvalues : those of the Hessian, all > 0, in any order.
    Source: Polyak, "Introduction to Optimization" (1987), section 1.4.

    >>> lr, factor = best_rate([1, 20])
    >>> round(lr, 4), round(factor, 4)
    (0.0952, 0.9048)
    """
    eigenvalues = _positive("eigenvalues", np.ravel(eigenvalues))
    low, high = float(eigenvalues.min()), float(eigenvalues.max())
    return 2 / (low + high), (high - low) / (high + low)


def convergence_factor(lr, eigenvalues):
    """What one step of descent on a quadratic leaves of its slowest direction; above 1 it diverges.

    factor = max |1 - lr · lᵢ|

    lr : float or array >= 0, which gives a factor for each; eigenvalues : (n,), those of the Hessian.
    Source: Polyak, "Introduction to Optimization" (1987), section 1.4.

    >>> convergence_factor([0.05, 0.11], [1, 20]).round(2)
    array([0.95, 1.2 ])
    """
    lr, eigenvalues = _positive("lr", lr, zero=True), array("eigenvalues", eigenvalues, shape=(None,))
    factor = np.abs(1 - np.multiply.outer(lr, eigenvalues)).max(axis=-1)
    return factor if factor.ndim else float(factor)


def momentum_variance(lr, rho, curvature, noise):
    """Where noise and momentum balance on a quadratic: the variance of one parameter; inf if it diverges.

    V = lr · σ² · (1 + ρ) / (l · (1 - ρ) · (2 (1 + ρ) - lr · l))

    With rho = 0 it is `stationary_variance`. For small rates it is that of plain descent at the rate lr / (1 - ρ).
    lr > 0; 0 <= rho < 1; curvature l > 0; noise σ >= 0, standard deviation of a gradient

    Source: the stationary variance of the recursion x' = (1 + ρ - lr l) x - ρ x_old + lr ξ, as for any autoregression
    of order two; Hamilton, "Time Series Analysis" (1994), section 3.4.

    >>> round(momentum_variance(0.01, 0.9, 1.0, 1.0), 4), round(momentum_variance(0.1, 0.0, 1.0, 1.0), 4)
    (0.0501, 0.0526)
    """
    lr, curvature = _positive("lr", lr), _positive("curvature", curvature)
    rho, noise = _positive("rho", rho, zero=True), _positive("noise", noise, zero=True)
    if not rho < 1:
        fail("rho", f"{rho:g}", "a number from 0 to below 1")
    left = 2 * (1 + rho) - lr * curvature
    return float(lr * noise**2 * (1 + rho) / (curvature * (1 - rho) * left)) if left > 0 else np.inf


class StepForecast(NamedTuple):
    """What a step θ - lr · g_B is expected to change, as far as a quadratic tells; see `step_forecast`."""

    slope: float
    curvature: float
    noise: float
    n_samples: float = np.inf

    def change(self, lr, batch_size):
        """Expected change of the loss; lr and batch_size may be arrays that broadcast, batch_size may be inf: all."""
        return -lr * self.slope + lr**2 / 2 * (self.curvature + self._noise_of(batch_size))

    def best_rate(self, batch_size):
        """The rate at which the expected change is lowest."""
        return self.slope / (self.curvature + self._noise_of(batch_size))

    @property
    def critical_batch(self):
        """The batch at which the best rate, and the gain, are half of what all samples allow."""
        if self.n_samples == np.inf:
            return self.noise / self.curvature
        return self.noise * self.n_samples / (self.curvature * (self.n_samples - 1) + self.noise)

    def _noise_of(self, batch_size):
        """tr(HΣ) / B, less what drawing without replacement takes off."""
        if self.n_samples == np.inf:
            return self.noise / batch_size
        batch_size = np.minimum(batch_size, self.n_samples)
        return self.noise / batch_size * (self.n_samples - batch_size) / (self.n_samples - 1)


def step_forecast(slope, curvature, noise, n_samples=None):
    """The expected change of the loss in a step of SGD, from three numbers of the place where it is taken.

    E[change] = -lr · |g|² + lr² / 2 · (gᵀHg + tr(HΣ) / B)
    best rate = |g|² / (gᵀHg + tr(HΣ) / B),  critical batch = tr(HΣ) / gᵀHg

    Parameters
    ----------
    slope : |g|² > 0, of the gradient of all samples
    curvature : gᵀHg > 0, along that gradient
    noise : tr(HΣ) >= 0, with Σ the covariance of single samples' gradients
    n_samples : int N >= 2, if batches are drawn from N samples without replacement: then tr(HΣ) / B is multiplied by
        (N - B) / (N - 1), and a batch of all samples has no noise. None: with replacement.

    Source: McCandlish, Kaplan, Amodei et al., "An Empirical Model of Large-Batch Training" (2018), section 2.2.

    >>> forecast = step_forecast(slope=1.0, curvature=2.0, noise=32.0)
    >>> forecast.best_rate(16), forecast.critical_batch
    (0.25, 16.0)
    """
    slope, curvature = (float(_positive(n, v)) for n, v in (("slope", slope), ("curvature", curvature)))
    n = np.inf if n_samples is None else integer("n_samples", n_samples, low=2)
    return StepForecast(slope, curvature, float(_positive("noise", noise, zero=True)), n)


def momentum_factor(lr, rho, eigenvalues, nesterov=False):
    """What one step of momentum leaves in the long run of its slowest direction on a quadratic; above 1 it diverges.

    factor = max |z| over the roots, for a = lr · lᵢ, of
    z² - (1 + rho - a) z + rho = 0                      heavy ball
    z² - (1 + rho) (1 - a) z + rho (1 - a) = 0          Nesterov

    Where the roots are complex, |z| is the root of the last term: √rho for the heavy ball. Where they coincide the
    distance goes like t · factorᵗ. A negative lᵢ, as at a saddle, gives the factor of growth along it.

    Parameters
    ----------
    lr : float or array >= 0
    rho : float or array from 0 to 1, which broadcasts against lr
    eigenvalues : (n,), those of the Hessian

    Source: Polyak (1964); for Nesterov Lessard, Recht and Packard, "Analysis and Design of Optimization Algorithms via
    Integral Quadratic Constraints" (2016), section 2.2.

    >>> round(momentum_factor(0.1, 0.9, [1, 20]), 4), round(momentum_factor(0.1, 0.9, [-1]), 4)
    (0.9487, 1.3162)
    """
    lr = _positive("lr", lr, zero=True)
    rho = np.expand_dims(numbers("rho", rho, low=0, high=1), -1)
    a = np.multiply.outer(lr, array("eigenvalues", eigenvalues, shape=(None,)))
    trace, last = ((1 + rho) * (1 - a), rho * (1 - a)) if nesterov else (1 + rho - a, rho + 0 * a)
    inner = trace**2 - 4 * last
    real = (abs(trace) + np.sqrt(np.maximum(inner, 0))) / 2
    factor = np.where(inner < 0, np.sqrt(np.maximum(last, 0)), real).max(axis=-1)
    return factor if factor.ndim else float(factor)


def largest_momentum_rate(rho, curvature, nesterov=False):
    """The rate from which on momentum diverges on a quadratic, if 0 <= rho < 1.

    2 (1 + rho) / l                    heavy ball
    2 (1 + rho) / (1 + 2 rho) / l      Nesterov

    Both are 2 / l at rho = 0, which is plain descent: the heavy ball bears more, Nesterov less.
    rho, curvature : float or array; curvature is l, the largest eigenvalue of the Hessian, > 0.
    Source: the factor is 1 there, with the root z = -1 of the polynomials in `momentum_factor`.

    >>> round(largest_momentum_rate(0.9, 1.0), 3), round(largest_momentum_rate(0.9, 1.0, nesterov=True), 3)
    (3.8, 1.357)
    """
    rho, curvature = _positive("rho", rho, zero=True), _positive("curvature", curvature)
    return 2 * (1 + rho) / (1 + 2 * rho if nesterov else 1) / curvature


def best_momentum(eigenvalues, nesterov=False):
    """(lr, rho, factor): the setting with which momentum shrinks the slowest direction of a quadratic fastest.

    lr = (2 / (√l₁ + √lₙ))²,  √rho = factor = (√κ - 1) / (√κ + 1)                                  heavy ball
    lr = 4 / (3 lₙ + l₁),  rho = (√(3κ + 1) - 2) / (√(3κ + 1) + 2),  factor = 1 - 2 / √(3κ + 1)    Nesterov

    Plain descent has κ where these have √κ: see `best_rate`. eigenvalues : those of the Hessian, all > 0, in any order.
    Source: Polyak (1964); Lessard, Recht and Packard (2016), section 2.2.

    >>> np.round(best_momentum([1, 20]), 4), np.round(best_momentum([1, 20], nesterov=True), 4)
    (array([0.1336, 0.4026, 0.6345]), array([0.0656, 0.5923, 0.7439]))
    """
    eigenvalues = _positive("eigenvalues", np.ravel(eigenvalues))
    low, high = float(eigenvalues.min()), float(eigenvalues.max())
    if nesterov:
        root = (3 * high / low + 1) ** 0.5
        return 4 / (3 * high + low), (root - 2) / (root + 2), 1 - 2 / root
    root = (high / low) ** 0.5
    return (2 / (low**0.5 + high**0.5)) ** 2, ((root - 1) / (root + 1)) ** 2, (root - 1) / (root + 1)


def stationary_variance(lr, curvature, noise):
    """Variance with which SGD at a constant rate keeps jittering about the minimum of l x² / 2.

    Var = lr · noise² / (l · (2 - lr · l)),  inf from lr · l = 2 on

    It solves Var = (1 - lr · l)² · Var + lr² · noise². Small rates leave about lr · noise² / (2 l).

    Parameters
    ----------
    lr, curvature : float or array > 0; curvature is l
    noise : float or array >= 0, standard deviation of the gradient

    Source: Schaul, Zhang and LeCun, "No More Pesky Learning Rates" (2013), for the recursion.

    >>> round(stationary_variance(0.1, 1.0, 1.0), 4)
    0.0526
    """
    lr, curvature = _positive("lr", lr), _positive("curvature", curvature)
    room = 2 - lr * curvature
    with np.errstate(divide="ignore"):
        variance = lr * _positive("noise", noise, zero=True) ** 2 / (curvature * np.maximum(room, 0))
    variance = np.where(room > 0, variance, np.inf)
    return variance if variance.ndim else float(variance)


def definite_share(n):
    """Share of random symmetric n x n matrices whose eigenvalues have all one sign: as Hessians, a minimum or maximum.

    2 · P(all eigenvalues > 0) for the Gaussian orthogonal ensemble, (A + Aᵀ) / 2 with independent normal entries A.
    n = 2: 1 - 1/√2; n = 3: ½ - √2/π; it falls like e^(-n² ln(3) / 4). All others are saddles.
    n : int from 1 to 12; beyond, the determinant is lost in rounding, and the share is below 1e-22.

    Source: de Bruijn (1955) turns the integral over ordered eigenvalues into a Pfaffian, here √det; Mehta, "Random
    Matrices" (2004), 17.6 norms it; Dean and Majumdar (2006) have the fall; Dauphin et al., "Identifying and attacking
    the saddle point problem" (2014), what it may mean for networks, whose Hessians are not of this ensemble.

    >>> [round(definite_share(n), 4) for n in (1, 2, 3, 4)]
    [1.0, 0.2929, 0.0498, 0.0049]
    """
    from scipy.special import beta, betainc, gamma, gammaln

    n = integer("n", n, low=1)
    if n > 12:
        fail("n", n, "a whole number from 1 to 12")
    j = np.arange(n)
    i = j[:, None]
    # ∫∫ sign(y - x) xⁱ yʲ e^(-(x² + y²)/2) over x, y > 0, in polar coordinates.
    a = 2.0 ** ((i + j) / 2) * gamma((i + j) / 2 + 1) * beta((j + 1) / 2, (i + 1) / 2) / 2
    a = a * (1 - 2 * betainc((j + 1) / 2, (i + 1) / 2, 0.5))
    if n % 2:
        edge = 2.0 ** ((j - 1) / 2) * gamma((j + 1) / 2)
        a = np.block([[a, edge[:, None]], [-edge, np.zeros(1)]])
    log_norm = n / 2 * np.log(2 * np.pi) + (gammaln(1 + (j + 1) / 2) - gammaln(1.5)).sum() - gammaln(n + 1)
    return float(2 * np.exp(np.linalg.slogdet(a)[1] / 2 - log_norm))


class Signal(NamedTuple):
    """What theory expects of the layers of a deep net, first to last; each (n_layers,)."""

    pre_std: np.ndarray
    mean_square: np.ndarray
    mean: np.ndarray
    std: np.ndarray


def normal_mean(f, std=1.0):
    """E[f(std · z)] for z ~ N(0, 1), by quadrature: 12 digits also where f has a kink or a steep flank at 0.

    f : function of an array, number by number; std : float or array >= 0, which gives a mean for each.

    >>> round(normal_mean(np.square, std=3.0), 10), round(normal_mean(np.abs) ** 2 * np.pi / 2, 10)
    (9.0, 1.0)
    """
    nodes, weights = _normal_nodes()
    with np.errstate(over="ignore", invalid="ignore"):
        mean = f(np.multiply.outer(_positive("std", std, zero=True), nodes)) @ weights
    return mean if np.ndim(mean) else float(mean)


def forward_signal(f, scale, mean_square=1.0):
    """Mean square, mean and std of the activations of each layer of a wide net with weights of mean 0.

    q' = E[f(√(scale · q) · z)²],  z ~ N(0, 1),  q = E[x²] of the layer before
    mean = E[f(√(scale · q) · z)],  std = √(q' - mean²)

    Parameters
    ----------
    f : activation
    scale : (n_layers,) n_in · Var(W) of each layer, >= 0
    mean_square : float >= 0, E[x²] of the net's inputs

    Source: LeCun et al., "Efficient BackProp" (1998), for the linear part; Poole et al., "Exponential expressivity in
    deep neural networks through transient chaos" (2016), for any f. Exact as the width goes to infinity.

    >>> forward_signal(np.tanh, np.ones(6)).std.round(3)
    array([0.628, 0.486, 0.408, 0.358, 0.322, 0.294])
    """
    rows, q, (nodes, weights) = [], _positive("mean_square", mean_square, zero=True), _normal_nodes()
    with np.errstate(over="ignore", invalid="ignore"):
        for k in _positive("scale", array("scale", scale, shape=(None,)), zero=True):
            pre = float(np.sqrt(k * q))
            if not np.isfinite(pre):  # grown past the largest float: so will all that follows
                rows.append((np.inf,) * 4)
                continue
            h = f(pre * nodes)
            q, mean = h**2 @ weights, h @ weights
            rows.append((pre, q, mean, np.sqrt((h - mean) ** 2 @ weights)))  # q - mean² would lose digits
    return Signal(*np.array(rows).reshape(-1, 4).T)


def backward_signal(derivative, pre_std, scale):
    """Root mean square of ∂loss/∂(pre-activation) by layer, if that of ∂loss/∂(last activation) is 1.

    δₗ² = f'² · scaleₗ₊₁ · δₗ₊₁²,  f'² = E[f'(pre_std · z)²],  scale = n_out · Var(W)

    pre_std : (n_layers,), as in forward_signal; scale : (n_layers,) n_out · Var(W) of each layer; scale[0] is not used.
    Source: He et al., "Delving Deep into Rectifiers" (2015); Schoenholz et al., "Deep information propagation" (2017).

    >>> backward_signal(np.ones_like, np.ones(3), np.full(3, 0.25))
    array([0.25, 0.5 , 1.  ])
    """
    pre_std = _positive("pre_std", array("pre_std", pre_std, shape=(None,)), zero=True)
    scale = _positive("scale", array("scale", scale, shape=pre_std.shape), zero=True)
    slopes = normal_mean(lambda x: derivative(x) ** 2, pre_std)
    with np.errstate(over="ignore"):
        return np.sqrt(np.cumprod((slopes * np.append(scale[1:], 1.0))[::-1])[::-1])


def stable_gain(f):
    """The std(W) · √n_in with which pre-activations of variance 1 give pre-activations of variance 1.

    gain = 1 / √E[f(z)²],  z ~ N(0, 1)

    √2 for ReLU, which then keeps any variance; for a curved f this one variance stays. Sources disagree on tanh: 5/3
    is a rule of thumb (PyTorch), 1.59 is this.

    >>> round(stable_gain(np.tanh), 4), round(stable_gain(lambda x: np.maximum(x, 0)), 4)
    (1.5925, 1.4142)
    """
    q = normal_mean(lambda x: f(x) ** 2)
    if not q > 0:
        fail("f", "a function that is 0 wherever it was asked", "one that lets something through")
    return float(q**-0.5)


@cache
def _normal_nodes():
    """Nodes z and weights of an integral over N(0, 1): Gauss-Legendre in t on both halves, z = ±10 t³, dense near 0."""
    t, w = np.polynomial.legendre.leggauss(128)
    t = (t + 1) / 2
    z, w = 10 * t**3, w / 2 * 30 * t**2
    w = w * np.exp(-z * z / 2) / (2 * np.pi) ** 0.5
    return np.concatenate([-z[::-1], z]), np.concatenate([w[::-1], w])


def _positive(name, value, zero=False):
    value = array(name, value)
    if value.size and (value.min() < 0 or (value.min() == 0 and not zero)):
        fail(name, f"{value.min():g}", "numbers >= 0" if zero else "numbers > 0")
    return value if value.ndim else float(value)
