"""More data from the data there is: warps, crops, mixtures, and pooling over random regions. Chapter 14."""

from .crops import crop, five_crops, padded, random_crop, random_scaled_crop
from .images import flatten, photos, unflatten
from .mixing import (
    boxes,
    cutmix,
    cutout,
    cutout_area,
    inside,
    mixup,
    mixup_variance,
    one_hot,
    paste,
    random_erasing,
)
from .pipeline import (
    Pipeline,
    adjust_colors,
    flip,
    jitter_colors,
    random_affine,
    random_flip,
    random_lens,
)
from .pooling import (
    KINDS,
    FractionalMaxPool2D,
    max_pool,
    max_pool_backward,
    pseudorandom_edges,
    random_edges,
    regions,
)
from .warping import affine, lens, resize, sample

__all__ = [
    "FractionalMaxPool2D",
    "KINDS",
    "Pipeline",
    "adjust_colors",
    "affine",
    "boxes",
    "crop",
    "cutmix",
    "cutout",
    "cutout_area",
    "five_crops",
    "flatten",
    "flip",
    "inside",
    "jitter_colors",
    "lens",
    "max_pool",
    "max_pool_backward",
    "mixup",
    "mixup_variance",
    "one_hot",
    "padded",
    "paste",
    "photos",
    "pseudorandom_edges",
    "random_affine",
    "random_crop",
    "random_edges",
    "random_erasing",
    "random_flip",
    "random_lens",
    "random_scaled_crop",
    "regions",
    "resize",
    "sample",
    "unflatten",
]
