import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { serialize } from "pg-protocol";
import { PgError } from "../../worker/api/error.ts";
import { FrameReader } from "./frames.ts";
import { decodeFrontend, type FrontendMessage } from "./frontend.ts";
import { int16, int32, message } from "./test_support.ts";

function decode(bytes: Uint8Array): FrontendMessage {
  const reader = new FrameReader();
  reader.phase = "session";
  reader.push(bytes);
  const frame = reader.next();
  assert.ok(frame !== null, "a whole message");
  return decodeFrontend(frame);
}

/** Byte arrays as text, for comparing. */
function plain(decoded: unknown): unknown {
  return JSON.parse(JSON.stringify(decoded, (_, value) => {
    if (value?.type === "Buffer") return Buffer.from(value.data).toString();
    return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
  }));
}

const cstring = (text: string) => Buffer.from(text + "\0");
const join = (...parts: Uint8Array[]) => Buffer.concat(parts);

Deno.test("messages as pg-protocol writes them", async (t) => {
  const cases: [string, Uint8Array, unknown][] = [
    ["query", serialize.query("select 'ü'"), { type: "query", text: "select 'ü'" }],
    ["parse", serialize.parse({ name: "s", text: "select $1", types: [23, 4294967295] }), {
      type: "parse",
      name: "s",
      text: "select $1",
      parameterTypes: [23, 4294967295],
    }],
    ["parse, bare", serialize.parse({ text: "x" }), {
      type: "parse",
      name: "",
      text: "x",
      parameterTypes: [],
    }],
    ["bind", serialize.bind({ portal: "p", statement: "s", values: ["a", null, ""], binary: true }), {
      type: "bind",
      portal: "p",
      statement: "s",
      parameterFormats: [0, 0, 0],
      parameters: ["a", null, ""],
      resultFormats: [1],
    }],
    ["bind, binary", serialize.bind({ values: [Buffer.from("bytes")] }), {
      type: "bind",
      portal: "",
      statement: "",
      parameterFormats: [1],
      parameters: ["bytes"],
      resultFormats: [0],
    }],
    ["describe", serialize.describe({ type: "P", name: "p" }), { type: "describe", target: "P", name: "p" }],
    ["execute", serialize.execute({ portal: "p", rows: 7 }), { type: "execute", portal: "p", maxRows: 7 }],
    ["close", serialize.close({ type: "S", name: "s" }), { type: "close", target: "S", name: "s" }],
    ["flush", serialize.flush(), { type: "flush" }],
    ["sync", serialize.sync(), { type: "sync" }],
    ["terminate", serialize.end(), { type: "terminate" }],
    ["copy data", serialize.copyData(Buffer.from("1\t2\n")), { type: "copyData", data: "1\t2\n" }],
    ["copy done", serialize.copyDone(), { type: "copyDone" }],
    ["copy fail", serialize.copyFail("no"), { type: "copyFail", message: "no" }],
    ["password", serialize.password("pw"), { type: "password", body: "pw\0" }],
    ["function call", message("F", join(int32(1), int16(0), int16(0), int16(0))), {
      type: "functionCall",
      oid: 1,
    }],
  ];
  for (const [name, bytes, expected] of cases) {
    await t.step(name, () => assert.deepEqual(plain(decode(bytes)), expected));
  }
});

Deno.test("malformed messages", async (t) => {
  const violation = (text: string) => `ERROR 08P01 ${text}`;
  const short = violation("insufficient data left in message");
  const noEnd = violation("invalid string in message");
  const leftover = violation("invalid message format");
  const utf8 = (hex: string) => `ERROR 22021 invalid byte sequence for encoding "UTF8": ${hex}`;
  const cases: [string, Uint8Array, string][] = [
    ["query without terminator", message("Q", "select 1"), noEnd],
    ["empty query message", message("Q"), noEnd],
    ["query with leftover", message("Q", "a\0b"), leftover],
    ["sync with a body", message("S", "x"), leftover],
    ["flush with a body", message("H", "x"), leftover],
    ["copy done with a body", message("c", "x"), leftover],
    ["copy fail without terminator", message("f", "x"), noEnd],
    ["parse without its count", message("P", "\0\0"), short],
    ["parse with too few types", message("P", join(cstring(""), cstring(""), int16(2), int32(23))), short],
    ["parse with 65535 types claimed", message("P", join(cstring(""), cstring(""), int16(-1))), short],
    ["parse with leftover", message("P", join(cstring(""), cstring(""), int16(0), int16(0))), leftover],
    [
      "bind with a parameter too long",
      bindWith(int16(0), int16(1), int32(5), Buffer.from("abc"), int16(0)),
      short,
    ],
    ["bind with a length of -2", bindWith(int16(0), int16(1), int32(-2), int16(0)), short],
    ["bind with formats missing", bindWith(int16(3), int16(0)), short],
    ["bind without result formats", bindWith(int16(0), int16(0)), short],
    [
      "bind with formats for other parameters",
      bindWith(int16(2), int16(0), int16(0), int16(1), int32(-1), int16(0)),
      violation("bind message has 2 parameter formats but 1 parameters"),
    ],
    ["bind with format 2", bindWith(int16(1), int16(2)), "ERROR 22023 unsupported format code: 2"],
    ["bind with format -1", bindWith(int16(1), int16(-1)), "ERROR 22023 unsupported format code: -1"],
    ["describe of nothing", message("D"), violation("no data left in message")],
    ["describe of X", message("D", "Xname\0"), violation("invalid DESCRIBE message subtype 88")],
    ["close of X", message("C", "Xname\0"), violation("invalid CLOSE message subtype 88")],
    ["execute without a count", message("E", "\0"), short],
    ["invalid start byte", message("Q", join(Uint8Array.of(0x61, 0xff), cstring("b"))), utf8("0xff")],
    ["cut two-byte sequence", message("Q", join(Uint8Array.of(0xc3), cstring("("))), utf8("0xc3 0x28")],
    [
      "sequence cut by the end",
      message("Q", join(Uint8Array.of(0xe2, 0x82), cstring(""))),
      utf8("0xe2 0x82"),
    ],
    ["overlong", message("Q", join(Uint8Array.of(0xc0, 0x80), cstring(""))), utf8("0xc0 0x80")],
    ["surrogate", message("Q", join(Uint8Array.of(0xed, 0xa0, 0x80), cstring(""))), utf8("0xed 0xa0 0x80")],
    [
      "above U+10FFFF",
      message("Q", join(Uint8Array.of(0xf4, 0x90, 0x80, 0x80), cstring(""))),
      utf8("0xf4 0x90 0x80 0x80"),
    ],
    [
      "in a long text",
      message("Q", join(cstring("x".repeat(500)).subarray(0, 500), Uint8Array.of(0x80), cstring(""))),
      utf8("0x80"),
    ],
  ];
  for (const [name, bytes, expected] of cases) {
    await t.step(name, () => {
      assert.throws(() => decode(bytes), (error) => {
        assert.ok(error instanceof PgError);
        assert.equal(`${error.severity} ${error.sqlstate} ${error.message}`, expected);
        return true;
      });
    });
  }
});

function bindWith(...parts: Uint8Array[]): Uint8Array {
  return message("B", join(cstring(""), cstring(""), ...parts));
}

Deno.test("a byte order mark is text like any other", () => {
  assert.deepEqual(decode(message("Q", "\ufeffselect 1\0")), { type: "query", text: "\ufeffselect 1" });
});

Deno.test("whatever bytes come, decoding ends in a message or a PgError", () => {
  const random = generator(20_240_229);
  const seeds = [
    serialize.query('select 1 as "ü"'),
    serialize.parse({ name: "name", text: "select $1, $2", types: [23, 25] }),
    serialize.bind({ portal: "p", statement: "s", values: ["a", null, Buffer.from("b")] }),
    serialize.describe({ type: "S", name: "s" }),
    serialize.execute({ portal: "p", rows: 1 }),
    serialize.close({ type: "P", name: "p" }),
    serialize.copyFail("no"),
    serialize.copyData(Buffer.from("1")),
    serialize.sync(),
  ];
  for (let round = 0; round < 30_000; round++) {
    const bytes = mutate(seeds[random(seeds.length)], random);
    const reader = new FrameReader();
    reader.phase = "session";
    try {
      reader.push(bytes);
      for (let frame = reader.next(); frame !== null; frame = reader.next()) decodeFrontend(frame);
    } catch (error) {
      if (!(error instanceof PgError)) {
        assert.fail(`round ${round}: ${error} for ${Buffer.from(bytes).toString("hex")}`);
      }
    }
  }
});

/** A few bytes changed, the body cut or extended; often with a length that fits. */
function mutate(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(seed);
  for (let changes = random(4); changes >= 0; changes--) bytes[random(bytes.length)] = random(256);
  if (random(3) === 0) bytes = bytes.subarray(0, 1 + random(bytes.length));
  if (random(3) === 0) bytes = Buffer.concat([bytes, Buffer.from([random(256), random(256)])]);
  if (random(4) !== 0 && bytes.length >= 5) {
    bytes[0] = seed[0];
    bytes.writeInt32BE(bytes.length - 1, 1);
  }
  return bytes;
}

/** A small linear congruential generator: the same rounds every time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}
