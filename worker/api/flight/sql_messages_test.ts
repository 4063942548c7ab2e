import assert from "node:assert/strict";
import { DoPutUpdateResult, pack, unpack } from "./sql_messages.ts";

Deno.test("a command is packed by its name, and unpacked to itself", () => {
  const command = { query: "select 1", transactionId: new Uint8Array([1, 2]) };
  assert.deepEqual(unpack(pack("CommandStatementQuery", command)), {
    name: "CommandStatementQuery",
    value: command,
  });
});

Deno.test("the bytes are those of google.protobuf.Any", () => {
  const type = "type.googleapis.com/arrow.flight.protocol.sql.TicketStatementQuery";
  const expected = new Uint8Array([
    ...[0x0a, type.length, ...new TextEncoder().encode(type)],
    ...[0x12, 0x03, 0x0a, 0x01, 0x37],
  ]);
  assert.deepEqual(pack("TicketStatementQuery", { statementHandle: new Uint8Array([0x37]) }), expected);
});

Deno.test("what is left out is told from what is empty", () => {
  const absent = unpack(pack("CommandGetDbSchemas", {}));
  assert.deepEqual(absent?.value, { catalog: null, dbSchemaFilterPattern: null });
  const empty = unpack(pack("CommandGetDbSchemas", { catalog: "" }));
  assert.deepEqual(empty?.value, { catalog: "", dbSchemaFilterPattern: null });
});

Deno.test("other messages are none of Flight SQL's", () => {
  const url = (name: string) => new Uint8Array([0x0a, name.length, ...new TextEncoder().encode(name)]);
  assert.equal(unpack(new Uint8Array(0)), null);
  assert.equal(unpack(url("type.googleapis.com/arrow.flight.protocol.sql.toString")), null);
  assert.equal(unpack(url("type.googleapis.com/google.protobuf.Empty")), null);
  assert.throws(() => unpack(new Uint8Array([0x0a, 0x7f])));
});

Deno.test("an unknown count is -1", () => {
  assert.equal(DoPutUpdateResult.decode(DoPutUpdateResult.encode({ recordCount: -1 })).recordCount, -1);
});
