"""Preprocessing: what is done to the data before a network sees it. Chapter 03."""

from .scalers import (
    PCA,
    ZCA,
    MinMaxScaler,
    Preprocessor,
    Standardizer,
    prepare,
)

__all__ = [
    "MinMaxScaler",
    "PCA",
    "Preprocessor",
    "Standardizer",
    "ZCA",
    "prepare",
]
