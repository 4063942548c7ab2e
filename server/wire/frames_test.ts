import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PgError } from "../../worker/api/error.ts";
import { defaultFrameLimits, type Frame, FrameReader } from "./frames.ts";
import { message, startupPacket, withLength } from "./test_support.ts";

function sessionReader(limits = {}): FrameReader {
  const reader = new FrameReader({ ...defaultFrameLimits, ...limits });
  reader.phase = "session";
  return reader;
}

function drain(reader: FrameReader): Frame[] {
  const frames: Frame[] = [];
  for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame);
  return frames;
}

function shown(frames: Frame[]): [string, string][] {
  return frames.map(({ type, body }) => [String.fromCharCode(type), Buffer.from(body).toString("latin1")]);
}

const stream = Buffer.concat([
  message("Q", "select 1\0"),
  message("S"),
  message("P", "\0select $1\0\0\0"),
  message("d", new Uint8Array(300).fill(0x61)),
  message("X"),
]);
const expected = [["Q", "select 1\0"], ["S", ""], ["P", "\0select $1\0\0\0"], ["d", "a".repeat(300)], [
  "X",
  "",
]];

Deno.test("a stream is cut the same wherever it is split in two", () => {
  for (let at = 0; at <= stream.length; at++) {
    const reader = sessionReader();
    reader.push(stream.subarray(0, at));
    const frames = drain(reader);
    reader.push(stream.subarray(at));
    frames.push(...drain(reader));
    assert.deepEqual(shown(frames), expected, `split at ${at}`);
    assert.equal(reader.pending, 0);
  }
});

Deno.test("a stream is cut the same in pieces of any size", () => {
  for (let size = 1; size <= 64; size++) {
    const reader = sessionReader();
    const frames: Frame[] = [];
    for (let at = 0; at < stream.length; at += size) {
      reader.push(stream.slice(at, at + size));
      frames.push(...drain(reader));
    }
    assert.deepEqual(shown(frames), expected, `pieces of ${size}`);
  }
});

Deno.test("frames stay valid while later bytes are gathered", () => {
  const reader = sessionReader();
  const frames: Frame[] = [];
  for (const byte of stream) {
    reader.push(Uint8Array.of(byte));
    frames.push(...drain(reader));
  }
  reader.push(message("d", new Uint8Array(5000).fill(0x62)));
  drain(reader);
  assert.deepEqual(shown(frames), expected);
});

Deno.test("a frame within one chunk is a view of it", () => {
  const reader = sessionReader();
  const chunk = Uint8Array.from(stream);
  reader.push(chunk);
  for (const frame of drain(reader)) assert.equal(frame.body.buffer, chunk.buffer);
});

Deno.test("bodies are plain byte arrays, also when chunks are Buffers", () => {
  const reader = sessionReader();
  reader.push(Buffer.from(stream));
  for (const frame of drain(reader)) assert.equal(frame.body.constructor, Uint8Array);
});

Deno.test("a large message claims memory only as it arrives", () => {
  const reader = sessionReader();
  reader.push(Uint8Array.of(0x64, 0x3f, 0xff, 0xff, 0xff));
  assert.equal(reader.next(), null);
  reader.push(new Uint8Array(10));
  assert.equal(reader.next(), null);
  assert.equal(reader.pending, 15);
});

Deno.test("packets before authentication have no type", () => {
  const reader = new FrameReader();
  const packet = startupPacket({ user: "ann" });
  reader.push(Buffer.concat([packet, message("p", "x")]));
  assert.deepEqual(reader.next(), { type: 0, body: new Uint8Array(packet.subarray(4)) });
  assert.deepEqual(Buffer.from(reader.takePending()), Buffer.from(message("p", "x")));
  assert.equal(reader.pending, 0);
});

const malformed: [string, "startup" | "authentication" | "session", Uint8Array, string][] = [
  ["length below its own size", "session", Uint8Array.of(0x51, 0, 0, 0, 3), "invalid message length"],
  ["negative length", "session", Uint8Array.of(0x51, 0xff, 0xff, 0xff, 0xff), "invalid message length"],
  ["above the limit", "session", Uint8Array.of(0x51, 0x40, 0, 0, 0), "invalid message length"],
  ["Sync as large as a query", "session", Uint8Array.of(0x53, 0, 0, 0x27, 0x11), "invalid message length"],
  ["unknown type", "session", Uint8Array.of(0x7a), "invalid frontend message type 122"],
  ["zero type", "session", Uint8Array.of(0), "invalid frontend message type 0"],
  ["large answer", "authentication", Uint8Array.of(0x70, 0, 1, 0, 0), "invalid message length"],
  ["startup too short", "startup", Uint8Array.of(0, 0, 0, 3), "invalid length of startup packet"],
  ["startup too long", "startup", Uint8Array.of(0, 0, 0x27, 0x15), "invalid length of startup packet"],
  ["HTTP", "startup", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "invalid length of startup packet"],
];

for (const [name, phase, bytes, expectedMessage] of malformed) {
  Deno.test(`refused: ${name}`, () => {
    const reader = new FrameReader();
    reader.phase = phase;
    reader.push(bytes);
    assert.throws(() => reader.next(), (error) => {
      assert.ok(error instanceof PgError);
      assert.deepEqual([error.severity, error.sqlstate, error.message], ["FATAL", "08P01", expectedMessage]);
      return true;
    });
  });
}

Deno.test("limits can be set", () => {
  const reader = sessionReader({ large: 100 });
  reader.push(message("Q", new Uint8Array(96)));
  assert.equal(reader.next()?.body.length, 96);
  reader.push(message("Q", new Uint8Array(97)));
  assert.throws(() => reader.next(), PgError);
});

Deno.test("an empty chunk changes nothing", () => {
  const reader = new FrameReader();
  reader.push(new Uint8Array(0));
  assert.equal(reader.next(), null);
  reader.push(withLength(Uint8Array.of(1, 2, 3, 4)));
  assert.equal(reader.next()?.body.length, 4);
});
