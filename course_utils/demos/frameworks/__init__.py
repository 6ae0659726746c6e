"""Live figures of chapter 19: one net in three libraries, settings copied unchanged, and numbers with fewer digits."""

from .copied import copied, ends
from .formats import FORMATS, formats, rounded, trained
from .same_net import same_net

__all__ = ["FORMATS", "copied", "ends", "formats", "rounded", "same_net", "trained"]
