"""The same numbers whatever the cores, and in processes forked from one that has worked in parallel."""

from __future__ import annotations

import subprocess
import sys

from foedus.inference.parallel import each

FORECAST = """
import hashlib, os, sys
import numpy as np
from threadpoolctl import threadpool_limits
from foedus.bench.cases import Size, simulated
from foedus.forecast import forecast

size = Size(8, 400)
threadpool_limits(int(sys.argv[1]), "blas")
now = forecast(simulated(size, np.random.default_rng([3, 8])), size.as_of, seed=5, draws=128)
print(now.posterior.learned.method, hashlib.sha256(now.posterior.now.weight.tobytes()).hexdigest())
"""


def test_threads_of_linear_algebra_change_no_byte() -> None:
    """On one core the two are one run; elsewhere they differ without `on_one_thread`."""
    runs = [subprocess.run([sys.executable, "-c", FORECAST, n], check=True, capture_output=True) for n in "12"]
    methods = [run.stdout.split()[0] for run in runs]
    assert methods == [b"fitted", b"fitted"], "else no linear algebra to speak of was done"
    assert runs[0].stdout == runs[1].stdout


def test_a_forked_process_has_threads_of_its_own() -> None:
    code = (
        "import os, time\nfrom foedus.inference.parallel import each\neach(time.sleep, [0.01] * 200)\npid = os.fork()\n"
        "if pid == 0: os._exit(each(abs, [-3, -4])[0])\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, timeout=60, check=True)
    assert run.stdout == b"3\n"


def test_results_come_in_order() -> None:
    assert each(abs, [-3, 2, -1]) == [3, 2, 1]
