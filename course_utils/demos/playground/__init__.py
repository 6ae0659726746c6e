"""The playground: one net, the choices of all chapters around it, and the code of whatever is set."""

from .playground import playground
from .runs import after

__all__ = ["after", "playground"]
