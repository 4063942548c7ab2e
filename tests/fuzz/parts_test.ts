/** The fuzzer's own parts: what it would overlook if they were wrong. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parse, query, startup, sync } from "../support/messages.ts";
import { faultIn } from "./backend_messages.ts";
import { decode, encode } from "./frontend.ts";
import { breakFrames, mutateBody } from "./mutate.ts";
import { randomOf } from "./random.ts";
import { formatSeedFile, parseSeedFile } from "./seed_files.ts";
import { sessionSeeds, startupSeeds } from "./seeds.ts";

Deno.test("a case is the same for the same seed and number, and another for others", () => {
  const draw = (seed: number, index: number) => Buffer.from(randomOf(seed, index).bytes(16)).toString("hex");
  assert.equal(draw(1, 2), draw(1, 2));
  assert.equal(new Set([draw(1, 2), draw(1, 3), draw(2, 2), draw(2, 1)]).size, 4);
});

Deno.test("messages come out of decode as they went in", () => {
  const sequence = [parse("s", "select $1", [23]), query("select 1"), sync()];
  assert.deepEqual(decode(Buffer.concat(sequence), true).map(encode), sequence);
  assert.deepEqual(decode(startup({ user: "u" }), false).map(encode), [startup({ user: "u" })]);
  for (const seed of sessionSeeds) assert.ok(seed.flatMap((bytes) => decode(bytes, true)).length > 0);
  for (const seed of startupSeeds) assert.ok(seed.flatMap((bytes) => decode(bytes, false)).length > 0);
});

Deno.test("a mutated body keeps its frame true", () => {
  const [message] = decode(parse("s", "select $1, 'ü'", [23]), true);
  let changed = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = encode(mutateBody(message, message, randomOf(7, i)));
    assert.equal(decode(bytes, true).length, 1);
    if (!Buffer.from(bytes).equals(encode(message))) changed++;
  }
  assert.ok(changed > 1800, String(changed));
});

Deno.test("a broken frame is no longer what it was", () => {
  const sequence = decode(Buffer.concat([parse("s", "select $1", [23]), sync()]), true);
  const whole = Buffer.concat(sequence.map(encode));
  const same = Array.from({ length: 1000 }, (_, i) => breakFrames(sequence, randomOf(7, i)))
    .filter((bytes) => whole.equals(bytes)).length;
  assert.ok(same < 50, String(same));
});

const field = (letter: string, text: string) => `${letter}${text}\0`;
const good = field("S", "ERROR") + field("V", "ERROR") + field("C", "42601") + field("M", "no");

/** Type, body, what is wrong with it. */
const answers: [string, string, RegExp | null][] = [
  ["E", `${good}\0`, null],
  ["E", good, /no terminator/],
  ["E", `${good.replace("42601", "4260")}\0`, /SQLSTATE/],
  ["E", `${good.replace("Mno", "M")}\0`, /no message/],
  ["E", `${good.replace("SERROR", "SNOTICE")}\0`, /severity/],
  ["N", `${good}\0`, /severity/],
  ["Z", "I", null],
  ["Z", "X", /transaction status/],
  ["Z", "II", /too many/],
  ["C", "SELECT 1\0", null],
  ["C", "SELECT 1", /no terminator/],
  ["D", "\0\x01\0\0\0\x02ab", null],
  ["D", "\0\x01\0\0\0\x03ab", /cut off/],
  ["D", "\0\x01\0\0\0\x01ab", /too many/],
  ["1", "", null],
  ["1", "x", /too many/],
  ["y", "", /unknown/],
];

for (const [type, body, wrong] of answers) {
  Deno.test(`an answer ${type} ${JSON.stringify(body)} is ${wrong ? "found out" : "good"}`, () => {
    const fault = faultIn(type, Buffer.from(body, "latin1"));
    if (wrong === null) assert.equal(fault, null);
    else assert.match(fault ?? "nothing", wrong);
  });
}

Deno.test("a finding is printed as the file it can be kept in", () => {
  const writes = [Uint8Array.of(0, 255, 16), Uint8Array.of(1)];
  const text = formatSeedFile("session", writes, "what it did");
  assert.deepEqual(parseSeedFile("f", text), { name: "f", phase: "session", writes });
  assert.throws(() => parseSeedFile("f", "00ff"), /phase/);
  assert.throws(() => parseSeedFile("f", "phase: startup\n0g"), /hexadecimal/);
});
