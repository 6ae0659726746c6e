"""Descent with curvature: Newton, quasi-Newton, line searches and Hessians. Chapter 09."""

from .hessians import hessian, hessian_vector_product, largest_curvature
from .line_search import Armijo, Exact, FullStep, LineSearch, Wolfe
from .methods import (
    BFGS,
    LBFGS,
    METHODS,
    DampedNewton,
    Failed,
    Newton,
    bfgs_update,
    two_loop_recursion,
)
from .minimization import Minimization, minimize, network_loss

__all__ = [
    "Armijo",
    "BFGS",
    "DampedNewton",
    "Exact",
    "Failed",
    "FullStep",
    "LBFGS",
    "LineSearch",
    "METHODS",
    "Minimization",
    "Newton",
    "Wolfe",
    "bfgs_update",
    "hessian",
    "hessian_vector_product",
    "largest_curvature",
    "minimize",
    "network_loss",
    "two_loop_recursion",
]
