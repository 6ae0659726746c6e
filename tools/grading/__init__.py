"""How `course.py grade` judges a submission: the student's program only computes, another one compares.

`cells` finds the answers in a notebook, `student` runs them behind the walls of `walls`, `judge` asks for their values
over the line of `peer`, on which `wire` says what may travel, and holds them against the references.
"""
