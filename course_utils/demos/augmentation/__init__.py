"""Live figures of chapter 14: a gallery of changes, crops, mixed pictures and labels, pooling, and training on 100."""

from .cropping import crops
from .galleries import gallery, right_of_24
from .mixes import label_of, mixing, shares
from .on_digits import TESTS, accuracies, small_split, trained, training
from .regions import pooling

__all__ = ["TESTS", "accuracies", "crops", "gallery", "label_of", "mixing", "pooling", "right_of_24",
           "shares", "small_split", "trained", "training"]  # fmt: skip
