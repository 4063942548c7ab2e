"""pyarrow's FlightClient against a worker."""

import json

import pyarrow as pa
import pyarrow.flight as flight

from cases import case, equal, raises
from flight_sql import Client, command, fields, message, packed, unpacked

BAD_REQUEST = pa.ArrowInvalid
NOT_FOUND = pa.ArrowKeyError


@case("a query's schema is known before it runs, and its rows are those of the schema")
def _() -> None:
    with Client() as client:
        info = client.info(command("CommandStatementQuery", {1: "select 1::integer as i, 'x' as s"}))
        equal(info.schema.remove_metadata(), pa.schema([("i", pa.int32()), ("s", pa.string())]))
        equal(info.schema.field("i").metadata, {b"duckgres.database_type_name": b"INTEGER"})
        equal(info.total_records, -1)
        reader = client.open(info)
        equal(reader.schema, info.schema)
        equal(reader.read_all().to_pylist(), [{"i": 1, "s": "x"}])


@case("GetSchema tells the schema of a query and of a question")
def _() -> None:
    with Client() as client:
        result = client.flight.get_schema(command("CommandStatementQuery", {1: "select true as b"}), client.options)
        equal(result.schema.remove_metadata(), pa.schema([("b", pa.bool_())]))
        result = client.flight.get_schema(command("CommandGetTableTypes"), client.options)
        equal(result.schema.names, ["table_type"])


@case("a ticket can be fetched once")
def _() -> None:
    with Client() as client:
        info = client.info(command("CommandStatementQuery", {1: "select 1"}))
        ticket = unpacked(info.endpoints[0].ticket.ticket)[1]
        equal(ticket.startswith(b"query-"), True)
        client.open(info).read_all()
        raises(NOT_FOUND, lambda: client.open(info).read_all(), "query handle not found")


@case("SQL without a statement answers nothing, and says so")
def _() -> None:
    with Client() as client:
        for sql in ["", "  ;", "-- nothing", "/* nothing */"]:
            info = client.info(command("CommandStatementQuery", {1: sql}))
            equal((info.schema, info.total_records), (pa.schema([]), 0))
            equal(client.open(info).read_all().num_columns, 0)
            equal(client.update(sql), 0)


@case("a result of many batches is whole and in order")
def _() -> None:
    with Client() as client:
        table = client.query("select i, 'row ' || i as s from range(300000) t(i)")
        equal(table["i"].to_pylist(), list(range(300_000)))
        equal(table["s"][299_999].as_py(), "row 299999")


@case("an open result and other calls do not disturb each other")
def _() -> None:
    with Client() as client:
        sql = "select i from range(500000) t(i)"
        first = client.open(client.info(command("CommandStatementQuery", {1: sql})))
        second = client.open(client.info(command("CommandStatementQuery", {1: sql})))
        rows = [first.read_chunk().data.num_rows, second.read_chunk().data.num_rows]
        equal(client.rows("select 42 as a"), [{"a": 42}])
        equal(client.read("CommandGetTableTypes").num_rows, 3)
        equal(first.read_all()["i"].to_pylist(), list(range(rows[0], 500_000)))
        equal(second.read_all()["i"].to_pylist(), list(range(rows[1], 500_000)))


@case("updates answer the number of rows they changed")
def _() -> None:
    with Client() as client:
        equal(client.update("create temp table changes (i integer primary key, s text)"), 0)
        equal(client.update("insert into changes select i, 'x' from range(10) t(i)"), 10)
        equal(client.update("update changes set s = 'y' where i < 4"), 4)
        equal(client.update("delete from changes where i = 9 returning i"), 1)
        equal(client.rows("select count(*) as n from changes"), [{"n": 9}])


@case("a statement that answers no rows can be run as a query, too")
def _() -> None:
    with Client() as client:
        equal(client.query("create temp table by_query (i integer)").schema.names, [])
        equal(client.query("insert into by_query values (1)").num_rows, 0)
        equal(client.rows("insert into by_query values (2) returning i"), [{"i": 2}])
        equal(client.rows("select sum(i)::integer as n from by_query"), [{"n": 3}])


@case("errors have the code for their kind, and PostgreSQL's words")
def _() -> None:
    with Client() as client:
        query = client.rows
        raises(BAD_REQUEST, lambda: query("selec 1"), 'failed to prepare query: syntax error at or near "selec"')
        raises(BAD_REQUEST, lambda: query("select * from missing"), 'relation "missing" does not exist')
        raises(BAD_REQUEST, lambda: query("select 1; select 2"), "failed to prepare query")
        raises(BAD_REQUEST, lambda: query("select 'x'::integer"), "invalid input syntax for type integer")
        raises(BAD_REQUEST, lambda: query("select error('mid') from range(9999) t(i) where i > 5000"), "mid")
        error = raises(BAD_REQUEST, lambda: client.update("insert into missing values (1)"), "missing")
        equal("missing" in str(error), True)
        equal(query("select 1 as a"), [{"a": 1}])


@case("what is no Flight SQL command is refused")
def _() -> None:
    with Client() as client:
        for data in [b"", b"\xff\xff", b"not protobuf at all"]:
            raises(pa.ArrowInvalid, lambda: client.info(flight.FlightDescriptor.for_command(data)))
            raises(pa.ArrowInvalid, lambda: client.flight.do_get(flight.Ticket(data), client.options).read_all())
        raises(pa.ArrowInvalid, lambda: client.info(flight.FlightDescriptor.for_path("x")))
        unknown = command("CommandStatementSubstraitPlan", {1: b""})
        raises(NotImplementedError, lambda: client.info(unknown))
        raises(pa.ArrowInvalid, lambda: client.info(command("CommandStatementUpdate", {1: "select 1"})))
        raises(NotImplementedError, lambda: client.action("NoSuchAction"))
        raises(pa.ArrowInvalid, lambda: client.action("BeginTransaction", b"\xff"))
        equal(client.rows("select 1 as a"), [{"a": 1}])


@case("a prepared statement is described, bound, run and closed")
def _() -> None:
    with Client() as client:
        prepared = client.prepare("select $1::integer + 1 as n, $2::text as s")
        equal(prepared.schema.remove_metadata(), pa.schema([("n", pa.int32()), ("s", pa.string())]))
        equal(prepared.parameters.remove_metadata().types, [pa.int32(), pa.string()])
        equal(prepared.is_update, False)
        values = pa.table({"a": pa.array([1, 41, None], pa.int64()), "b": ["x", None, "z"]})
        query = command("CommandPreparedStatementQuery", {1: prepared.handle})
        equal(fields(client.put(query, values)), {1: prepared.handle})
        expected = [{"n": 2, "s": "x"}, {"n": 42, "s": None}, {"n": None, "s": "z"}]
        equal(client.open(client.info(query)).read_all().to_pylist(), expected)
        client.put(query, values.slice(1, 1))
        equal(client.open(client.info(query)).read_all().to_pylist(), expected[1:2])
        client.put(query, values.slice(0, 0))
        client.close_prepared(prepared)
        raises(NOT_FOUND, lambda: client.info(query), "prepared statement not found")
        raises(NOT_FOUND, lambda: client.close_prepared(prepared), "prepared statement not found")


@case("a prepared statement that was not bound says what it misses")
def _() -> None:
    with Client() as client:
        prepared = client.prepare("select $1::integer")
        query = command("CommandPreparedStatementQuery", {1: prepared.handle})
        raises(BAD_REQUEST, lambda: client.open(client.info(query)).read_all(), "0 parameters", "requires 1")


@case("a prepared update runs for each row, all or none")
def _() -> None:
    with Client() as client:
        client.update("create temp table many (i integer primary key)")
        prepared = client.prepare("insert into many values ($1)")
        equal((prepared.is_update, prepared.schema), (True, None))
        update = command("CommandPreparedStatementUpdate", {1: prepared.handle})
        equal(fields(client.put(update, pa.table({"i": [1, 2, 3]}))), {1: 3})
        raises(BAD_REQUEST, lambda: client.put(update, pa.table({"i": [4, 5, 1]})), "failed to execute update", "unique")
        raises(BAD_REQUEST, lambda: client.put(update, pa.table({"i": ["x"]})), "integer")
        equal(client.rows("select list(i order by i) as all from many"), [{"all": [1, 2, 3]}])


@case("a dictionary of texts can be bound")
def _() -> None:
    with Client() as client:
        prepared = client.prepare("select $1::text as s")
        query = command("CommandPreparedStatementQuery", {1: prepared.handle})
        client.put(query, pa.table({"s": pa.array(["a", "b", "a", None]).dictionary_encode()}))
        rows = client.open(client.info(query)).read_all()["s"].to_pylist()
        equal(rows, ["a", "b", "a", None])


@case("a transaction is committed or rolled back")
def _() -> None:
    with Client() as client, Client() as other:
        client.update("create table txn (i integer)")
        first = client.begin()
        equal(first.startswith(b"txn-"), True)
        equal(client.update("insert into txn values (1)", first), 1)
        equal(client.rows("select * from txn", first), [{"i": 1}])
        equal(other.rows("select * from txn"), [])
        client.end(first, "rollback")
        second = client.begin()
        client.update("insert into txn values (2)", second)
        client.end(second, "commit")
        equal(other.rows("select * from txn"), [{"i": 2}])
        raises(NOT_FOUND, lambda: client.end(second, "commit"), "transaction not found")
        client.update("drop table txn")


@case("a session has one transaction, which its statements name")
def _() -> None:
    with Client() as client:
        transaction = client.begin()
        raises(BAD_REQUEST, client.begin, "already has an open transaction")
        raises(BAD_REQUEST, lambda: client.rows("select 1"), "must name")
        raises(NOT_FOUND, lambda: client.rows("select 1", b"txn-0"), "transaction not found")
        client.end(transaction, "rollback")
        raises(NOT_FOUND, lambda: client.rows("select 1", transaction), "transaction not found")
        equal(client.rows("select 1 as a"), [{"a": 1}])


@case("a transaction with an error in it can only be rolled back")
def _() -> None:
    with Client() as client:
        client.update("create temp table broken (i integer primary key)")
        transaction = client.begin()
        client.update("insert into broken values (1)", transaction)
        raises(BAD_REQUEST, lambda: client.update("insert into broken values (1)", transaction))
        raises(BAD_REQUEST, lambda: client.rows("select 1", transaction), "transaction")
        raises(BAD_REQUEST, lambda: client.end(transaction, "commit"), "transaction")
        equal(client.rows("select count(*) as n from broken"), [{"n": 0}])


CATALOG = """
create schema shop;
create table shop.customers (id integer primary key, name text not null, unique (name));
create table shop.orders (
  id integer, line integer, customer integer references shop.customers (id),
  total decimal(10, 2), primary key (id, line));
create view shop.totals as select customer, sum(total) as total from shop.orders group by all;
comment on column shop.orders.total is 'with tax';
"""


def catalog(client: Client) -> str:
    """Makes the tables that questions are asked of, once; answers the database's name."""
    if not client.rows("select 1 from duckdb_schemas() where schema_name = 'shop'"):
        for statement in CATALOG.strip().rstrip(";").split(";\n"):
            client.update(statement)
    return client.rows("select system.main.current_database() as name")[0]["name"]


@case("catalogs, schemas, tables and table types")
def _() -> None:
    with Client() as client:
        name = catalog(client)
        equal(name in client.read("CommandGetCatalogs")["catalog_name"].to_pylist(), True)
        equal("__duckgres" in client.read("CommandGetCatalogs")["catalog_name"].to_pylist(), False)
        equal(
            client.read("CommandGetDbSchemas", {1: name, 2: "sh%"}).to_pylist(),
            [{"catalog_name": name, "db_schema_name": "shop"}],
        )
        equal(client.read("CommandGetDbSchemas", {1: "other"}).num_rows, 0)
        tables = client.read("CommandGetTables", {2: "shop"}).to_pylist()
        equal([(row["table_name"], row["table_type"]) for row in tables], [
            ("customers", "BASE TABLE"),
            ("orders", "BASE TABLE"),
            ("totals", "VIEW"),
        ])
        equal(tables[0]["catalog_name"], name)
        equal(tables[0]["db_schema_name"], "shop")
        names = lambda body: client.read("CommandGetTables", body)["table_name"].to_pylist()
        equal(names({2: "shop", 3: "_rders"}), ["orders"])
        equal(names({2: "shop", 3: "\\_rders"}), [])
        equal(names({2: "shop", 4: ["VIEW"]}), ["totals"])
        equal(names({2: "shop", 4: ["table", "view"]}), ["customers", "orders", "totals"])
        equal(names({1: "", 2: "shop"}), [])
        types = client.read("CommandGetTableTypes")["table_type"].to_pylist()
        equal(types, ["BASE TABLE", "LOCAL TEMPORARY", "VIEW"])


@case("temporary tables are in the catalog temp, of their session only")
def _() -> None:
    with Client() as client, Client() as other:
        client.update("create temp table mine (i integer)")
        body = {3: "mine"}
        equal(
            client.read("CommandGetTables", body).to_pylist(),
            [{"catalog_name": "temp", "db_schema_name": "main", "table_name": "mine", "table_type": "LOCAL TEMPORARY"}],
        )
        equal("temp" in client.read("CommandGetCatalogs")["catalog_name"].to_pylist(), True)
        equal(other.read("CommandGetTables", body).num_rows, 0)


@case("tables with their schemas: nullability, exact types, comments")
def _() -> None:
    with Client() as client:
        catalog(client)
        rows = client.read("CommandGetTables", {2: "shop", 5: True}).to_pylist()
        schemas = {row["table_name"]: pa.ipc.read_schema(pa.py_buffer(row["table_schema"])) for row in rows}
        equal(schemas["customers"].remove_metadata(), pa.schema([
            pa.field("id", pa.int32(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
        ]))
        total = schemas["orders"].field("total")
        equal((total.type, total.nullable), (pa.decimal128(10, 2), True))
        wanted = {
            b"duckgres.database_type_name": b"DECIMAL(10,2)",
            b"ARROW:FLIGHT:SQL:TYPE_NAME": b"DECIMAL(10,2)",
            b"ARROW:FLIGHT:SQL:SCHEMA_NAME": b"shop",
            b"ARROW:FLIGHT:SQL:TABLE_NAME": b"orders",
            b"ARROW:FLIGHT:SQL:PRECISION": b"10",
            b"ARROW:FLIGHT:SQL:SCALE": b"2",
            b"ARROW:FLIGHT:SQL:REMARKS": b"with tax",
        }
        equal({key: total.metadata.get(key) for key in wanted}, wanted)
        equal(schemas["totals"].names, ["customer", "total"])


@case("a view that does not hold any more is listed all the same")
def _() -> None:
    with Client() as client:
        client.update("create temp table base (i integer)")
        client.update("create temp view stale as select * from base")
        client.update("drop table base")
        [row] = client.read("CommandGetTables", {3: "stale", 5: True}).to_pylist()
        equal(pa.ipc.read_schema(pa.py_buffer(row["table_schema"])), pa.schema([]))


@case("primary and foreign keys")
def _() -> None:
    with Client() as client:
        name = catalog(client)
        keys = client.read("CommandGetPrimaryKeys", {1: name, 2: "shop", 3: "orders"}).to_pylist()
        equal([(key["column_name"], key["key_sequence"]) for key in keys], [("id", 1), ("line", 2)])
        equal(client.read("CommandGetPrimaryKeys", {3: "nowhere"}).num_rows, 0)
        expected = {
            "pk_catalog_name": name, "pk_db_schema_name": "shop", "pk_table_name": "customers",
            "pk_column_name": "id", "fk_catalog_name": name, "fk_db_schema_name": "shop",
            "fk_table_name": "orders", "fk_column_name": "customer", "key_sequence": 1,
            "update_rule": 3, "delete_rule": 3,
        }
        for question, body in [
            ("CommandGetImportedKeys", {2: "shop", 3: "orders"}),
            ("CommandGetExportedKeys", {2: "shop", 3: "customers"}),
            ("CommandGetCrossReference", {2: "shop", 3: "customers", 5: "shop", 6: "orders"}),
        ]:
            [row] = client.read(question, body).to_pylist()
            equal({key: row[key] for key in expected}, expected)
            equal(row["fk_key_name"], "orders_customer_id_fkey")
            equal(row["pk_key_name"], "customers_id_pkey")
        equal(client.read("CommandGetImportedKeys", {3: "customers"}).num_rows, 0)
        equal(client.read("CommandGetExportedKeys", {3: "orders"}).num_rows, 0)
        equal(client.read("CommandGetCrossReference", {3: "orders", 6: "customers"}).num_rows, 0)


def required(name: str, type: pa.DataType) -> pa.Field:
    return pa.field(name, type, nullable=False)


TEXT, INT, FLAG = pa.string(), pa.int32(), pa.bool_()
FOREIGN_KEYS = pa.schema([
    ("pk_catalog_name", TEXT), ("pk_db_schema_name", TEXT),
    required("pk_table_name", TEXT), required("pk_column_name", TEXT),
    ("fk_catalog_name", TEXT), ("fk_db_schema_name", TEXT),
    required("fk_table_name", TEXT), required("fk_column_name", TEXT),
    required("key_sequence", INT), ("fk_key_name", TEXT), ("pk_key_name", TEXT),
    required("update_rule", pa.uint8()), required("delete_rule", pa.uint8()),
])
TABLES = [
    ("catalog_name", TEXT), ("db_schema_name", TEXT),
    required("table_name", TEXT), required("table_type", TEXT),
]
SCHEMAS = {
    "CommandGetCatalogs": pa.schema([required("catalog_name", TEXT)]),
    "CommandGetDbSchemas": pa.schema([("catalog_name", TEXT), required("db_schema_name", TEXT)]),
    "CommandGetTables": pa.schema(TABLES),
    "CommandGetTableTypes": pa.schema([required("table_type", TEXT)]),
    "CommandGetPrimaryKeys": pa.schema([
        ("catalog_name", TEXT), ("db_schema_name", TEXT), required("table_name", TEXT),
        required("column_name", TEXT), required("key_sequence", INT), ("key_name", TEXT),
    ]),
    "CommandGetImportedKeys": FOREIGN_KEYS,
    "CommandGetExportedKeys": FOREIGN_KEYS,
    "CommandGetCrossReference": FOREIGN_KEYS,
    "CommandGetXdbcTypeInfo": pa.schema([
        required("type_name", TEXT), required("data_type", INT), ("column_size", INT),
        ("literal_prefix", TEXT), ("literal_suffix", TEXT),
        ("create_params", pa.list_(required("item", TEXT))),
        required("nullable", INT), required("case_sensitive", FLAG), required("searchable", INT),
        ("unsigned_attribute", FLAG), required("fixed_prec_scale", FLAG), ("auto_increment", FLAG),
        ("local_type_name", TEXT), ("minimum_scale", INT), ("maximum_scale", INT),
        required("sql_data_type", INT), ("datetime_subcode", INT), ("num_prec_radix", INT),
        ("interval_precision", INT),
    ]),
    "CommandGetSqlInfo": pa.schema([
        required("info_name", pa.uint32()),
        required("value", pa.dense_union([
            pa.field("string_value", TEXT), pa.field("bool_value", FLAG),
            pa.field("bigint_value", pa.int64()), pa.field("int32_bitmask", INT),
            pa.field("string_list", pa.list_(TEXT)),
            pa.field("int32_to_int32_list_map", pa.map_(INT, pa.list_(INT))),
        ])),
    ]),
}


@case("answers to questions have the schemas that Flight SQL prescribes")
def _() -> None:
    with Client() as client:
        catalog(client)
        for question, schema in SCHEMAS.items():
            info = client.info(command(question, {3: "x"} if "Keys" in question else None))
            equal(info.schema, schema)
            equal(client.open(info).schema, schema)
        with_schema = pa.schema([*TABLES, required("table_schema", pa.binary())])
        info = client.info(command("CommandGetTables", {5: True}))
        equal((info.schema, client.open(info).schema), (with_schema, with_schema))


@case("SqlInfo: all of it, and only what is asked for")
def _() -> None:
    with Client() as client:
        everything = dict(
            (row["info_name"], row["value"]) for row in client.read("CommandGetSqlInfo").to_pylist()
        )
        equal(everything[0], "duckgres")
        equal({key: everything[key] for key in (3, 4, 5, 8, 504, 563)}, {
            3: False, 4: True, 5: False, 8: 1, 504: '"', 563: True,
        })
        equal("select" in everything[508], True)
        for group, function in [(509, "sqrt"), (510, "upper"), (512, "date_trunc")]:
            equal(function in everything[group], True)
        some = client.read("CommandGetSqlInfo", {1: [508, 0, 9999]})["info_name"].to_pylist()
        equal(some, [508, 0])
        listed = client.read("CommandGetSqlInfo", {1: message({1: 0})[1:] + b"\x03"})  # packed
        equal(listed["info_name"].to_pylist(), [0, 3])


@case("types as ODBC describes them")
def _() -> None:
    with Client() as client:
        all_types = client.read("CommandGetXdbcTypeInfo")
        equal({"INTEGER", "VARCHAR", "TIMESTAMP WITH TIME ZONE"} <= set(all_types["type_name"].to_pylist()), True)
        integers = client.read("CommandGetXdbcTypeInfo", {1: 4}).to_pylist()
        equal([row["type_name"] for row in integers], ["INTEGER", "USMALLINT"])
        equal((integers[0]["column_size"], integers[0]["num_prec_radix"]), (10, 10))


@case("a query that was not fetched can be cancelled")
def _() -> None:
    with Client() as client:
        info = client.info(command("CommandStatementQuery", {1: "select 1"}))
        body = message({1: info.serialize()})
        equal([fields(answer) for answer in client.action("CancelFlightInfo", body)], [{1: 1}])
        raises(NOT_FOUND, lambda: client.open(info).read_all())
        equal([fields(answer) for answer in client.action("CancelFlightInfo", body)], [{1: 3}])
        info = client.info(command("CommandStatementQuery", {1: "select 1"}))
        [answer] = client.action("CancelQuery", packed("ActionCancelQueryRequest", {1: info.serialize()}))
        equal(unpacked(answer), {1: 1})


@case("ingest: options, many batches, none at all, and what is no batch")
def _() -> None:
    with Client() as client:
        def ingest(table: pa.Table, missing: str = "create", there: str = "fail") -> int:
            options = message({1: {"create": 1, "fail": 2}[missing], 2: {"fail": 1, "append": 2, "replace": 3}[there]})
            put = command("CommandStatementIngest", {1: options, 2: "taken", 5: True})
            return fields(client.put(put, table)).get(1, 0)

        raises(BAD_REQUEST, lambda: ingest(pa.table({"i": [1]}), missing="fail"), 'relation "taken" does not exist')
        equal(ingest(pa.table({"i": pa.chunked_array([[1, 2], [], [3]])})), 3)
        raises(BAD_REQUEST, lambda: ingest(pa.table({"i": [1]})), 'relation "taken" already exists')
        equal(ingest(pa.table({"i": [4]}), there="append"), 1)
        equal(client.rows("select list(i order by i) as all from temp.taken"), [{"all": [1, 2, 3, 4]}])
        empty = pa.table({"a": pa.array([], pa.int8()), "b": pa.array([], pa.list_(pa.string()))})
        equal(ingest(empty, there="replace"), 0)
        equal(client.query("select * from temp.taken").schema.remove_metadata().types, empty.schema.types)
        broken = pa.table({"i": pa.array([b"\xff\xfe"]).cast(pa.binary())})
        text = pa.table([pa.Array.from_buffers(pa.string(), 1, broken["i"].chunk(0).buffers())], ["i"])
        raises(BAD_REQUEST, lambda: ingest(text, there="replace"), "UTF8")
        equal(client.query("select * from temp.taken").num_columns, 2)


@case("ingest in a transaction is undone with it")
def _() -> None:
    with Client() as client:
        client.update("create temp table loaded (i bigint)")
        transaction = client.begin()
        options = message({1: 2, 2: 2})
        body = {1: options, 2: "loaded", 5: True, 6: transaction}
        client.put(command("CommandStatementIngest", body), pa.table({"i": [1, 2]}))
        equal(client.rows("select count(*) as n from loaded", transaction), [{"n": 2}])
        client.end(transaction, "rollback")
        equal(client.rows("select count(*) as n from loaded"), [{"n": 0}])


ENDLESS = "select count(*) from range(100000000000) t(i) where i % 7 = 3"


@case("a running query ends when its deadline has passed, and its session goes on")
def _() -> None:
    with Client() as client:
        client.update("create temp table kept as select 7 as i")
        info = client.info(command("CommandStatementQuery", {1: ENDLESS}))
        short = client.with_timeout(0.5)
        raises(flight.FlightTimedOutError, lambda: client.flight.do_get(info.endpoints[0].ticket, short).read_all())
        equal(client.rows("select i from kept"), [{"i": 7}])


@case("giving up a result ends its query, and its session goes on")
def _() -> None:
    with Client() as client:
        client.update("create temp table kept as select 7 as i")
        sql = "select i, repeat('x', 1000) as s from range(100000000) t(i)"
        reader = client.open(client.info(command("CommandStatementQuery", {1: sql})))
        reader.read_chunk()
        reader.cancel()
        equal(client.rows("select i from kept"), [{"i": 7}])


@case("a session made by CreateSession has its own user, and ends with DestroySession")
def _() -> None:
    with Client() as client:
        request = {"username": "ann", "database": "sales", "pid": 4711}
        [answer] = client.action("CreateSession", json.dumps(request).encode())
        token = json.loads(answer)["session_token"]
        with Client(session=token) as ann, Client(session=token) as same:
            equal(ann.rows("select getvariable('duckgres_user') as user"), [{"user": "ann"}])
            ann.update("create temp table shared as select 1 as i")
            equal(same.rows("select * from shared"), [{"i": 1}])
            client.action("DestroySession", json.dumps({"session_token": token}).encode())
            raises(NOT_FOUND, lambda: ann.rows("select 1"), "session not found")


@case("sessions without a token are apart from each other")
def _() -> None:
    with Client() as client, Client() as other:
        client.update("create temp table own as select 1 as i")
        raises(BAD_REQUEST, lambda: other.rows("select * from own"), "does not exist")


@case("a session's catalog and schema can be asked for and set")
def _() -> None:
    with Client() as client:
        name = catalog(client)
        client.action("SetSessionOptions", message({1: message({1: "schema", 2: message({1: "shop"})})}))
        equal(client.rows("select system.main.current_schema() as s"), [{"s": "shop"}])
        equal(client.rows("select count(*) as n from customers"), [{"n": 0}])
        [answer] = client.action("GetSessionOptions")
        equal((b"shop" in answer, name.encode() in answer), (True, True))
        [answer] = client.action("SetSessionOptions", message({1: message({1: "color", 2: message({1: "x"})})}))
        equal(b"color" in answer, True)
        equal([fields(answer) for answer in client.action("CloseSession")], [{1: 1}])
        equal(client.rows("select system.main.current_schema() as s"), [{"s": "main"}])


@case("every call needs the token")
def _() -> None:
    with Client(token="wrong") as client:
        raises(flight.FlightUnauthenticatedError, lambda: client.rows("select 1"))
        raises(flight.FlightUnauthenticatedError, lambda: client.update("select 1"))
        raises(flight.FlightUnauthenticatedError, lambda: client.action("HealthCheck"))
        raises(flight.FlightUnauthenticatedError, lambda: list(client.flight.list_actions(client.options)))


@case("the actions are listed")
def _() -> None:
    with Client() as client:
        names = {action.type for action in client.flight.list_actions(client.options)}
        equal({"BeginTransaction", "EndTransaction", "CreatePreparedStatement", "CreateSession"} <= names, True)
