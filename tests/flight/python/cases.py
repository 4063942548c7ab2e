"""Cases, and their run as the Test Anything Protocol."""

import os
import traceback
from collections.abc import Callable

# As gRPC's clients name it, e.g. grpc+unix:///path or grpc+tls://127.0.0.1:port
URI = os.environ["WORKER_URI"]
TOKEN = os.environ["WORKER_TOKEN"]
# PEM; empty where the connection is not encrypted.
CERTIFICATE = os.environ.get("WORKER_CERTIFICATE", "")

_cases: list[tuple[str, Callable[[], None]]] = []


def case(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function a case; cases run in the order they are defined."""

    def add(run: Callable[[], None]) -> Callable[[], None]:
        _cases.append((name, run))
        return run

    return add


def equal(actual: object, expected: object) -> None:
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def raises(kind: type[Exception], run: Callable[[], object], *parts: str) -> Exception:
    """The error that `run` ends with, which must be of this kind and say these words."""
    try:
        result = run()
    except kind as error:
        for part in parts:
            if part not in str(error):
                raise AssertionError(f"{part!r} is not in {str(error)!r}") from error
        return error
    raise AssertionError(f"no {kind.__name__}, but {result!r}")


def run_cases() -> None:
    for number, (name, run) in enumerate(_cases, 1):
        try:
            run()
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            print(f"not ok {number} - {name}", flush=True)
            print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()), flush=True)
    print(f"1..{len(_cases)}", flush=True)
