/** The type table, and the calendar and time zones beside it. */
import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import {
  arrayOidOf,
  duckdbTypeName,
  elementOidOf,
  oids,
  scalarTypes,
  sqlTypeName,
  typeByName,
  typeByOid,
} from "../api/types.ts";
import { PgError } from "../api/error.ts";
import { openTestDatabase } from "../rows/testing.ts";
import { readTypes } from "../engine/own_types.ts";
import { civilFromDays, dayOfWeek, daysFromCivil } from "./calendar.ts";
import { ownTypeOf } from "./own_types.ts";
import { pgTypeOf } from "./mod.ts";
import { offsetOfLocal, offsetText, timeZone } from "./time_zone.ts";

/** A DuckDB type and what it is announced as: OID, typlen, typmod. */
const announced: readonly (readonly [type: string, oid: number, length: number, modifier: number])[] = [
  ["boolean", 16, 1, -1],
  ["tinyint", 21, 2, -1],
  ["smallint", 21, 2, -1],
  ["integer", 23, 4, -1],
  ["bigint", 20, 8, -1],
  ["utinyint", 23, 4, -1],
  ["usmallint", 23, 4, -1],
  ["uinteger", 20, 8, -1],
  ["ubigint", 1700, -1, 1310724],
  ["hugeint", 1700, -1, 2490372],
  ["uhugeint", 1700, -1, -1],
  ["bignum", 1700, -1, -1],
  ["decimal(18, 3)", 1700, -1, 1179655],
  ["decimal(4, 1)", 1700, -1, 262149],
  ["float", 700, 4, -1],
  ["double", 701, 8, -1],
  ["varchar", 25, -1, -1],
  ["json", 3802, -1, -1],
  ["blob", 17, -1, -1],
  ["geometry", 17, -1, -1],
  ["bit", 1562, -1, -1],
  ["date", 1082, 4, -1],
  ["time", 1083, 8, -1],
  ["time_ns", 1083, 8, -1],
  ["timetz", 1266, 12, -1],
  ["timestamp", 1114, 8, -1],
  ["timestamp_s", 1114, 8, -1],
  ["timestamp_ms", 1114, 8, -1],
  ["timestamp_ns", 1114, 8, -1],
  ["timestamptz", 1184, 8, -1],
  ["interval", 1186, 16, -1],
  ["uuid", 2950, 16, -1],
  ["enum('a', 'b')", 25, -1, -1],
  ["struct(a int)", 114, -1, -1],
  ["map(varchar, int)", 114, -1, -1],
  ["union(a int, b varchar)", 114, -1, -1],
  ["variant", 114, -1, -1],
  ["integer[]", 1007, -1, -1],
  ["integer[][]", 1007, -1, -1],
  ["integer[3]", 1007, -1, -1],
  ["varchar[3][]", 1009, -1, -1],
  ["decimal(18, 3)[]", 1231, -1, 1179655],
  ["struct(a int)[]", 199, -1, -1],
  ["json[]", 3807, -1, -1],
  ["uuid[]", 2951, -1, -1],
  ["enum('a')[]", 1009, -1, -1],
];

Deno.test("every DuckDB type is announced as its PostgreSQL type", async () => {
  const db = await openTestDatabase();
  for (const [type, oid, length, modifier] of announced) {
    const { types } = await db.encode(`select null::${type}`);
    assert.deepEqual(pgTypeOf(types[0]), { oid, length, modifier }, type);
  }
  await db.close();
});

Deno.test("DuckDB knows the type it is told to cast to, and announces the same family", async () => {
  const db = await openTestDatabase();
  for (const { oid, arrayOid, duckdb: name } of scalarTypes) {
    assert.equal(duckdbTypeName(oid), name);
    if (name === null) continue;
    await duckdb.query(db.connection, `select null::${name}, null::${duckdbTypeName(arrayOid)}`);
  }
  await db.close();
});

Deno.test("an enum is the type with its labels, and text where there is none", async () => {
  const db = await openTestDatabase();
  await duckdb.query(db.connection, "create type mood as enum ('sad', 'it''s', '')");
  await duckdb.query(db.connection, "create schema s");
  await duckdb.query(db.connection, `create type s."Other" as enum ('x')`);
  const enums = await readTypes(db.connection);
  const { types } = await db.encode(`select null::mood, null::mood[][], null::s."Other", null::enum('y')`);
  const [mood, moods, other, anonymous] = types.map((type) => pgTypeOf(type, enums));
  assert.ok(mood.oid >= 16384);
  assert.deepEqual(mood, { oid: mood.oid, length: 4, modifier: -1 });
  assert.deepEqual(moods, { oid: arrayOidOf(mood.oid), length: -1, modifier: -1 });
  assert.notEqual(other.oid, mood.oid);
  assert.equal(anonymous.oid, oids.text);
  assert.deepEqual([types[0], types[2]].map((type) => ownTypeOf(type, enums)?.name), ["mood", '"Other"']);
  await db.close();
});

Deno.test("a composite type is the one with its fields, and json where there is none", async () => {
  const db = await openTestDatabase();
  await duckdb.query(db.connection, "create type part as struct(x decimal(4, 1), y varchar[])");
  await duckdb.query(db.connection, "create type whole as struct(a part, b int)");
  const ownTypes = await readTypes(db.connection);
  const { types } = await db.encode(
    "select null::whole, null::part[], null::struct(a int, b int), null::struct(x decimal(4, 2), y varchar[])",
  );
  const [whole, parts, ...others] = types.map((type) => pgTypeOf(type, ownTypes));
  assert.deepEqual(whole, { oid: whole.oid, length: -1, modifier: -1 });
  assert.equal(ownTypeOf(types[0], ownTypes)?.name, "whole");
  assert.equal(elementOidOf(parts.oid), [...ownTypes.values()].find(({ name }) => name === "part")?.oid);
  assert.deepEqual(others.map(({ oid }) => oid), [oids.json, oids.json]);
  await db.close();
});

Deno.test("the named OIDs are those of the table", () => {
  for (const [name, oid] of Object.entries(oids)) assert.equal(typeByOid(oid)?.name, name);
});

Deno.test("OIDs and array OIDs are unique", () => {
  const all = scalarTypes.flatMap(({ oid, arrayOid }) => arrayOid === 0 ? [oid] : [oid, arrayOid]);
  assert.equal(new Set(all).size, all.length);
});

Deno.test("looking types up", () => {
  assert.equal(typeByName("integer")?.oid, 23);
  assert.equal(typeByName("int4")?.oid, 23);
  assert.equal(arrayOidOf(23), 1007);
  assert.equal(arrayOidOf(1007), 1007);
  assert.equal(arrayOidOf(9999), 0);
  assert.equal(elementOidOf(arrayOidOf(22071)), 22071);
  assert.equal(elementOidOf(22071), 0);
  assert.equal(duckdbTypeName(arrayOidOf(22071)), "VARCHAR[]");
  assert.equal(elementOidOf(oids.int4), 0);
  assert.equal(elementOidOf(1007), oids.int4);
  assert.equal(duckdbTypeName(1009), "VARCHAR[]");
  assert.equal(duckdbTypeName(0), null);
  assert.equal(sqlTypeName(1022), "double precision[]");
});

Deno.test("days and dates convert both ways over PostgreSQL's range", () => {
  const date = { year: 0, month: 0, day: 0 };
  for (let days = -2451507; days < 2147483; days += 37) {
    civilFromDays(days, date);
    assert.equal(daysFromCivil(date.year, date.month, date.day), days);
  }
  civilFromDays(19789, date);
  assert.deepEqual(date, { year: 2024, month: 3, day: 7 });
  assert.equal(dayOfWeek(19789), 4);
  assert.equal(dayOfWeek(-1), 3);
});

Deno.test("offsets change at transitions, to the second", () => {
  const newYork = timeZone("America/New_York");
  assert.equal(newYork.offsetAt(1710054000 - 1), -18000);
  assert.equal(newYork.offsetAt(1710054000), -14400);
  assert.equal(newYork.offsetAt(-5e9), -17762);
  assert.equal(timeZone("UTC").offsetAt(0), 0);
  assert.equal(timeZone("Asia/Kolkata").offsetAt(0), 19800);
});

Deno.test("abbreviations are PostgreSQL's", () => {
  const at = (zone: string, seconds: number) => timeZone(zone).abbreviationAt(seconds);
  assert.equal(at("America/New_York", 1710054000), "EDT");
  assert.equal(at("Europe/Berlin", 0), "CET");
  assert.equal(at("Asia/Tokyo", 0), "JST");
  assert.equal(at("Asia/Singapore", 1e9), "+08");
  assert.equal(at("Europe/Berlin", -5e9), "LMT");
  assert.equal(at("UTC", 0), "UTC");
  assert.equal(at("Asia/Shanghai", 0), "CST");
  assert.equal(at("Asia/Dubai", 0), "+04");
});

Deno.test("a local time that is skipped or comes twice is read as PostgreSQL reads it", () => {
  const newYork = timeZone("America/New_York");
  const local = (year: number, month: number, day: number, hour: number) =>
    daysFromCivil(year, month, day) * 86400 + hour * 3600;
  assert.equal(offsetOfLocal(newYork, local(2024, 3, 10, 2)), -18000);
  assert.equal(offsetOfLocal(newYork, local(2024, 11, 3, 1)), -18000);
  assert.equal(offsetOfLocal(newYork, local(2024, 7, 1, 0)), -14400);
});

Deno.test("an unknown time zone is 22023", () => {
  assert.throws(
    () => timeZone("Nowhere/Land"),
    (error) => error instanceof PgError && error.sqlstate === "22023",
  );
});

Deno.test("offsets as text", () => {
  assert.deepEqual([7200, -12600, -28378, 0].map(offsetText), ["+02", "-03:30", "-07:52:58", "+00"]);
});
