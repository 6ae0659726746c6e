"""The playground: one net, the choices of all chapters around it, and the code of whatever is set."""
from .figure import playground
from .runs import run_of
from .states import State

__all__ = ["State", "playground", "run_of"]
TRAINING = {"playground"}
