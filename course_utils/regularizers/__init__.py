"""Penalties and bounds on the weights, and the linear models that show what they do. Chapter 12."""

from .linear import elastic_net, first_l1, lasso, proximal_gradient, ridge
from .penalties import (
    L1,
    L2,
    REGULARIZERS,
    ElasticNet,
    MaxNorm,
    ProximalL1,
    Regularizer,
    WeightDecay,
    soft_threshold,
)

__all__ = [
    "ElasticNet",
    "L1",
    "L2",
    "MaxNorm",
    "ProximalL1",
    "REGULARIZERS",
    "Regularizer",
    "WeightDecay",
    "elastic_net",
    "first_l1",
    "lasso",
    "proximal_gradient",
    "ridge",
    "soft_threshold",
]
