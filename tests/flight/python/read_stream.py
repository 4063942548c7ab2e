"""Reads an Arrow IPC stream with pyarrow, which checks every buffer, and prints its schema and values."""

import json
import sys

import pyarrow as pa

reader = pa.ipc.open_stream(sys.stdin.buffer.read())
batches = list(reader)
for batch in batches:
    batch.validate(full=True)
table = pa.Table.from_batches(batches, reader.schema)

names = [
    (field.name, str(field.type), (field.metadata or {}).get(b"duckgres.database_type_name", b"").decode())
    for field in table.schema
]
columns = [[repr(value) for value in column.to_pylist()] for column in table.columns]
json.dump({"fields": names, "columns": columns, "batches": len(batches)}, sys.stdout)
