from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg.types.json import Json

from cases import case, connect, equal

EAST = timezone(timedelta(hours=5, minutes=30))

# A type and the value that goes there and comes back.
VALUES: list[tuple[str, object]] = [
    ("bool", True),
    ("bool", False),
    ("int2", -32768),
    ("int4", 2147483647),
    ("int4", 0),
    ("int8", -9223372036854775808),
    ("float4", 1.5),
    ("float8", 0.1),
    ("float8", -1e-300),
    ("float8", float("inf")),
    ("numeric(10,3)", Decimal("-1234567.125")),
    ("numeric(38,0)", Decimal("9" * 38)),
    ("numeric(12,6)", Decimal("0.000001")),
    ("text", ""),
    ("text", "it's 'quoted' \\ \n\t ½ 鴨 🦆"),
    ("varchar", "x" * 10_000),
    ("bytea", b"\x00\x01\xff\\'"),
    ("bytea", b""),
    ("date", date(2024, 2, 29)),
    ("date", date(1, 1, 1)),
    ("date", date(9999, 12, 31)),
    ("time", time(23, 59, 59, 999999)),
    ("timestamp", datetime(2024, 2, 29, 12, 30, 45, 678901)),
    ("timestamp", datetime(1900, 1, 1)),
    ("timestamptz", datetime(2024, 2, 29, 12, 30, 45, 678901, timezone.utc)),
    ("timestamptz", datetime(2024, 2, 29, 1, 0, tzinfo=EAST)),
    ("interval", timedelta(days=3, hours=4, seconds=5, microseconds=6)),
    ("interval", timedelta(days=-1, microseconds=-1)),
    ("uuid", UUID("00112233-4455-6677-8899-aabbccddeeff")),
    ("int4[]", [1, None, -3]),
    ("int4[]", []),
    ("int4[][]", [[1, 2], [3, 4]]),
    ("text[]", ["a", "b,c", 'd"e', "", None, "NULL", "\\"]),
    ("float8[]", [1.5, -0.25]),
    ("bool[]", [True, False, None]),
    ("date[]", [date(2024, 2, 29), None]),
    ("timestamptz[]", [datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)]),
    ("uuid[]", [UUID(int=0), UUID(int=2**128 - 1)]),
    ("bytea[]", [b"\x00", b"", None]),
    ("numeric(6,2)[]", [Decimal("1.50"), None]),
]


def there_and_back(kind: str, value: object, binary: bool) -> None:
    """As a value, and in a table's column."""
    placeholder = "%b" if binary else "%t"
    with connect() as conn:
        cur = conn.cursor(binary=binary)
        equal(cur.execute(f"select {placeholder}::{kind}", (value,)).fetchone(), (value,))
        cur.execute(f"create temp table kept (v {kind})")
        cur.execute(f"insert into kept values ({placeholder})", (value,))
        equal(cur.execute("select v from kept").fetchone(), (value,))


def define(number: int, kind: str, value: object, binary: bool) -> None:
    way = "binary" if binary else "text"
    case(f"{kind} there and back in {way} ({number})")(lambda: there_and_back(kind, value, binary))


for number, (kind, value) in enumerate(VALUES, 1):
    define(number, kind, value, binary=False)
    define(number, kind, value, binary=True)


@case("NULL of every type")
def _() -> None:
    with connect() as conn:
        for kind in {kind for kind, _value in VALUES}:
            for binary in (False, True):
                equal(conn.execute(f"select %s::{kind}", (None,), binary=binary).fetchone(), (None,))


@case("json")
def _() -> None:
    value = {"a": [1, None, "x"], "b": {"c": "½"}}
    with connect() as conn:
        for binary in (False, True):
            equal(conn.execute("select %s::json", (Json(value),), binary=binary).fetchone(), (value,))
        conn.execute("create temp table documents (j json)")
        conn.execute("insert into documents values (%s)", (Json(value),))
        equal(conn.execute("select j from documents").fetchone(), (value,))


@case("values without a cast have Python's types")
def _() -> None:
    with connect() as conn:
        row = (1, 2**31, 2**63, 1.5, "x", True, b"\x00", date(2024, 2, 29), UUID(int=1), None, Decimal("1.25"))
        equal(conn.execute("select " + ", ".join(["%s"] * len(row)), row).fetchone(), row)


@case("the session's time zone")
def _() -> None:
    with connect() as conn:
        conn.execute("set timezone = 'Asia/Kolkata'")
        for binary in (False, True):
            value = conn.execute("select '2024-02-29 01:00:00+05:30'::timestamptz", binary=binary).fetchone()[0]
            equal((value.hour, value.utcoffset()), (1, timedelta(hours=5, minutes=30)))


@case("dates that Python has not are an error of the driver's own")
def _() -> None:
    with connect() as conn:
        for binary in (False, True):
            try:
                conn.execute("select 'infinity'::date", binary=binary).fetchone()
            except psycopg.DataError:
                pass
            else:
                raise AssertionError("read")
