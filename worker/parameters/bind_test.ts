/** Parameters in text and binary, against what PostgreSQL makes of the same input. */
import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { defaultRenderSettings, type Format, type RenderSettings } from "../api/executor.ts";
import { arrayOidOf, duckdbTypeName, oids, typeByName } from "../api/types.ts";
import { rowEncoder } from "../rows/encoder.ts";
import { chunksOf, openTestDatabase, parseDataRows } from "../rows/testing.ts";
import { bindParameter } from "./bind.ts";

type TestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;

interface Case {
  type: string;
  input: string;
  settings?: Partial<RenderSettings>;
  /** What `select '…'::type` prints, and its binary form in hexadecimal digits. */
  output?: string;
  binary?: string;
  /** SQLSTATE and message. */
  error?: readonly [sqlstate: string, message: string];
}

const cases: readonly Case[] = [
  { type: "bool", input: "t", output: "t", binary: "01" },
  { type: "bool", input: "f", output: "f", binary: "00" },
  { type: "bool", input: "true", output: "t", binary: "01" },
  { type: "bool", input: "FALSE", output: "f", binary: "00" },
  { type: "bool", input: " yes ", output: "t", binary: "01" },
  { type: "bool", input: "no", output: "f", binary: "00" },
  { type: "bool", input: "on", output: "t", binary: "01" },
  { type: "bool", input: "off", output: "f", binary: "00" },
  { type: "bool", input: "of", output: "f", binary: "00" },
  { type: "bool", input: "o", error: ["22P02", 'invalid input syntax for type boolean: "o"'] },
  { type: "bool", input: "tr", output: "t", binary: "01" },
  { type: "bool", input: "1", output: "t", binary: "01" },
  { type: "bool", input: "0", output: "f", binary: "00" },
  { type: "bool", input: "2", error: ["22P02", 'invalid input syntax for type boolean: "2"'] },
  { type: "bool", input: "", error: ["22P02", 'invalid input syntax for type boolean: ""'] },
  { type: "bool", input: "maybe", error: ["22P02", 'invalid input syntax for type boolean: "maybe"'] },
  { type: "int2", input: "0", output: "0", binary: "0000" },
  { type: "int2", input: "-32768", output: "-32768", binary: "8000" },
  { type: "int2", input: "32767", output: "32767", binary: "7fff" },
  { type: "int2", input: "32768", error: ["22003", 'value "32768" is out of range for type smallint'] },
  { type: "int2", input: " 5 ", output: "5", binary: "0005" },
  { type: "int2", input: "+7", output: "7", binary: "0007" },
  { type: "int2", input: "abc", error: ["22P02", 'invalid input syntax for type smallint: "abc"'] },
  { type: "int2", input: "", error: ["22P02", 'invalid input syntax for type smallint: ""'] },
  { type: "int2", input: "1.5", error: ["22P02", 'invalid input syntax for type smallint: "1.5"'] },
  { type: "int4", input: "0", output: "0", binary: "00000000" },
  { type: "int4", input: "2147483647", output: "2147483647", binary: "7fffffff" },
  { type: "int4", input: "-2147483648", output: "-2147483648", binary: "80000000" },
  {
    type: "int4",
    input: "99999999999",
    error: ["22003", 'value "99999999999" is out of range for type integer'],
  },
  { type: "int4", input: "abc", error: ["22P02", 'invalid input syntax for type integer: "abc"'] },
  { type: "int4", input: "1 2", error: ["22P02", 'invalid input syntax for type integer: "1 2"'] },
  { type: "int4", input: " 12\n", output: "12", binary: "0000000c" },
  { type: "int8", input: "9223372036854775807", output: "9223372036854775807", binary: "7fffffffffffffff" },
  { type: "int8", input: "-9223372036854775808", output: "-9223372036854775808", binary: "8000000000000000" },
  {
    type: "int8",
    input: "9223372036854775808",
    error: ["22003", 'value "9223372036854775808" is out of range for type bigint'],
  },
  { type: "int8", input: "x", error: ["22P02", 'invalid input syntax for type bigint: "x"'] },
  { type: "oid", input: "1", output: "1", binary: "00000001" },
  { type: "oid", input: "4294967295", output: "4294967295", binary: "ffffffff" },
  { type: "float4", input: "1.5", output: "1.5", binary: "3fc00000" },
  { type: "float4", input: "nan", output: "NaN", binary: "7fc00000" },
  { type: "float4", input: "inf", output: "Infinity", binary: "7f800000" },
  { type: "float4", input: "-infinity", output: "-Infinity", binary: "ff800000" },
  { type: "float4", input: "1e39", error: ["22003", '"1e39" is out of range for type real'] },
  { type: "float4", input: "1e-50", error: ["22003", '"1e-50" is out of range for type real'] },
  { type: "float4", input: "abc", error: ["22P02", 'invalid input syntax for type real: "abc"'] },
  { type: "float4", input: ".5", output: "0.5", binary: "3f000000" },
  { type: "float4", input: "5.", output: "5", binary: "40a00000" },
  { type: "float4", input: "1e5", output: "100000", binary: "47c35000" },
  { type: "float8", input: "1.5", output: "1.5", binary: "3ff8000000000000" },
  { type: "float8", input: " -0 ", output: "-0", binary: "8000000000000000" },
  { type: "float8", input: "NaN", output: "NaN", binary: "7ff8000000000000" },
  { type: "float8", input: "Infinity", output: "Infinity", binary: "7ff0000000000000" },
  { type: "float8", input: "-inf", output: "-Infinity", binary: "fff0000000000000" },
  { type: "float8", input: "1e400", error: ["22003", '"1e400" is out of range for type double precision'] },
  { type: "float8", input: "1e-400", error: ["22003", '"1e-400" is out of range for type double precision'] },
  { type: "float8", input: "abc", error: ["22P02", 'invalid input syntax for type double precision: "abc"'] },
  { type: "float8", input: "", error: ["22P02", 'invalid input syntax for type double precision: ""'] },
  {
    type: "float8",
    input: "1.7976931348623157e308",
    output: "1.7976931348623157e+308",
    binary: "7fefffffffffffff",
  },
  { type: "float8", input: "0.1", output: "0.1", binary: "3fb999999999999a" },
  { type: "numeric", input: "1.50", output: "1.50", binary: "000200000000000200011388" },
  { type: "numeric", input: "-0.001", output: "-0.001", binary: "0001ffff40000003000a" },
  { type: "numeric", input: "1e5", output: "100000", binary: "0001000100000000000a" },
  { type: "numeric", input: "1.5e-3", output: "0.0015", binary: "0001ffff00000004000f" },
  { type: "numeric", input: "abc", error: ["22P02", 'invalid input syntax for type numeric: "abc"'] },
  { type: "numeric", input: "", error: ["22P02", 'invalid input syntax for type numeric: ""'] },
  {
    type: "numeric",
    input: "12345678901234567890.123456789",
    output: "12345678901234567890.123456789",
    binary: "000800040000000904d2162e23340d801ed204d2162e2328",
  },
  { type: "numeric", input: "0", output: "0", binary: "0000000000000000" },
  { type: "numeric", input: "-0", output: "0", binary: "0000000000000000" },
  { type: "numeric", input: "00012.300", output: "12.300", binary: "0002000000000003000c0bb8" },
  { type: "numeric", input: ".5", output: "0.5", binary: "0001ffff000000011388" },
  { type: "numeric", input: "5.", output: "5", binary: "00010000000000000005" },
  { type: "text", input: "", output: "", binary: "" },
  { type: "text", input: "abc", output: "abc", binary: "616263" },
  { type: "text", input: "naïve ☃", output: "naïve ☃", binary: "6e61c3af766520e29883" },
  { type: "varchar", input: "x", output: "x", binary: "78" },
  { type: "name", input: "x", output: "x", binary: "78" },
  { type: "bpchar", input: "x", output: "x", binary: "78" },
  { type: "bytea", input: "\\x00ff", output: "\\x00ff", binary: "00ff" },
  { type: "bytea", input: "\\x", output: "\\x", binary: "" },
  { type: "bytea", input: "abc\\000\\\\z", output: "\\x616263005c7a", binary: "616263005c7a" },
  { type: "bytea", input: "\\x1", error: ["22023", "invalid hexadecimal data: odd number of digits"] },
  { type: "bytea", input: "\\xzz", error: ["22023", 'invalid hexadecimal digit: "z"'] },
  { type: "bytea", input: "a\\9", error: ["22P02", "invalid input syntax for type bytea"] },
  { type: "bytea", input: "\\xAB cd", output: "\\xabcd", binary: "abcd" },
  { type: "bytea", input: "é", output: "\\xc3a9", binary: "c3a9" },
  { type: "varbit", input: "101", output: "101", binary: "00000003a0" },
  { type: "varbit", input: "1", output: "1", binary: "0000000180" },
  { type: "varbit", input: "11111111000", output: "11111111000", binary: "0000000bff00" },
  { type: "varbit", input: "102", error: ["22P02", '"2" is not a valid binary digit'] },
  { type: "varbit", input: "x1F", output: "00011111", binary: "000000081f" },
  { type: "varbit", input: "b01", output: "01", binary: "0000000240" },
  {
    type: "uuid",
    input: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    output: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    binary: "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  },
  {
    type: "uuid",
    input: "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
    output: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    binary: "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  },
  {
    type: "uuid",
    input: "a0eebc999c0b4ef8bb6d6bb9bd380a11",
    output: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    binary: "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  },
  {
    type: "uuid",
    input: "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
    output: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    binary: "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  },
  { type: "uuid", input: "a0eebc99", error: ["22P02", 'invalid input syntax for type uuid: "a0eebc99"'] },
  {
    type: "uuid",
    input: "ffffffff-ffff-ffff-ffff-ffffffffffff",
    output: "ffffffff-ffff-ffff-ffff-ffffffffffff",
    binary: "ffffffffffffffffffffffffffffffff",
  },
  { type: "uuid", input: "zz", error: ["22P02", 'invalid input syntax for type uuid: "zz"'] },
  { type: "json", input: '{"a": 1}', output: '{"a": 1}', binary: "7b2261223a20317d" },
  { type: "json", input: "[1,2]", output: "[1, 2]", binary: "5b312c325d" },
  { type: "json", input: '{"a":', error: ["22P02", "invalid input syntax for type json"] },
  { type: "json", input: '"x"', output: '"x"', binary: "227822" },
  { type: "date", input: "1999-01-08", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "January 8, 1999", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "8 January 1999", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "1/8/1999", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "1/18/1999", output: "1999-01-18", binary: "fffffea4" },
  { type: "date", input: "01/02/03", output: "2003-01-02", binary: "00000449" },
  { type: "date", input: "1999-Jan-08", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "Jan-08-1999", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "08-Jan-1999", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "19990108", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "990108", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "J2451187", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "January 8, 99 BC", output: "0099-01-08 BC", binary: "fff44ec0" },
  { type: "date", input: "infinity", output: "infinity", binary: "7fffffff" },
  { type: "date", input: "-infinity", output: "-infinity", binary: "80000000" },
  { type: "date", input: "epoch", output: "1970-01-01", binary: "ffffd533" },
  { type: "date", input: "0044-03-15 BC", output: "0044-03-15 BC", binary: "fff49d7b" },
  { type: "date", input: "2024-02-30", error: ["22008", 'date/time field value out of range: "2024-02-30"'] },
  { type: "date", input: "2023-02-29", error: ["22008", 'date/time field value out of range: "2023-02-29"'] },
  { type: "date", input: "1999-13-01", error: ["22008", 'date/time field value out of range: "1999-13-01"'] },
  { type: "date", input: "abc", error: ["22007", 'invalid input syntax for type date: "abc"'] },
  { type: "date", input: "", error: ["22007", 'invalid input syntax for type date: ""'] },
  { type: "date", input: "13/13/2000", error: ["22008", 'date/time field value out of range: "13/13/2000"'] },
  { type: "date", input: "18/1/1999", error: ["22008", 'date/time field value out of range: "18/1/1999"'] },
  { type: "date", input: "1999-01-08 04:05:06", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "Fri Jan 08 1999", output: "1999-01-08", binary: "fffffe9a" },
  {
    type: "date",
    input: "2000-01-01x",
    error: ["22007", 'invalid input syntax for type date: "2000-01-01x"'],
  },
  { type: "date", input: "5874897-12-31", output: "5874897-12-31", binary: "7fda970c" },
  { type: "date", input: "10000-01-01", output: "10000-01-01", binary: "002c95d4" },
  { type: "date", input: "1999.01.08", output: "1999-01-08", binary: "fffffe9a" },
  { type: "date", input: "99-Jan-08", error: ["22008", 'date/time field value out of range: "99-Jan-08"'] },
  { type: "date", input: "0000-01-01", error: ["22008", 'date/time field value out of range: "0000-01-01"'] },
  { type: "time", input: "04:05:06", output: "04:05:06", binary: "000000036c8bc080" },
  { type: "time", input: "04:05", output: "04:05:00", binary: "000000036c303300" },
  { type: "time", input: "04:05:06.789", output: "04:05:06.789", binary: "000000036c97ca88" },
  { type: "time", input: "040506", output: "04:05:06", binary: "000000036c8bc080" },
  { type: "time", input: "04:05 AM", output: "04:05:00", binary: "000000036c303300" },
  { type: "time", input: "04:05 pm", output: "16:05:00", binary: "0000000d7b1be300" },
  { type: "time", input: "12:00 AM", output: "00:00:00", binary: "0000000000000000" },
  { type: "time", input: "24:00:00", output: "24:00:00", binary: "000000141dd76000" },
  { type: "time", input: "25:00:00", error: ["22008", 'date/time field value out of range: "25:00:00"'] },
  { type: "time", input: "04:60:00", error: ["22008", 'date/time field value out of range: "04:60:00"'] },
  { type: "time", input: "04:05:60", output: "04:06:00", binary: "000000036fc3ba00" },
  { type: "time", input: "allballs", output: "00:00:00", binary: "0000000000000000" },
  { type: "time", input: "abc", error: ["22007", 'invalid input syntax for type time: "abc"'] },
  { type: "time", input: "23:59:59.9999999", output: "24:00:00", binary: "000000141dd76000" },
  { type: "time", input: "1:2:3", output: "01:02:03", binary: "00000000dde878c0" },
  { type: "time", input: "04:05:06-08", output: "04:05:06", binary: "000000036c8bc080" },
  { type: "time", input: "2003-04-12 04:05:06", output: "04:05:06", binary: "000000036c8bc080" },
  { type: "time", input: "04:05:06.1234565", output: "04:05:06.123456", binary: "000000036c8da2c0" },
  { type: "time", input: "04:05:06.1234575", output: "04:05:06.123458", binary: "000000036c8da2c2" },
  { type: "timetz", input: "04:05:06.789-8", output: "04:05:06.789-08", binary: "000000036c97ca8800007080" },
  { type: "timetz", input: "04:05:06-08:00", output: "04:05:06-08", binary: "000000036c8bc08000007080" },
  { type: "timetz", input: "04:05-08:00", output: "04:05:00-08", binary: "000000036c30330000007080" },
  { type: "timetz", input: "040506-08", output: "04:05:06-08", binary: "000000036c8bc08000007080" },
  { type: "timetz", input: "04:05:06 PST", output: "04:05:06-08", binary: "000000036c8bc08000007080" },
  { type: "timetz", input: "04:05:06+05:30", output: "04:05:06+05:30", binary: "000000036c8bc080ffffb2a8" },
  { type: "timetz", input: "04:05:06Z", output: "04:05:06+00", binary: "000000036c8bc08000000000" },
  {
    type: "timetz",
    input: "2003-04-12 04:05:06 America/New_York",
    output: "04:05:06-04",
    binary: "000000036c8bc08000003840",
  },
  {
    type: "timetz",
    input: "04:05:06+16:00",
    error: ["22009", 'time zone displacement out of range: "04:05:06+16:00"'],
  },
  {
    type: "timestamp",
    input: "1999-01-08 04:05:06",
    output: "1999-01-08 04:05:06",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "timestamp",
    input: "1999-01-08T04:05:06.789",
    output: "1999-01-08 04:05:06.789",
    binary: "ffffe3e1b1678a88",
  },
  {
    type: "timestamp",
    input: "1999-01-08 04:05:06 -8:00",
    output: "1999-01-08 04:05:06",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "timestamp",
    input: "January 8 04:05:06 1999 PST",
    output: "1999-01-08 04:05:06",
    binary: "ffffe3e1b15b8080",
  },
  { type: "timestamp", input: "infinity", output: "infinity", binary: "7fffffffffffffff" },
  { type: "timestamp", input: "-infinity", output: "-infinity", binary: "8000000000000000" },
  { type: "timestamp", input: "epoch", output: "1970-01-01 00:00:00", binary: "fffca2fec4c82000" },
  { type: "timestamp", input: "1999-01-08", output: "1999-01-08 00:00:00", binary: "ffffe3de44cfc000" },
  { type: "timestamp", input: "20240102T030405", output: "2024-01-02 03:04:05", binary: "0002b0ec8515f340" },
  {
    type: "timestamp",
    input: "20240102 030405.5",
    output: "2024-01-02 03:04:05.5",
    binary: "0002b0ec851d9460",
  },
  {
    type: "timestamp",
    input: "0044-03-15 12:00:00 BC",
    output: "0044-03-15 12:00:00 BC",
    binary: "ff1af9e8fb46d000",
  },
  {
    type: "timestamp",
    input: "Wed Dec 17 07:37:16 1997",
    output: "1997-12-17 07:37:16",
    binary: "ffffc57b8b89c300",
  },
  {
    type: "timestamp",
    input: "12/17/1997 07:37:16.00",
    output: "1997-12-17 07:37:16",
    binary: "ffffc57b8b89c300",
  },
  {
    type: "timestamp",
    input: "17.12.1997 07:37:16",
    error: ["22008", 'date/time field value out of range: "17.12.1997 07:37:16"'],
  },
  {
    type: "timestamp",
    input: "1999-01-08 24:00:00",
    output: "1999-01-09 00:00:00",
    binary: "ffffe3f262a72000",
  },
  {
    type: "timestamp",
    input: "1999-01-08 25:00:00",
    error: ["22008", 'date/time field value out of range: "1999-01-08 25:00:00"'],
  },
  { type: "timestamp", input: "abc", error: ["22007", 'invalid input syntax for type timestamp: "abc"'] },
  {
    type: "timestamp",
    input: "1999-01-08 04:05:06.123456789",
    output: "1999-01-08 04:05:06.123457",
    binary: "ffffe3e1b15d62c1",
  },
  {
    type: "timestamp",
    input: "1999-01-08 04:05:60",
    output: "1999-01-08 04:06:00",
    binary: "ffffe3e1b4937a00",
  },
  {
    type: "timestamp",
    input: "2024-01-01 00:00:00.9999999",
    output: "2024-01-01 00:00:01",
    binary: "0002b0d5d4f88240",
  },
  {
    type: "timestamp",
    input: "1999-01-08  04:05",
    output: "1999-01-08 04:05:00",
    binary: "ffffe3e1b0fff300",
  },
  {
    type: "timestamp",
    input: "Dec 17 1997 7:37 AM",
    output: "1997-12-17 07:37:00",
    binary: "ffffc57b8a959f00",
  },
  {
    type: "timestamp",
    input: "1999-01-08 04:05:06 BC",
    output: "1999-01-08 04:05:06 BC",
    binary: "fe3fc67baad0c080",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06",
    output: "1999-01-08 04:05:06+00",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06+00",
    output: "1999-01-08 04:05:06+00",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06-08",
    output: "1999-01-08 12:05:06+00",
    binary: "ffffe3e865f8a080",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06 +05:30",
    output: "1999-01-07 22:35:06+00",
    binary: "ffffe3dd152f7a80",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06Z",
    output: "1999-01-08 04:05:06+00",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "timestamptz",
    input: "1999-01-08T04:05:06.5Z",
    output: "1999-01-08 04:05:06.5+00",
    binary: "ffffe3e1b16321a0",
  },
  {
    type: "timestamptz",
    input: "2024-03-10 02:30:00",
    output: "2024-03-10 02:30:00+00",
    binary: "0002b643f8673a00",
  },
  {
    type: "timestamptz",
    input: "2024-11-03 01:30:00",
    output: "2024-11-03 01:30:00+00",
    binary: "0002c8f6e00ed600",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06 PST",
    output: "1999-01-08 12:05:06+00",
    binary: "ffffe3e865f8a080",
  },
  {
    type: "timestamptz",
    input: "1999-07-08 04:05:06 Europe/Berlin",
    output: "1999-07-08 02:05:06+00",
    binary: "fffff2191d7b1880",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06 EST",
    output: "1999-01-08 09:05:06+00",
    binary: "ffffe3e5e23db480",
  },
  { type: "timestamptz", input: "infinity", output: "infinity", binary: "7fffffffffffffff" },
  { type: "timestamptz", input: "epoch", output: "1970-01-01 00:00:00+00", binary: "fffca2fec4c82000" },
  {
    type: "timestamptz",
    input: "1850-01-01 00:00:00",
    output: "1850-01-01 00:00:00+00",
    binary: "ffef2ee5ba114000",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06 Nowhere/Land",
    error: ["22023", 'time zone "nowhere/land" not recognized'],
  },
  { type: "timestamptz", input: "2024-01-01", output: "2024-01-01 00:00:00+00", binary: "0002b0d5d4e94000" },
  {
    type: "timestamptz",
    input: "0044-03-15 12:00:00+00 BC",
    output: "0044-03-15 12:00:00+00 BC",
    binary: "ff1af9e8fb46d000",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06+1",
    output: "1999-01-08 03:05:06+00",
    binary: "ffffe3e0dac7dc80",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06+0130",
    output: "1999-01-08 02:35:06+00",
    binary: "ffffe3e06f7e0a80",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06 UTC",
    output: "1999-01-08 04:05:06+00",
    binary: "ffffe3e1b15b8080",
  },
  {
    type: "interval",
    input: "1 year 2 months 3 days",
    output: "1 year 2 mons 3 days",
    binary: "0000000000000000000000030000000e",
  },
  { type: "interval", input: "1-2", output: "1 year 2 mons", binary: "0000000000000000000000000000000e" },
  {
    type: "interval",
    input: "3 4:05:06",
    output: "3 days 04:05:06",
    binary: "000000036c8bc0800000000300000000",
  },
  { type: "interval", input: "1 day ago", output: "-1 days", binary: "0000000000000000ffffffff00000000" },
  {
    type: "interval",
    input: "@ 1 minute ago",
    output: "-00:01:00",
    binary: "fffffffffc6c79000000000000000000",
  },
  {
    type: "interval",
    input: "P1Y2M3DT4H5M6S",
    output: "1 year 2 mons 3 days 04:05:06",
    binary: "000000036c8bc080000000030000000e",
  },
  {
    type: "interval",
    input: "P0001-02-03T04:05:06",
    output: "1 year 2 mons 3 days 04:05:06",
    binary: "000000036c8bc080000000030000000e",
  },
  { type: "interval", input: "PT36H", output: "36:00:00", binary: "0000001e2cc310000000000000000000" },
  {
    type: "interval",
    input: "1.5 years",
    output: "1 year 6 mons",
    binary: "00000000000000000000000000000012",
  },
  {
    type: "interval",
    input: "1.5 months",
    output: "1 mon 15 days",
    binary: "00000000000000000000000f00000001",
  },
  {
    type: "interval",
    input: "1.5 days",
    output: "1 day 12:00:00",
    binary: "0000000a0eebb0000000000100000000",
  },
  {
    type: "interval",
    input: "1.5 weeks",
    output: "10 days 12:00:00",
    binary: "0000000a0eebb0000000000a00000000",
  },
  { type: "interval", input: "1.5 hours", output: "01:30:00", binary: "0000000141dd76000000000000000000" },
  { type: "interval", input: "100", output: "00:01:40", binary: "0000000005f5e1000000000000000000" },
  { type: "interval", input: "1:30", output: "01:30:00", binary: "0000000141dd76000000000000000000" },
  { type: "interval", input: "-1:30", output: "-01:30:00", binary: "fffffffebe228a000000000000000000" },
  {
    type: "interval",
    input: "1 day -1:30",
    output: "1 day -01:30:00",
    binary: "fffffffebe228a000000000100000000",
  },
  {
    type: "interval",
    input: "1 mon -1 day",
    output: "1 mon -1 days",
    binary: "0000000000000000ffffffff00000001",
  },
  { type: "interval", input: "5 decades", output: "50 years", binary: "00000000000000000000000000000258" },
  { type: "interval", input: "abc", error: ["22007", 'invalid input syntax for type interval: "abc"'] },
  { type: "interval", input: "", error: ["22007", 'invalid input syntax for type interval: ""'] },
  {
    type: "interval",
    input: "1 fortnight",
    error: ["22007", 'invalid input syntax for type interval: "1 fortnight"'],
  },
  { type: "interval", input: "1 year ago", output: "-1 years", binary: "000000000000000000000000fffffff4" },
  { type: "interval", input: "2 h 30 m", output: "02:30:00", binary: "0000000218711a000000000000000000" },
  { type: "interval", input: "1d2h", output: "1 day 02:00:00", binary: "00000001ad2748000000000100000000" },
  { type: "interval", input: "-P1D", error: ["22007", 'invalid input syntax for type interval: "-P1D"'] },
  { type: "interval", input: "P-1D", output: "-1 days", binary: "0000000000000000ffffffff00000000" },
  { type: "interval", input: "PT0.5S", output: "00:00:00.5", binary: "000000000007a1200000000000000000" },
  { type: "interval", input: "1e3 s", error: ["22007", 'invalid input syntax for type interval: "1e3 s"'] },
  { type: "interval", input: "+1 day", output: "1 day", binary: "00000000000000000000000100000000" },
  { type: "interval", input: "1 2", error: ["22007", 'invalid input syntax for type interval: "1 2"'] },
  {
    type: "interval",
    input: "00:00:00.0000005",
    output: "00:00:00",
    binary: "00000000000000000000000000000000",
  },
  {
    type: "interval",
    input: "999999999999 years",
    error: ["22015", 'interval field value out of range: "999999999999 years"'],
  },
  { type: "interval", input: "1 week 2 days", output: "9 days", binary: "00000000000000000000000900000000" },
  {
    type: "interval",
    input: "3 days 04:05",
    output: "3 days 04:05:00",
    binary: "000000036c3033000000000300000000",
  },
  {
    type: "interval",
    input: "1 day 2",
    output: "1 day 00:00:02",
    binary: "00000000001e84800000000100000000",
  },
  { type: "interval", input: "0.1 year", output: "1 mon", binary: "00000000000000000000000000000001" },
  {
    type: "interval",
    input: "-1.5 months",
    output: "-1 mons -15 days",
    binary: "0000000000000000fffffff1ffffffff",
  },
  { type: "interval", input: "12:61:00", error: ["22015", 'interval field value out of range: "12:61:00"'] },
  { type: "interval", input: "P1W", output: "7 days", binary: "00000000000000000000000700000000" },
  { type: "interval", input: "1 us", output: "00:00:00.000001", binary: "00000000000000010000000000000000" },
  { type: "interval", input: "1 ms", output: "00:00:00.001", binary: "00000000000003e80000000000000000" },
  {
    type: "interval",
    input: "10 microseconds 20 milliseconds",
    output: "00:00:00.02001",
    binary: "0000000000004e2a0000000000000000",
  },
  { type: "int4[]", input: "{}", output: "{}", binary: "000000000000000000000017" },
  {
    type: "int4[]",
    input: "{1,2,NULL}",
    output: "{1,2,NULL}",
    binary: "000000010000000100000017000000030000000100000004000000010000000400000002ffffffff",
  },
  {
    type: "int4[]",
    input: " { 1 , 2 } ",
    output: "{1,2}",
    binary: "000000010000000000000017000000020000000100000004000000010000000400000002",
  },
  { type: "int4[]", input: "{1,2", error: ["22P02", 'malformed array literal: "{1,2"'] },
  { type: "int4[]", input: "1,2", error: ["22P02", 'malformed array literal: "1,2"'] },
  { type: "int4[]", input: "{1,,2}", error: ["22P02", 'malformed array literal: "{1,,2}"'] },
  { type: "int4[]", input: "{{1},{2,3}}", error: ["22P02", 'malformed array literal: "{{1},{2,3}}"'] },
  { type: "int4[]", input: "{a}", error: ["22P02", 'invalid input syntax for type integer: "a"'] },
  { type: "int4[]", input: "{{1,2},{3}}", error: ["22P02", 'malformed array literal: "{{1,2},{3}}"'] },
  { type: "int4[]", input: "{{1},2}", error: ["22P02", 'malformed array literal: "{{1},2}"'] },
  { type: "int4[]", input: "{}x", error: ["22P02", 'malformed array literal: "{}x"'] },
  { type: "int4[]", input: "{{},{}}", error: ["22P02", 'malformed array literal: "{{},{}}"'] },
  {
    type: "text[]",
    input: '{a,"b c","NULL",NULL,"q\\"q","b\\\\s",""}',
    output: '{a,"b c","NULL",NULL,"q\\"q","b\\\\s",""}',
    binary:
      "0000000100000001000000190000000700000001000000016100000003622063000000044e554c4cffffffff0000000371227100000003625c7300000000",
  },
  {
    type: "text[]",
    input: "{ a b , c }",
    output: '{"a b",c}',
    binary: "0000000100000000000000190000000200000001000000036120620000000163",
  },
  { type: "text[]", input: '{"a"b}', error: ["22P02", 'malformed array literal: "{"a"b}"'] },
  {
    type: "text[]",
    input: "{a\\,b}",
    output: '{"a,b"}',
    binary: "000000010000000000000019000000010000000100000003612c62",
  },
  {
    type: "text[]",
    input: "{null,Null}",
    output: "{NULL,NULL}",
    binary: "0000000100000001000000190000000200000001ffffffffffffffff",
  },
  {
    type: "text[]",
    input: '{""}',
    output: '{""}',
    binary: "000000010000000000000019000000010000000100000000",
  },
  {
    type: "bool[]",
    input: "{t,f,NULL}",
    output: "{t,f,NULL}",
    binary: "000000010000000100000010000000030000000100000001010000000100ffffffff",
  },
  {
    type: "float8[]",
    input: "{1.5,NaN}",
    output: "{1.5,NaN}",
    binary: "0000000100000000000002bd0000000200000001000000083ff8000000000000000000087ff8000000000000",
  },
  {
    type: "float4[]",
    input: "{1.5}",
    output: "{1.5}",
    binary: "0000000100000000000002bc0000000100000001000000043fc00000",
  },
  {
    type: "int2[]",
    input: "{1}",
    output: "{1}",
    binary: "0000000100000000000000150000000100000001000000020001",
  },
  {
    type: "int8[]",
    input: "{9223372036854775807}",
    output: "{9223372036854775807}",
    binary: "0000000100000000000000140000000100000001000000087fffffffffffffff",
  },
  {
    type: "date[]",
    input: "{2024-01-01,infinity}",
    output: "{2024-01-01,infinity}",
    binary: "00000001000000000000043a0000000200000001000000040000223e000000047fffffff",
  },
  {
    type: "timestamp[]",
    input: '{"2024-01-01 00:00:00"}',
    output: '{"2024-01-01 00:00:00"}',
    binary: "00000001000000000000045a0000000100000001000000080002b0d5d4e94000",
  },
  {
    type: "timestamptz[]",
    input: '{"2024-01-01 00:00:00+00"}',
    output: '{"2024-01-01 00:00:00+00"}',
    binary: "0000000100000000000004a00000000100000001000000080002b0d5d4e94000",
  },
  {
    type: "uuid[]",
    input: "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
    output: "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
    binary: "000000010000000000000b86000000010000000100000010a0eebc999c0b4ef8bb6d6bb9bd380a11",
  },
  {
    type: "bytea[]",
    input: '{"\\\\x01"}',
    output: '{"\\\\x01"}',
    binary: "00000001000000000000001100000001000000010000000101",
  },
  {
    type: "numeric[]",
    input: "{1.5,2.5}",
    output: "{1.5,2.5}",
    binary:
      "0000000100000000000006a400000002000000010000000c0002000000000001000113880000000c000200000000000100021388",
  },
  {
    type: "interval[]",
    input: '{"1 day"}',
    output: '{"1 day"}',
    binary: "0000000100000000000004a200000001000000010000001000000000000000000000000100000000",
  },
  {
    type: "json[]",
    input: '{"{\\"a\\": 1}"}',
    output: '{"{\\"a\\": 1}"}',
    binary: "0000000100000000000000720000000100000001000000087b2261223a20317d",
  },
  {
    type: "time[]",
    input: "{04:05:06}",
    output: "{04:05:06}",
    binary: "00000001000000000000043b000000010000000100000008000000036c8bc080",
  },
  {
    type: "timetz[]",
    input: "{04:05:06+02}",
    output: "{04:05:06+02}",
    binary: "0000000100000000000004f200000001000000010000000c000000036c8bc080ffffe3e0",
  },
  {
    type: "varbit[]",
    input: "{101}",
    output: "{101}",
    binary: "00000001000000000000061a00000001000000010000000500000003a0",
  },
  {
    type: "varchar[]",
    input: "{x}",
    output: "{x}",
    binary: "00000001000000000000041300000001000000010000000178",
  },
  {
    type: "date",
    input: "01/02/03",
    settings: { "dateOrder": "DMY" },
    output: "2003-02-01",
    binary: "00000467",
  },
  {
    type: "date",
    input: "1/8/1999",
    settings: { "dateOrder": "DMY" },
    output: "1999-08-01",
    binary: "ffffff67",
  },
  {
    type: "date",
    input: "18/1/1999",
    settings: { "dateOrder": "DMY" },
    output: "1999-01-18",
    binary: "fffffea4",
  },
  {
    type: "date",
    input: "1999-01-08",
    settings: { "dateOrder": "DMY" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "date",
    input: "08-01-1999",
    settings: { "dateOrder": "DMY" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "date",
    input: "January 8 1999",
    settings: { "dateOrder": "DMY" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "date",
    input: "99-01-08",
    settings: { "dateOrder": "DMY" },
    error: ["22008", 'date/time field value out of range: "99-01-08"'],
  },
  {
    type: "date",
    input: "01/02/03",
    settings: { "dateOrder": "YMD" },
    output: "2001-02-03",
    binary: "0000018f",
  },
  {
    type: "date",
    input: "1/8/1999",
    settings: { "dateOrder": "YMD" },
    error: ["22008", 'date/time field value out of range: "1/8/1999"'],
  },
  {
    type: "date",
    input: "18/1/1999",
    settings: { "dateOrder": "YMD" },
    error: ["22008", 'date/time field value out of range: "18/1/1999"'],
  },
  {
    type: "date",
    input: "1999-01-08",
    settings: { "dateOrder": "YMD" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "date",
    input: "08-01-1999",
    settings: { "dateOrder": "YMD" },
    error: ["22008", 'date/time field value out of range: "08-01-1999"'],
  },
  {
    type: "date",
    input: "January 8 1999",
    settings: { "dateOrder": "YMD" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "date",
    input: "99-01-08",
    settings: { "dateOrder": "YMD" },
    output: "1999-01-08",
    binary: "fffffe9a",
  },
  {
    type: "timestamptz",
    input: "1999-01-08 04:05:06",
    settings: { "timeZone": "America/New_York" },
    output: "1999-01-08 04:05:06-05",
    binary: "ffffe3e5e23db480",
  },
  {
    type: "timestamptz",
    input: "2024-03-10 02:30:00",
    settings: { "timeZone": "America/New_York" },
    output: "2024-03-10 03:30:00-04",
    binary: "0002b64829496e00",
  },
  {
    type: "timestamptz",
    input: "2024-11-03 01:30:00",
    settings: { "timeZone": "America/New_York" },
    output: "2024-11-03 01:30:00-05",
    binary: "0002c8fb10f10a00",
  },
  {
    type: "timestamptz",
    input: "1850-01-01 00:00:00",
    settings: { "timeZone": "America/New_York" },
    output: "1850-01-01 00:00:00-04:56:02",
    binary: "ffef2ee9dcc3dc80",
  },
  {
    type: "timestamptz",
    input: "1999-07-08 04:05:06 Europe/Berlin",
    settings: { "timeZone": "America/New_York" },
    output: "1999-07-07 22:05:06-04",
    binary: "fffff2191d7b1880",
  },
  {
    type: "interval",
    input: "-1 2:03:04",
    settings: { "intervalStyle": "sql_standard" },
    output: "-1 2:03:04",
    binary: "fffffffe47e11a00ffffffff00000000",
  },
  {
    type: "interval",
    input: "-1-2",
    settings: { "intervalStyle": "sql_standard" },
    output: "-1-2",
    binary: "000000000000000000000000fffffff2",
  },
  {
    type: "interval",
    input: "1-2 -3 4:05:06",
    settings: { "intervalStyle": "sql_standard" },
    output: "+1-2 -3 +4:05:06",
    binary: "000000036c8bc080fffffffd0000000e",
  },
  {
    type: "interval",
    input: "-1 day 2 hours",
    settings: { "intervalStyle": "sql_standard" },
    output: "-1 2:00:00",
    binary: "fffffffe52d8b800ffffffff00000000",
  },
];

function oidOf(type: string): number {
  const element = typeByName(type.replace("[]", ""));
  assert.ok(element, type);
  return type.endsWith("[]") ? arrayOidOf(element.oid) : element.oid;
}

/** Binds one parameter and gives back what comes out, as text. */
async function roundTrip(
  db: TestDatabase,
  sql: string,
  oid: number,
  format: Format,
  bytes: Uint8Array | null,
  settings: Partial<RenderSettings> = {},
): Promise<string | null> {
  const prepared = await duckdb.prepare(db.connection, sql);
  const render = { ...defaultRenderSettings, ...settings };
  bindParameter(prepared, 1, targetOf(prepared), { format, bytes }, oid, render);
  const result = await duckdb.execute_prepared(prepared);
  const [chunk] = chunksOf(result);
  const fields: (Uint8Array | null)[] = [];
  rowEncoder([duckdb.column_logical_type(result, 0)], [], render)
    .encode(chunk, (block) => void fields.push(parseDataRows(block.bytes)[0][0]));
  return fields[0] === null ? null : new TextDecoder().decode(fields[0]);
}

function targetOf(prepared: duckdb.PreparedStatement): duckdb.LogicalType | null {
  try {
    return duckdb.param_logical_type(prepared, 1);
  } catch {
    return null;
  }
}

/** A cast to the type, where DuckDB has it without a modifier. */
function selectOf(type: string): string {
  return type.startsWith("numeric") ? "select $1" : `select $1::${duckdbTypeName(oidOf(type))}`;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function isPgError(sqlstate: string, message?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof PgError, String(error));
    assert.equal(error.sqlstate, sqlstate);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  };
}

const encoder = new TextEncoder();

for (const type of new Set(cases.map((one) => one.type))) {
  Deno.test(`parameters of type ${type} are read as PostgreSQL reads them`, async () => {
    const db = await openTestDatabase();
    for (const { input, settings, output, binary, error } of cases.filter((one) => one.type === type)) {
      const text = () => roundTrip(db, selectOf(type), oidOf(type), 0, encoder.encode(input), settings);
      if (error) {
        await assert.rejects(text, isPgError(...error), input);
        continue;
      }
      assert.equal(await text(), output, `text ${input}`);
      const bytes = fromHex(binary!);
      assert.equal(
        await roundTrip(db, selectOf(type), oidOf(type), 1, bytes, settings),
        output,
        `binary ${input}`,
      );
    }
    await db.close();
  });
}

Deno.test("a parameter is bound as the type the statement expects, where that holds it", async () => {
  const db = await openTestDatabase();
  const targets: readonly (readonly [type: string, oid: number, input: string, output: string])[] = [
    ["tinyint", oids.int2, "-5", "-5"],
    ["utinyint", oids.int4, "200", "200"],
    ["usmallint", oids.int4, "60000", "60000"],
    ["uinteger", oids.int8, "4000000000", "4000000000"],
    ["ubigint", oids.numeric, "18446744073709551615", "18446744073709551615"],
    [
      "hugeint",
      oids.numeric,
      "-170141183460469231731687303715884105727",
      "-170141183460469231731687303715884105727",
    ],
    [
      "uhugeint",
      oids.numeric,
      "340282366920938463463374607431768211455",
      "340282366920938463463374607431768211455",
    ],
    ["decimal(9, 2)", oids.numeric, "12.5", "12.50"],
    ["decimal(9, 2)", oids.int4, "12", "12.00"],
    ["double", oids.numeric, "12.5", "12.5"],
    ["double", oids.numeric, "NaN", "NaN"],
    ["float", oids.float8, "1.5", "1.5"],
    ["timestamp_s", oids.timestamp, "2024-01-01 00:00:01", "2024-01-01 00:00:01"],
    ["timestamp_ms", oids.timestamp, "2024-01-01 00:00:01.5", "2024-01-01 00:00:01.5"],
    ["timestamp_ns", oids.timestamp, "2024-01-01 00:00:01.000001", "2024-01-01 00:00:01.000001"],
    ["time_ns", oids.time, "00:00:01.000001", "00:00:01.000001"],
    ["enum('a', 'b')", oids.text, "b", "b"],
    ["integer[3]", 1007, "{1,2,NULL}", "{1,2,NULL}"],
    ["integer[][]", 1007, "{{1,2},{3,4}}", "{{1,2},{3,4}}"],
    ["decimal(9, 2)[]", 1231, "{1.5,2}", "{1.50,2.00}"],
    ["json", oids.jsonb, '{"a": 1}', '{"a": 1}'],
  ];
  for (const [type, oid, input, output] of targets) {
    const value = await roundTrip(db, `select $1::${type}`, oid, 0, encoder.encode(input));
    assert.equal(value, output, `${input} as ${type}`);
  }
  await db.close();
});

Deno.test("an OID of 0 means what the statement expects, or text", async () => {
  const db = await openTestDatabase();
  assert.equal(await roundTrip(db, "select $1::integer + 1", 0, 0, encoder.encode("41")), "42");
  assert.equal(await roundTrip(db, "select $1", 0, 0, encoder.encode("41")), "41");
  assert.equal(await roundTrip(db, "select $1::integer", 0, 1, fromHex("0000002a")), "42");
  assert.equal(await roundTrip(db, "select $1::integer", oids.int4, 0, null), null);
  await db.close();
});

Deno.test("a numeric that the column cannot hold exactly keeps its digits", async () => {
  const db = await openTestDatabase();
  const sql = "select d = $1 from (values (1.23::decimal(9, 2))) t(d)";
  assert.equal(await roundTrip(db, sql, oids.numeric, 0, encoder.encode("1.23")), "t");
  assert.equal(await roundTrip(db, sql, oids.numeric, 0, encoder.encode("1.234")), "f");
  await db.close();
});

const malformed:
  readonly (readonly [what: string, oid: number, format: Format, hex: string, sqlstate: string])[] = [
    ["too few bytes", oids.int4, 1, "0000", "08P01"],
    ["too many bytes", oids.int4, 1, "0000000001", "22P03"],
    ["a numeric digit of 10000", oids.numeric, 1, "00010000000000002710", "22P03"],
    ["a numeric sign", oids.numeric, 1, "0000000012340000", "22P03"],
    ["a numeric of 39 digits", oids.numeric, 0, "31".repeat(39), "22003"],
    ["numeric NaN", oids.numeric, 1, "00000000c0000000", "22003"],
    ["a jsonb version", oids.jsonb, 1, "027b7d", "XX000"],
    [
      "an array of other elements",
      1007,
      1,
      "000000010000000000000014000000010000000100000008" + "00".repeat(8),
      "42804",
    ],
    ["an array of 7 dimensions", 1007, 1, "000000070000000000000017", "22P03"],
    ["an array cut short", 1007, 1, "0000000100000000000000170000000200000001", "08P01"],
    ["an array of 2^30 elements", 1007, 1, "0000000100000000000000174000000000000001", "22P03"],
    ["an array element length", 1007, 1, "0000000100000000000000170000000100000001fffffffe", "22P03"],
    ["a bit string's length", oids.varbit, 1, "ffffffff", "22P03"],
    ["a time past midnight", oids.time, 1, "7fffffffffffffff", "22008"],
    ["invalid UTF-8", oids.text, 0, "61ff", "22021"],
    ["a zero byte", oids.text, 1, "6100", "22021"],
  ];

Deno.test("malformed input is a PgError, never anything else", async () => {
  const db = await openTestDatabase();
  for (const [what, oid, format, hex, sqlstate] of malformed) {
    const bind = () => roundTrip(db, "select $1", oid, format, fromHex(hex));
    await assert.rejects(bind, isPgError(sqlstate), what);
  }
  await db.close();
});

Deno.test("an enum's unknown label is named", async () => {
  const db = await openTestDatabase();
  const bind = () => roundTrip(db, "select $1::enum('a', 'b')", oids.text, 0, encoder.encode("c"));
  await assert.rejects(bind, isPgError("22P02"));
  await db.close();
});

Deno.test("more dimensions than the statement's list has are refused", async () => {
  const db = await openTestDatabase();
  const bind = () => roundTrip(db, "select $1::integer[]", 1007, 0, encoder.encode("{{1},{2}}"));
  await assert.rejects(bind, isPgError("2202E"));
  await db.close();
});

Deno.test("random bytes of every type are decoded or refused, never anything else", async () => {
  const db = await openTestDatabase();
  let seed = 12345;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  const types = [...new Set(cases.map(({ type }) => oidOf(type)))];
  const prepared = await duckdb.prepare(db.connection, "select $1");
  let refused = 0;
  for (let i = 0; i < 5000; i++) {
    const bytes = Uint8Array.from({ length: random(24) }, () => random(4) === 0 ? random(256) : random(3));
    try {
      bindParameter(prepared, 1, null, { format: 1, bytes }, types[random(types.length)]);
    } catch (error) {
      assert.ok(error instanceof PgError, String(error));
      refused++;
    }
  }
  assert.ok(refused > 0);
  await db.close();
});
