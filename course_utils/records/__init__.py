"""What slow experiments found, kept beside the code: a figure appears at once, and can compute it before your eyes.

    @recorded([(rate, seed) for rate in (0.1, 0.3) for seed in range(3)])
    def run(rate, seed):
        '''(epoch,) validation loss'''
        ...

    run(0.1, 0)                     # from the record; computed, if the record has no such job or comes from other code
    run.table()                     # {(0.1, 0): ..., ...}, all jobs
    run.table(recompute=True)       # all jobs computed now, with a bar

`python3 course.py compute` writes the records, one npz for each function, with the code, the jobs and the versions that
made it. The tests compute a part of every record again.
"""

from ._recorded import RECORDED, Recorded, recorded

__all__ = ["RECORDED", "Recorded", "recorded"]
