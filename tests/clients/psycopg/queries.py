import psycopg
from psycopg import ClientCursor, RawCursor, errors, sql
from psycopg.rows import dict_row, namedtuple_row
from psycopg.types import TypeInfo

from cases import URL, case, connect, equal


@case("connects with TLS and SCRAM")
def _() -> None:
    with connect() as conn:
        assert conn.pgconn.ssl_in_use
        assert conn.pgconn.used_password
        assert conn.info.server_version >= 160000, conn.info.server_version
        equal(conn.info.encoding, "utf-8")
        equal(conn.execute("select current_user, current_database()").fetchone(), ("postgres", "postgres"))


@case("a wrong password is refused")
def _() -> None:
    try:
        psycopg.connect(URL, password="wrong")
    except psycopg.OperationalError as error:
        assert 'password authentication failed for user "postgres"' in str(error), error
    else:
        raise AssertionError("accepted")


@case("several statements in one query")
def _() -> None:
    with connect() as conn:
        cur = conn.execute(
            "create temp table several (id int, name text);"
            "insert into several values (1, 'a'), (2, null); select * from several order by id"
        )
        seen = [cur.statusmessage]
        while cur.nextset():
            seen.append(cur.statusmessage)
        equal(seen, ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
        equal(cur.fetchall(), [(1, "a"), (2, None)])


@case("an empty query")
def _() -> None:
    with connect() as conn:
        for text in ("", "  ;", "-- nothing"):
            equal(conn.execute(text).description, None)


@case("parameters")
def _() -> None:
    with connect() as conn:
        conn.execute("create temp table people (id int primary key, name text, born date)")
        cur = conn.execute("insert into people values (%s, %s, %s) returning id, name", (1, "it's", "1815-12-10"))
        equal(cur.fetchall(), [(1, "it's")])
        conn.execute("insert into people values (%(id)s, %(name)s, %(born)s)", {"id": 2, "name": None, "born": None})
        equal(conn.execute("select name from people where id = %s", (1,)).fetchall(), [("it's",)])
        cur = conn.execute("update people set name = %s where id = %s", ("Grace", 2))
        equal((cur.statusmessage, cur.rowcount), ("UPDATE 1", 1))
        cur = conn.execute("select id from people where id = any(%s) order by id", ([1, 2, 9],))
        equal(cur.fetchall(), [(1,), (2,)])
        cur = conn.execute("delete from people where born is not distinct from %s", (None,))
        equal(cur.rowcount, 1)
        equal(conn.execute("select %s::int + %s::int", (40, 2)).fetchone(), (42,))
        equal(conn.execute("select %s", ("x",)).fetchone(), ("x",))


@case("binary parameters and results")
def _() -> None:
    with connect() as conn:
        cur = conn.cursor(binary=True)
        row = cur.execute("select %b::int4 + 1, %b::text || '!', %b::float8", (41, "x", 0.1)).fetchone()
        equal(row, (42, "x!", 0.1))
        equal([column.type_code for column in cur.description], [23, 25, 701])
        cur.execute("create temp table b (id int, name text, payload bytea)")
        cur.execute("insert into b values (%b, %b, %b)", (7, "seven", b"\x00\xff"))
        equal(cur.execute("select * from b where id = %b", (7,)).fetchall(), [(7, "seven", b"\x00\xff")])


@case("the client's own binding")
def _() -> None:
    with connect(cursor_factory=ClientCursor) as conn:
        equal(conn.execute("select %s, %s, %s", (1, "it's \\", None)).fetchone(), (1, "it's \\", None))


@case("PostgreSQL's own parameters")
def _() -> None:
    with connect() as conn:
        equal(RawCursor(conn).execute("select $1::int + $1::int", [21]).fetchone(), (42,))


@case("composed SQL")
def _() -> None:
    with connect() as conn:
        conn.execute(sql.SQL("create temp table {} ({} int)").format(sql.Identifier("Mixed Case"), sql.Identifier("a b")))
        query = sql.SQL("select {} from {}").format(sql.Identifier("a b"), sql.Identifier("Mixed Case"))
        cur = conn.execute(query)
        equal([column.name for column in cur.description], ["a b"])


@case("executemany, with and without results")
def _() -> None:
    with connect() as conn:
        cur = conn.cursor()
        cur.execute("create temp table many (id int, name text)")
        cur.executemany("insert into many values (%s, %s)", [(i, str(i)) for i in range(200)])
        equal(cur.rowcount, 200)
        cur.executemany("select name from many where id = %s", [(i,) for i in range(20)], returning=True)
        names = [cur.fetchall()]
        while cur.nextset():
            names.append(cur.fetchall())
        equal(names, [[(str(i),)] for i in range(20)])


@case("statements are prepared by themselves and reused")
def _() -> None:
    with connect(prepare_threshold=3) as conn:
        for i in range(50):
            equal(conn.execute("select %s::int * 2", (i,)).fetchone(), (i * 2,))
        equal(len(conn._prepared._names), 1)


@case("a cache of two prepared statements")
def _() -> None:
    with connect() as conn:
        conn.prepared_max = 2
        for i in range(20):
            query = f"select %s::int + {i % 5}"
            equal(conn.execute(query, (i,), prepare=True).fetchone(), (i + i % 5,))


@case("rows as dicts and named tuples")
def _() -> None:
    with connect(row_factory=dict_row) as conn:
        equal(conn.execute("select 1 as a, 'x' as b").fetchone(), {"a": 1, "b": "x"})
    with connect(row_factory=namedtuple_row) as conn:
        equal(conn.execute("select 1 as a, 'x' as b").fetchone().b, "x")


@case("rows one by one as they come")
def _() -> None:
    with connect() as conn:
        next_value = 1
        for (i,) in conn.cursor().stream("select i from generate_series(1, %s::int) as s(i)", (10_000,)):
            equal(int(i), next_value)
            next_value += 1
        equal(next_value, 10_001)


@case("rows in chunks as they come")
def _() -> None:
    with connect() as conn:
        cur = conn.cursor()
        rows = list(cur.stream("select i from generate_series(1, 10000) as s(i)", size=700))
        equal((len(rows), rows[-1]), (10_000, (10_000,)))


@case("rows as they come, left early")
def _() -> None:
    with connect(autocommit=True) as conn:
        for _row in conn.cursor().stream("select i from generate_series(1, 1000000) as s(i)"):
            break
        equal(conn.execute("select 1").fetchone(), (1,))


@case("a server-side cursor", needs="DECLARE")
def _() -> None:
    with connect() as conn:
        with conn.cursor(name="some") as cur:
            cur.execute("select i from generate_series(1, 10000) as s(i)")
            equal(cur.fetchone(), (1,))
            equal(len(cur.fetchmany(99)), 99)
            equal(sum(1 for _row in cur), 9_900)


@case("a scrollable server-side cursor", needs="DECLARE")
def _() -> None:
    with connect() as conn:
        with conn.cursor(name="some", scrollable=True) as cur:
            cur.execute("select i from generate_series(1, 100) as s(i)")
            cur.scroll(50)
            equal(cur.fetchone(), (51,))
            cur.scroll(0, mode="absolute")
            equal(cur.fetchone(), (1,))


@case("a pipeline")
def _() -> None:
    with connect(autocommit=True) as conn:
        with conn.pipeline():
            cursors = [conn.execute("select %s::int", (i,)) for i in range(300)]
        equal([cur.fetchone() for cur in cursors], [(i,) for i in range(300)])


@case("a pipeline is one transaction up to its error")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("create temp table piped (id int)")
        try:
            with conn.pipeline() as pipeline:
                conn.execute("insert into piped values (1)")
                conn.execute("select * from nowhere")
                conn.execute("insert into piped values (2)")
                pipeline.sync()
        except errors.UndefinedTable:
            pass
        else:
            raise AssertionError("no error")
        equal(conn.execute("select count(*) from piped").fetchone(), (0,))


@case("errors are of their own classes, with PostgreSQL's fields")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("create temp table strict (id int primary key, n int not null check (n > 0))")
        conn.execute("insert into strict values (1, 1)")

        def fails(query: str, kind: type, position: str | None = None, parameters: tuple = ()) -> None:
            try:
                conn.execute(query, parameters)
            except psycopg.Error as error:
                equal(type(error), kind)
                equal(error.diag.severity, "ERROR")
                equal(error.diag.sqlstate, kind.sqlstate)
                if position is not None:
                    equal(error.diag.statement_position, position)
            else:
                raise AssertionError(f"no error: {query}")

        fails("select * from nowhere", errors.UndefinedTable, "15")
        fails("select nothing", errors.UndefinedColumn, "8")
        fails("select no_such_function(1)", errors.UndefinedFunction, "8")
        fails("selec 1", errors.SyntaxError, "1")
        fails("select %s::int", errors.InvalidTextRepresentation, None, ("x",))
        fails("select %s::int", errors.NumericValueOutOfRange, None, (2**40,))
        fails("select 'x'::date", errors.InvalidDatetimeFormat)
        fails("insert into strict values (1, 1)", errors.UniqueViolation)
        fails("insert into strict values (2, null)", errors.NotNullViolation)
        fails("insert into strict values (2, -1)", errors.CheckViolation)
        equal(conn.execute("select 1").fetchone(), (1,))


@case("warnings")
def _() -> None:
    notices = []
    with connect(autocommit=True) as conn:
        conn.add_notice_handler(lambda diag: notices.append((diag.severity, diag.sqlstate, diag.message_primary)))
        conn.execute("commit")
    equal(notices, [("WARNING", "25P01", "there is no transaction in progress")])


@case("types looked up by name", gap="to_regtype answers a name instead of an OID")
def _() -> None:
    with connect() as conn:
        info = TypeInfo.fetch(conn, "int4")
        equal((info.name, info.oid, info.array_oid), ("int4", 23, 1007))
        equal(TypeInfo.fetch(conn, "no_such_type"), None)


@case("COPY in and out", needs="COPY")
def _() -> None:
    with connect() as conn:
        cur = conn.cursor()
        cur.execute("create temp table copied (id int, name text)")
        with cur.copy("copy copied from stdin") as copy:
            copy.write_row((1, "a"))
            copy.write_row((2, None))
        equal(cur.execute("select * from copied order by id").fetchall(), [(1, "a"), (2, None)])
        with cur.copy("copy copied to stdout") as copy:
            copy.set_types(["int4", "text"])
            equal(sorted(copy.rows()), [(1, "a"), (2, None)])


@case("LISTEN and NOTIFY", needs="LISTEN")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("listen news")
        conn.execute("select pg_notify('news', 'hello')")
        equal([notify.payload for notify in conn.notifies(timeout=5, stop_after=1)], ["hello"])
