"""Tuning: many trials with different hyperparameters, and the best of them.

    def trial(lr, width, rng):                          # one run; `rng` is its own
        ...
        return history.final_val_accuracy               # the score: higher is better

    space = {"lr": LogUniform(1e-4, 1.0), "width": Choice((16, 32, 64))}
    found = search(trial, space, n=64, rng=0)           # at random, on all cores
    found.best.setting

The results are the same to the last digit on one core, on all, in threads, and on a Dask cluster:
`with joblib.parallel_config("dask"): search(...)`. Every trial has a seed of its own.
"""

import ast
import hashlib
import inspect
from contextlib import closing
from functools import partial
from textwrap import dedent

import numpy as np

from .._support.progress import progress_bar
from .._support.validation import fail, generator, integer, number
from .spaces import grid, refine, sample
from .trials import Search, TrialFile
from .workers import Job, at_a_time, manner, run


def search(trial, space, n, rng=0, *, file=None, n_jobs=None, progress=True):
    """Random search: n settings drawn from the space, a trial each. Returns a Search.

    Parameters
    ----------
    trial : function (rng, and every name in the space) -> score, a number: higher is better. To run in other processes
        it may be defined anywhere, in a notebook too. A trial that raises, or diverges (its score is not finite), is
        recorded with the reason, and the others go on. A worker that dies, killed or out of memory, ends the search
        with the error of joblib or Dask: what is done is in the file.
    space : dict {name: range}, see spaces.py
    n : int >= 1
    rng : numpy.random.Generator or int. Setting and seed of trial i depend on it alone, not on n or on other trials.
    file : path of a file to which trials are appended as they end, JSON lines. If it holds trials of this search
        already, they are not run again: a search that broke off is resumed, and one that has ended is read or, with
        a larger n, continued. Another search is refused, and so is this one once the function `trial` was changed: its
        own source counts, without comments and layout, but not what it calls.
    n_jobs : how many trials at a time, each with one thread for its matrix products. None: what
        `joblib.parallel_config` says, or all cores. 1: one after the other, in this process, as always in the browser.
    progress : show a bar once the search has taken two seconds.

    An interrupt (Ctrl-C, or the stop button of a notebook) ends the search and returns what is done.

    Raises
    ------
    ValueError
        An empty space, n < 1, a trial that does not take these names, or a file that holds another search.

    Notes
    -----
    With n trials, the best is among the top share q of the space with probability 1 - (1 - q)ⁿ: 59 trials reach the
    best 5 % with 0.95. Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization" (2012).

    >>> from course_utils.tuning import LogUniform
    >>> search(lambda lr, rng: -abs(np.log10(lr) + 2), {"lr": LogUniform(1e-4, 1.0)}, n=20, n_jobs=1)
    Search(20 trials: best -0.0... at lr=0.0...)
    """
    settings, seed = _seeds(rng)
    drawn = sample(space, n, np.random.default_rng(settings))
    head = _head(trial, space, seed, "at random")
    return _tried(trial, space, _jobs(drawn, seed), head, file=file, n_jobs=n_jobs, progress=progress)


def grid_search(trial, space, k, rng=0, *, file=None, n_jobs=None, progress=True):
    """Grid search: a trial for every combination of k values of each range and all options of each choice.

    That are k^d trials for d ranges. Arguments and errors are those of `search`.

    >>> from course_utils.tuning import Uniform
    >>> grid_search(lambda x, y, rng: x - y, {"x": Uniform(0, 1), "y": Uniform(0, 1)}, k=3, n_jobs=1)
    Search(9 trials: best 1 at x=1, y=0)
    """
    settings, seed = grid(space, k), _seeds(rng)[1]
    head = _head(trial, space, seed, f"a grid of {k}")
    return _tried(trial, space, _jobs(settings, seed), head, file=file, n_jobs=n_jobs, progress=progress)


def coarse_to_fine(trial, space, n, rng=0, stages=3, keep=0.1, margin=0.1, grow=0.5, *, n_jobs=None, progress=True):
    """Coarse to fine: search, look closer around the best settings, search again. Returns a Search for each stage.

    Every stage searches what the best share `keep` of the trials before spans. Where the best of them sits on the
    border of its space, within a share `margin`, the space is opened there by a share `grow`; see
    `refine` and `borders`.

    Parameters
    ----------
    trial, space, rng, n_jobs, progress : as for `search`
    n : int >= 1, trials in every stage
    stages : int >= 1
    keep : 0 < keep <= 1; of choices, only the options among these trials remain
    margin : above 0, below 0.5
    grow : >= 0; 0 never opens a border

    Notes
    -----
    Common practice, e.g. Bengio, "Practical Recommendations for Gradient-Based Training of Deep Architectures" (2012).

    >>> from course_utils.tuning import LogUniform
    >>> for stage in coarse_to_fine(lambda lr, rng: -abs(np.log10(lr)), {"lr": LogUniform(1e-4, 0.1)}, 20, n_jobs=1):
    ...     print(f"{stage.space['lr'].low:.2g} to {stage.space['lr'].high:.2g}: {stage.best.score:.3f}")
    0.0001 to 0.1: -1...
    0.0... to 3.2: -0...
    0... -0.0...
    """
    stages, keep = integer("stages", stages, low=1), number("keep", keep, above=0, high=1)
    # Before the first stage, not after it.
    number("margin", margin, above=0, below=0.5)
    number("grow", grow, low=0)
    rng, found = generator("rng", rng), []
    for i in range(stages):
        found.append(search(trial, space, n, rng, n_jobs=n_jobs, progress=progress))
        if len(found[-1].trials) < n:
            break
        if i < stages - 1:
            good = found[-1].top(max(1, round(keep * n)))
            space = refine(space, [t.setting for t in good], margin, grow)
    return found


def successive_halving(trial, space, n, rng=0, budget=1, eta=3, *, n_jobs=None, progress=True):
    """Successive halving: try many settings a little, keep the best 1/eta, give them eta times as much, and so on.

    Every round costs the same: n trials of `budget`, n/eta of eta · budget, ... until one is left. A setting has the
    same seed in every round, so a trial with more budget is the same run, longer. Returns a Search for each round; its
    `budget` says what each trial had.

    Parameters
    ----------
    trial : function (rng, budget, and every name in the space) -> score; budget: epochs, say, a whole number
    n : int >= 1, settings in the first round
    budget : int >= 1, in the first round
    eta : int >= 2
    space, rng, n_jobs, progress : as for `search`

    Notes
    -----
    Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016), with
    eta = 2; Li et al., "Hyperband" (2018), with eta = 3. Both continue a run; here it starts anew, which costs up to
    1/(eta - 1) more.

    >>> from course_utils.tuning import Uniform
    >>> rounds = successive_halving(lambda x, budget, rng: budget * x, {"x": Uniform(0, 1)}, 9, n_jobs=1)
    >>> [(len(stage.trials), stage.budget) for stage in rounds]
    [(9, 1), (3, 3), (1, 9)]
    """
    n, eta, budget = integer("n", n, low=1), integer("eta", eta, low=2), integer("budget", budget, low=1)
    settings, seed = _seeds(rng)
    jobs, found = _jobs(sample(space, n, np.random.default_rng(settings)), seed), []
    while jobs:
        jobs = [job._replace(given={"budget": budget}) for job in jobs]
        found.append(_tried(trial, space, jobs, budget=budget, n_jobs=n_jobs, progress=progress))
        if len(found[-1].trials) < len(jobs):
            break
        best = {t.number for t in found[-1].top(len(jobs) // eta)} if len(jobs) >= eta else ()
        jobs, budget = [job for job in jobs if job.number in best], eta * budget
    return found


def _tried(trial, space, jobs, head=None, budget=None, file=None, n_jobs=None, progress=True):
    """Run the jobs that the file does not hold yet, and return the Search of all of them that are done."""
    _check(trial, space, jobs[0].given)
    at_a_time(n_jobs)
    kept = TrialFile(file, head)
    left = [job for job in jobs if job.number not in kept.trials]
    bar = progress_bar(len(jobs), "trial", progress, done=len(jobs) - len(left), what=manner())
    try:
        with bar, closing(run(trial, left, n_jobs)) as ended:
            for one in ended:
                kept.add(one)
                bar.update()
    except KeyboardInterrupt:
        pass  # what is done is returned
    return Search(space, tuple(kept.trials[job.number] for job in jobs if job.number in kept.trials), len(jobs), budget)


def _check(trial, space, given):
    names = [*space, *given, "rng"]
    wanted = f"a function that takes {', '.join(names)}"
    if not callable(trial):
        fail("trial", repr(trial), wanted)
    try:
        inspect.signature(trial).bind(**dict.fromkeys(names))
    except TypeError as error:
        fail("trial", f"one that takes {inspect.signature(trial)}: {error}", wanted)
    except ValueError:  # a builtin does not tell what it takes
        pass


def _jobs(settings, seed):
    """A job for each setting, each with a child of the seed."""
    return [
        Job(i, setting, child, {})
        for i, (setting, child) in enumerate(zip(settings, seed.spawn(len(settings)), strict=True))
    ]


def _seeds(rng):
    """Two seeds, for the settings and for the trials: of a Generator, its next two children."""
    return [child.bit_generator.seed_seq for child in generator("rng", rng).spawn(2)]


def _head(trial, space, seed, settings):
    """What tells this search from others, for its file."""
    name = getattr(trial, "__name__", type(trial).__name__)
    source = hashlib.sha256(_source(trial).encode()).hexdigest()[:16]
    return {
        "trial": name,
        "source": source,
        "space": repr(space),
        "settings": settings,
        "seed": f"{seed.entropy} {seed.spawn_key}",
    }


def _source(trial):
    """The text of a function, without comments and layout; what it is bound to, if it is a partial or an object."""
    if isinstance(trial, partial):
        return f"{_source(trial.func)} {trial.args} {trial.keywords}"
    function = trial if inspect.isroutine(trial) else type(trial)
    code = getattr(function, "__code__", None)
    try:
        # The text of a lambda is the whole line that it stands in, which may well change.
        if code is None or code.co_name != "<lambda>":
            return ast.unparse(ast.parse(dedent(inspect.getsource(function))))
    except (OSError, TypeError, SyntaxError):
        pass  # typed in where no text is kept, or not written in Python
    return f"{code.co_code.hex()} {code.co_names} {_constants(code)}" if code else repr(function)


def _constants(code):
    """The constants of a function's code; those that are code themselves, such as an inner function, by theirs."""
    return [(c.co_code.hex(), c.co_names, _constants(c)) if inspect.iscode(c) else repr(c) for c in code.co_consts]
