"""Live figures of the start page: a first net that learns, and the reader's own step on a map."""

from .first_net import first_net, reached, units_on
from .walk import walk

__all__ = ["first_net", "reached", "units_on", "walk"]
