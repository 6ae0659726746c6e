"""Live figures of chapter 14: a gallery of changes, crops, mixed pictures and labels, pooling, and training on 100."""

from .crops import crops
from .gallery import gallery, right_of_24
from .mixing import label_of, mixing
from .pooling import pooling
from .shares import shares
from .training import TESTS, accuracies, small_split, trained, training

__all__ = ["TESTS", "accuracies", "crops", "gallery", "label_of", "mixing", "pooling", "right_of_24",
           "shares", "small_split", "trained", "training"]  # fmt: skip
