"""Live figures of chapter 13: a gallery of changes, crops, mixed pictures and labels, pooling, and training on 100."""
from .cropping import crops
from .galleries import gallery, readings
from .mixes import mixing, shares
from .on_digits import TESTS, accuracies, small_split, training
from .regions import pooling

TRAINING = {"training"}

__all__ = ["TESTS", "TRAINING", "accuracies", "crops", "gallery", "mixing", "pooling", "readings", "shares",
           "small_split", "training"]  # fmt: skip
