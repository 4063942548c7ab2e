"""Steps of an application, and their run as the Test Anything Protocol."""

import os
import traceback
from collections.abc import Callable
from urllib.parse import urlsplit

URL = os.environ["CLIENT_URL"]
# "duckgres" or "PostgreSQL"
SERVER = os.environ["CLIENT_SERVER"]

_steps: list[Callable[[], None]] = []


def step(run: Callable[[], None]) -> Callable[[], None]:
    """Makes a function a step, with its documentation as the name; steps run in the order they are defined."""
    _steps.append(run)
    return run


def address() -> dict[str, str]:
    """The parts of CLIENT_URL."""
    url = urlsplit(URL)
    return {
        "host": url.hostname or "",
        "port": str(url.port),
        "user": url.username or "",
        "password": url.password or "",
        "database": url.path.lstrip("/") or "postgres",
    }


def equal(actual: object, expected: object) -> None:
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def run_steps() -> None:
    for number, run in enumerate(_steps, 1):
        name = (run.__doc__ or run.__name__).strip().rstrip(".")
        try:
            run()
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    print(f"1..{len(_steps)}")
