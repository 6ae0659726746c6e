"""How neural networks are trained, in NumPy: the package on which the course's notebooks stand.

numbers <- runs <- pictures <- demos <- notebooks: each kind of module imports only from its left. Nothing is imported
here; take what you need from the module that is named after it:

>>> from course_utils._support import validation
>>> validation.choice("kind", "l2", {"l1", "l2"})
'l2'
"""

__version__ = "0.2.0"
