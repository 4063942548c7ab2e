"""The ADBC Flight SQL driver and its DBAPI against a worker."""

import datetime
import decimal
import threading

import adbc_driver_flightsql.dbapi as dbapi
import pyarrow as pa
from adbc_driver_flightsql import DatabaseOptions

from cases import CERTIFICATE, TOKEN, URI, case, equal, raises

UTC = datetime.timezone.utc


def connect(autocommit: bool = True) -> dbapi.Connection:
    options = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {TOKEN}"}
    if CERTIFICATE:
        options[DatabaseOptions.TLS_ROOT_CERTS.value] = CERTIFICATE
    return dbapi.connect(URI, db_kwargs=options, autocommit=autocommit)


def rows(cursor: dbapi.Cursor, sql: str, parameters: object = None) -> list[tuple]:
    cursor.execute(sql, parameters)
    return cursor.fetchall()


VALUES = {
    "true": True,
    "null::integer": None,
    "(-128)::tinyint": -128,
    "255::utinyint": 255,
    "(-32768)::smallint": -32768,
    "65535::usmallint": 65535,
    "(-2147483648)::integer": -2147483648,
    "4294967295::uinteger": 4294967295,
    "(-9223372036854775808)::bigint": -9223372036854775808,
    "18446744073709551615::ubigint": 18446744073709551615,
    "12345678901234567890123456789::hugeint": decimal.Decimal("12345678901234567890123456789"),
    "1.5::float": 1.5,
    "1e300::double": 1e300,
    "(-12.30)::decimal(4, 2)": decimal.Decimal("-12.30"),
    "123456789012345678901234.5678::decimal(38, 4)": decimal.Decimal("123456789012345678901234.5678"),
    "'grüße, 東京 🙂'::varchar": "grüße, 東京 🙂",
    "'\\x00\\xFF'::blob": b"\x00\xff",
    "'{\"a\": [1]}'::json": '{"a": [1]}',
    "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "'b'::enum('a', 'b')": "b",
    "date '1969-12-31'": datetime.date(1969, 12, 31),
    "time '23:59:59.999999'": datetime.time(23, 59, 59, 999999),
    "timestamp '2024-02-29 12:34:56.789012'": datetime.datetime(2024, 2, 29, 12, 34, 56, 789012),
    "'2024-02-29 12:34:56'::timestamp_s": datetime.datetime(2024, 2, 29, 12, 34, 56),
    "'2024-02-29 12:34:56.789'::timestamp_ms": datetime.datetime(2024, 2, 29, 12, 34, 56, 789000),
    "timestamptz '2024-02-29 12:00:00+02:00'": datetime.datetime(2024, 2, 29, 10, tzinfo=UTC),
    "interval '1 month 2 days 3.5 seconds'": (1, 2, 3_500_000_000),
    "[1, null, 3]": [1, None, 3],
    "[['a'], []]": [["a"], []],
    "array_value(1, 2)": [1, 2],
    "{'a': 1, 'b': 'x'}": {"a": 1, "b": "x"},
    "map {'k': 1}": [("k", 1)],
}


@case("ADBC: values of every type")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        for sql, expected in VALUES.items():
            [(value,), (none,)] = rows(cursor, f"select {sql} union all (select null) order by 1 nulls last")
            if isinstance(expected, tuple):
                value = (value.months, value.days, value.nanoseconds)
            equal((sql, value, none), (sql, expected, None))


PARAMETERS = {
    "boolean": True,
    "bigint": -(2**63),
    "double": 0.1,
    "varchar": "it's 東京",
    "blob": b"\x00\x01",
    "date": datetime.date(2024, 2, 29),
    "time": datetime.time(1, 2, 3, 4),
    "timestamp": datetime.datetime(2024, 2, 29, 1, 2, 3, 4),
    "timestamptz": datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC),
    "decimal(10, 2)": decimal.Decimal("-12.34"),
    "integer[]": [1, None, 3],
}


@case("ADBC: parameters of every type come back as they were")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        for name, value in PARAMETERS.items():
            equal((name, rows(cursor, f"select $1::{name}", (value,))), (name, [(value,)]))
            equal((name, rows(cursor, f"select $1::{name} is null", (None,))), (name, [(True,)]))
        equal(rows(cursor, "select ? || ?, ? + 1", ("a", "b", 41)), [("ab", 42)])
        equal(rows(cursor, "select typeof($1)", (1,)), [("BIGINT",)])


@case("ADBC: a query runs for each row of its parameters")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        equal(rows(cursor, "select $1 * 2", pa.table({"a": [1, 2, 3]})), [(2,), (4,), (6,)])


@case("ADBC: what a statement does is done, and its errors raised, when execute returns")
def _() -> None:
    with connect() as connection, connect() as other, connection.cursor() as cursor, other.cursor() as watcher:
        cursor.execute("create or replace table effects (i integer primary key)")
        equal(rows(watcher, "select count(*) from effects"), [(0,)])
        cursor.execute("insert into effects values (1)")
        equal(rows(watcher, "select count(*) from effects"), [(1,)])
        raises(dbapi.Error, lambda: cursor.execute("insert into effects values (1)"), "unique constraint")
        raises(dbapi.Error, lambda: cursor.execute("selec 1"), 'syntax error at or near "selec"')
        raises(dbapi.Error, lambda: cursor.execute("select * from nowhere"), 'relation "nowhere" does not exist')
        cursor.execute("drop table effects")


@case("ADBC: an error tells its SQLSTATE")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        error = raises(dbapi.ProgrammingError, lambda: cursor.execute("select * from nowhere"))
        equal(dict(error.details).get(b"x-duckgres-sqlstate"), b"42P01")


@case("ADBC: executemany inserts all rows, or none")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temp table many (i integer primary key, s varchar)")
        cursor.executemany("insert into many values (?, ?)", [(i, f"row {i}") for i in range(1000)])
        equal(cursor.rowcount, 1000)
        again = [(1000, "a"), (1001, None), (7, "twice")]
        raises(dbapi.Error, lambda: cursor.executemany("insert into many values (?, ?)", again), "unique")
        equal(rows(cursor, "select count(*), max(i), max(s) from many"), [(1000, 999, "row 999")])
        cursor.executemany("update many set s = $2 where i = $1", [(1, "x"), (2, None), (5000, "y")])
        equal(cursor.rowcount, 2)


@case("ADBC: a transaction is committed or rolled back")
def _() -> None:
    with connect(autocommit=False) as connection, connect() as other:
        with connection.cursor() as cursor, other.cursor() as watcher:
            watcher.execute("create or replace table txns (i integer)")
            connection.rollback()
            cursor.execute("insert into txns values (1)")
            cursor.executemany("insert into txns values (?)", [(2,), (3,)])
            equal(rows(cursor, "select count(*) from txns"), [(3,)])
            equal(rows(watcher, "select count(*) from txns"), [(0,)])
            connection.rollback()
            equal(rows(cursor, "select count(*) from txns"), [(0,)])
            cursor.execute("insert into txns values (4)")
            cursor.adbc_ingest("txns", pa.table({"i": pa.array([5], pa.int32())}), mode="append")
            connection.commit()
            equal(rows(watcher, "select sum(i) from txns"), [(9,)])
            raises(dbapi.Error, lambda: rows(cursor, "select error('stop')"), "stop")
            raises(dbapi.Error, lambda: rows(cursor, "select 1"), "transaction")
            connection.rollback()
            equal(rows(cursor, "select 1"), [(1,)])
            connection.commit()
            watcher.execute("drop table txns")


@case("ADBC: two cursors of one connection are read in turns")
def _() -> None:
    with connect() as connection, connection.cursor() as one, connection.cursor() as two:
        one.execute("select i from range(200000) t(i)")
        two.execute("select -i from range(200000) t(i)")
        for i in range(0, 200_000, 20_000):
            equal(one.fetchmany(20_000)[0], (i,))
            equal(two.fetchmany(20_000)[-1], (-(i + 19_999),))
        equal((one.fetchone(), two.fetchone()), (None, None))


@case("ADBC: connections work at the same time")
def _() -> None:
    sums: list[int] = []

    def work(number: int) -> None:
        with connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"create temp table mine as select i * {number} as i from range(100000) t(i)")
            sums.append(rows(cursor, "select sum(i)::bigint from mine")[0][0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(sorted(sums), [number * 4999950000 for number in range(1, 9)])


ENDLESS = "select count(*) from range(100000000000) t(i) where i % 7 = 3"


@case("ADBC: a running query is cancelled, and its connection goes on")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temp table kept as select 7 as i")
        # Only a query that has begun can be cancelled: whenever that is, the next try finds it.
        stop = threading.Event()

        def cancel() -> None:
            while not stop.wait(0.1):
                cursor.adbc_cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        try:
            raises(dbapi.Error, lambda: rows(cursor, ENDLESS), "ancel")
        finally:
            stop.set()
            canceller.join()
        with connection.cursor() as other:
            equal(rows(other, "select i from kept"), [(7,)])


@case("ADBC: closing a cursor ends its query")
def _() -> None:
    with connect() as connection:
        with connection.cursor() as cursor:
            cursor.execute("select i, repeat('x', 1000) from range(1000000000) t(i)")
            equal(cursor.fetchone()[0], 0)
        with connection.cursor() as cursor:
            equal(rows(cursor, "select 1"), [(1,)])


NESTED = pa.table({
    "b": pa.array([True, None, False]),
    "i8": pa.array([-1, None, 1], pa.int8()),
    "u64": pa.array([2**64 - 1, None, 0], pa.uint64()),
    "f": pa.array([1.5, None, float("inf")], pa.float32()),
    "d4": pa.array([decimal.Decimal("1.5"), None, decimal.Decimal("-9.9")], pa.decimal128(4, 1)),
    "d9": pa.array([decimal.Decimal("1.5"), None, decimal.Decimal("-12345.678")], pa.decimal128(9, 3)),
    "d18": pa.array([decimal.Decimal("-1"), None, decimal.Decimal("9" * 18)], pa.decimal128(18, 0)),
    "d38": pa.array([decimal.Decimal("-1"), None, decimal.Decimal("9" * 38)], pa.decimal128(38, 0)),
    "s": pa.array(["", None, "longer than twelve bytes: 東京"]),
    "bin": pa.array([b"", None, b"\x00" * 20]),
    "date": pa.array([datetime.date(1900, 1, 1), None, datetime.date(2100, 1, 1)]),
    "time": pa.array([datetime.time(0), None, datetime.time(23, 59, 59, 999999)], pa.time64("us")),
    "ts": pa.array([datetime.datetime(1900, 1, 1), None, datetime.datetime(2100, 1, 1)], pa.timestamp("us")),
    "tz": pa.array([0, None, 1], pa.timestamp("us", "UTC")),
    "none": pa.nulls(3, pa.string()),
})


@case("ADBC: ingest of flat columns, in many batches")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        equal(cursor.adbc_ingest("flat", NESTED, mode="create", temporary=True), 3)
        cursor.execute("select * from temp.flat order by rowid")
        read = cursor.fetch_arrow_table()
        equal(read.to_pylist(), NESTED.to_pylist())
        equal(read.schema.remove_metadata(), NESTED.schema)
        count = 50_000
        table = pa.table({
            "i": pa.array(range(count), pa.int64()),
            "s": [None if i % 5 == 0 else f"row number {i}" for i in range(count)],
            "b": [None if i % 3 == 0 else i % 2 == 0 for i in range(count)],
        })
        batches = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=4999))
        equal(cursor.adbc_ingest("long", batches, mode="create", temporary=True), count)
        cursor.execute("select * from temp.long order by i")
        equal(cursor.fetch_arrow_table().to_pylist(), table.to_pylist())


@case("ADBC: ingest of nested and other columns, value by value")
def _() -> None:
    table = pa.table({
        "l": pa.array([[1, None], None, []], pa.list_(pa.int32())),
        "st": pa.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}]),
        "m": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "s": pa.array(["a", None, "a"]).dictionary_encode(),
        "ms": pa.array([datetime.time(1, 2, 3), None, datetime.time(0)], pa.time32("ms")),
    })
    with connect() as connection, connection.cursor() as cursor:
        equal(cursor.adbc_ingest("nested", table, mode="create", temporary=True), 3)
        cursor.execute("select * from temp.nested order by rowid")
        equal(cursor.fetch_arrow_table().to_pylist(), table.to_pylist())


@case("ADBC: ingest creates, appends, replaces, and refuses")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("create schema if not exists loading")
        one = pa.table({"i": pa.array([1], pa.int32())})

        def ingest(mode: str, table: pa.Table = one, name: str = "modes") -> int:
            return cursor.adbc_ingest(name, table, mode=mode, db_schema_name="loading")

        def content() -> list[tuple]:
            return rows(cursor, "select * from loading.modes order by all")

        raises(dbapi.Error, lambda: ingest("append"), 'relation "modes" does not exist')
        equal(ingest("create"), 1)
        raises(dbapi.Error, lambda: ingest("create"), 'relation "modes" already exists')
        equal((ingest("append"), content()), (1, [(1,), (1,)]))
        equal((ingest("create_append"), len(content())), (1, 3))
        equal((ingest("replace", pa.table({"s": ["x"]})), content()), (1, [("x",)]))
        equal(ingest("create_append", name='odd "name"'), 1)
        cursor.execute("drop schema loading cascade")


@case("ADBC: ingest into a table of other types, by the columns' names, with its defaults and constraints")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("""create or replace table strict (id integer primary key, kind varchar default 'none',
            amount decimal(8, 2) check (amount >= 0), u uuid)""")
        uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

        def ingest(amount: list[float], ids: list[int], uuids: list[str]) -> int:
            return cursor.adbc_ingest("strict", pa.table({"u": uuids, "amount": amount, "id": ids}), mode="append")

        equal(ingest([1.25, 2.5], [1, 2], [uuid, uuid]), 2)
        raises(dbapi.Error, lambda: ingest([1, 2], [3, 1], [uuid, uuid]), "unique")
        raises(dbapi.Error, lambda: ingest([-1], [4], [uuid]), "check constraint")
        raises(dbapi.Error, lambda: ingest([1], [5], ["no uuid"]), "uuid")
        raises(dbapi.Error, lambda: cursor.adbc_ingest("strict", pa.table({"x": [1]}), mode="append"), "x")
        equal(rows(cursor, "select id, kind, amount, u::varchar from strict order by id"), [
            (1, "none", decimal.Decimal("1.25"), uuid),
            (2, "none", decimal.Decimal("2.50"), uuid),
        ])
        cursor.execute("drop table strict")


def prepare_catalog(cursor: dbapi.Cursor) -> None:
    for statement in [
        "create schema if not exists books",
        "create table if not exists books.authors (id integer primary key, name varchar not null)",
        """create table if not exists books.titles (id bigint, author integer references books.authors (id),
            price decimal(6, 2))""",
        "create or replace view books.cheap as select * from books.titles where price < 5",
    ]:
        cursor.execute(statement)


@case("ADBC: get_objects, get_table_schema, get_table_types, get_info")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        prepare_catalog(cursor)
        [(name,)] = rows(cursor, "select system.main.current_database()")
        objects = connection.adbc_get_objects(db_schema_filter="books").read_all().to_pylist()
        [catalog] = [one for one in objects if one["catalog_name"] == name]
        [schema] = catalog["catalog_db_schemas"]
        equal(schema["db_schema_name"], "books")
        tables = {table["table_name"]: table for table in schema["db_schema_tables"]}
        equal({key: table["table_type"] for key, table in tables.items()}, {
            "authors": "BASE TABLE", "cheap": "VIEW", "titles": "BASE TABLE",
        })
        columns = [column["column_name"] for column in tables["titles"]["table_columns"]]
        equal(columns, ["id", "author", "price"])
        catalogs = connection.adbc_get_objects(depth="catalogs").read_all()["catalog_name"].to_pylist()
        equal(name in catalogs, True)
        views = connection.adbc_get_objects(
            db_schema_filter="books", table_types_filter=["VIEW"], depth="tables"
        ).read_all().to_pylist()
        names = [
            table["table_name"]
            for one in views
            for schema in one["catalog_db_schemas"] or []
            for table in schema["db_schema_tables"] or []
        ]
        equal(names, ["cheap"])
        schema = connection.adbc_get_table_schema("titles", db_schema_filter="books").remove_metadata()
        equal(schema, pa.schema([("id", pa.int64()), ("author", pa.int32()), ("price", pa.decimal128(6, 2))]))
        raises(dbapi.Error, lambda: connection.adbc_get_table_schema("no such table"))
        equal(connection.adbc_get_table_types(), ["BASE TABLE", "LOCAL TEMPORARY", "VIEW"])
        info = connection.adbc_get_info()
        equal(info["vendor_name"], "duckgres")
        equal(info["vendor_arrow_version"].split(".")[0].isdigit(), True)


@case("ADBC: the current catalog and schema")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        prepare_catalog(cursor)
        [(name,)] = rows(cursor, "select system.main.current_database()")
        equal((connection.adbc_current_catalog, connection.adbc_current_db_schema), (name, "main"))
        connection.adbc_current_db_schema = "books"
        equal(connection.adbc_current_db_schema, "books")
        equal(rows(cursor, "select count(*) from titles"), [(0,)])
        equal(cursor.adbc_ingest("loaded", pa.table({"i": [1]}), mode="replace"), 1)
        equal(rows(cursor, "select * from books.loaded"), [(1,)])

        def elsewhere() -> None:
            connection.adbc_current_db_schema = "no such schema"

        raises(dbapi.Error, elsewhere)
        equal(connection.adbc_current_db_schema, "books")


@case("ADBC: a statement's parameters and result are described")
def _() -> None:
    with connect() as connection, connection.cursor() as cursor:
        schema = cursor.adbc_prepare("select $1::integer, $2::varchar")
        equal(schema.remove_metadata().types, [pa.int32(), pa.string()])
        schema = cursor.adbc_execute_schema("select 1::bigint as b, 'x' as s")
        equal(schema.remove_metadata(), pa.schema([("b", pa.int64()), ("s", pa.string())]))
