import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { PgError } from "../api/error.ts";
import { headers } from "../api/flight/headers.ts";
import { errorOf } from "../api/session/messages.ts";
import { FlightError, statusOf } from "./status.ts";

const codes: [string, status][] = [
  ["42601", status.INVALID_ARGUMENT],
  ["22012", status.INVALID_ARGUMENT],
  ["23505", status.INVALID_ARGUMENT],
  ["42501", status.PERMISSION_DENIED],
  ["0A000", status.UNIMPLEMENTED],
  ["57014", status.CANCELLED],
  ["57P01", status.UNAVAILABLE],
  ["53200", status.RESOURCE_EXHAUSTED],
  ["40001", status.ABORTED],
  ["55006", status.FAILED_PRECONDITION],
  ["25P02", status.FAILED_PRECONDITION],
  ["58030", status.INTERNAL],
  ["XX000", status.INTERNAL],
];

Deno.test("a statement's error becomes gRPC's code for its class", () => {
  for (const [sqlstate, code] of codes) {
    const { code: found, metadata } = statusOf(new PgError(sqlstate, "no"));
    assert.equal(found, code, sqlstate);
    assert.deepEqual(metadata.get(headers.sqlstate), [sqlstate]);
  }
});

Deno.test("all of an error's fields are in the trailers, however long it is", () => {
  const error = new PgError("42601", `no ${"é".repeat(3000)}`, {
    severity: "FATAL",
    detail: "why",
    hint: "h".repeat(5000),
    position: 7,
    fields: { t: "täble" },
  });
  const { details, metadata } = statusOf(error);
  assert.ok(details.length <= 1001);
  const [fields] = metadata.get(headers.error);
  assert.ok(fields.length < 6000);
  const told = errorOf(JSON.parse(String(fields)));
  assert.match(told.message, /^no é+…$/);
  assert.deepEqual(
    { ...told, hint: told.hint?.length },
    { name: "PgError", ...errorWithout(error), hint: 1001 },
  );
});

function errorWithout({ severity, sqlstate, detail, position, fields }: PgError): Partial<PgError> {
  return { severity, sqlstate, detail, position, fields };
}

Deno.test("what is no statement's error has a code, and no SQLSTATE", () => {
  const refused = statusOf(new FlightError(status.NOT_FOUND, "session not found"));
  assert.equal(refused.code, status.NOT_FOUND);
  assert.equal(refused.details, "session not found");
  assert.deepEqual(refused.metadata.get(headers.sqlstate), []);
  const fault = statusOf(new TypeError("x is undefined"));
  assert.equal(fault.code, status.INTERNAL);
  assert.equal(fault.details, "internal error: x is undefined");
});
