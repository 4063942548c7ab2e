"""Flight SQL over pyarrow's FlightClient, which knows Flight but not its SQL messages: those are written here by hand."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.flight as flight

from cases import CERTIFICATE, TOKEN, URI

PREFIX = b"type.googleapis.com/arrow.flight.protocol.sql."


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def message(fields: dict[int, object]) -> bytes:
    """A protobuf message: numbers, bools, texts, bytes, and lists of them by field number."""
    out = b""
    for number, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            if isinstance(one, int):
                out += _varint(number << 3) + _varint(int(one))
            else:
                data = one.encode() if isinstance(one, str) else one
                out += _varint(number << 3 | 2) + _varint(len(data)) + data
    return out


def fields(data: bytes) -> dict[int, object]:
    """A message's fields; numbers and bytes."""
    found: dict[int, object] = {}
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            found[tag >> 3] = varint()
            continue
        length = varint()
        found[tag >> 3] = data[at : at + length]
        at += length
    return found


def packed(name: str, body: dict[int, object] | None = None) -> bytes:
    return message({1: PREFIX + name.encode(), 2: message(body or {})})


def unpacked(data: bytes) -> dict[int, object]:
    return fields(fields(data).get(2, b""))


def command(name: str, body: dict[int, object] | None = None) -> flight.FlightDescriptor:
    return flight.FlightDescriptor.for_command(packed(name, body))


@dataclass
class Prepared:
    handle: bytes
    schema: pa.Schema | None
    parameters: pa.Schema | None
    is_update: bool


class Client:
    """One connection, closed at the end of its `with` block."""

    def __init__(self, token: str = TOKEN, session: str | None = None):
        tls = {"tls_root_certs": CERTIFICATE.encode()} if CERTIFICATE else {}
        self.flight = flight.FlightClient(URI, **tls)
        self._headers = [(b"authorization", f"Bearer {token}".encode())]
        if session is not None:
            self._headers.append((b"x-duckgres-session", session.encode()))
        self.options = self.with_timeout(60)

    def with_timeout(self, seconds: float) -> flight.FlightCallOptions:
        return flight.FlightCallOptions(headers=self._headers, timeout=seconds)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.flight.close()

    def info(self, descriptor: flight.FlightDescriptor) -> flight.FlightInfo:
        return self.flight.get_flight_info(descriptor, self.options)

    def open(self, info: flight.FlightInfo) -> flight.FlightStreamReader:
        return self.flight.do_get(info.endpoints[0].ticket, self.options)

    def read(self, name: str, body: dict[int, object] | None = None) -> pa.Table:
        table = self.open(self.info(command(name, body))).read_all()
        table.validate(full=True)
        return table

    def query(self, sql: str, transaction: bytes | None = None) -> pa.Table:
        return self.read("CommandStatementQuery", {1: sql, 2: transaction})

    def rows(self, sql: str, transaction: bytes | None = None) -> list[dict]:
        return self.query(sql, transaction).to_pylist()

    def put(self, descriptor: flight.FlightDescriptor, table: pa.Table | None = None) -> bytes:
        """A DoPut's answer."""
        schema = pa.schema([]) if table is None else table.schema
        writer, reader = self.flight.do_put(descriptor, schema, self.options)
        if table is not None:
            writer.write_table(table)
        writer.done_writing()
        answer = reader.read()
        writer.close()  # raises what the call failed with
        return answer.to_pybytes()

    def update(self, sql: str, transaction: bytes | None = None) -> int:
        """The number of rows changed."""
        answer = self.put(command("CommandStatementUpdate", {1: sql, 2: transaction}))
        return fields(answer).get(1, 0)

    def action(self, name: str, body: bytes = b"") -> list[bytes]:
        results = self.flight.do_action(flight.Action(name, body), self.options)
        return [result.body.to_pybytes() for result in results]

    def begin(self) -> bytes:
        [answer] = self.action("BeginTransaction", packed("ActionBeginTransactionRequest"))
        return unpacked(answer)[1]

    def end(self, transaction: bytes, how: str) -> None:
        what = {"commit": 1, "rollback": 2}[how]
        self.action("EndTransaction", packed("ActionEndTransactionRequest", {1: transaction, 2: what}))

    def prepare(self, sql: str, transaction: bytes | None = None) -> Prepared:
        body = packed("ActionCreatePreparedStatementRequest", {1: sql, 2: transaction})
        [answer] = self.action("CreatePreparedStatement", body)
        parts = unpacked(answer)
        return Prepared(parts[1], _schema(parts.get(2)), _schema(parts.get(3)), parts.get(4, 0) == 1)

    def close_prepared(self, prepared: Prepared) -> None:
        body = packed("ActionClosePreparedStatementRequest", {1: prepared.handle})
        self.action("ClosePreparedStatement", body)


def _schema(data: bytes | None) -> pa.Schema | None:
    return pa.ipc.read_schema(pa.py_buffer(data)) if data else None
