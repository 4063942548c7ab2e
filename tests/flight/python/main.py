"""Flight SQL's clients at their ordinary work against the worker at WORKER_URI."""

import adbc_cases  # noqa: F401
import pyarrow_cases  # noqa: F401
from cases import run_cases

run_cases()
