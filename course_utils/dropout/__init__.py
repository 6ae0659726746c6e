"""Noise that regularizes: units, weights, inputs, labels and gradients; and the subnets behind dropout. Chapter 13."""

from .layers import (
    DropConnect,
    Dropout,
    GaussianNoise,
    LabelNoise,
    NoisyGradients,
    dropped_sums,
)
from .subnets import all_masks, geometric_mean, mask_probabilities, sampled_probabilities

__all__ = [
    "DropConnect",
    "Dropout",
    "GaussianNoise",
    "LabelNoise",
    "NoisyGradients",
    "all_masks",
    "dropped_sums",
    "geometric_mean",
    "mask_probabilities",
    "sampled_probabilities",
]
