import asyncio
import select
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import psycopg
from psycopg import IsolationLevel, errors
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from cases import URL, case, connect, equal

ENDLESS = "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b"


def count(conn: psycopg.Connection, table: str) -> int:
    return conn.execute(f"select count(*) from {table}").fetchone()[0]


@case("a transaction rolled back, and one committed")
def _() -> None:
    with connect() as conn:
        conn.execute("create temp table accounts (id int)")
        conn.commit()
        conn.execute("insert into accounts values (1)")
        equal(conn.info.transaction_status, TransactionStatus.INTRANS)
        conn.rollback()
        equal(count(conn, "accounts"), 0)
        conn.execute("insert into accounts values (1)")
        conn.commit()
        equal(conn.info.transaction_status, TransactionStatus.IDLE)
        equal(count(conn, "accounts"), 1)


@case("after an error a transaction only ends")
def _() -> None:
    with connect() as conn:
        for query, kind in (("select * from nowhere", errors.UndefinedTable), ("select 1", errors.InFailedSqlTransaction)):
            try:
                conn.execute(query)
            except kind:
                equal(conn.info.transaction_status, TransactionStatus.INERROR)
            else:
                raise AssertionError("no error")
        conn.rollback()
        equal(conn.execute("select 1").fetchone(), (1,))


@case("transaction blocks")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("create temp table accounts (id int)")
        with conn.transaction():
            conn.execute("insert into accounts values (1)")
        with conn.transaction(force_rollback=True):
            conn.execute("insert into accounts values (2)")
        equal(conn.execute("select * from accounts").fetchall(), [(1,)])


@case("nested transaction blocks")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("create temp table accounts (id int primary key)")
        with conn.transaction():
            with conn.transaction(force_rollback=True):
                conn.execute("insert into accounts values (2)")
            try:
                with conn.transaction():
                    conn.execute("insert into accounts values (3), (3)")
            except errors.UniqueViolation:
                pass
            with conn.transaction():
                conn.execute("insert into accounts values (1)")
        equal(conn.execute("select * from accounts").fetchall(), [(1,)])


@case("nested transaction blocks behind writes", needs="ROLLBACK TO SAVEPOINT between writes")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("create temp table accounts (id int)")
        with conn.transaction():
            conn.execute("insert into accounts values (1)")
            with conn.transaction(force_rollback=True):
                conn.execute("insert into accounts values (2)")
        equal(conn.execute("select * from accounts").fetchall(), [(1,)])


@case("isolation levels and read-only transactions")
def _() -> None:
    with connect() as conn:
        conn.execute("create table if not exists read_only_py (id int)")
        conn.commit()
        for level in IsolationLevel:
            conn.isolation_level = level
            equal(conn.execute("select 1").fetchone(), (1,))
            conn.rollback()
        conn.read_only = True
        try:
            conn.execute("insert into read_only_py values (1)")
        except errors.ReadOnlySqlTransaction:
            conn.rollback()
        else:
            raise AssertionError("written")
        conn.read_only = False
        conn.execute("drop table read_only_py")


@case("two-phase commit", needs="PREPARE TRANSACTION")
def _() -> None:
    with connect() as conn:
        if conn.execute("show max_prepared_transactions").fetchone() == ("0",):
            return
        conn.rollback()
        conn.tpc_begin("one")
        conn.execute("select 1")
        conn.tpc_prepare()
        conn.tpc_commit()


@case("another thread cancels a query")
def _() -> None:
    with connect(autocommit=True) as conn:
        # A cancel that comes before the server has started on the query does nothing: ask until it works.
        running = True

        def cancel() -> None:
            while running:
                conn.cancel_safe(timeout=5)

        thread = Thread(target=cancel)
        thread.start()
        try:
            conn.execute(ENDLESS)
        except errors.QueryCanceled as error:
            equal(error.diag.message_primary, "canceling statement due to user request")
        else:
            raise AssertionError("not cancelled")
        finally:
            running = False
            thread.join()
        equal(ask_again(conn, "select 1"), (1,))


def ask_again(conn: psycopg.Connection, query: str) -> tuple:
    """The last of several cancels may still be on its way: it may hit this query too."""
    try:
        return conn.execute(query).fetchone()
    except errors.QueryCanceled:
        return ask_again(conn, query)


@case("a query cancelled by the old function")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.cancel()
        equal(ask_again(conn, "select 1"), (1,))


@case("statement_timeout")
def _() -> None:
    with connect(autocommit=True, options="-c statement_timeout=50") as conn:
        try:
            conn.execute(ENDLESS)
        except errors.QueryCanceled as error:
            equal(error.diag.message_primary, "canceling statement due to statement timeout")
        else:
            raise AssertionError("no timeout")


@case("an asynchronous connection")
def _() -> None:
    async def work() -> None:
        async with await psycopg.AsyncConnection.connect(URL) as conn:
            async with conn.cursor() as cur:
                await cur.execute("select i from generate_series(1, %s::int) as s(i)", (1000,))
                equal(len(await cur.fetchall()), 1000)

    asyncio.run(work())


@case("an asynchronous task cancelled cancels its query")
def _() -> None:
    async def work() -> None:
        async with await psycopg.AsyncConnection.connect(URL, autocommit=True) as conn:
            try:
                await asyncio.wait_for(conn.execute(ENDLESS), 0.5)
            except (asyncio.TimeoutError, errors.QueryCanceled):
                pass
            else:
                raise AssertionError("not cancelled")
            if not conn.closed:
                cur = await conn.execute("select 1")
                equal(await cur.fetchone(), (1,))

    asyncio.run(work())


@case("a pool of 20 connections")
def _() -> None:
    with ConnectionPool(URL, min_size=20, max_size=20) as pool:
        pool.wait(timeout=30)
        with pool.connection() as conn:
            conn.execute("create table pooled_py (n int)")

        def insert(n: int) -> None:
            with pool.connection() as conn:
                conn.execute("insert into pooled_py values (%s)", (n,))

        with ThreadPoolExecutor(20) as threads:
            list(threads.map(insert, range(200)))
        with pool.connection() as conn:
            equal(conn.execute("select count(*), sum(n)::int from pooled_py").fetchone(), (200, 19900))
            conn.execute("drop table pooled_py")


@case("a pool replaces a connection that the server ended")
def _() -> None:
    with ConnectionPool(URL, min_size=1, max_size=1, check=ConnectionPool.check_connection) as pool:
        conn = pool.getconn()
        first = conn.info.backend_pid
        conn.execute("set idle_session_timeout = 50")
        conn.commit()
        pool.putconn(conn)
        wait_readable(conn)
        with pool.connection() as conn:
            assert conn.info.backend_pid != first
            equal(conn.execute("select 1").fetchone(), (1,))


@case("the end of an idle session is told by its SQLSTATE")
def _() -> None:
    with connect(autocommit=True) as conn:
        conn.execute("set idle_session_timeout = 50")
        wait_readable(conn)
        try:
            conn.execute("select 1")
        except errors.IdleSessionTimeout:
            assert conn.closed
        else:
            raise AssertionError("still open")


def wait_readable(conn: psycopg.Connection) -> None:
    """Until the server has said something by itself."""
    ready, _, _ = select.select([conn.fileno()], [], [], 10)
    assert ready, "the server has not ended the session"


@case("200,000 rows in text and in binary")
def _() -> None:
    with connect() as conn:
        query = "select i::int, repeat('x', 50) from generate_series(1, 200000) as s(i) order by i"
        for binary in (False, True):
            rows = conn.execute(query, binary=binary).fetchall()
            equal((len(rows), rows[-1]), (200_000, (200_000, "x" * 50)))


@case("1,000 statements in a row")
def _() -> None:
    with connect(autocommit=True) as conn:
        for i in range(1000):
            equal(conn.execute("select %s::int", (i,)).fetchone(), (i,))


@case("connects again and again")
def _() -> None:
    for _i in range(20):
        with connect() as conn:
            equal(conn.execute("select 1").fetchone(), (1,))
