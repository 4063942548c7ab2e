import assert from "node:assert/strict";
import { encodeFrame, framePieces, FrameReader, helloLimits } from "./frames.ts";

type Frame = [object, number[]];

/** What a reader makes of bytes that come in pieces of a size. */
function read(bytes: Uint8Array, pieces: number): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((envelope, body) => frames.push([envelope, [...body]]), {
    envelope: 1 << 20,
    body: 1 << 20,
  });
  for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces));
  return frames;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => i % 251);

Deno.test("frames come out as they went in, whatever the pieces they arrive in", () => {
  const bodies = [[], [bytesOf(5)], [bytesOf(3000), bytesOf(3000)], [bytesOf(8000)], [bytesOf(50_000)], []];
  const frames = bodies.map((parts, id) => encodeFrame({ id, text: "ü".repeat(id * 100) }, parts));
  const expected = bodies.map((parts, id) => [
    { id, text: "ü".repeat(id * 100) },
    parts.flatMap((part) => [...part]),
  ]);
  for (const pieces of [1, 7, 8, 100, 8192, 70_000]) {
    assert.deepEqual(read(joined(...frames), pieces), expected, `${pieces} bytes at a time`);
  }
});

Deno.test("a body may be kept while more is read", () => {
  const kept: Uint8Array[] = [];
  const reader = new FrameReader((_, body) => kept.push(body), { envelope: 100, body: 100 });
  reader.push(joined(encodeFrame({}, [bytesOf(9)]), encodeFrame({}, [new Uint8Array(9)])));
  assert.deepEqual(kept, [bytesOf(9), new Uint8Array(9)]);
});

Deno.test("a frame in pieces is the same frame", () => {
  const bodies: [Uint8Array, ...Uint8Array[]][] = [
    [bytesOf(0)],
    [bytesOf(9), bytesOf(5)],
    [bytesOf(50_000), bytesOf(0), bytesOf(7)],
  ];
  for (const body of bodies) {
    assert.deepEqual(joined(...framePieces({ id: 1 }, body)), joined(encodeFrame({ id: 1 }, body)));
  }
});

Deno.test("a large body's memory is used again once it is released, and not before", () => {
  const seen = new Set<ArrayBufferLike>();
  const kept: Uint8Array[] = [];
  let release = false;
  const reader = new FrameReader((_, body, done) => {
    seen.add(body.buffer);
    if (release) done?.();
    else kept.push(body);
  }, { envelope: 100, body: 1 << 20 });
  reader.push(encodeFrame({}, [bytesOf(300_000)]));
  release = true;
  for (let i = 0; i < 20; i++) reader.push(encodeFrame({}, [new Uint8Array(300_000)]));
  assert.equal(seen.size, 2);
  assert.deepEqual(kept[0], bytesOf(300_000));
});

Deno.test("what is too long is refused by its length, before it is there", () => {
  const reader = new FrameReader(() => {}, helloLimits);
  assert.throws(() => reader.push(encodeFrame({ text: "x".repeat(20_000) }).subarray(0, 8)), RangeError);
  const other = new FrameReader(() => {}, helloLimits);
  assert.throws(() => other.push(Uint8Array.of(0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff)), RangeError);
});

Deno.test("an envelope that is none is refused", () => {
  for (const text of ["no json", "null", '"text"', "7"]) {
    const head = Uint8Array.of(0, 0, 0, text.length, 0, 0, 0, 0);
    const reader = new FrameReader(() => assert.fail("no frame"), helloLimits);
    assert.throws(() => reader.push(joined(head, new TextEncoder().encode(text))), SyntaxError);
  }
});
