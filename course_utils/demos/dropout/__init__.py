"""Live figures of chapter 13: a cat that lacks a part, few digits, subnets and their mean, sums under both masks."""

from .cats import accuracies, cats, weights_of
from .few_samples import accuracy, few_digits, few_samples, lowest_at
from .noises import chosen, noisy_run
from .subnets import subnet_accuracies, subnets, trained_net
from .sums import correlation, sums

__all__ = [
    "accuracies",
    "accuracy",
    "cats",
    "chosen",
    "correlation",
    "few_digits",
    "few_samples",
    "lowest_at",
    "noisy_run",
    "subnet_accuracies",
    "subnets",
    "sums",
    "trained_net",
    "weights_of",
]
