"""Cases, and their run as the Test Anything Protocol."""

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

URL = os.environ["CLIENT_URL"]
# "duckgres" or "PostgreSQL"
SERVER = os.environ["CLIENT_SERVER"]

# Not supported, or no such function.
UNSUPPORTED = {"0A000", "42883"}


@dataclass
class Case:
    name: str
    # What the server may not have yet; the case is skipped when it answers so.
    needs: str | None
    # A known fault of duckgres; the case is skipped where it fails for it, and fails on PostgreSQL.
    gap: str | None
    run: Callable[[], None]


_cases: list[Case] = []


def case(
    name: str, needs: str | None = None, gap: str | None = None
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function a case; cases run in the order they are defined."""

    def add(run: Callable[[], None]) -> Callable[[], None]:
        _cases.append(Case(name, needs, gap, run))
        return run

    return add


def connect(**options) -> psycopg.Connection:
    """A connection; closed (and committed) at the end of its `with` block."""
    return psycopg.connect(URL, **options)


def equal(actual: object, expected: object) -> None:
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def run_cases() -> None:
    for number, one in enumerate(_cases, 1):
        print(_outcome(number, one), flush=True)
    print(f"1..{len(_cases)}")


def _outcome(number: int, one: Case) -> str:
    try:
        one.run()
    except Exception as error:
        reason = _excuse(one, error)
        return f"ok {number} - {one.name} # SKIP {reason}" if reason else _failure(number, one)
    return f"ok {number} - {one.name}"


def _excuse(one: Case, error: Exception) -> str | None:
    """Why a case that failed so is skipped."""
    if one.needs and isinstance(error, psycopg.Error) and error.sqlstate in UNSUPPORTED:
        return f"{one.needs}: {error.diag.message_primary}"
    if one.gap and SERVER == "duckgres":
        return f"known gap: {one.gap}"
    return None


def _failure(number: int, one: Case) -> str:
    lines = traceback.format_exc().splitlines()
    return "\n".join([f"not ok {number} - {one.name}", *(f"# {line}" for line in lines)])
