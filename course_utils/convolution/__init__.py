"""Convolution: one small dense layer, applied to every window of a signal or an image; and the pooling after it.

Chapter 14.
"""

from .layers import Conv1D, Conv2D
from .pooling import GlobalMeanPool, MaxPool1D, MaxPool2D

__all__ = ["Conv1D", "Conv2D", "GlobalMeanPool", "MaxPool1D", "MaxPool2D"]
