"""psycopg 3 at its ordinary work against the server at CLIENT_URL."""

import queries  # noqa: F401
import sessions  # noqa: F401
import values  # noqa: F401
from cases import run_cases

run_cases()
