"""What the figures of this chapter have in common: with dropout, without it, and what drops."""

from ...plots import TEST, TRAIN, VAL

KEPT, ALL = TRAIN, TEST
UNITS, CONNECTIONS = TRAIN, VAL
DROPPED = "#c4c4c4"
