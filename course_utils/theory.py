"""Theory: the formulas that are laid over simulations. Each one predicts what a run will show, without running it."""
import numpy as np
from scipy.special import beta, betainc, gamma, gammaln

from .validation import array, fail, integer


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


def _positive(name, value, zero=False):
    value = array(name, value)
    if value.size and (value.min() < 0 or (value.min() == 0 and not zero)):
        fail(name, f"{value.min():g}", "numbers >= 0" if zero else "numbers > 0")
    return value if value.ndim else float(value)
